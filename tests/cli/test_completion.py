import os
import shutil
import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete

from cli.main import textgan


@pytest.fixture
def complete(tmp_path, monkeypatch):
    """Return a function: what a shell offers for words and the beginning of another."""
    monkeypatch.chdir(tmp_path)
    for folder in ("runs", "others"):
        for name in ("0001-us-baby-names", "0002-usual", "bad\nname"):
            (tmp_path / folder / f"{folder[0]}-{name}").mkdir(parents=True)
            (tmp_path / folder / f"{folder[0]}-{name}" / "config.json").write_text("{}")
    (tmp_path / "runs" / "r-no-run").mkdir()
    shell = ShellComplete(textgan, {}, "textgan", "_TEXTGAN_COMPLETE")

    def offered(*words: str) -> list[str]:
        *before, last = words
        items = shell.get_completions(before, last)
        return ["FILES" if item.type == "file" else item.value for item in items]

    return offered


@pytest.mark.parametrize("command", ["train", "inspect", "corrupt"])
def test_a_corpus_is_a_bundled_name_or_a_file(complete, command):
    assert complete(command, "us") == ["FILES", "us-baby-names"]
    assert complete(command, "./us") == ["FILES"]


@pytest.mark.parametrize("command", ["sample", "evaluate", "compare", "export", "diagnose"])
def test_a_run_is_one_of_the_folder_of_runs_that_can_be_typed(complete, command):
    assert complete(command, "r-") == ["FILES", "r-0001-us-baby-names", "r-0002-usual"]
    assert complete(command, "--runs", "others", "o-0001") == ["FILES", "o-0001-us-baby-names"]
    assert complete(command, "--runs", "nowhere", "o") == ["FILES"]


def test_a_text_to_compare_with_is_a_corpus_or_a_run(complete):
    assert complete("evaluate", "--against", "tang") == ["FILES", "tang-poems"]
    assert complete("score", "--model", "r-0002") == ["FILES", "r-0002-usual"]


def test_a_run_to_go_on_with_is_a_run(complete):
    assert complete("train", "--resume", "r-0001") == ["FILES", "r-0001-us-baby-names"]
    assert complete("translate", "--run", "r-0001") == ["FILES", "r-0001-us-baby-names"]


def test_experiments_presets_and_objectives_are_offered(complete):
    assert complete("diagnose", "tra") == ["FILES", "transport"]
    assert complete("train", "--preset", "p") == ["paper", "passgan"]
    assert complete("tra") == ["train", "translate"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_documented_line_defines_a_function_of_the_shell(shell, tmp_path):
    command = [sys.executable, "-m", "textgan"]
    environment = {**os.environ, "_TEXTGAN_COMPLETE": f"{shell}_source"}
    script = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert "_textgan_completion" in script.stdout
    if shell == "bash" and (bash := shutil.which("bash")):
        (tmp_path / "textgan").write_text(f'#!/bin/sh\nexec {" ".join(command)} "$@"\n')
        (tmp_path / "textgan").chmod(0o755)
        ask = (
            f"{script.stdout}\nCOMP_WORDS=(textgan train us); COMP_CWORD=2\n"
            '_textgan_completion textgan; echo "${COMPREPLY[@]}"'
        )
        path = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
        answer = subprocess.run(
            [bash, "-c", ask], capture_output=True, text=True, env=path, check=False
        )
        assert answer.stdout.split() == ["us-baby-names"]
