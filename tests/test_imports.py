"""Imports point one way, and what needs no torch loads none."""

import ast
import json
import pydoc
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# a place -> what it may never import
FORBIDDEN = {
    "corpora": {"textgan", "cli", "torch", "rich", "click"},
    "textgan": {"cli", "click"},
    "textgan/config": {
        "torch", "numpy", "textgan.inputs", "textgan.objectives", "textgan.networks",
        "textgan.training", "textgan.sampling", "textgan.evaluation", "textgan.runs",
    },
    "textgan/inputs": {"textgan.objectives", "textgan.networks", "textgan.training"},
    "textgan/objectives": {"textgan.networks", "textgan.training", "textgan.sampling"},
    "textgan/networks": {"textgan.objectives", "textgan.training", "textgan.sampling"},
    "textgan/hardware": {"textgan.networks", "textgan.training", "textgan.sampling"},
    "textgan/sampling": {
        "textgan.training", "textgan.objectives", "textgan.run_evaluation", "textgan.export",
    },
    "textgan/training": {"textgan.run_evaluation", "textgan.export"},
    "textgan/run_evaluation": {"textgan.export"},
    "textgan/runs": {"textgan.training", "textgan.sampling", "textgan.networks"},
    **{
        f"textgan/runs/{name}.py": {"torch", "textgan.runs.tensors"}
        for name in ("__init__", "checkpoint_choice", "creation", "folder", "lock", "log", "state")
    },
    "textgan/evaluation": {
        "torch", "textgan.training", "textgan.sampling", "textgan.networks", "textgan.objectives",
        "textgan.run_evaluation",
    },
    # what a check-up imports, which draws nothing
    "textgan/diagnostics/checkup": {"matplotlib", "textgan.evaluation.render.plots"},
    "textgan/evaluation/render/words.py": {"matplotlib", "textgan.evaluation.render.plots"},
    "textgan/evaluation/statistics": {"matplotlib", "textgan.evaluation.render"},
}  # fmt: skip


def modules(place: Path) -> list[Path]:
    return [place] if place.suffix == ".py" else sorted(place.rglob("*.py"))


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


@pytest.mark.parametrize("place", FORBIDDEN)
def test_no_arrow_points_the_wrong_way(place):
    for path in modules(ROOT / place):
        if path == ROOT / "textgan" / "__main__.py":
            continue  # it alone may import cli
        for name in imported(path):
            for wrong in FORBIDDEN[place]:
                assert not f"{name}.".startswith(f"{wrong}."), f"{path}: {name}"


def test_diagnostics_are_imported_by_the_command_line_alone():
    for path in [*modules(ROOT / "textgan"), *modules(ROOT / "corpora"), *modules(ROOT / "cli")]:
        if path.parts[len(ROOT.parts)] == "cli" or "diagnostics" in path.parts:
            continue
        for name in imported(path):
            assert not f"{name}.".startswith("textgan.diagnostics."), path


def test_rich_is_only_where_things_are_shown():
    for path in modules(ROOT / "textgan"):
        if "render" not in path.parts:
            assert not any(name.split(".")[0] == "rich" for name in imported(path)), path


def test_the_public_names_are_listed_with_a_line_each_and_all_load():
    import textgan

    named = [name for name in textgan.__all__ if name != "__version__"]
    listed = re.findall(r"^    (\w+) +\S.*$", textgan.__doc__, re.MULTILINE)
    assert sorted(listed) == named
    assert set(textgan.__all__) <= set(dir(textgan))  # of which help() makes its list
    for name in named:
        assert getattr(textgan, name).__doc__


def test_help_shows_every_public_name():
    import textgan

    shown = pydoc.render_doc(textgan, renderer=pydoc.plaintext)
    body = shown[shown.index("\nCLASSES") :]
    for name in set(textgan.__all__) - {"__version__"}:
        assert re.search(rf"^    (class )?{name}\b", body, re.MULTILINE), name


def test_no_command_imports_another():
    from cli.main import COMMANDS

    for command in COMMANDS:
        others = {f"cli.{name}" for name in COMMANDS if name != command}
        for name in imported(ROOT / "cli" / f"{command}.py"):
            assert name not in others, command


COMMAND = "from cli.main import textgan; textgan({}, standalone_mode=False)"
NO_NUMPY = [
    "import textgan",
    "import corpora",
    "from textgan import Config; Config.build({'corpus': 'x', 'objective': 'wgan'})",
    COMMAND.format(["train", "--help"]),
]
NO_TORCH = [
    "import textgan; dir(textgan)",
    "import textgan.evaluation.evaluate",
    "import textgan.runs",
    "import textgan.config.settings",
    "import textgan; textgan.register('loss', 'mine', 'a:b')",
    COMMAND.format(["--help"]),
    COMMAND.format(["diagnose", "--help"]),
    COMMAND.format(["inspect", "emoji-names"]),
    COMMAND.format(["evaluate", "text.txt", "--against", "text.txt"]),
    COMMAND.format(["compare", "text.txt", "text.txt", "--against", "text.txt"]),
]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """For each of these in turn, in one process: which of both libraries is loaded after it."""
    folder = tmp_path_factory.mktemp("loaded")
    lines = [f"{a}{b}" for a in "abcdef" for b in "abcdef"]
    (folder / "text.txt").write_text("\n".join(lines) + "\n")
    code = (
        "import json, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "for code in sys.argv[1:]:\n"
        "    exec(code, {})\n"
        "    names = [name for name in ('numpy', 'torch') if name in sys.modules]\n"
        "    print(json.dumps([code, names]), file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", code, *NO_NUMPY, *NO_TORCH]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(line) for line in done.stderr.splitlines() if line.startswith("["))


@pytest.mark.parametrize("code", NO_NUMPY)
def test_loads_no_numpy(code, loaded):
    assert loaded[code] == []


@pytest.mark.parametrize("code", NO_TORCH)
def test_loads_no_torch(code, loaded):
    assert "torch" not in loaded[code]
