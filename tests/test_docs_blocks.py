"""The code blocks of the pages run: on small texts, with small networks and few steps."""

import contextlib
import random
import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli.main import textgan
from corpora.sources import bundled

ROOT = Path(__file__).parent.parent
LINES = 300
NETWORKS = "--width 8 --generator-blocks 1 --critic-blocks 1 --batch-size 8"
QUICK = f"--steps 20 {NETWORKS} --samples 64 --evaluate-every 20 --threads 1 --device cpu"
PAGES = [
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
]
ELSEWHERE = ("pip ", "python -m", "nox", "git ", "for ", "pytest")  # said, and not run here


def blocks(page, language):
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(page):
    """What the console blocks of a page would type."""
    typed = [
        line.removeprefix("$ ").partition("  # ")[0]
        for block in blocks(page, "console")
        for line in block.splitlines()
        if line.startswith("$ ")
    ]
    return [line for line in typed if not line.startswith(ELSEWHERE)]


def small(command):
    """The same command, on a part of its text and for a moment."""
    command = re.sub(
        r"(corpora/samples/)?(us-baby-names|french-communes)(\.txt)?", r"\2.txt", command
    )
    command = command.replace("-n 1000000", "-n 20").replace(" --html report.html", "")
    if command.startswith("textgan train"):
        command = re.sub(r" --(minutes|width|preset best)( [\d.]+)?", "", command) + f" {QUICK}"
    if command.startswith("textgan evaluate"):
        command += " --samples 20" * ("--samples" not in command)
    return command


def parts(command):
    """What is piped into `textgan`, its arguments, and what it is piped into; each may be empty."""
    before, name, rest = command.rpartition("textgan ")
    if not name:
        return command, [], ""
    arguments, _, after = rest.partition(" | ")
    return before.strip(" |"), shlex.split(arguments), after


def run(command):
    """Run a command of a page and return what `textgan` did, or None where it has no part."""
    before, arguments, after = parts(command)
    done = subprocess.run(before, shell=True, check=True, capture_output=bool(arguments))
    if not arguments:
        return None
    result = CliRunner().invoke(textgan, arguments, input=done.stdout or None)
    subprocess.run(after, shell=True, check=True, input=result.stdout.encode())
    return result


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """A folder of the texts that pages name, each a few lines of a bundled one."""
    folder = tmp_path_factory.mktemp("texts")
    for name in ("us-baby-names", "french-communes"):
        lines = bundled()[name].read_text(encoding="utf-8").splitlines()
        part = random.Random(0).sample(lines, LINES)
        (folder / f"{name}.txt").write_text("\n".join(part) + "\n", encoding="utf-8")
    names = (folder / "us-baby-names.txt").read_text(encoding="utf-8")
    for other in ("corpus", "lines", "samples"):
        (folder / f"{other}.txt").write_text(names, encoding="utf-8")
    return folder


@pytest.fixture
def inside(texts, tmp_path, monkeypatch):
    """A fresh working folder with those texts."""
    for path in texts.glob("*.txt"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_is_one_that_the_command_line_takes(page):
    for command in commands(page):
        _, arguments, _ = parts(command)
        if arguments:
            name, *rest = arguments
            subcommand = textgan.get_command(click.Context(textgan), name)
            parser = subcommand.make_parser(click.Context(subcommand))
            parser.parse_args(args=rest)


def run_all(page):
    for command in commands(page):
        done = run(small(command))
        if done and "--unique" not in command:  # so few steps make too few new lines
            assert done.exit_code == 0, f"{command}\n{done.output}\n{done.exception}"


@pytest.fixture(scope="module")
def first_run(texts):
    """A folder in which the commands of README were run."""
    with contextlib.chdir(texts):
        run_all("README.md")
    return texts


def test_the_python_of_the_first_run_takes_the_run_of_the_commands(first_run, monkeypatch, capsys):
    monkeypatch.chdir(first_run)
    exec(compile(python("docs/first-run.md"), "first-run.md", "exec"), {})  # noqa: S102
    assert "JSD-4 is" in capsys.readouterr().out


def test_the_library_in_ten_lines_runs(first_run, monkeypatch, capsys):
    monkeypatch.chdir(first_run)
    exec(compile(python("README.md"), "README.md", "exec"), {})  # noqa: S102 - our own text
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed] == ["1", "2", "3", "4", "5", "6"]
    assert all("jsd|n:" in line for line in printed)


def test_the_sweep_tries_settings_and_names_the_best_run(texts, tmp_path, monkeypatch, capsys):
    pytest.importorskip("optuna").logging.set_verbosity(30)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "us-baby-names.txt").write_bytes((texts / "us-baby-names.txt").read_bytes())
    code = python("docs/sweeps.md").replace("n_trials=20", "n_trials=2")
    exec(compile(code, "sweeps.md", "exec"), {})  # noqa: S102 - our own text
    assert len(list((tmp_path / "sweep").glob("*"))) == 2
    printed = capsys.readouterr().out
    assert "generator_rate" in printed
    assert "sweep/000" in printed


@pytest.mark.slow
@pytest.mark.parametrize("page", ["labels", "codes", "pairs", "commands"])
@pytest.mark.usefixtures("inside")
def test_the_commands_of_a_page_run_one_after_the_other(page):
    if page == "commands":  # what it writes has the name of a text of another page
        Path("lines.txt").unlink()
    run_all(f"docs/{page}.md")


@pytest.mark.usefixtures("inside")
def test_a_setting_that_is_refused_says_what_the_page_says():
    (command,) = commands("docs/objectives.md")[:1]
    done = run(small(command).removesuffix(QUICK))
    assert f"textgan: {done.exception}\n" in blocks("docs/objectives.md", "console")[0]


def python(page):
    """The Python of a page, on a small text and for two steps."""
    code = "".join(blocks(page, "python"))
    code = re.sub(r'"steps": \d+', '"steps": 2, "samples": 64, "threads": 1', code)
    return re.sub("us-baby-names(?=[\"'])", "us-baby-names.txt", code).replace(
        "lines(1000", "lines(20"
    )
