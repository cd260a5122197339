"""What README shows is what there is."""

import re
from pathlib import Path

import click
import pytest

from benchmarks import methods
from cli.main import COMMANDS, textgan
from textgan.config.presets import PRESETS
from textgan.registry import OBJECTIVES

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def flags() -> set[str]:
    found = {"--extra-index-url", "--help"}  # the first is pip's
    for name in COMMANDS:
        command = textgan.get_command(click.Context(textgan), name)
        assert command is not None
        for parameter in command.params:
            found |= set(parameter.opts) | set(parameter.secondary_opts)
    return found


def test_every_flag_that_it_names_exists():
    ours = re.sub(r"^\$ python -m benchmarks.*$", "", README, flags=re.MULTILINE)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", ours)) <= flags()


def test_every_objective_and_preset_is_in_it():
    for name in (*OBJECTIVES.built_in, *PRESETS):
        assert any(f"{flag}{name}`" in README for flag in ("`", "--objective ", "--preset "))


def test_the_table_of_methods_is_that_of_the_results():
    results = methods.read(methods.RESULTS)
    assert methods.table(results, 3, methods.CORPORA, ["jsd4", "unique"]) in README


def test_every_command_is_in_it():
    for name in COMMANDS:
        assert f"`textgan {name}" in README


def test_the_library_in_ten_lines_runs(tmp_path, monkeypatch, capsys):
    (block,) = re.findall(r"```python\n(.+?)```", README, re.DOTALL)
    short = block.replace('"steps": 200', '"steps": 2, "samples": 64')
    assert short != block
    monkeypatch.chdir(tmp_path)
    exec(compile(short, "README.md", "exec"), {})  # noqa: S102 - our own text
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed] == ["1", "2", "3", "4", "5", "6"]
    assert all("jsd|n:" in line for line in printed)


@pytest.mark.parametrize("name", ["LICENSE", "CHANGELOG.md", "pyproject.toml", ".ci/run"])
def test_the_files_that_it_and_packaging_need_are_there(name):
    assert (Path(__file__).parent.parent / name).is_file()
