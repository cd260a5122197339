from dataclasses import replace

import pytest

from tests.evaluation.render.conftest import HOSTILE, of_labels
from tests.evaluation.render.reports import bare_report
from tests.evaluation.render.terminal.printed import printed
from textgan.evaluation.render.conditions import code_summaries, sections
from textgan.evaluation.render.html import page
from textgan.evaluation.render.terminal import report as terminal
from textgan.evaluation.render.verdict import verdict
from textgan.evaluation.report.report import RevealingNgram


def with_labels(labels):
    return replace(bare_report(), labels=labels)


def with_codes(*codes):
    return replace(bare_report(), codes=codes)


def test_a_report_of_plain_text_has_no_further_sections():
    assert list(sections(with_labels(None))) == []


def test_up_to_30_labels_are_all_shown():
    labels = of_labels(30, spoilt=1)
    (section,) = sections(with_labels(labels))
    assert [row[0] for row in section.rows] == [label.name for label in labels.labels]
    assert section.rows[0][1:4] == ("20", "100.0%", "0.0%")
    assert section.rows[1][1:4] == ("21", "100.0%", "100.0%")
    assert section.rows[1][4] == f"{labels.labels[1].jsd.excess:z.4f}"
    assert section.rows[1][5] == f"{labels.labels[1].unique.samples:.1%}"
    assert "not shown" not in section.note


def test_of_more_labels_the_commonest_and_the_worst_are_shown_and_the_rest_counted():
    (section,) = sections(with_labels(of_labels(31, spoilt=6)))
    commonest = [f"label {i}" for i in range(30, 20, -1)]
    worst = [HOSTILE, *(f"label {i}" for i in range(1, 5))]
    assert [row[0] for row in section.rows] == commonest + worst
    lines = sum(i + 20 for i in range(5, 21))
    assert f"not shown: 16 labels with {lines} training lines" in section.note


def test_the_accuracy_has_its_interval_and_that_of_real_text():
    labels = of_labels(3, spoilt=1)
    (section,) = sections(with_labels(labels))
    low, high = labels.samples.interval
    assert section.summary.startswith(f"68.3% ({low:.1%} to {high:.1%}) of 63 samples")
    low, high = labels.ratio_interval
    assert "Of 63 held-out lines 100.0%" in section.summary
    assert section.summary.endswith(f"divided by this share is 0.683 ({low:.3f} to {high:.3f}).")
    assert "68.3% have the label that was their condition (held-out text: 100.0%)." in verdict(
        with_labels(labels)
    )


def test_without_held_out_lines_real_text_is_unknown():
    report = with_labels(of_labels(3, held_out=False))
    (section,) = sections(report)
    assert section.summary.endswith("there is no figure for real lines.")
    assert section.rows[0][2] == "unknown"
    assert "have the label that was their condition." in verdict(report)


def test_codes_have_their_intervals(codes):
    (section,) = sections(with_codes(*codes))
    # 1 + (log₂ 0.75 − 3)/4, the standard error a quarter of 1 + log₂ 0.75
    assert section.rows[:3] == (
        ("code 0", "information, bits (entropy 1.000)", "0.146", "-0.140 to 0.433"),
        ("code 0", "recovered (by chance 50.0%)", "75.0%", "30.1% to 95.4%"),
        ("code 0", "lines changed", "25.0%", "4.6% to 69.9%"),
    )
    assert section.rows[3][:2] == ("code 1", "information, bits (entropy 1.000)")
    assert section.rows[4] == ("code 1", "correlation with Q's mean", "unknown", "")


def test_a_terminal_and_a_page_show_the_same_cells(codes, labels, monkeypatch):
    monkeypatch.setattr("textgan.evaluation.render.html.plots", lambda report: [])
    report = replace(with_labels(labels), codes=codes)
    text = printed(terminal.show, report, 400, tables=True, signatures=True)
    html = page(report)
    tables = list(sections(report))
    assert [table.title for table in tables] == ["By label", "Codes"]
    for table in tables:
        assert table.summary in text
        for row in table.rows:
            for cell in row[1:]:
                assert cell in text
                assert cell.replace("-", "−").replace("'", "&#39;") in html
        for signature in table.signatures:
            assert signature in text
            assert signature in html
    assert "[red]<b>␛" in text
    assert "<bdi>[red]&lt;b&gt;␛</bdi>" in html
    assert not {"\x1b"} & set(text + html)


@pytest.mark.parametrize("width", [80, 200])
def test_sections_are_read_on_a_terminal(width, codes, labels):
    text = printed(terminal.show, replace(with_labels(labels), codes=codes), width, tables=True)
    assert "…" not in text
    assert "information, bits (entropy 1.000)" in text


def test_codes_are_summed_up_in_a_line_each(codes):
    assert code_summaries(with_codes(*codes)) == [
        "code 0: 75.0% recovered (50.0% by chance), 25.0% of the lines changed",
        "code 1: correlation with Q's mean unknown",
    ]
    assert code_summaries(bare_report()) == []


def test_revealing_ngrams_are_listed_with_their_place_and_shares():
    ngrams = (
        RevealingNgram(ngram="<b>\x1b", starts=False, ends=False, samples=0.5, real=0.001),
        RevealingNgram(ngram=" a", starts=True, ends=False, samples=0.25, real=0.5),
        RevealingNgram(ngram="z", starts=False, ends=True, samples=0.0, real=0.125),
        RevealingNgram(ngram="", starts=True, ends=True, samples=0.0, real=0.1),
    )
    report = replace(bare_report(), revealing=ngrams)
    (table,) = sections(report)
    assert table.rows[1:] == (
        ("␣a", "start", "25.0%", "50.0%"),
        ("z", "end", "0.0%", "12.5%"),
        ("", "whole line", "0.0%", "10.0%"),
    )
    text, html = printed(terminal.show, report, 80, tables=True), page(report)
    assert "<b>␛" in text
    assert "<bdi>&lt;b&gt;␛</bdi>" in html
    assert not {"\x1b"} & set(text + html)
    assert list(sections(replace(report, revealing=()))) == []
