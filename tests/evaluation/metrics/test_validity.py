import json

import pytest
from click.testing import CliRunner

from cli.compare import compare as compare_command
from cli.evaluate import evaluate as command
from textgan.evaluation.compare import compare
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.statistics.proportions import difference, wilson

SAMPLES = ["ab", "a1", "cd", "e"] * 5  # three in four are letters
TRAINING = [f"{a}{b}" for a in "abcd" for b in "efgh"]
HELD_OUT = ["ae", "b2", "cf", "dg", "eh"]  # four in five
QUICK = {"orders": (1,), "model": Setting(order=1), "length": 4}


def test_the_share_of_valid_lines_stands_beside_that_of_real_text():
    report = evaluate(SAMPLES, TRAINING, HELD_OUT, valid=str.isalpha, **QUICK)
    measure = report.measures["valid"]
    assert (measure.samples, measure.real) == (0.75, 0.8)
    expected = difference(0.75, wilson(0.75, 20), 0.8, wilson(0.8, 5))
    assert measure.interval == pytest.approx(expected)
    assert "|settings:function=str.isalpha|" in measure.signature
    assert "|interval:newcombe|" in measure.real_signature
    assert "|m:5|" in measure.real_signature
    # All training lines are letters, and so is what n-gram samplers make of them.
    assert set(measure.baselines) == set(report.baselines)
    assert measure.baselines["training lines"] == measure.baselines["2-gram"] == 1


def test_lines_of_words_have_no_figure_of_samplers():
    settings = {**QUICK, "length": 16}
    lines = ["a b", "c d", "a d"] * 4
    report = evaluate(lines, lines, lines, valid=lambda line: " " in line, unit="word", **settings)
    measure = report.measures["valid"]
    assert measure.samples == 1
    assert "2-gram" not in measure.baselines


def test_without_a_check_there_is_no_figure():
    assert "valid" not in evaluate(SAMPLES, TRAINING, HELD_OUT, **QUICK).measures


def test_systems_are_checked_too():
    found = compare(
        [("a", SAMPLES), ("b", ["1", "a"])], TRAINING, HELD_OUT, valid=str.isalpha, length=4
    )
    assert [system.measures["valid"].samples for system in found.systems][1] == 0.5


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, lines in (("samples", SAMPLES), ("corpus", TRAINING), ("held-out", HELD_OUT)):
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    return ["samples", "--against", "corpus", "--held-out", "held-out", "--json"]


def test_a_pattern_and_a_program_from_the_command_line(files):
    quick = ["--orders", "1", "--model-order", "1"]
    for option in (("--valid", "[a-z]+"), ("--valid-command", "sed 's/.*[0-9].*/0/;t;s/.*/1/'")):
        done = CliRunner().invoke(command, [*files, *quick, *option])
        assert json.loads(done.stdout)["measures"]["valid"]["samples"] == 0.75
    done = CliRunner().invoke(compare_command, ["samples", *files, "--valid", "[a-z]+"])
    systems = json.loads(done.stdout)["systems"]
    assert [system["measures"]["valid"]["samples"] for system in systems] == [0.75, 0.75]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--valid", "a", "--valid-command", "cat"], "found --valid and --valid-command, expected"),
        (["--valid", "("], "--valid: '(' is not a regular expression"),
        (["--valid-command", "'"], "--valid-command: found the command"),
    ],
)
def test_a_wrong_check_is_refused_before_anything_is_read(files, options, message):
    for which, targets in ((command, files), (compare_command, ["samples", *files])):
        done = CliRunner().invoke(which, [*targets, *options])
        assert done.exit_code == 2
        assert message in " ".join(done.stderr.replace("│", " ").split())
