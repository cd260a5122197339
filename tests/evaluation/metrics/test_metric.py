import numpy as np
import pytest

from textgan.evaluation.metrics.metric import Description, variance_of_mean

ABOUT = {"title": "x", "unit": "", "form": ".2f", "blind_to": "all"}


@pytest.mark.parametrize(
    ("name", "better", "message"),
    [
        ("a|b", "lower", r"found a metric 'a\|b', expected lower case letters"),
        ("", "lower", "found a metric ''"),
        ("a", "best", "found better='best', expected lower, higher or real"),
    ],
)
def test_what_would_break_a_signature_or_a_table_is_refused(name, better, message):
    with pytest.raises(ValueError, match=message):
        Description(name=name, better=better, **ABOUT)


def test_a_figure_is_shown_as_its_metric_is_rounded():
    metric = Description(name="a", better="lower", **ABOUT)
    assert (metric.show(1 / 3), metric.show(None)) == ("0.33", "unknown")


def test_the_variance_of_a_mean_is_that_of_the_values_by_their_number():
    assert variance_of_mean(np.array([1.0, 2.0, 6.0])).value == 7 / 3
    assert variance_of_mean(np.array([1.0])) is None
