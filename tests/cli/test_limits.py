"""Limits on measures are refused before anything is judged where nothing could be above them."""

import click
import pytest

from cli.limits import PAIRS, Limit, LimitType, check_limits, exit_beyond
from corpora.errors import InputError
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.registry import CONDITIONAL, METRICS, names

LINES = [f"{a}{b}{c}{a}" for a in "abcd" for b in "efgh" for c in "ijk"]


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "NaN", "Infinity", "1e999"])
def test_a_limit_that_nothing_is_above_is_refused(number):
    with pytest.raises(click.BadParameter, match="expected a finite number"):
        LimitType("above").convert(f"jsd4={number}", None, None)
    assert LimitType("above").convert("jsd4=0.3", None, None) == Limit("jsd4", 0.3, "above")


@pytest.mark.parametrize(
    ("side", "name", "other"), [("above", "frontier4", "below"), ("below", "jsd4", "above")]
)
def test_a_limit_on_the_better_side_is_refused(side, name, other):
    with pytest.raises(click.BadParameter, match=f"is better: --fail-{other}"):
        LimitType(side).convert(f"{name}=0.3", None, None)
    assert LimitType(other).convert(f"{name}=0.3", None, None).side == other
    assert LimitType(side).convert("unique=0.3", None, None).side == side


def test_a_figure_beyond_its_limit_sets_the_exit_code(capsys):
    limits = [Limit("jsd4", 0.3, "above"), Limit("unique", 0.9, "below")]
    exit_beyond(limits, {"jsd4": 0.3, "unique": 0.9})
    with pytest.raises(SystemExit, match="3"):
        exit_beyond(limits, {"jsd4": 0.31, "unique": 0.8})
    assert capsys.readouterr().err == (
        "textgan: jsd4 is 0.3100, above 0.3; unique is 0.8000, below 0.9\n"
    )


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
            check_limits(
                [Limit("unique", 1.0, "above"), Limit(name, 0.3, "above")],
                names((2, 4), full=False),
            )
    full = [metric.named(metric.order) for metric in METRICS.values() if metric.full]
    check_limits([Limit(name, 1.0, "above") for name in full], names((2, 4), full=True))
