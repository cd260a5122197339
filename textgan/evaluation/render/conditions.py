"""Labels, codes and revealing n-grams as tables: the same on a terminal and on a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textgan.evaluation.render.tables import Table
from textgan.evaluation.render.titles import interval, shown, title
from textgan.evaluation.report.conditions import CodeReport, LabelReport, LabelScore
from textgan.evaluation.report.measure import merged_signatures
from textgan.evaluation.report.report import Report, RevealingNgram
from textgan.evaluation.statistics.proportions import Share

__all__ = ["Section", "code_summaries", "sections"]

MAX_LABELS = 30  # that are all shown; of more
COMMONEST, WORST = 10, 5  # are shown
MAX_SUMMARIES = 2  # codes with a line on the first screen

Ends = tuple[float, float] | None  # of an interval


@dataclass(frozen=True, kw_only=True)
class Section(Table):
    """A table of labels, codes or n-grams.

    Attributes:
        name: of the section on a page.
        signatures: of all its numbers, those of one kind as one; none where they are a measure's.
    """

    name: str
    signatures: tuple[str, ...] = ()


def sections(report: Report) -> Iterator[Section]:
    """Yield the tables of labels, codes and revealing n-grams, of those that there are."""
    if report.labels is not None:
        yield _labels(report.labels)
    if report.codes:
        yield _codes(report.codes)
    if report.revealing:
        yield _revealing(report.revealing)


# Labels


def _labels(labels: LabelReport) -> Section:
    scores = _shown_labels(labels.labels)
    hidden = [score for score in labels.labels if score not in scores]
    note = (
        "real: held-out lines that are classified as their label; JSD-4 excess: the distance from "
        "the training lines of the label, above that of its held-out lines"
    )
    if hidden:
        lines = sum(score.training for score in hidden)
        note = (
            f"the {COMMONEST} commonest labels, then the {WORST} whose accuracy is furthest below "
            f"that of real text; not shown: {len(hidden):,} labels with {lines:,} training lines; "
            f"{note}"
        )
    return Section(
        name="labels",
        title="By label",
        summary=_accuracy(labels),
        heads=("label", "training lines", "real", "samples", "JSD-4 excess", "distinct"),
        rows=tuple(
            (
                score.name,
                f"{score.training:,}",
                _share("label-accuracy", score.real),
                _share("label-accuracy", score.samples),
                shown("jsd4", None if score.jsd is None else score.jsd.excess),
                shown("unique", None if score.unique is None else score.unique.samples),
            )
            for score in scores
        ),
        names=1,
        note=note,
        signatures=tuple(_label_signatures(labels, scores)),
    )


def _accuracy(labels: LabelReport) -> str:
    name, samples, real = "label-accuracy", labels.samples, labels.real
    text = (
        f"{shown(name, samples.share)} ({interval(name, samples.interval)}) of {samples.lines:,} "
        "samples are classified as the label that was their condition"
    )
    if real is None:
        return f"{text}; without held-out text there is no figure for real lines."
    text += f". Of {real.lines:,} held-out lines {shown(name, real.share)} "
    text += f"({interval(name, real.interval)}) are classified as their label"
    if labels.real_as_asked is not None:
        text += "; with the label frequencies of the samples this is "
        text += shown(name, labels.real_as_asked)
    if labels.ratio is None:
        return f"{text}."
    ends = labels.ratio_interval
    wide = "" if ends is None else f" ({ends[0]:.3f} to {ends[1]:.3f})"
    return f"{text}. The share of the samples divided by this share is {labels.ratio:.3f}{wide}."


def _shown_labels(labels: Sequence[LabelScore]) -> list[LabelScore]:
    """Return the labels to show: all, or the commonest and those furthest below real text."""
    if len(labels) <= MAX_LABELS:
        return list(labels)
    commonest = sorted(labels, key=lambda score: -score.training)[:COMMONEST]
    others = [score for score in labels if score not in commonest]
    return commonest + sorted(others, key=_above_real)[:WORST]


def _above_real(score: LabelScore) -> float:
    samples = 1.0 if score.samples is None else score.samples.share
    return samples - (0.0 if score.real is None else score.real.share)


def _share(name: str, share: Share | None) -> str:
    return shown(name, None if share is None else share.share)


def _label_signatures(labels: LabelReport, scores: Sequence[LabelScore]) -> Iterator[str]:
    yield labels.signature
    if labels.real_signature is not None:
        yield labels.real_signature
    for measures in ([score.jsd for score in scores], [score.unique for score in scores]):
        yield from merged_signatures(row for row in measures if row is not None)


# Codes


def code_summaries(report: Report) -> list[str]:
    """Return a line for each code, of many codes for the first ones: what became of it.

    Codes have no figure of real text, so that they have no row among the measures.
    """
    codes = report.codes or ()
    lines = [f"{code.name}: {_code_summary(code)}" for code in codes[:MAX_SUMMARIES]]
    if len(codes) > MAX_SUMMARIES:
        lines[-1] += f" ({len(codes) - MAX_SUMMARIES} more: --tables)"
    return lines


def _code_summary(code: CodeReport) -> str:
    if code.values is not None and code.recovered is not None:
        share = shown("recovered", code.recovered.share)
        text = f"{share} recovered ({1 / code.values:.1%} by chance)"
    else:
        text = f"correlation with Q's mean {shown('correlation', code.correlation)}"
    if code.changed is not None:
        text += f", {shown('changed', code.changed.pairs)} of the lines changed"
    return text


def _codes(codes: Sequence[CodeReport]) -> Section:
    note = (
        f"Q reads {codes[0].lines:,} lines as they are sampled; information: the lower bound by Q, "
        "at most the entropy of a code with values; recovered: lines whose code is the value that "
        "Q finds most probable; lines changed: between two values of the code, all else of the "
        "noise kept"
    )
    return Section(
        name="codes",
        title="Codes",
        summary="",
        heads=("code", "", "figure", "95% interval"),
        rows=tuple(row for code in codes for row in _code_rows(code)),
        names=2,
        note=note,
        signatures=tuple(dict.fromkeys(code.signature for code in codes)),
    )


def _code_rows(code: CodeReport) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a code: its name, which figure, the figure and its interval."""

    def row(name: str, detail: str, value: float | None, ends: Ends) -> tuple[str, ...]:
        return code.name, f"{title(name)}{detail}", shown(name, value), interval(name, ends)

    entropy = f", bits (entropy {code.entropy:.3f})"
    yield row("information", entropy, code.information, code.interval)
    if code.values is not None and code.recovered is not None:
        chance = f" (by chance {1 / code.values:.1%})"
        yield row("recovered", chance, code.recovered.share, code.recovered.interval)
    if code.values is None:
        yield row("correlation", " with Q's mean", code.correlation, code.correlation_interval)
    if code.changed is not None:
        yield row("changed", "", code.changed.pairs, code.changed.interval)


# N-grams


def _revealing(ngrams: Sequence[RevealingNgram]) -> Section:
    return Section(
        name="revealing",
        title="N-grams that reveal samples",
        heads=("n-gram", "place", "samples", "real text"),
        rows=tuple(
            (
                ngram.ngram.replace(" ", "␣"),
                _place(ngram),
                f"{ngram.samples:.1%}",
                f"{ngram.real:.1%}",
            )
            for ngram in ngrams
        ),
        names=2,
        note="lines that have the n-gram; first n-grams by which the classifier recognises "
        "samples, then those by which it recognises real text, the strongest first; ␣: a space",
    )


def _place(ngram: RevealingNgram) -> str:
    """Return where in a line the n-gram stands; "" for anywhere."""
    if ngram.starts and ngram.ends:
        return "whole line"
    return "start" if ngram.starts else "end" if ngram.ends else ""
