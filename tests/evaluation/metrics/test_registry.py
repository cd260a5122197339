import io
import json

import numpy as np
import pytest
from click.testing import CliRunner
from rich.console import Console

from cli.evaluate import evaluate as command
from textgan.evaluation.compare import compare
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.metrics.metric import Metric, line_mean
from textgan.evaluation.metrics.registry import CONDITIONAL, METRICS, describe, names
from textgan.evaluation.render.terminal import comparison as comparison_terminal
from textgan.evaluation.render.terminal import report as report_terminal
from textgan.evaluation.report.report import Report

TRAINING = [f"{a}{b}{c}" for a in "abcd" for b in "efgh1" for c in "ijkl"]
HELD_OUT = [f"{a}{b}{c}" for a in "abcd" for b in "ef2" for c in "mn"]  # a third has a digit
SAMPLES = ["ab1", "cd", "e5f", "ghi", "cd"] * 4  # two in five


def has_digit(line):
    return any(character.isdigit() for character in line)


@pytest.fixture
def digits(monkeypatch):
    """A metric of a user's own: the share of lines with a digit."""
    figure, uncertainty = line_mean(has_digit)
    metric = Metric(
        name="digits", title="lines with a digit", unit="share", better="real", form=".1%",
        blind_to="which digit it is", figure=figure, uncertainty=uncertainty, baseline=figure,
        bounded=True, interval="normal", signature=lambda case: {"settings": "unicode"},
    )  # fmt: skip
    monkeypatch.setitem(METRICS._pieces, "digits", metric)
    return metric


def shown(show, what, **options):
    out = io.StringIO()
    show(what, Console(file=out, width=90, force_terminal=False), **options)
    return out.getvalue()


def test_a_metric_of_a_user_s_own_is_evaluated_as_the_others_are(digits):
    report = evaluate(SAMPLES, TRAINING, HELD_OUT, length=4, orders=(1,))
    measure = report.measures["digits"]
    a, b = np.array(list(map(has_digit, SAMPLES))), np.array(list(map(has_digit, HELD_OUT)))
    assert (measure.samples, measure.real) == (0.4, pytest.approx(1 / 3))
    error = np.sqrt(a.var(ddof=1) / 20 + b.var(ddof=1) / 24)
    excess = 0.4 - 1 / 3
    assert measure.interval == pytest.approx((excess - 1.96 * error, excess + 1.96 * error))
    assert list(measure.baselines) == list(report.baselines)
    assert measure.baselines["training lines"] == pytest.approx(0.2, abs=0.3)
    assert measure.signature.startswith("digits|unit:char|form:NFC|T:4|m:20|settings:unicode|")
    for part in ("|m:24|", "|held-out:24@", "|interval:normal|"):
        assert part in measure.real_signature
    assert Report.from_dict(json.loads(report.to_json())) == report
    assert "lines with a digit" in shown(report_terminal.show, report, tables=True)


def test_a_metric_of_a_user_s_own_is_compared_and_tested(digits):
    lines = ["abc", "def"] * 20
    found = compare([("a", SAMPLES), ("b", lines)], TRAINING, HELD_OUT, length=4)
    (one,) = (one for one in found.differences if one.measure == "digits")
    assert one.value == 0.4
    assert one.significant
    assert one.better == 0  # real text has digits
    assert [system.measures["digits"].samples for system in found.systems] == [0.4, 0]
    assert "lines with a digit" in shown(comparison_terminal.show, found)


def test_a_limit_on_a_metric_of_a_user_s_own(digits, tmp_path):
    for name, lines in (("samples", SAMPLES), ("corpus", TRAINING), ("held-out", HELD_OUT)):
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    arguments = [
        str(tmp_path / "samples"), "--against", str(tmp_path / "corpus"), "--held-out",
        str(tmp_path / "held-out"), "--orders", "1", "--json", "--fail-above",
    ]  # fmt: skip
    done = CliRunner().invoke(command, [*arguments, "digits=0.39"])
    assert done.exit_code == 3
    assert json.loads(done.stdout)["measures"]["digits"]["samples"] == 0.4
    assert CliRunner().invoke(command, [*arguments, "digits=0.41"]).exit_code == 0
    refused = CliRunner().invoke(command, [*arguments, "letters=0.4"])
    assert refused.exit_code == 2
    assert "found a metric 'letters', expected one of jsd, " in " ".join(refused.stderr.split())


def test_every_metric_says_what_it_is_and_what_it_is_blind_to():
    for name, metric in {**METRICS, **CONDITIONAL}.items():
        assert metric.name == name
        assert metric.blind_to
        assert metric.show(0.25) != metric.show(None) == "unknown"
    for metric in METRICS.values():
        assert ("{n}" in metric.title) == (metric.by_order or metric.order is not None)


def test_names_are_those_of_all_orders():
    assert names((2, 4), full=False)[:4] == ["jsd2", "jsd4", "text-jsd2", "text-jsd4"]
    assert set(names((2,), full=True)) - set(names((2,), full=False)) == {
        "frontier4", "bleu4", "self-bleu4", "frechet", "piece-frechet", "nearest", "memorization",
        "transport",
    }  # fmt: skip


def test_a_name_with_digits_of_its_own_is_no_order(monkeypatch):
    metric = Metric(
        name="top10", title="top", unit="", better="lower", form=".1f", blind_to="all",
        figure=lambda case: 0.0,
    )  # fmt: skip
    monkeypatch.setitem(METRICS._pieces, "top10", metric)
    assert describe("top10") == (metric, None)
    assert describe("jsd10") == (METRICS["jsd"], 10)


def test_an_unknown_metric_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="found a metric 'fid', expected one of jsd, text-jsd"):
        describe("fid")
