"""Limits on measures are refused before anything is judged where nothing could be above them."""

import click
import pytest

from cli.limits import PAIRS, Limit, check
from corpora.errors import InputError
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.registry import CONDITIONAL, METRICS, names

LINES = [f"{a}{b}{c}{a}" for a in "abcd" for b in "efgh" for c in "ijk"]


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "NaN", "Infinity", "1e999"])
def test_a_limit_that_nothing_is_above_is_refused(number):
    with pytest.raises(click.BadParameter, match="expected a finite number"):
        Limit().convert(f"jsd4={number}", None, None)
    assert Limit().convert("jsd4=0.3", None, None) == ("jsd4", 0.3)


@pytest.mark.parametrize("full", [False, True])
def test_the_names_known_before_are_those_of_the_report(full):
    settings = {"length": 4, "orders": (2, 4), "model": Setting(order=1)}
    samples, held_out = 5 * LINES[::2], 5 * LINES[1::2]  # of fewer there is no `detection`
    report = evaluate(samples, LINES, held_out, full=full, valid=bool, **settings)
    assert names((2, 4), full=full) == list(report.measures)
    assert set(PAIRS) < set(CONDITIONAL)


def test_a_limit_on_what_is_not_measured_is_refused_with_what_is():
    for name, message in (
        ("jsd", "--fail-above jsd: not measured; expected one of jsd2, jsd4, text-jsd2,"),
        ("jsd3", "--fail-above jsd3: not measured; expected"),
        ("bleu4", "--fail-above bleu4: not measured; --full measures it; expected"),
    ):
        with pytest.raises(InputError, match=message):
            check([("unique", 1.0), (name, 0.3)], names((2, 4), full=False))
    full = [metric.named(metric.order) for metric in METRICS.values() if metric.full]
    check([(name, 1.0) for name in full], names((2, 4), full=True))
