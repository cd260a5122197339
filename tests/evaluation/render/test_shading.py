import re
from dataclasses import replace

from tests.evaluation.render.reports import bare_report
from textgan.evaluation.render.shading import cells, shades
from textgan.evaluation.report.report import Example


def shaded(symbols, bits):
    return list(cells(Example(symbols=tuple(symbols), bits=bits), bare_report()))


def test_symbols_are_shaded_by_their_bits():
    # V = 16: a symbol drawn uniformly costs 4 bits, so that the shades are 1 bit apart
    line = shaded("ab c", (0.9, 1.0, 3.9, 4.0, 2.5))
    assert [(cell.shade, cell.space, cell.title, cell.text) for cell in line] == [
        (0, False, "a 0.90 bits", "a"),
        (1, False, "b 1.00 bits", "b"),
        (3, True, "  3.90 bits", "␣"),
        (4, False, "c 4.00 bits", "c"),
        (2, True, "end of line 2.50 bits", "↵"),
    ]


def test_the_shades_cover_all_bits():
    meanings = [meaning for _, meaning in shades(bare_report())]
    assert meanings[0] == "below 1.0 bits"
    assert meanings[-1] == "4.0 and more: no likelier than a symbol drawn uniformly"
    ends = [re.findall(r"\d\.\d", meaning) for meaning in meanings]
    assert ends == [["1.0"], ["1.0", "2.0"], ["2.0", "3.0"], ["3.0", "4.0"], ["4.0"]]
    assert len(shades(replace(bare_report(), vocabulary_size=1))) == 5


def test_a_symbol_and_its_marks_are_one_cell():
    line = shaded("e\u0301👩\u200d🚀x", (1.0, 3.5, 1.0, 1.0, 2.0, 0.0))
    assert [(cell.shade, cell.text) for cell in line] == [
        (3, "e\u0301"),
        (2, "👩\u200d🚀"),
        (0, "x"),
    ]
