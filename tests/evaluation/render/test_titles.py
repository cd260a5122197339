import pytest

from textgan.evaluation.metrics.registry import METRICS, describe
from textgan.evaluation.render.titles import direction, interval, is_jsd, shown, signed, title, unit


@pytest.mark.parametrize("name", [*(name for name in METRICS if name != "jsd"), "jsd3"])
def test_a_measure_is_called_and_rounded_as_its_kind(name):
    kind, n = describe(name)
    assert title(name) == kind.title.format(n=n)
    assert shown(name, 0.123456) == kind.show(0.123456)
    assert (unit(name), direction(name)) == (kind.unit, kind.better)


def test_what_is_unknown_is_called_so():
    assert shown("jsd4", None) == signed("jsd4", None) == "unknown"
    assert interval("jsd4", None) == ""


def test_a_difference_of_shares_is_in_percentage_points():
    assert signed("copied", 0.015) == "+1.5 pp"
    assert signed("reverse", -0.5) == "-0.500"


def test_only_padded_jsd_is_the_published_one():
    assert is_jsd("jsd4")
    assert not is_jsd("text-jsd4")
