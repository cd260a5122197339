"""Tables of figures that are read at any width: none is cut, and no column goes missing.

A table too wide for a terminal is printed in parts, one under another, each with the columns that
name the rows; where a figure does not fit after a name, each figure gets a line.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from textgan.evaluation.render.paragraph import print_paragraph
from textgan.evaluation.render.visible import visible

__all__ = ["Table", "fit_to_width", "print_table", "to_html"]

BETWEEN = 3  # columns of a terminal between two cells
NAME = 12  # columns that a row's name may take, however narrow the terminal is


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with its title and note; its text may come from outside.

    Attributes:
        title: above it; "" for none.
        summary: a sentence under the title; "" for none.
        heads: of the columns.
        rows: as many cells each.
        names: how many of the columns, from the first, say what the others are of.
        strong: the places, (row, column), of cells that stand out.
        note: how to read it; "" for none.
    """

    title: str = ""
    summary: str = ""
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: int = 1
    strong: frozenset[tuple[int, int]] = frozenset()
    note: str = ""


def print_table(table: Table, console: Console) -> None:
    """Print a table with its title and note, in as many parts as the console needs."""
    if table.title:
        print_paragraph(table.title, console, "bold")
    if table.summary:
        print_paragraph(table.summary, console)
    for part in fit_to_width(table, console.width):
        console.print(part)
    if table.note:
        print_paragraph(table.note, console, "dim")
    console.print()


def fit_to_width(table: Table, width: int) -> Iterator[RenderableType]:
    """Yield what is printed for the cells of a table, one thing under another, `width` wide."""
    columns = [_column(table, place) for place in range(len(table.heads))]
    wide = [max(map(cell_len, column)) for column in columns]
    names = range(table.names)
    free = range(table.names, len(columns))
    gaps = BETWEEN * (len(columns) - 1)
    most = _name_width(wide[: table.names], width - sum(wide[table.names :]) - gaps)
    if most < min(NAME, max(wide[: table.names])):  # not in one piece
        most = max(NAME, width // (2 * table.names))
    fixed = _capped(wide[: table.names], most) + BETWEEN * (table.names - 1)
    if any(fixed + BETWEEN + wide[place] > width for place in free):
        yield Text("\n".join(_lines(table, columns, width)))
        return
    group: list[int] = []
    used = fixed
    for place in free:
        if group and used + BETWEEN + wide[place] > width:
            yield _grid(table, columns, [*names, *group], most)
            group, used = [], fixed
        group.append(place)
        used += BETWEEN + wide[place]
    yield _grid(table, columns, [*names, *group], most)


def _name_width(wide: Sequence[int], room: int) -> int:
    """Return the most columns that a name may take, so that those as `wide` as these fit `room`."""
    return next((most for most in range(max(wide), 0, -1) if _capped(wide, most) <= room), 0)


def _capped(wide: Sequence[int], most: int) -> int:
    return sum(min(width, most) for width in wide)


def to_html(tables: Iterable[Table]) -> str:
    """Return tables as HTML without a style of their own, every text escaped."""
    parts = []
    for table in tables:
        heads = Markup("").join(Markup("<th>{}</th>").format(_safe(head)) for head in table.heads)
        rows = Markup("").join(
            Markup("<tr>{}</tr>").format(Markup("").join(_cells(table, row))) for row in table.rows
        )
        if table.title:
            parts.append(Markup("<h3>{}</h3>").format(_safe(table.title)))
        if table.summary:
            parts.append(Markup("<p>{}</p>").format(_safe(table.summary)))
        parts.append(
            Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(heads, rows)
        )
        if table.note:
            parts.append(Markup("<p><small>{}</small></p>").format(_safe(table.note)))
    return "\n".join(parts)


def _cells(table: Table, row: Sequence[str]) -> Iterator[Markup]:
    for place, cell in enumerate(row):
        kind = Markup("<th>{}</th>") if place < table.names else Markup("<td>{}</td>")
        yield kind.format(_safe(cell))


def _safe(text: str) -> Markup:
    return escape(visible(text))


def _column(table: Table, place: int) -> list[str]:
    return [table.heads[place], *(visible(row[place]) for row in table.rows)]


def _grid(
    table: Table, columns: Sequence[Sequence[str]], places: Sequence[int], most: int
) -> RenderableType:
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place in places:
        if place < table.names:
            grid.add_column(columns[place][0], overflow="fold", max_width=most)
        else:
            grid.add_column(columns[place][0], justify="right", no_wrap=True)
    for row in range(len(table.rows)):
        grid.add_row(
            *(
                Text(columns[place][row + 1], style="bold" if (row, place) in table.strong else "")
                for place in places
            )
        )
    return grid


def _lines(table: Table, columns: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Yield the name of each row, and under it its figures, each behind its heading."""
    free = range(table.names, len(columns))
    wide = max(cell_len(columns[place][0]) for place in free)
    for row in range(1, len(table.rows) + 1):
        yield " ".join(columns[place][row] for place in range(table.names)).strip()
        for place in free:
            head, cell = columns[place][0], columns[place][row]
            if not cell:
                continue
            line = f"  {head}{' ' * (wide - cell_len(head))}  {cell}"
            yield from [line] if cell_len(line) <= width else [f"  {head}", f"    {cell}"]
