from dataclasses import replace

import pytest

from tests.evaluation.render.plots.drawn import caption
from tests.evaluation.render.reports import full_report
from textgan.evaluation.report.report import (
    Matches,
)


@pytest.mark.parametrize(
    ("samples", "real", "ending"),
    [
        (0.02, 0.04, ", 0.50 times what as many training lines hit (4.00%)."),
        (0.06, 0.04, ", 1.50 times what as many training lines hit (4.00%)."),
        (0.04, 0.04, ", no more and no less than training lines do."),
        (0.04, 0.0, "; as many training lines hit none."),
    ],
)
def test_the_match_rate_is_compared_with_that_of_training_lines(samples, real, ending):
    found = Matches(guesses=(10, 1000), samples=(0.01, samples), real=(0.01, real))
    assert caption(replace(full_report(), matches=found), "matches") == (
        f"The first 1,000 samples hit {samples:.2%} of the distinct held-out lines{ending}"
    )


def test_no_match_at_all_is_said():
    found = Matches(guesses=(10,), samples=(0.0,), real=(0.02,))
    assert caption(replace(full_report(), matches=found), "matches") == (
        "The first 10 samples hit no held-out line; as many training lines hit 2.00%."
    )
