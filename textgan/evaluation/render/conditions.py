"""What a run made of labels and codes, as tables: the same on a terminal and on a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textgan.evaluation.metrics.registry import describe
from textgan.evaluation.render.tables import Table
from textgan.evaluation.report.conditions import CodeReport, LabelReport, LabelScore
from textgan.evaluation.report.report import Report
from textgan.evaluation.report.signature import combine
from textgan.evaluation.statistics.proportions import Share

__all__ = ["Section", "between", "sections"]

MOST = 30  # labels that are all shown; of more
COMMONEST, WORST = 10, 5  # are shown

Ends = tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class Section(Table):
    """A table of what labels or codes became.

    Attributes:
        name: of the section on a page.
        signatures: of all its numbers, those of one kind as one.
    """

    name: str
    signatures: tuple[str, ...]


def sections(report: Report) -> Iterator[Section]:
    """Yield the sections of a report on a run that was given labels or codes."""
    if report.labels is not None:
        yield _labels(report.labels)
    if report.codes:
        yield _codes(report.codes)


def between(name: str, ends: Ends) -> str:
    """Return an interval of the measure `name`, rounded as it is; "" for None.

    >>> between("recovered", (0.25, 0.5))
    '25.0% to 50.0%'
    """
    show = describe(name)[0].show
    return "" if ends is None else f"{show(ends[0])} to {show(ends[1])}"


def _labels(found: LabelReport) -> Section:
    shown = _shown(found.labels)
    rest = [one for one in found.labels if one not in shown]
    note = (
        "real: held-out lines that the classifier judges to have their label; JSD-4 excess: the "
        "distance from the training lines of the label, above that of its held-out lines"
    )
    if rest:
        lines = sum(one.training for one in rest)
        note = (
            f"the {COMMONEST} commonest labels, then the {WORST} whose accuracy is lowest "
            f"beside real text's; not shown: {len(rest):,} labels with {lines:,} training lines; "
            f"{note}"
        )
    return Section(
        name="labels",
        title="By label",
        summary=_accuracy(found),
        heads=("label", "training lines", "real", "samples", "JSD-4 excess", "distinct"),
        rows=tuple(
            (
                one.name,
                f"{one.training:,}",
                _share("label-accuracy", one.real),
                _share("label-accuracy", one.samples),
                "unknown" if one.jsd is None else describe("jsd4")[0].show(one.jsd.excess),
                "unknown" if one.unique is None else describe("unique")[0].show(one.unique.samples),
            )
            for one in shown
        ),
        names=1,
        note=note,
        signatures=tuple(_label_signatures(found, shown)),
    )


def _accuracy(found: LabelReport) -> str:
    show = describe("label-accuracy")[0].show
    ours, real = found.samples, found.real
    text = (
        f"{show(ours.share)} ({between('label-accuracy', ours.interval)}) of {ours.lines:,} "
        "samples are classified as the label that was their condition"
    )
    if real is None:
        return f"{text}; without held-out text there is no figure for real lines."
    text += f"; of {real.lines:,} held-out lines {show(real.share)} as their own"
    text += f" ({between('label-accuracy', real.interval)})"
    if found.real_as_asked is not None:
        text += f", {show(found.real_as_asked)} with the label frequencies of the samples"
    if found.ratio is None:
        return f"{text}."
    ends = found.ratio_interval
    wide = "" if ends is None else f" ({ends[0]:.3f} to {ends[1]:.3f})"
    return f"{text}: the ratio to that is {found.ratio:.3f}{wide}."


def _shown(labels: Sequence[LabelScore]) -> list[LabelScore]:
    """Return the labels to show: all, or the commonest and those furthest below real text."""
    if len(labels) <= MOST:
        return list(labels)
    commonest = sorted(labels, key=lambda one: -one.training)[:COMMONEST]
    rest = [one for one in labels if one not in commonest]
    return commonest + sorted(rest, key=_above_real)[:WORST]


def _above_real(one: LabelScore) -> float:
    samples = 1.0 if one.samples is None else one.samples.share
    return samples - (0.0 if one.real is None else one.real.share)


def _codes(found: Sequence[CodeReport]) -> Section:
    lines = found[0].lines
    note = (
        f"Q reads {lines:,} lines as they are sampled; information: the bound that Q proves, at "
        "most the entropy of a code with values; recovered: lines from which Q tells the code's "
        "value; lines changed: between two values of the code, all else of the noise kept"
    )
    return Section(
        name="codes",
        title="Codes",
        summary="",
        heads=("code", "", "figure", "95% interval"),
        rows=tuple(row for one in found for row in _code(one)),
        names=2,
        note=note,
        signatures=tuple(dict.fromkeys(one.signature for one in found)),
    )


def _code(one: CodeReport) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a code: what it is, which figure, the figure and its interval."""

    def row(name: str, beside: str, value: float | None, ends: Ends) -> tuple[str, ...]:
        kind, _ = describe(name)
        return one.name, f"{kind.title}{beside}", kind.show(value), between(name, ends)

    entropy = f", bits (entropy {one.entropy:.3f})"
    yield row("information", entropy, one.information, one.interval)
    if one.values is not None and one.recovered is not None:
        chance = f" (by chance {1 / one.values:.1%})"
        yield row("recovered", chance, one.recovered.share, one.recovered.interval)
    if one.values is None:
        yield row("correlation", " with Q's mean", one.correlation, one.correlation_interval)
    if one.changed is not None:
        yield row("changed", "", one.changed.pairs, one.changed.interval)


def _share(name: str, found: Share | None) -> str:
    return describe(name)[0].show(None if found is None else found.share)


def _label_signatures(found: LabelReport, shown: Sequence[LabelScore]) -> Iterator[str]:
    yield found.signature
    if found.real_signature is not None:
        yield found.real_signature
    for measures in ([one.jsd for one in shown], [one.unique for one in shown]):
        known = [one for one in measures if one is not None]
        for signatures in ([one.signature for one in known], [one.real_signature for one in known]):
            some = [one for one in signatures if one is not None]
            if some:
                yield combine(some)
