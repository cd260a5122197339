import io
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from textgan.evaluation.render.tables import Table, print_table, to_html

MEASURES = Table(
    title="Measures",
    heads=("", "samples", "real text", "95% interval"),
    rows=(
        ("cosine distance", "0.4759", "0.1178", "0.3525 to 0.3638"),
        ("distinct lines", "84.9%", "100.0%", ""),
    ),
    note="read so",
)


def shown(table, width):
    out = io.StringIO()
    print_table(table, Console(file=out, width=width, force_terminal=False))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_a_table_that_fits_is_one_table():
    assert shown(MEASURES, 58) == [
        "Measures",
        "                  samples   real text       95% interval",
        "────────────────────────────────────────────────────────",
        "cosine distance    0.4759      0.1178   0.3525 to 0.3638",
        "distinct lines      84.9%      100.0%",
        "read so",
        "",
    ]
    assert shown(MEASURES, 56) == shown(MEASURES, 58)


def test_a_wider_one_is_printed_in_parts_that_repeat_the_names():
    assert shown(MEASURES, 38)[1:-2] == [
        "                  samples   real text",
        "─────────────────────────────────────",
        "cosine distance    0.4759      0.1178",
        "distinct lines      84.9%      100.0%",
        "                      95% interval",
        "──────────────────────────────────",
        "cosine distance   0.3525 to 0.3638",
        "distinct lines",
    ]


def test_where_no_figure_fits_beside_a_name_each_has_a_line():
    assert shown(MEASURES, 30)[1:-2] == [
        "cosine distance",
        "  samples       0.4759",
        "  real text     0.1178",
        "  95% interval",
        "    0.3525 to 0.3638",
        "distinct lines",
        "  samples       84.9%",
        "  real text     100.0%",
    ]


def test_names_are_broken_between_words_before_the_table_is():
    lines = shown(MEASURES, 53)
    assert lines[3:6] == [
        "cosine          0.4759      0.1178   0.3525 to 0.3638",
        "distance",
        "distinct         84.9%      100.0%",
    ]


FIGURES = st.floats(-1e4, 1e4, allow_subnormal=False).map(lambda value: f"{value:.4f}")
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=30)


@given(st.data(), st.integers(20, 100), st.integers(1, 7), st.integers(1, 2))
@settings(max_examples=25, deadline=None)
def test_at_any_width_every_figure_is_whole_and_no_line_too_wide(data, width, columns, names):
    heads = tuple(f"h{i}" for i in range(names + columns))
    row = st.tuples(*[NAMES] * names, *[FIGURES] * columns)
    rows = data.draw(st.lists(row, min_size=1, max_size=5).map(tuple))
    lines = shown(Table(heads=heads, rows=rows, names=names), width)
    assert max(map(cell_len, lines)) <= width
    found = re.findall(r"-?\d+\.\d{4}(?!\d)", "\n".join(lines))
    for cells in rows:
        for figure in cells[names:]:
            assert figure in found


def test_html_of_tables_escapes_every_text():
    html = to_html([Table(title="<b>", heads=("&",), rows=(("<i>\x1b",),), note="'")])
    assert html == (
        "<h3>&lt;b&gt;</h3>\n<table><thead><tr><th>&amp;</th></tr></thead><tbody><tr>"
        "<th>&lt;i&gt;␛</th></tr></tbody></table>\n<p><small>&#39;</small></p>"
    )
