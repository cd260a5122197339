"""A figure as SVG for a page.

Text stays text: a browser finds a font for any script. Colours are CSS variables with the light
ones as their fallback, so that a page may set others in the dark.
"""

import re
from io import StringIO
from xml.etree import ElementTree

from matplotlib.figure import Figure

from textgan.evaluation.render.plots.style import INK, MUTED, REAL, RULE, SAMPLES
from textgan.evaluation.render.words import printable

__all__ = ["to_svg"]

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
VARIABLES = {INK: "ink", MUTED: "muted", RULE: "rule", SAMPLES: "samples", REAL: "real"}
SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Noto Sans Mono', 'Noto Sans Mono CJK SC', monospace"  # noqa: E501


def to_svg(figure: Figure, label: str) -> str:
    """Return the figure as one <svg> element without what a page has no use for."""
    for artist in figure.findobj():
        artist.set_clip_on(False)  # limits are set to what is drawn
    out = StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    root = ElementTree.fromstring(out.getvalue())
    for child in root.findall(f"{{{SVG}}}metadata") + root.findall(f"{{{SVG}}}defs"):
        root.remove(child)  # the latter: a style sheet, which would hold for a whole page
    used = {element.get(f"{{{XLINK}}}href", "").removeprefix("#") for element in root.iter()}
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)
        if style := element.get("style"):
            is_text = element.tag == f"{{{SVG}}}text"
            element.set("style", _page_style(style, is_text=is_text))
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("aria-label", printable(label))
    root.set("style", f"font-family: {SANS}; stroke-linejoin: round")
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    return ElementTree.tostring(root, encoding="unicode")


def _page_style(style: str, *, is_text: bool) -> str:
    """Return a style with the page's fonts and colours in place of matplotlib's."""
    if is_text:
        family = f"font-family: {MONO}; white-space: pre" if "Mono" in style else ""
        style = re.sub(r"font-family: [^;]*", family, style)
    for color, variable in VARIABLES.items():
        style = style.replace(color, f"var(--{variable}, {color})")
    return style
