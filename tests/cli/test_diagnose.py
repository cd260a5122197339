"""`textgan diagnose` prints the conclusion and writes figure and numbers."""

import json
import shutil

import click
import pytest
from click.testing import CliRunner

from cli.diagnose import diagnose
from corpora.errors import InputError
from textgan.diagnostics.registry import EXPERIMENTS


def run(*arguments, **options):
    return CliRunner().invoke(diagnose, arguments, catch_exceptions=False, **options)


def test_the_conclusion_is_all_of_stdout(tmp_path, corpus_file):
    result = run("lines", "--quick", "--out", str(tmp_path), "--corpus", str(corpus_file))
    assert result.exit_code == 0
    record = json.loads((tmp_path / "lines.json").read_text(encoding="utf-8"))
    assert result.stdout == record["conclusion"] + "\n"
    assert "Seen: W = |θ|" in result.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "lines.json", "lines.png", "lines.svg"
    ]  # fmt: skip
    assert (tmp_path / "lines.png").read_bytes().startswith(b"\x89PNG")


def test_settings_reach_the_experiment(tmp_path, corpus_file):
    result = run(
        "transport", "--out", str(tmp_path), "--corpus", str(corpus_file), "--seeds", "2",
        "--seed", "4", "--set", "points=6", "--set", "text-lines=3", "--json",
    )  # fmt: skip
    record = json.loads(result.stdout)
    assert record["settings"] == {
        "seed": 4, "repeats": 2, "corpus": str(corpus_file), "points": 6, "text_lines": 3
    }  # fmt: skip
    assert len(record["measured"]["points"]) == 2


def test_without_out_files_go_into_a_folder_of_that_name(tmp_path, corpus_file, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("lines", "--corpus", str(corpus_file), "--set", "points=5", "--set", "text_lines=5")
    assert (tmp_path / "diagnostics" / "lines" / "lines.svg").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["circles"], "found no experiment 'circles'"),
        (["lines", "--seed", "-1"], "found --seed -1, expected 0 or more"),
        (["lines", "--set", "points"], "found --set points, expected SETTING=VALUE"),
        (["lines", "--set", "quick=1"], "quick is no setting"),
        (["lines", "--set", "dots=1"], "lines has no setting 'dots'"),
        (["lines", "--corpus", "missing.txt"], "missing.txt"),
    ],
)
def test_mistakes_are_named(arguments, message, tmp_path):
    with pytest.raises(InputError, match=message):
        run(*arguments, "--out", str(tmp_path / "out"))


def test_help_names_every_experiment():
    usage = diagnose.get_help(click.Context(diagnose))
    for name in EXPERIMENTS.built_in:
        assert name in usage


def test_a_run_is_checked(trained):
    result = run(str(trained))
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{trained.name}, step 6\n")
    for words in ("critic slope: ", "saturation: ", "symbols that died: "):
        assert words in result.stdout
    record = json.loads(run(str(trained), "--json").stdout)
    assert record["step"] == 6


@pytest.mark.parametrize(
    "typed", [["--quick"], ["--seed", "0"], ["--repeats", "2"], ["--set", "units=8"]]
)
def test_options_of_experiments_are_refused_for_a_run(typed, trained):
    message = rf"{typed[0]} goes with an experiment, and .* is a run: leave it out"
    with pytest.raises(InputError, match=message):
        run(str(trained), *typed)


def test_a_run_with_the_name_of_an_experiment_has_a_path(trained, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(trained, tmp_path / "lines")
    assert run("./lines").stdout.startswith("lines, step 6\n")
    with pytest.raises(InputError, match="no run 'circles'"):
        run("circles")
