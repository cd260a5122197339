import math
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from scipy.stats import spearmanr

from tests.evaluation.render.test_html import HOSTILE, bare_report, full_report, measure
from textgan.evaluation.render.plots import PICTURES, plots
from textgan.evaluation.render.plots.training import spearman
from textgan.evaluation.render.plots.words import columns, mark, shorten
from textgan.evaluation.report.report import (
    Curves,
    Lengths,
    Matches,
    SampleSizes,
    Symbols,
    Transport,
)

SVG = "{http://www.w3.org/2000/svg}"
NAMED = {picture.name: picture for picture in PICTURES}


def texts(drawn):
    return ["".join(text.itertext()) for text in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


def svg(report, name):
    return NAMED[name].plot(report).svg


def caption(report, name):
    return NAMED[name].caption(report)


def with_measures(**found):
    return replace(bare_report(), real_m=100, held_out=100, measures=found)


def jsds(*excesses, interval=None):
    return {
        f"jsd{n}": measure(0.2 + excess, real=0.2, interval=interval)
        for n, excess in enumerate(excesses, 1)
    }


def test_every_picture_of_a_full_report_is_one_labelled_element():
    found = plots(full_report())
    assert [plot.name for plot in found] == [
        "orders", "sizes", "standing", "lengths", "symbols", "positions", "matches", "training",
        "wasserstein", "transport",
    ]  # fmt: skip
    for plot in found:
        root = ElementTree.fromstring(plot.svg)
        assert root.tag == f"{SVG}svg"
        assert root.get("role") == "img"
        assert len(root.get("aria-label")) > 20
        assert root.get("width") is None  # as wide as the page gives it
        assert plot.caption.endswith(".")
        assert not list(root.iter(f"{SVG}style"))  # it would hold for the whole page
        assert not list(root.iter(f"{SVG}metadata"))


def test_what_a_report_lacks_is_not_drawn():
    assert [plot.name for plot in plots(bare_report())] == [
        "orders", "lengths", "symbols", "positions",
    ]  # fmt: skip


def test_axes_name_their_units():
    found = {plot.name: texts(plot.svg) for plot in plots(full_report())}
    for name, unit in {
        "orders": "JSD, bits",
        "sizes": "lines evaluated",
        "standing": "reverse likelihood, bits a character: lower covers more",
        "lengths": "length, characters (T = 8)",
        "symbols": "share of all characters, ends of lines counted",
        "positions": "share at that position",
        "matches": "guesses (logarithmic)",
        "training": "training step",
        "wasserstein": "E D(x) − E D(G(z)), in the critic's own units",
        "transport": "edits",
    }.items():
        assert unit in found[name]
    assert "bytes" in " ".join(texts(svg(replace(full_report(), unit="byte"), "lengths")))


def test_the_same_report_gives_the_same_pictures_whatever_the_users_style():
    from matplotlib import rc_context

    first = [plot.svg for plot in plots(full_report())]
    with rc_context(
        {"font.size": 30, "xtick.major.width": 9, "axes.facecolor": "black", "svg.hashsalt": "mine"}
    ):
        assert [plot.svg for plot in plots(full_report())] == first


def test_text_stays_text_and_is_escaped():
    report = replace(
        full_report(),
        transport=Transport(moves=tuple((line, line, 0) for line in HOSTILE)),
    )
    drawn = svg(report, "transport")
    shown = texts(drawn)
    for line in (
        "<script>alert(1)</script>",
        "[red] & \"double\" 'single'",
        "␛[31mred",
        "$x_1$ \\frac{1}{2}",
        "\\u202eabc\\ud800\\uffff",
        "春眠不覺曉",
        "👩\u200d🚀",
        "_hidden",
    ):
        assert shown.count(line) == 2
    assert "<script" not in drawn


def test_symbols_of_any_kind_are_labels():
    names = ("a", " ", "<", "$", "\u0301", "\u202e", "\n", "春", "")
    share = tuple(1 / len(names) for _ in names)
    at = tuple((one,) * 3 for one in share)
    report = replace(
        bare_report(),
        symbols=Symbols(symbols=names, samples=share, real=share, samples_at=at, real_at=at),
    )
    wanted = ["a", "␣", "<", "$", "\\u0301", "\\u202e", "␊", "春"]
    assert set(wanted) <= set(texts(svg(report, "symbols")))
    assert {*wanted, "end of line"} <= set(texts(svg(report, "positions")))


def test_baselines_may_have_any_name():
    named = dict.fromkeys(HOSTILE, 0.3)
    report = with_measures(
        jsd1=replace(measure(0.2, real=0.1), baselines=named),
        forward=replace(measure(2.0, real=1.9), baselines=named),
        reverse=replace(measure(2.0, real=1.9), baselines=named),
    )
    assert {"_hidden", "<script>alert(1)</script>"} <= set(texts(svg(report, "standing")))
    assert {HOSTILE[0], HOSTILE[1]} <= set(texts(svg(report, "orders")))


def test_of_the_baselines_those_next_to_the_samples_are_drawn_by_order():
    samplers = {"training lines": 0.1, "3-gram": 0.15, "2-gram": 0.25, "unigram": 0.4}
    named = {**samplers, "uniform": 0.8, "autoregressive": 0.12}
    report = with_measures(jsd4=replace(measure(0.2, real=0.1), baselines=named))
    told = texts(svg(report, "orders"))
    assert {"samples", "3-gram sampler", "2-gram sampler", "autoregressive"} <= set(told)
    assert not {"training lines", "unigram", "unigram sampler", "uniform sampler"} & set(told)


# Captions say what the numbers say


def test_the_orders_above_the_floor_are_told():
    def say(*excesses, interval=None):
        return caption(with_measures(**jsds(*excesses, interval=interval)), "orders")

    assert say(0.01, 0.107, 0.05) == (
        "At every order the samples lie above the floor; furthest at n = 2, by 0.107 bits."
    )
    assert say(0.01, 0.05, 0.107).endswith("furthest at n = 3, by 0.107 bits.")
    assert say(-0.01, 0.02) == (
        "The samples lie above the floor at n = 2 alone, by 0.020 bits; at n = 1 they lie below it."
    )
    assert say(-0.01, 0.02, 0.03).startswith(
        "The samples lie above the floor at n = 2 and 3; furthest at 3, by 0.030 bits; at n = 1"
    )
    assert say(0.1) == "The samples lie above the floor at n = 1, by 0.100 bits."
    assert say(-0.1, -0.1) == (
        "At no order do the samples lie above the floor by more than chance would explain; "
        "at n = 1 and 2 they lie below it."
    )
    # an interval that holds 0 leaves it to chance, whichever side the excess itself is on
    assert say(0.01, 0.02, interval=(-0.01, 0.03)) == (
        "At no order do the samples lie above the floor by more than chance would explain."
    )


def test_without_a_floor_none_is_claimed():
    said = caption(bare_report(), "orders")
    assert said == (
        "The samples lie 0.100 bits at n = 1, 0.400 at n = 4 from real text; without held-out "
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
        ((0.5, 0.3), "The samples stay above it at every size, at the last by 0.100."),
        ((0.3, 0.1), "The samples stay above it at no size."),
        ((0.3, 0.3), "The samples lie above it at 100 lines, not at the other sizes."),
    ],
)
def test_what_sample_size_does_is_told_apart(samples, ending):
    sizes = SampleSizes(measure="jsd4", sizes=(10, 100), samples=samples, real=(0.4, 0.2))
    said = caption(replace(full_report(), sizes=sizes), "sizes")
    assert said == (
        "Real text itself falls from 0.4000 bits at 10 lines to 0.2000 at 100: so much does the "
        f"number of lines alone. {ending}"
    )


def test_the_length_that_is_most_wrong_is_named():
    # means 0.5·1 + 0.5·3 = 2 and 1·0.2 + 2·0.8 = 1.8; half of 0.3 + 0.8 + 0.5 is 0.8
    lengths = Lengths(samples=(0.0, 0.5, 0.0, 0.5), real=(0.0, 0.2, 0.8, 0.0))
    assert caption(replace(bare_report(), lengths=lengths), "lengths") == (
        "The samples are 2.00 characters long on average, real text 1.80; 80.0% of the samples "
        "would have to be of another length. There are too few of 2 above all: 0.0% against 80.0%."
    )
    same = Lengths(samples=lengths.real, real=lengths.real)
    assert "above all" not in caption(replace(bare_report(), lengths=same), "lengths")


def test_the_symbol_that_is_most_wrong_is_named_and_where():
    one = Symbols(
        symbols=("a", "b", ""),
        samples=(0.3, 0.2, 0.5),
        real=(0.2, 0.22, 0.58),
        samples_at=((0.6, 0.0), (0.4, 0.0), (0.0, 1.0)),
        real_at=((0.5, 0.0), (0.5, 0.05), (0.0, 0.95)),
    )
    report = replace(bare_report(), symbols=one)
    assert {"0%", "12.5%", "100%"} <= set(texts(svg(report, "positions")))  # the scale
    assert caption(report, "symbols") == (
        "Furthest out of proportion is “a”, more frequent than in training text: 30.0% against "
        "20.0%. Over these 2, 6.0% of the text would have to change. Not shown: ends of lines, "
        "50.0% against 58.0%."
    )
    assert caption(report, "positions") == (
        "The largest difference (framed) is “a” at position 1: 60.0% of the samples, 50.0% of "
        "training text. Over these symbols 7.5% are out of place on average, most at position 1 "
        "(10.0%)."
    )
    late = replace(one, samples_at=((0.5, 0.0), (0.5, 0.05), (0.0, 0.2)))
    assert "is the end of line at position 2: 20.0% of the samples, 95.0%" in caption(
        replace(report, symbols=late), "positions"
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
def test_the_match_rate_is_told_beside_that_of_training_lines(samples, real, ending):
    found = Matches(guesses=(10, 1000), samples=(0.01, samples), real=(0.01, real))
    assert caption(replace(full_report(), matches=found), "matches") == (
        f"The first 1,000 samples hit {samples:.2%} of the distinct held-out lines{ending}"
    )


def test_no_match_at_all_is_told():
    found = Matches(guesses=(10,), samples=(0.0,), real=(0.02,))
    assert caption(replace(full_report(), matches=found), "matches") == (
        "The first 10 samples hit no held-out line; as many training lines hit 2.00%."
    )


def test_quality_and_coverage_are_told_apart():
    def say(forward, reverse):
        return caption(
            with_measures(
                jsd1=measure(0.2),
                forward=replace(measure(forward, real=2.0), baselines={"a": 2.2, "b": 1.9}),
                reverse=replace(measure(reverse, real=2.5), baselines={"a": 2.9, "b": 2.6}),
            ),
            "standing",
        )

    assert say(2.25, 2.75) == (
        "Quality: the samples are less likely than real text, by 0.250 bits a character. "
        "Coverage: they predict real text worse than training lines do, by 0.250 bits. More is "
        "covered by b."
    )
    assert "likelier than real text, by 0.250" in say(1.75, 3.0)
    assert say(1.75, 3.0).endswith("More is covered by a and b.")
    assert "better than training lines do, by 0.250" in say(1.75, 2.25)
    assert say(1.75, 2.25).endswith("No baseline covers more.")


def test_a_baseline_far_off_does_not_squeeze_the_rest():
    far = {"a": 2.2, "uniform": 14.0}
    report = with_measures(
        forward=replace(measure(2.0, real=2.0), baselines=far),
        reverse=replace(measure(2.5, real=2.5), baselines=far),
    )
    assert caption(report, "standing").endswith("Far out of the picture: uniform.")
    assert "uniform" not in texts(svg(report, "standing"))
    assert "a" in texts(svg(report, "standing"))


def test_the_plan_says_its_cost_and_which_moves_are_shown():
    few = Transport(moves=(("abc", "abd", 1), ("abc", "abc", 0)))
    report = replace(full_report(), transport=few)
    assert caption(report, "transport") == (
        "To become as many real lines the 2 samples of this plan take 0.50 edits each on average, "
        "at most 1; 1 is a real line already. Shown: every move, the dearest first."
    )
    many = Transport(moves=tuple((f"s{i}", f"r{i}", 100 - i) for i in range(100)))
    report = replace(full_report(), transport=many)
    assert caption(report, "transport").endswith(
        "50.50 edits each on average, at most 100; 0 are real lines already. Shown: 40 moves, "
        "evenly from the dearest to the cheapest."
    )
    shown = [
        text for text in texts(svg(report, "transport")) if text[0] == "s" and text[1:].isdigit()
    ]
    assert (len(shown), shown[0], shown[-1]) == (40, "s0", "s99")


def curves(**values):
    return replace(full_report(), curves=Curves(steps=(100, 200, 300), values=values))


def test_training_is_told_from_first_to_last_and_best():
    falling = curves(jsd1=(0.5, 0.4, 0.3), jsd10=(0.9, 0.5, 0.4), jsd10_floor=(0.1, 0.1, 0.1))
    assert caption(falling, "training") == (
        "JSD of 10-grams fell from 0.900 bits after step 100 to 0.400 after step 300, its lowest, "
        "so that more steps may lower it further; the floor is 0.100."
    )
    assert caption(curves(jsd4=(0.5, None, 0.6)), "training") == (
        "JSD of 4-grams did not fall: it went from 0.500 bits after step 100 to 0.600 after step "
        "300; it was lowest after step 100, at 0.500."
    )


def test_the_critics_estimate_is_explained_and_ranked_with_quality():
    said = caption(
        curves(
            jsd4=(0.9, 0.5, 0.4), wasserstein_train=(5.0, 3.0, 2.0),
            wasserstein_held_out=(5.0, 3.0, 1.5),
        ),
        "wasserstein",
    )  # fmt: skip
    assert said == (
        "The estimate went from 5 to 2; it should fall as quality rises. Its rank correlation "
        "with JSD of 4-grams is 1.00 (they fall together). At the end training text scores 0.5 "
        "above held-out text; a gap between the two is the sign of an over-fitted critic. Under a "
        "Wasserstein loss it estimates a distance; it is not comparable across critics of other "
        "shapes or update counts."
    )
    rising = caption(curves(jsd4=(0.9, 0.5, 0.4), wasserstein_train=(1.0, 2.0, 3.0)), "wasserstein")
    assert "is -1.00 (they move apart)" in rising
    assert "held-out" not in rising


def test_curves_without_points_are_not_drawn():
    found = {plot.name for plot in plots(curves(slope=(1.0, 1.0, 1.0), jsd4=(None, None, None)))}
    assert not found & {"training", "wasserstein"}


def test_rank_correlation_is_scipys():
    draw = np.random.default_rng(5)
    x = draw.integers(0, 6, 40).astype(float)  # with ties
    y = x + draw.normal(size=40).round()
    assert spearman(x, y) == pytest.approx(spearmanr(x, y).statistic, abs=1e-12)
    holes = np.where(np.arange(40) % 7 == 0, np.nan, y)
    kept = ~np.isnan(holes)
    assert spearman(x, holes) == pytest.approx(spearmanr(x[kept], y[kept]).statistic, abs=1e-12)
    assert spearman([1, 2], [1, 2]) is None
    assert spearman([1, 1, 1], [1, 2, 3]) is None


@pytest.mark.parametrize(
    ("symbol", "shown"),
    [(" ", "␣"), ("\x1b", "␛"), ("\ufe0f", "\\ufe0f"), ("\u200d", "\\u200d"), ("", "end of line")],
)
def test_a_symbol_alone_can_be_told(symbol, shown):
    assert mark(symbol) == shown


@pytest.mark.parametrize("most", range(1, 12))
def test_shortened_text_fits(most):
    assert columns(shorten("春眠不覺曉abc", most)) <= most


def test_a_legend_has_room_for_long_names():
    names = {f"baseline of a rather long name, number {i}": 0.1 for i in range(8)}
    report = with_measures(jsd1=replace(measure(0.2, real=0.1), baselines=names))
    root = ElementTree.fromstring(svg(report, "orders"))
    height = float(root.get("viewBox").split()[3])
    heights = [float(text.get("y")) for text in root.iter(f"{SVG}text") if "long name" in text.text]
    assert len(heights) == 2
    assert all(0 < y < height - 200 for y in heights)  # above the axes, which are 200 high
    assert math.isclose(heights[1] - heights[0], 15, abs_tol=0.1)
