from dataclasses import replace

import pytest

from tests.evaluation.render.reports import bare_report, full_report, graded, measure
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.render.measures import (
    baselines,
    comparable,
    distances,
    figures,
    has_comparable,
    main_measures,
    overview,
    reference_rows,
    signatures_of,
)
from textgan.evaluation.render.titles import interval, is_jsd, shown, title

TRAINING = [f"{a}{b}{c}{d}" for a in "abcd" for b in "efgh" for c in "ijkl" for d in "mnop"]


@pytest.fixture(scope="module")
def fewer():
    """A report in which real text is of fewer lines than the samples."""
    return evaluate(TRAINING, TRAINING, TRAINING[:7], length=4)


def row_of(table, name):
    (row,) = [row for row in table.rows if row[0] == name]
    return row


def test_the_overview_has_the_figures_of_the_headline_with_floors_and_samplers(report):
    table = overview(report)
    assert table.heads == ("", "samples", "real text", "4-gram", "2-gram")
    assert [row[0] for row in table.rows] == [
        "JSD-4", "forward likelihood", "reverse likelihood", "distinct lines",
        "copied from training",
    ]  # fmt: skip
    row = report.measures["jsd4"]
    figures = (row.samples, row.real, row.baselines["4-gram"], row.baselines["2-gram"])
    assert row_of(table, "JSD-4")[1:] == tuple(shown("jsd4", figure) for figure in figures)


@pytest.mark.parametrize(
    ("jsd", "shown"),
    [(0.25, ("3-gram", "2-gram")), (0.15, ("4-gram", "3-gram")), (0.9, ("4-gram", "2-gram"))],
)
def test_the_overview_has_the_samplers_that_the_headline_names(jsd, shown):
    assert overview(graded(jsd, 3.0)).heads[3:] == shown


def test_the_overview_of_a_run_on_labels_has_their_accuracy(conditioned):
    assert row_of(overview(conditioned), "label accuracy") == (
        "label accuracy", "68.3%", "100.0%", "", "",
    )  # fmt: skip


def test_figures_comparable_with_real_text_have_a_column_where_they_differ(fewer, report):
    assert has_comparable(fewer, fewer.measures)
    assert not has_comparable(report, report.measures)
    row = fewer.measures["jsd4"]
    assert overview(fewer).heads[:4] == ("", "samples", "of 7 lines", "real text")
    figures = (row.samples, row.at_real_size, row.real)
    assert row_of(overview(fewer), "JSD-4")[1:4] == tuple(shown("jsd4", f) for f in figures)
    note = distances(fewer).note
    assert "floor: 7 held-out lines (there are no more) against the training text" in note
    assert "of 7 lines: as many samples" in note


def test_every_figure_is_in_a_table(report):
    cells = {
        cell
        for table in (distances(report), figures(report), baselines(report), overview(report))
        for row in table.rows
        for cell in row
    }
    for name, row in report.measures.items():
        if is_jsd(name) or (name[-1] not in "12356" and "jsd" not in name):
            for figure in (comparable(row), row.real, row.excess):
                assert shown(name, figure) in cells, name
            assert interval(name, row.interval) in cells
    assert set(report.baselines) <= cells


def test_main_measures_have_their_excess_and_interval(report):
    table = main_measures(report)
    row = report.measures["reverse"]
    assert [row[0] for row in table.rows][:3] == [title(n) for n in ("jsd4", "forward", "reverse")]
    ends = interval("reverse", row.interval)
    assert row_of(table, title("reverse"))[3:] == (shown("reverse", row.excess), ends)


def test_without_held_out_text_its_figures_are_unknown():
    report = evaluate(["ab"], ["abc"], [], length=4)
    assert "no held-out text, so no floor" in distances(report).note
    assert "unknown" in row_of(figures(report), title("forward"))


def test_one_is_no_plural():
    report = evaluate(["abcd"], ["abce", "bcde"], ["abcf"], length=4)
    assert distances(report).note.startswith("1 line against 2, cut at 4; floor: 1 held-out line ")
    assert baselines(report).note.startswith("1 line of each;")


def test_real_text_of_fewer_lines_has_a_row_of_its_own(fewer, report):
    row = fewer.measures["jsd4"]
    assert reference_rows(fewer, ["jsd4", "unique"]) == [
        ("samples", [shown("jsd4", row.samples), "100.0%"]),
        ("real text", ["", "100.0%"]),
        ("7 samples", [shown("jsd4", row.at_real_size), ""]),
        ("7 real", [shown("jsd4", row.real), ""]),
    ]
    assert [heading for heading, _ in reference_rows(report, ["jsd4"])] == ["samples", "real text"]


def test_a_report_without_baselines_has_no_table_of_them():
    assert not baselines(bare_report()).rows
    assert overview(bare_report()).heads == ("", "samples", "real text")
    assert overview(bare_report()).rows[0] == ("JSD-4", "0.4000", "")


def test_signatures_of_a_kind_are_one(report, conditioned):
    signatures = signatures_of(report)
    assert signatures[0].startswith("jsd|n:1,2,3,4,5,6|unit:char|")
    for name, row in report.measures.items():
        if name[-1] not in "123456":
            assert {row.signature, row.real_signature} <= set(signatures)
    assert conditioned.labels.signature in signatures_of(conditioned)
    assert conditioned.codes[0].signature in signatures_of(conditioned)


def test_measures_of_an_order_are_shown_at_that_of_the_headline():
    titles = [row[0] for row in figures(full_report()).rows]
    assert "2-gram recall" not in titles
    assert "BLEU-4" in titles
    other = replace(full_report(), measures={"jsd2": measure(0.1), "recall2": measure(0.3)})
    assert [row[0] for row in figures(other).rows] == ["2-gram recall"]
