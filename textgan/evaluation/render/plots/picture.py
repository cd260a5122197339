"""A picture: how it is drawn and described, for any report and for one."""

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from textgan.evaluation.render.plots.style import styled
from textgan.evaluation.render.plots.svg import to_svg
from textgan.evaluation.report.report import Report

__all__ = ["Picture", "Plot"]


@dataclass(frozen=True, kw_only=True)
class Plot:
    """A picture, what it is called, and what it shows.

    Attributes:
        name: of the picture, a word.
        title: a heading.
        svg: one <svg> element.
        caption: its conclusion, plain text.
        width: of the SVG, in its own units; none smaller should be shown on a screen.
        part: `text`, `training` or `plan`: where on a page it belongs.
    """

    name: str
    title: str
    svg: str
    caption: str
    width: int
    part: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """How a picture is drawn and described, of any report that has its numbers.

    Attributes:
        name: a word, also the seed of the names within the SVG.
        title: a heading.
        label: for those who do not see it, what is drawn.
        has: whether a report has the numbers; the next two are called only then.
        draw: the figure; called in this package's style, whatever the user's own is.
        caption: the conclusion, plain text.
        part: `text`, `training` or `plan`: where on a page it belongs.
    """

    name: str
    title: str
    label: str
    has: Callable[[Report], bool]
    draw: Callable[[Report], Figure]
    caption: Callable[[Report], str]
    part: str = "text"

    def plot(self, report: Report) -> Plot:
        """Return the picture of one report."""
        with styled(self.name):
            figure = self.draw(report)
            svg = to_svg(figure, self.label)
        return Plot(
            name=self.name,
            title=self.title,
            svg=svg,
            caption=self.caption(report),
            width=round(72 * figure.get_figwidth()),
            part=self.part,
        )
