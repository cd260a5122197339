from dataclasses import replace

import pytest

from tests.evaluation.render.plots.drawn import caption, svg, texts, with_measures
from tests.evaluation.render.reports import bare_report, full_report, measure
from textgan.evaluation.report.report import (
    SampleSizes,
)


def test_of_the_baselines_those_next_to_the_samples_are_drawn_by_order():
    samplers = {"training lines": 0.1, "3-gram": 0.15, "2-gram": 0.25, "unigram": 0.4}
    named = {**samplers, "uniform": 0.8, "autoregressive": 0.12}
    report = with_measures(jsd4=replace(measure(0.2, real=0.1), baselines=named))
    told = texts(svg(report, "orders"))
    assert {"samples", "3-gram sampler", "2-gram sampler", "autoregressive"} <= set(told)
    assert not {"training lines", "unigram", "unigram sampler", "uniform sampler"} & set(told)


def test_the_orders_above_the_floor_are_named():
    def say(*excesses, interval=None):
        return caption(with_measures(**jsds(*excesses, interval=interval)), "orders")

    assert say(0.01, 0.107, 0.05) == (
        "At every order the samples are above the floor; furthest at n = 2, by 0.107 bits."
    )
    assert say(0.01, 0.05, 0.107).endswith("furthest at n = 3, by 0.107 bits.")
    assert say(-0.01, 0.02) == (
        "The samples are above the floor at n = 2 alone, by 0.020 bits; at n = 1 they are below it."
    )
    assert say(-0.01, 0.02, 0.03).startswith(
        "The samples are above the floor at n = 2 and 3; furthest at 3, by 0.030 bits; at n = 1"
    )
    assert say(0.1) == "The samples are above the floor at n = 1, by 0.100 bits."
    assert say(-0.1, -0.1) == (
        "At no order are the samples significantly above the floor; "
        "at n = 1 and 2 they are below it."
    )
    # an interval that holds 0 leaves it to chance, whichever side the excess itself is on
    assert say(0.01, 0.02, interval=(-0.01, 0.03)) == (
        "At no order are the samples significantly above the floor."
    )


def test_without_a_floor_none_is_claimed():
    said = caption(bare_report(), "orders")
    assert said == (
        "The samples are 0.100 bits at n = 1, 0.400 at n = 4 from real text; without held-out "
        "text no floor is known."
    )


def test_baselines_that_do_better_are_named():
    rows = jsds(0.1, 0.2)
    worse = {**rows, "jsd2": replace(rows["jsd2"], baselines={"a": 0.9})}
    better = {**rows, "jsd2": replace(rows["jsd2"], baselines={"a": 0.9, "b": 0.1, "c": 0.2})}
    assert caption(with_measures(**worse), "orders").endswith(
        "At n = 2 no baseline is nearer to real text."
    )
    assert caption(with_measures(**better), "orders").endswith(
        "At n = 2 nearer to real text than the samples: b and c."
    )


def test_what_is_compared_with_the_floor_is_drawn_where_it_differs():
    rows = {"jsd1": replace(measure(0.2, real=0.1), at_real_size=0.25)}
    report = replace(with_measures(**rows), m=1000, real_m=100)
    assert "samples, comparable" in texts(svg(report, "orders"))
    assert "floor: real text (100 lines)" in texts(svg(report, "orders"))
    same = with_measures(jsd1=measure(0.2, real=0.1))
    assert "samples, comparable" not in texts(svg(same, "orders"))


@pytest.mark.parametrize(
    ("samples", "ending"),
    [
        ((0.5, 0.3), "The samples are above it at every size, at the last by 0.100."),
        ((0.3, 0.1), "The samples are above it at no size."),
        ((0.3, 0.3), "The samples are above it at 100 lines, not at the other sizes."),
    ],
)
def test_what_sample_size_does_is_said(samples, ending):
    sizes = SampleSizes(measure="jsd4", sizes=(10, 100), samples=samples, real=(0.4, 0.2))
    said = caption(replace(full_report(), sizes=sizes), "sizes")
    assert said == (
        "Real text falls from 0.4000 bits at 10 lines to 0.2000 at 100: this is the effect "
        f"of the number of lines alone. {ending}"
    )


def jsds(*excesses, interval=None):
    return {
        f"jsd{n}": measure(0.2 + excess, real=0.2, interval=interval)
        for n, excess in enumerate(excesses, 1)
    }
