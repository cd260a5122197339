from dataclasses import replace

import pytest

from tests.evaluation.render.plots.drawn import caption, svg, texts
from tests.evaluation.render.reports import full_report, measure
from textgan.evaluation.report.report import Frontier


def with_middle(precision, recall):
    """A report whose real text has precision 80% and recall 70% against the equal mixture."""
    frontier = Frontier(
        m=100,
        precision=(0.0, precision, 1.0),
        recall=(1.0, recall, 0.0),
        real_precision=(0.0, 0.8, 1.0),
        real_recall=(1.0, 0.7, 0.0),
    )
    area = measure(0.5, real=0.7, interval=(-0.25, -0.15), name="frontier")
    return replace(full_report(), frontier=frontier, measures={"frontier4": area})


@pytest.mark.parametrize(
    ("precision", "recall", "ending"),
    [
        (0.5, 0.6, "They miss more precision: they have n-grams that real text has not."),
        (0.7, 0.3, "They miss more recall: real text has n-grams that they have not."),
        (0.5, 0.4, "The samples miss as much of both."),
        (0.8, 0.9, "The samples miss neither."),
    ],
)
def test_the_side_that_is_missed_more_is_named(precision, recall, ending):
    assert caption(with_middle(precision, recall), "frontier") == (
        "Area under the curve: 0.500 (0.450 to 0.550), of real text 0.700; 1 is the best. "
        f"Against an equal mixture of both texts precision is {precision:.1%} (real text: 80.0%) "
        f"and recall {recall:.1%} (70.0%). {ending}"
    )


def test_both_axes_are_shares_from_0_to_1():
    found = texts(svg(with_middle(0.5, 0.6), "frontier"))
    assert found.count("100%") == 2
    assert {"samples", "real text"} <= set(found)
