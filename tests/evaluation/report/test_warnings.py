"""A warning comes above its threshold, and not below it."""

import pytest

from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.warnings import LineCounts, warnings

LINES = LineCounts(lines=100, empty=2, commonest=2)


def measure(level=0.9, real=0.95, **fields):
    return Measure(
        samples=level, at_real_size=level, real=real, excess=level - real, signature="x|m:1",
        **fields,
    )  # fmt: skip


def names(samples=LINES, **measures):
    measures = {"unique": measure(), "copied": measure(0.3, 0.3), **measures}
    return [warning.name for warning in warnings(measures, samples, LINES)]


@pytest.mark.parametrize(("empty", "warned"), [(7, []), (8, ["empty"])])
def test_empty_lines_are_more_than_5_points_above_those_of_real_text(empty, warned):
    assert names(LINES._replace(empty=empty)) == warned


@pytest.mark.parametrize(
    ("level", "commonest", "warned"),
    [(0.48, 2, []), (0.47, 2, ["collapse"]), (0.48, 8, ["repeats"]), (0.47, 8, ["collapse"])],
)
def test_lines_are_half_as_distinct_as_real_ones_or_one_of_them_comes_too_often(
    level, commonest, warned
):
    assert names(LINES._replace(commonest=commonest), unique=measure(level)) == warned


def test_a_line_that_comes_twice_is_no_repeat():
    few = LineCounts(lines=10, empty=0, commonest=2)
    assert names(few) == []
    assert names(few._replace(commonest=3)) == ["repeats"]


@pytest.mark.parametrize(
    ("forward", "reverse", "warned"),
    [(2.9, 3.3, ["cover"]), (3.0, 3.3, []), (2.9, 3.2, [])],
)
def test_samples_are_likelier_than_real_text_and_predict_it_worse(forward, reverse, warned):
    assert names(forward=measure(forward, 3.0), reverse=measure(reverse, 3.0)) == warned
    assert names(forward=measure(forward, 3.0)) == []


def test_floors_mislead_where_training_lines_repeat_and_the_split_is_by_content():
    copied = measure(0.3, 0.3, real_signature="copied|expected-from-found:1")
    repetitive = measure(0.8, 0.85)
    assert names(copied=copied, unique=repetitive) == ["floors"]
    assert names(copied=copied) == []
    assert names(unique=repetitive) == []


def test_lines_are_copied_where_the_whole_interval_is_above_5_points():
    assert names(copied=measure(0.4, 0.3, interval=(0.06, 0.14))) == ["copies"]
    assert names(copied=measure(0.4, 0.3, interval=(0.05, 0.15))) == []
    assert names(copied=measure(0.4, 0.3)) == []
