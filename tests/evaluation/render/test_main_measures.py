from dataclasses import replace

import pytest

from tests.evaluation.render.reports import bare_report, graded, measure
from textgan.evaluation.render.main_measures import main, main_jsd, neighbours, sampler_figures


@pytest.mark.parametrize(
    ("orders", "expected"),
    [((1, 2, 3, 4, 5, 6), "jsd4"), ((1, 3), "jsd3"), ((5, 6), "jsd5"), ((), None)],
)
def test_the_headline_is_jsd_4_or_the_nearest_order_below_or_above(orders, expected):
    rows = {f"jsd{n}": measure(0.1) for n in orders} | {"unique": measure(0.5)}
    assert main_jsd(replace(bare_report(), measures=rows)) == expected


def test_the_main_measures_are_those_that_there_are():
    assert main(bare_report()) == ["jsd4", "forward"]


@pytest.mark.parametrize(
    ("jsd", "expected"),
    [
        (0.05, (None, "4-gram")), (0.1, ("4-gram", "3-gram")), (0.25, ("3-gram", "2-gram")),
        (0.4, ("2-gram", None)),
    ],
)  # fmt: skip
def test_the_neighbours_are_the_samplers_on_both_sides(jsd, expected):
    assert neighbours(graded(jsd, 3.0)) == expected


def test_only_samplers_are_neighbours():
    row = replace(measure(0.2), baselines={"training lines": 0.1, "2-gram": 0.3, "uniform": 0.8})
    assert sampler_figures(row) == {"2-gram": 0.3, "uniform": 0.8}
