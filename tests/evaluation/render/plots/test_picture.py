from dataclasses import replace
from xml.etree import ElementTree

import pytest

from tests.evaluation.render.plots.drawn import SVG, svg, texts
from tests.evaluation.render.reports import bare_report, full_report
from textgan.evaluation.render.plots import plots


@pytest.fixture(scope="module")
def drawn():
    return plots(full_report())


def test_every_picture_of_a_full_report_is_one_labelled_element(drawn):
    assert [plot.name for plot in drawn] == [
        "orders", "sizes", "quality", "frontier", "lengths", "symbols", "positions", "matches",
        "training", "wasserstein", "transport",
    ]  # fmt: skip
    for plot in drawn:
        root = ElementTree.fromstring(plot.svg)
        assert root.tag == f"{SVG}svg"
        assert root.get("role") == "img"
        assert len(root.get("aria-label")) > 20
        assert root.get("width") is None  # as wide as the page gives it
        assert plot.caption.endswith(".")
        assert not list(root.iter(f"{SVG}style"))  # it would hold for the whole page
        assert not list(root.iter(f"{SVG}metadata"))


def test_what_a_report_lacks_is_not_drawn():
    assert [plot.name for plot in plots(bare_report())] == [
        "orders", "lengths", "symbols", "positions",
    ]  # fmt: skip


def test_axes_name_their_units(drawn):
    found = {plot.name: texts(plot.svg) for plot in drawn}
    for name, unit in {
        "orders": "JSD, bits",
        "sizes": "lines evaluated",
        "quality": "reverse likelihood, bits per character: lower covers more",
        "lengths": "length, characters (T = 8)",
        "symbols": "share of all characters, ends of lines counted",
        "positions": "share at that position",
        "frontier": "recall: of the 4-grams of real text",
        "matches": "guesses (logarithmic)",
        "training": "training step",
        "wasserstein": "E D(x) − E D(G(z)), in the critic's own units",
        "transport": "edits",
    }.items():
        assert unit in found[name]
    assert "bytes" in " ".join(texts(svg(replace(full_report(), unit="byte"), "lengths")))


def test_the_same_report_gives_the_same_pictures_whatever_the_users_style(drawn):
    from matplotlib import rc_context

    with rc_context(
        {"font.size": 30, "xtick.major.width": 9, "axes.facecolor": "black", "svg.hashsalt": "mine"}
    ):
        assert [plot.svg for plot in plots(full_report())] == [plot.svg for plot in drawn]
