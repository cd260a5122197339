import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.metrics.character_error_rate import TranslationReport, first, restoration
from textgan.evaluation.metrics.label_accuracy import Labelled, per_label_report
from textgan.evaluation.metrics.mutual_information import (
    categorical_code,
    continuous_code,
    share_changed,
)
from textgan.evaluation.render.conditions import sections
from textgan.evaluation.render.html import page
from textgan.evaluation.render.terminal import report as terminal
from textgan.evaluation.render.terminal import translation as pairs
from textgan.evaluation.render.verdict import verdict

HOSTILE = "[red]<b>\x1b"


def shown(show, found, width=200):
    out = io.StringIO()
    show(found, Console(file=out, width=width, force_terminal=False), signatures=True)
    return out.getvalue()


def of_labels(count, *, held_out=True, spoilt=0):
    """Label l has l + 20 lines; real and sampled lines tell it, but samples of `spoilt` labels."""
    names = [HOSTILE, *(f"label {i}" for i in range(1, count))]
    labels = [i for i in range(count) for _ in range(i + 20)]
    lines = [f"{chr(ord('Ā') + i)}{'xyz'[n % 3]}" for n, i in enumerate(labels)]
    wrong = [
        line if i >= spoilt else chr(ord("Ā") + count - 1)
        for line, i in zip(lines, labels, strict=True)
    ]
    real = Labelled(lines, labels)
    return per_label_report(
        names, real, Labelled(wrong, labels), real if held_out else None, length=4
    )


def with_labels(labels):
    return replace(evaluate(["ab", "cd"], ["ab", "ef"], ["gh"], length=4), labels=labels)


def with_codes(*codes):
    return replace(evaluate(["ab", "cd"], ["ab", "ef"], ["gh"], length=4), codes=codes)


def codes():
    changed = share_changed([["a", "b", "c", "d"], ["x", "b", "c", "d"]])
    posterior = np.array([[0.5, 0.5], [0.25, 0.75], [0.5, 0.5], [0.5, 0.5]])
    return (
        categorical_code("code 0", posterior, np.array([0, 1, 0, 1]), length=4, changed=changed),
        continuous_code("code 1", np.zeros(2), np.ones(2), np.array([-1.0, 1.0]), length=4),
    )


def test_a_report_of_plain_text_has_no_further_sections():
    assert list(sections(with_labels(None))) == []


def test_up_to_30_labels_are_all_shown():
    labels = of_labels(30, spoilt=1)
    (section,) = sections(with_labels(labels))
    assert [row[0] for row in section.rows] == [one.name for one in labels.labels]
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


def test_the_accuracy_is_told_with_its_intervals_beside_real_text():
    labels = of_labels(3, spoilt=1)
    (section,) = sections(with_labels(labels))
    low, high = labels.samples.interval
    assert section.summary.startswith(f"68.3% ({low:.1%} to {high:.1%}) of 63 samples")
    low, high = labels.ratio_interval
    assert "of 63 held-out lines 100.0%" in section.summary
    assert section.summary.endswith(f"the ratio to that is 0.683 ({low:.3f} to {high:.3f}).")
    assert "68.3% have the label that was their condition (held-out text: 100.0%)." in verdict(
        with_labels(labels)
    )


def test_without_held_out_lines_real_text_is_unknown():
    report = with_labels(of_labels(3, held_out=False))
    (section,) = sections(report)
    assert section.summary.endswith("there is no figure for real lines.")
    assert section.rows[0][2] == "unknown"
    assert "have the label that was their condition." in verdict(report)


def test_codes_are_told_with_their_intervals():
    one, other = codes()
    (section,) = sections(with_codes(one, other))
    # 1 + (log₂ 0.75 − 3)/4, the standard error a quarter of 1 + log₂ 0.75
    assert section.rows[:3] == (
        ("code 0", "information, bits (entropy 1.000)", "0.146", "-0.140 to 0.433"),
        ("code 0", "recovered (by chance 50.0%)", "75.0%", "30.1% to 95.4%"),
        ("code 0", "lines changed", "25.0%", "4.6% to 69.9%"),
    )
    assert section.rows[3][:2] == ("code 1", "information, bits (entropy 1.000)")
    assert section.rows[4] == ("code 1", "correlation with Q's mean", "unknown", "")


def test_a_terminal_and_a_page_show_the_same_cells():
    report = replace(with_labels(of_labels(3)), codes=codes())
    text, html = shown(terminal.show, report, width=400), page(report, verdict(report))
    found = list(sections(report))
    assert [one.title for one in found] == ["By label", "Codes"]
    for section in found:
        assert section.summary in text
        for row in section.rows:
            for cell in row[1:]:
                assert cell in text
                assert cell.replace("-", "−").replace("'", "&#39;") in html
        for signature in section.signatures:
            assert signature in text
            assert signature in html
    assert "[red]<b>␛" in text
    assert "<bdi>[red]&lt;b&gt;␛</bdi>" in html
    assert not {"\x1b"} & set(text + html)


@pytest.mark.parametrize("width", [80, 200])
def test_sections_are_read_on_a_terminal(width):
    report = replace(with_labels(of_labels(3)), codes=codes())
    text = shown(terminal.show, report, width).partition("Signatures")[0]
    assert "…" not in text
    assert "information, bits (entropy 1.000)" in text


def translated(sources, outputs, targets, pairs=None, part="test"):
    return TranslationReport(
        evaluated=HOSTILE, part=part, pairs=len(sources) if pairs is None else pairs, seed=0,
        restoration=restoration(sources, outputs, targets),
        examples=first(sources, outputs, targets, 10),
    )  # fmt: skip


SOURCES = ["teh", "cat", "dgo", "bird"] * 5
TARGETS = ["the", "cat", "dog", "bird"] * 5


def test_a_translation_is_told_with_all_its_numbers():
    outputs = [*TARGETS[:-1], "birds"]
    text = shown(pairs.show, translated(SOURCES, outputs, TARGETS, pairs=99))
    assert text.startswith("[red]<b>␛\n")
    # 1 edit, and 2 of each transposition: 20 of 65 characters
    assert (
        "error rate of 1.54%, and copies of the sources one of 30.77%: the outputs are near" in text
    )
    assert "20 of 99 test pairs, 65 characters of targets" in text
    assert "in the 19 whose three texts are equally long 20 of 20 wrong characters are" in text
    assert "  bird -> birds (bird)\n  teh -> the (the)\n" in text
    assert "cer|unit:char|T:5|m:20|" in text
    for figure in ("-29.23%", "0.050", "95.0%", "50.0%"):
        assert figure in text


def test_a_translation_that_does_harm_or_nothing_is_told_so():
    harm = shown(pairs.show, translated(SOURCES, ["x" * 9] * 20, TARGETS, part="valid"))
    assert "the outputs are further from the targets" in harm
    assert "20 validation pairs" in harm
    assert "in none are all three texts equally long" in harm
    assert "no significant difference" in shown(pairs.show, translated(SOURCES, SOURCES, TARGETS))
    right = shown(pairs.show, translated(TARGETS, TARGETS, TARGETS))
    assert "unknown" in right  # of nothing wrong there is no ratio


def test_a_translation_is_read_on_a_terminal_of_80_columns():
    text = shown(pairs.show, translated(SOURCES, ["x" * 9] * 20, TARGETS), width=80)
    assert "…" not in text.partition("Signatures")[0]
