"""The picture of a case study: what is found by how many lines, or molecules drawn."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.molecules import read
from textgan.diagnostics.charts import new_figure
from textgan.evaluation.render.plots.style import (
    BASELINE_LOOKS,
    REAL_LOOK,
    SAMPLES_LOOK,
    styled,
)

__all__ = ["FOUND", "write_picture"]

FOUND = "found in "  # begins the names of shares of held-out lines among so many lines
LOOKS = (SAMPLES_LOOK, *BASELINE_LOOKS[:5], REAL_LOOK)
CELL = (190, 150)  # of a molecule
COLUMNS = 4


def write_picture(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write an SVG of a study's rows: a line for each system, or molecules of the first row."""
    found = [column for column in rows[0] if column.startswith(FOUND)]
    if found:
        with styled("case study"):
            _write_curves(rows, found, path)
    else:
        _write_molecules(rows[0], path)


def _write_curves(rows: Sequence[Mapping[str, Any]], found: Sequence[str], path: Path) -> None:
    counts = [int(column.removeprefix(FOUND).replace(",", "")) for column in found]
    figure, (axes,) = new_figure(3.6)
    compared = [row for row in rows if found[-1] in row]
    for row, look in zip(compared, LOOKS, strict=False):
        axes.plot(counts, [row[column] for column in found], label=row["system"], **look)
    axes.set_xscale("log")
    axes.set_xticks(counts, [f"{count:,}" for count in counts])
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.set_xlabel("lines written (logarithmic)")
    axes.set_ylabel("held-out lines found")
    axes.legend(fontsize=9)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _write_molecules(row: Mapping[str, Any], path: Path) -> None:
    from rdkit.Chem import Draw

    lines = row["examples"][: 2 * COLUMNS]
    svg = Draw.MolsToGridImage(
        read(lines), molsPerRow=COLUMNS, subImgSize=CELL, useSVG=True, legends=lines
    )
    path.write_text(svg, encoding="utf-8")
