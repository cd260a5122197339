from dataclasses import replace

from tests.evaluation.render.plots.drawn import caption, svg, texts
from tests.evaluation.render.reports import bare_report
from textgan.evaluation.report.report import (
    Lengths,
    Symbols,
)


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


def test_the_length_that_is_most_wrong_is_named():
    # means 0.5·1 + 0.5·3 = 2 and 1·0.2 + 2·0.8 = 1.8; half of 0.3 + 0.8 + 0.5 is 0.8
    lengths = Lengths(samples=(0.0, 0.5, 0.0, 0.5), real=(0.0, 0.2, 0.8, 0.0))
    assert caption(replace(bare_report(), lengths=lengths), "lengths") == (
        "The samples are 2.00 characters long on average, real text 1.80; 80.0% of the samples "
        "would have to be of another length. The largest difference: too few of 2, 0.0% against "
        "80.0%."
    )
    same = Lengths(samples=lengths.real, real=lengths.real)
    assert "The largest" not in caption(replace(bare_report(), lengths=same), "lengths")


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
        "The largest difference is that of “a”, more frequent than in training text: 30.0% against "
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
