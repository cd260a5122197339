import math
from dataclasses import replace
from xml.etree import ElementTree

from tests.evaluation.render.plots.drawn import SVG, svg, with_measures
from tests.evaluation.render.reports import measure


def test_a_legend_has_room_for_long_names():
    names = {f"baseline of a rather long name, number {i}": 0.1 for i in range(8)}
    report = with_measures(jsd1=replace(measure(0.2, real=0.1), baselines=names))
    root = ElementTree.fromstring(svg(report, "orders"))
    height = float(root.get("viewBox").split()[3])
    heights = [float(text.get("y")) for text in root.iter(f"{SVG}text") if "long name" in text.text]
    assert len(heights) == 2
    assert all(0 < y < height - 200 for y in heights)  # above the axes, which are 200 high
    assert math.isclose(heights[1] - heights[0], 15, abs_tol=0.1)
