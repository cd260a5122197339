"""Colours, lines and fonts of all pictures."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from matplotlib import rc_context, rcdefaults, rcParams

__all__ = [
    "BASELINE_LOOKS",
    "INK",
    "MUTED",
    "REAL",
    "REAL_LOOK",
    "RULE",
    "SAMPLES",
    "SAMPLES_LOOK",
    "Look",
    "styled",
]

INK, MUTED, RULE = "#1d1d1f", "#66666b", "#dcdad4"
SAMPLES, REAL = "#b03a1e", "#1f5f8b"

STYLE: Any = {
    "svg.fonttype": "none", "text.parse_math": False, "font.family": ["DejaVu Sans"],
    "font.size": 10.5, "text.color": INK, "axes.labelcolor": INK, "axes.labelsize": 10.5,
    "axes.edgecolor": MUTED, "axes.linewidth": 0.8, "axes.spines.top": False,
    "axes.spines.right": False, "xtick.color": MUTED, "ytick.color": MUTED,
    "xtick.labelcolor": INK, "ytick.labelcolor": INK, "xtick.labelsize": 10,
    "ytick.labelsize": 10, "axes.grid": True, "grid.color": RULE, "grid.linewidth": 0.7,
    "axes.axisbelow": True, "lines.linewidth": 1.6, "lines.markersize": 5,
}  # fmt: skip

Look = dict[str, Any]  # of a line or a text, in the words of matplotlib
SAMPLES_LOOK: Look = {"color": SAMPLES, "linestyle": "-", "linewidth": 2.2, "marker": "o"}
REAL_LOOK: Look = {"color": REAL, "linestyle": (0, (5, 2)), "marker": "s", "fillstyle": "none"}
BASELINE_LOOKS: Sequence[Look] = [
    {"color": MUTED, "linewidth": 1.2, "linestyle": dashes, "marker": marker, "fillstyle": "none"}
    for dashes, marker in [
        ((0, (1, 1.6)), "^"), ((0, (5, 1.5, 1, 1.5)), "D"), ((0, (2.5, 1.5)), "v"),
        ((0, (1, 3)), "P"), ((0, (7, 1.5, 1, 1.5, 1, 1.5)), "X"), ((0, (9, 2)), "*"),
        ((0, (3, 3)), "<"), ((0, (1, 1)), "h"), ((0, (12, 2, 2, 2)), ">"), ((0, (4, 1)), "p"),
    ]
]  # fmt: skip


@contextmanager
def styled(name: str) -> Iterator[None]:
    """Draw in this style, whatever the user's own is; `name` seeds the names within an SVG."""
    with rc_context(), warnings.catch_warnings():
        rcdefaults()
        rcParams.update(STYLE)
        rcParams["svg.hashsalt"] = f"textgan {name}"
        # Widths are reckoned by a font that lacks most scripts; the browser's has them.
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        yield
