"""Distances of the samples from real text: by the order of n-grams, and by sample size."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from corpora.counts import counted
from textgan.evaluation.render.main_measures import neighbours
from textgan.evaluation.render.measures import comparable, has_comparable
from textgan.evaluation.render.plots.canvas import draw_legend, label_y, log_counts, new_chart
from textgan.evaluation.render.plots.picture import Picture
from textgan.evaluation.render.plots.style import (
    BASELINE_LOOKS,
    REAL_LOOK,
    SAMPLES,
    SAMPLES_LOOK,
    Look,
)
from textgan.evaluation.render.titles import is_jsd, order, shown, title, unit
from textgan.evaluation.render.visible import visible
from textgan.evaluation.render.words import conjoin
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.report import Report

__all__ = ["ORDERS", "SIZES"]

VISIBLE = 0.005  # bits by which two lines must differ to be drawn apart
OTHERS = 2  # baselines other than n-gram samplers
NOTHING = 0.00005  # bits that no rounded figure shows
COMPARABLE_LOOK = {
    **SAMPLES_LOOK,
    "linewidth": 1.2,
    "linestyle": (0, (2, 1.5)),
    "fillstyle": "none",
}

Rows = list[tuple[int, Measure]]
Line = list[tuple[int, float | None]]


# By the order of n-grams


def _jsds(report: Report) -> Rows:
    """Return each order, from the lowest, and its JSD."""
    rows = [
        (order(name) or 0, row)
        for name, row in report.measures.items()
        if is_jsd(name) and row.samples is not None
    ]
    return sorted(rows, key=lambda row: row[0])


def _lines(report: Report) -> list[tuple[str, Look, Line]]:
    """Return what each line is called, its look and its points."""
    rows = _jsds(report)
    lines: list[tuple[str, Look, Line]] = [
        ("samples", SAMPLES_LOOK, [(n, row.samples) for n, row in rows])
    ]
    floor: Line = [(n, row.real) for n, row in rows if row.real is not None]
    has_two_sizes = has_comparable(report, report.measures)
    if floor and any(abs((comparable(row) or 0) - (row.samples or 0)) > VISIBLE for _, row in rows):
        points: Line = [(n, comparable(row)) for n, row in rows]
        lines.append(("samples, comparable", COMPARABLE_LOOK, points))
    if floor:
        size = f" ({counted(report.real_m, 'line')})" if has_two_sizes and report.real_m else ""
        lines.append((f"floor: real text{size}", REAL_LOOK, floor))
    for name, look in zip(_drawn(report), BASELINE_LOOKS, strict=False):
        points = [(n, row.baselines[name]) for n, row in rows if name in row.baselines]
        sampler = f"{name} sampler" if name in neighbours(report) else name
        if points:
            lines.append((sampler, look, points))
    return lines


def _drawn(report: Report) -> list[str]:
    """Return the baselines that are drawn: the n-gram samplers on both sides, and two others.

    All of them would lie too close together; the page has their numbers.
    """
    further = [name for name in neighbours(report)[::-1] if name]
    built_in = {"training lines", *(f"{n}-gram" for n in range(2, 10)), "unigram", "uniform"}
    added = [name for name in report.baselines if name not in built_in]
    return [*further, *added[:OTHERS]]


def _draw_orders(report: Report) -> Figure:
    """Draw the JSD of the samples, of real text and of each baseline over the order n."""
    rows, lines = _jsds(report), _lines(report)
    entries = [(name, look) for name, look, _ in lines]
    figure, axes = new_chart(entries, 200)
    for _, look, points in lines:
        axes.plot(*zip(*points, strict=True), **look)
    band = [
        (n, max(0.0, row.real + row.interval[0]), max(0.0, row.real + row.interval[1]))
        for n, row in rows
        if row.real is not None and row.interval is not None
    ]
    if band:
        places, low, high = zip(*band, strict=True)
        axes.fill_between(places, low, high, color=SAMPLES, alpha=0.16, linewidth=0)
    axes.set_ylim(bottom=0)
    axes.set_xticks([n for n, _ in rows])
    axes.set_xlabel("n, symbols to an n-gram" if report.unit != "char" else "n, characters")
    label_y(axes, "JSD, bits")
    draw_legend(figure, entries)
    return figure


def _caption_orders(report: Report) -> str:
    """Say at which orders the samples are above the floor, and where furthest."""
    rows = _jsds(report)
    excess = {n: row.excess for n, row in rows if row.excess is not None}
    if not excess:
        (first, low), (last, high) = rows[0], rows[-1]
        ends = f"{low.samples:.3f} bits at n = {first}"
        if first != last:
            ends += f", {high.samples:.3f} at n = {last}"
        return f"The samples are {ends} from real text; without held-out text no floor is known."
    intervals = {n: row.interval for n, row in rows}
    above, same, below = [], [], []
    for n, value in excess.items():
        low_end, high_end = intervals[n] or (value, value)
        if low_end > 0 and value >= NOTHING:
            above.append(n)
        elif high_end > -NOTHING:
            same.append(n)
        else:
            below.append(n)
    text = _say_above(above, excess)
    if above and same:
        text += f"; at n = {conjoin(same)} the difference is not significant"
    if below:
        text += f"; at n = {conjoin(below)} they are below it"
    return f"{text}.{_nearer_baselines(*rows[-1])}"


def _say_above(above: Sequence[int], excess: dict[int, float]) -> str:
    """Return at which orders the samples are above the floor, among all of `excess`."""
    if not above:
        return "At no order are the samples significantly above the floor"
    worst = max(above, key=lambda n: excess[n])
    gap = f"by {excess[worst]:.3f} bits" if excess[worst] >= 0.0005 else "by under 0.001 bits"
    if len(above) == 1:
        only = "" if len(excess) == 1 else " alone"
        return f"The samples are above the floor at n = {worst}{only}, {gap}"
    if len(above) == len(excess):
        return f"At every order the samples are above the floor; furthest at n = {worst}, {gap}"
    return f"The samples are above the floor at n = {conjoin(above)}; furthest at {worst}, {gap}"


def _nearer_baselines(n: int, measure: Measure) -> str:
    """Return a sentence on which baselines are nearer to real text at order n."""
    if not measure.baselines or measure.samples is None:
        return ""
    nearer = [visible(name) for name, value in measure.baselines.items() if value < measure.samples]
    if not nearer:
        return f" At n = {n} no baseline is nearer to real text."
    return f" At n = {n} nearer to real text than the samples: {conjoin(nearer)}."


ORDERS = Picture(
    name="orders",
    title="Distance by order",
    label="Lines: Jensen-Shannon divergence in bits by order of the n-grams",
    has=lambda report: bool(_jsds(report)),
    draw=_draw_orders,
    caption=_caption_orders,
)


# By sample size


def _draw_sizes(report: Report) -> Figure:
    """Draw a distance of samples and of real text over the number of lines."""
    assert report.sizes is not None
    curve = report.sizes
    entries = [("samples", SAMPLES_LOOK), ("as many held-out lines", REAL_LOOK)]
    figure, axes = new_chart(entries, 160)
    axes.plot(curve.sizes, curve.samples, **SAMPLES_LOOK)
    axes.plot(curve.sizes, curve.real, **REAL_LOOK)
    axes.set_ylim(bottom=0)
    log_counts(axes, curve.sizes)
    axes.set_xlabel("lines evaluated")
    name = curve.measure
    label_y(axes, title(name) + (f", {unit(name)}" if unit(name) else ""))
    draw_legend(figure, entries)
    return figure


def _caption_sizes(report: Report) -> str:
    """Say what sample size alone does, and what is left between samples and real text."""
    assert report.sizes is not None
    curve, name = report.sizes, report.sizes.measure
    of_unit = f" {unit(name)}" if unit(name) else ""
    first, last = curve.real[0], curve.real[-1]
    verb = "falls" if last < first else "rises" if last > first else "stays"
    text = (
        f"Real text {verb} from {shown(name, first)}{of_unit} at "
        f"{counted(curve.sizes[0], 'line')} to {shown(name, last)} at {curve.sizes[-1]:,}: this is "
        "the effect of the number of lines alone."
    )
    gaps = [sample - real for sample, real in zip(curve.samples, curve.real, strict=True)]
    above = [f"{size:,}" for size, gap in zip(curve.sizes, gaps, strict=True) if gap > 0]
    if len(above) == len(gaps):
        return f"{text} The samples are above it at every size, at the last by {gaps[-1]:.3f}."
    if not above:
        return f"{text} The samples are above it at no size."
    return f"{text} The samples are above it at {conjoin(above)} lines, not at the other sizes."


SIZES = Picture(
    name="sizes",
    title="Distance by sample size",
    label="Lines: a distance to real text by the number of lines evaluated",
    has=lambda report: report.sizes is not None,
    draw=_draw_sizes,
    caption=_caption_sizes,
)
