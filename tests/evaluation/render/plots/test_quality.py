from dataclasses import replace

from tests.evaluation.render.plots.drawn import caption, svg, texts, with_measures
from tests.evaluation.render.reports import HOSTILE, measure


def test_quality_and_coverage_are_named_apart():
    def say(forward, reverse):
        return caption(
            with_measures(
                jsd1=measure(0.2),
                forward=replace(measure(forward, real=2.0), baselines={"a": 2.2, "b": 1.9}),
                reverse=replace(measure(reverse, real=2.5), baselines={"a": 2.9, "b": 2.6}),
            ),
            "quality",
        )

    assert say(2.25, 2.75) == (
        "Quality: the samples are less likely than real text, by 0.250 bits per character. "
        "Coverage: they predict real text worse than training lines do, by 0.250 bits. Better "
        "coverage: b."
    )
    assert "likelier than real text, by 0.250" in say(1.75, 3.0)
    assert say(1.75, 3.0).endswith("Better coverage: a and b.")
    assert "better than training lines do, by 0.250" in say(1.75, 2.25)
    assert say(1.75, 2.25).endswith("No baseline has better coverage.")


def test_a_baseline_far_off_does_not_squeeze_the_rest():
    far = {"a": 2.2, "uniform": 14.0}
    report = with_measures(
        forward=replace(measure(2.0, real=2.0), baselines=far),
        reverse=replace(measure(2.5, real=2.5), baselines=far),
    )
    assert caption(report, "quality").endswith("Not drawn, too far away: uniform.")
    assert "uniform" not in texts(svg(report, "quality"))
    assert "a" in texts(svg(report, "quality"))


def test_baselines_may_have_any_name():
    named = dict.fromkeys(HOSTILE, 0.3)
    report = with_measures(
        jsd1=replace(measure(0.2, real=0.1), baselines=named),
        forward=replace(measure(2.0, real=1.9), baselines=named),
        reverse=replace(measure(2.0, real=1.9), baselines=named),
    )
    assert {"_hidden", "<script>alert(1)</script>"} <= set(texts(svg(report, "quality")))
    assert {HOSTILE[0], HOSTILE[1]} <= set(texts(svg(report, "orders")))
