"""`textgan sample --sweep`: the same lines for each value of a code, as a table or as JSON."""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textgan.config.codes import Codes
from textgan.evaluation.render.visible import visible

if TYPE_CHECKING:
    from textgan.sampling.sampler import Sampler

__all__ = ["sweep_json", "sweep_table"]

CONTINUOUS_VALUES = 7  # from −1 to 1


def sweep_json(sampler: "Sampler", code: int, seeds: Sequence[int]) -> Iterator[str]:
    """Yield a JSON object for each value of a code, with the lines of `seeds`."""
    for value, texts in _swept(sampler, code, seeds):
        yield json.dumps({"code": code, "value": value, "texts": texts}, ensure_ascii=False)


def sweep_table(sampler: "Sampler", code: int, seeds: Sequence[int]) -> Iterator[str]:
    """Yield a table: a row for each value of a code, a column for each line of `seeds`."""
    rows = [[f"code {code}", *(f"line {i + 1}" for i in range(len(seeds)))]]
    rows += [
        [f"{round(value, 2):g}", *map(visible, texts)]
        for value, texts in _swept(sampler, code, seeds)
    ]
    yield from _aligned(rows)


def _swept(
    sampler: "Sampler", code: int, seeds: Sequence[int]
) -> Iterator[tuple[float, list[str]]]:
    values = _values(sampler.latents.codes, code)
    yield from zip(values, sampler.sweep(seeds, code, values), strict=True)


def _values(codes: Codes, code: int) -> list[float]:
    """Return all values of a categorical code, or evenly spaced ones of a continuous code."""
    if code < len(codes.categorical):
        return list(range(codes.categorical[code]))
    return [2 * step / (CONTINUOUS_VALUES - 1) - 1 for step in range(CONTINUOUS_VALUES)]


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    """Yield each row with its cells padded to columns, by their width on a terminal."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        )
        yield "  ".join(cells).rstrip()
