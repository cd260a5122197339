"""The shape of lines: their lengths, their symbols, and the positions of those."""

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from textgan.evaluation.render.plots.canvas import (
    WIDTH,
    add_axes,
    draw_legend,
    label_y,
    new_chart,
    new_figure,
    number_percents,
    number_wholes,
    write,
)
from textgan.evaluation.render.plots.picture import Picture
from textgan.evaluation.render.plots.style import MUTED, REAL, REAL_LOOK, SAMPLES, SAMPLES_LOOK
from textgan.evaluation.render.words import columns, name_unit, quote, shorten, symbol_name
from textgan.evaluation.report.report import Report

__all__ = ["LENGTHS", "POSITIONS", "SYMBOLS"]

Array = NDArray[np.float64]
NOTHING = 0.0005  # a share that no rounded percentage shows


# Lengths


def _draw_lengths(report: Report) -> Figure:
    """Draw the shares of lines by their length."""
    samples, real = report.lengths.samples, report.lengths.real
    entries = [
        ("samples", {**SAMPLES_LOOK, "marker": ""}),
        ("real text", {"color": REAL, "linestyle": "-", "linewidth": 7, "alpha": 0.35}),
    ]
    figure, axes = new_chart(entries, 150)
    places = range(len(samples))
    axes.bar(places, real, width=0.86, color=REAL, alpha=0.35, linewidth=0)
    axes.step(places, samples, where="mid", color=SAMPLES, linewidth=2)
    axes.set_xlim(-0.7, len(samples) - 0.3)
    axes.set_ylim(0, 1.06 * max(*samples, *real, 1e-9))
    axes.grid(visible=False, axis="x")
    number_wholes(axes)
    number_percents(axes.yaxis)
    axes.set_xlabel(f"length, {name_unit(report.unit)} (T = {report.length})")
    label_y(axes, "share of lines")
    draw_legend(figure, entries)
    return figure


def _caption_lengths(report: Report) -> str:
    """Say how long lines are on average, and what share of lines is of a wrong length."""
    samples, real = np.array(report.lengths.samples), np.array(report.lengths.real)
    places = np.arange(len(samples))
    difference = samples - real
    text = (
        f"The samples are {samples @ places:.2f} {name_unit(report.unit)} long on average, real "
        f"text {real @ places:.2f}; {np.abs(difference).sum() / 2:.1%} of the samples "
        "would have to be of another length"
    )
    worst = int(np.abs(difference).argmax())
    if abs(difference[worst]) < NOTHING:
        return f"{text}."
    way = "too many" if difference[worst] > 0 else "too few"
    return (
        f"{text}. The largest difference: {way} of {worst}, {samples[worst]:.1%} against "
        f"{real[worst]:.1%}."
    )


LENGTHS = Picture(
    name="lengths",
    title="Lengths of lines",
    label="Line over bars: shares of lines by length, samples and real text",
    has=lambda report: bool(report.lengths.samples),
    draw=_draw_lengths,
    caption=_caption_lengths,
)


# Symbols


def _frequent(report: Report) -> list[tuple[str, float, float]]:
    """Return each frequent symbol and its two shares, without the end of a line."""
    symbols = report.symbols
    return [
        row for row in zip(symbols.symbols, symbols.samples, symbols.real, strict=True) if row[0]
    ]


def _draw_symbols(report: Report) -> Figure:
    """Draw the share of each frequent symbol, ends of lines apart: they would dwarf the rest."""
    symbols, samples, real = zip(*_frequent(report), strict=True)
    names = [shorten(symbol_name(symbol), 14) for symbol in symbols]
    samples_look = {**SAMPLES_LOOK, "linestyle": ""}
    real_look = {**REAL_LOOK, "linestyle": "", "marker": "|", "markersize": 11, "mew": 2.2}
    entries = [("samples", samples_look), ("training text", real_look)]
    left = 22 + 6.2 * max(map(columns, names))
    figure, axes = new_chart(entries, 12.5 * len(names), left=left, right=18, gap=6)
    rows = range(len(names))
    axes.hlines(rows, real, samples, color=SAMPLES, linewidth=1.6)
    axes.plot(real, rows, **real_look)
    axes.plot(samples, rows, **samples_look)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 1.06 * max(*samples, *real, 1e-9))
    axes.set_yticks(rows, names)
    axes.tick_params(axis="y", length=0)
    number_percents(axes.xaxis)
    axes.set_xlabel(f"share of all {name_unit(report.unit)}, ends of lines counted")
    draw_legend(figure, entries)
    return figure


def _caption_symbols(report: Report) -> str:
    """Say which frequent symbol is of the largest difference, and what is left out."""
    symbols = report.symbols
    rows = _frequent(report)
    differences = np.array([abs(sample - real) for _, sample, real in rows])
    worst = int(differences.argmax())
    if differences[worst] < NOTHING:
        text = "No frequent symbol differs by as much as 0.05% of the text."
    else:
        symbol, sample, real = rows[worst]
        text = (
            f"The largest difference is that of {quote(symbol)}, "
            f"{'more' if sample > real else 'less'} frequent than in training text: {sample:.1%} "
            f"against {real:.1%}. Over these {len(differences)}, {differences.sum() / 2:.1%} "
            "of the text would have to change."
        )
    if "" in symbols.symbols:
        end = symbols.symbols.index("")
        sample, real = symbols.samples[end], symbols.real[end]
        text += f" Not shown: ends of lines, {sample:.1%} against {real:.1%}."
    return text


SYMBOLS = Picture(
    name="symbols",
    title="Frequent symbols",
    label="Dots: shares of the most frequent symbols, samples and training text",
    has=lambda report: bool(_frequent(report)),
    draw=_draw_symbols,
    caption=_caption_symbols,
)


# Positions


def _off_places(report: Report) -> tuple[Array, int, int]:
    """Return how far apart all shares are, and the symbol and position, from 0, of the largest."""
    differences = np.abs(np.array(report.symbols.samples_at) - np.array(report.symbols.real_at))
    symbol, place = divmod(int(differences.argmax()), differences.shape[1])
    return differences, symbol, place  # off: (symbols, T)


def _shade(shares: Array, highest: float) -> Array:
    """Return one colour, its opacity the cube root of the share, so that rare symbols show."""
    shaded = np.empty((*shares.shape, 4))
    shaded[..., :3] = to_rgb(REAL)
    shaded[..., 3] = np.cbrt(np.clip(shares / highest, 0, 1))
    return shaded


def _draw_positions(report: Report) -> Figure:
    """Draw the share of each frequent symbol at each position, of samples and real text."""
    symbols = report.symbols
    names = [shorten(symbol_name(symbol), 12) for symbol in symbols.symbols]
    shares = np.array([symbols.samples_at, symbols.real_at], dtype=float)  # (2, symbols, T)
    highest = max(float(shares.max()), 1e-9)
    _, symbol, place = _off_places(report)
    left, bottom, top, gap = 18 + 6.2 * max(map(columns, names)), 78, 24, 12
    width = (WIDTH - left - 8 - gap) / 2
    height = 11.5 * len(names)
    figure = new_figure(bottom + height + top)
    for i, title in enumerate(("samples", "training text")):
        start = left + i * (width + gap)
        axes = add_axes(figure, start, bottom, WIDTH - start - width, top)
        axes.imshow(
            _shade(shares[i], highest), interpolation="none", aspect="auto",
            extent=(0.5, shares.shape[2] + 0.5, len(names) - 0.5, -0.5),
        )  # fmt: skip
        axes.add_patch(Rectangle((place + 0.5, symbol - 0.5), 1, 1, fill=False, color=SAMPLES))
        axes.grid(visible=False)
        axes.set_yticks(range(len(names)), names if i == 0 else [""] * len(names))
        axes.tick_params(axis="y", length=0)
        number_wholes(axes, 5)
        axes.set_title(title, size=10, loc="left", pad=5)
        axes.set_xlabel("position in the line")
    scale = add_axes(figure, left, 26, WIDTH - left - width, bottom + height + top - 36)
    ramp = highest * np.linspace(0, 1, 64)[None] ** 3
    scale.imshow(_shade(ramp, highest), interpolation="none", aspect="auto", extent=(0, 1, 0, 1))
    ticks = [0, 0.5, 1]
    scale.set_xticks(ticks, [f"{100 * highest * tick**3:.3g}%" for tick in ticks])
    scale.set_yticks([])
    scale.grid(visible=False)
    write(figure, left + width + gap, 30, "share at that position", {"size": 10, "color": MUTED})
    return figure


def _caption_positions(report: Report) -> str:
    """Say at which position which symbol differs most."""
    symbols = report.symbols
    differences, symbol, place = _off_places(report)
    sample, real = symbols.samples_at[symbol][place], symbols.real_at[symbol][place]
    misplaced = differences.sum(axis=0) / 2  # (T,)
    return (
        f"The largest difference (framed) is {quote(symbols.symbols[symbol])} at position "
        f"{place + 1}: {sample:.1%} of the samples, {real:.1%} of training text. "
        f"Over these symbols {misplaced.mean():.1%} are out of place on average, most at position "
        f"{int(misplaced.argmax()) + 1} ({misplaced.max():.1%})."
    )


POSITIONS = Picture(
    name="positions",
    title="Symbols by position",
    label="Two heat maps: shares of symbols by position, samples and training text",
    has=lambda report: bool(report.symbols.symbols),
    draw=_draw_positions,
    caption=_caption_positions,
)
