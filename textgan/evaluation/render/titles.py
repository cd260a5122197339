"""How a measure is called, and how its figures are rounded: the same wherever they are shown."""

from textgan.evaluation.metrics.metric import Metric
from textgan.evaluation.metrics.registry import describe

__all__ = [
    "depends_on_held_out_size",
    "direction",
    "interval",
    "is_jsd",
    "order",
    "short_title",
    "shown",
    "signed",
    "title",
    "unit",
]

Ends = tuple[float, float] | None  # of an interval


def title(name: str) -> str:
    """Return what the measure `name` is called in a table.

    >>> title("jsd4"), title("reverse")
    ('JSD of 4-grams', 'reverse likelihood')
    """
    kind, n = describe(name)
    return kind.title.format(n=n)


def short_title(name: str) -> str:
    """Return what it is called in a sentence, or at the head of a column.

    >>> short_title("jsd4"), short_title("unique")
    ('JSD-4', 'distinct lines')
    """
    return f"JSD-{order(name)}" if is_jsd(name) else title(name)


def order(name: str) -> int | None:
    """Return the order of the n-grams in the measure `name`; None where it has none."""
    return describe(name)[1]


def is_jsd(name: str) -> bool:
    """Return whether `name` is the Jensen-Shannon divergence of some order, padding counted."""
    return describe(name)[0] is describe("jsd")[0]


def unit(name: str) -> str:
    """Return the unit of the measure `name`, "" where it has none."""
    return describe(name)[0].unit


def direction(name: str) -> str:
    """Return which figures are best: `lower`, `higher`, or `real` for those of real text."""
    return describe(name)[0].better


def depends_on_held_out_size(name: str) -> bool:
    """Return whether the figure of real text depends on how many held-out lines there are."""
    metric = describe(name)[0]
    return isinstance(metric, Metric) and metric.equal_size and metric.real == "held-out"


def shown(name: str, value: float | None) -> str:
    """Return a figure of the measure `name`, rounded; `unknown` for None.

    >>> shown("jsd4", 0.25), shown("unique", 0.5)
    ('0.2500', '50.0%')
    """
    return describe(name)[0].show(value)


def signed(name: str, value: float | None) -> str:
    """Return a difference of two figures, rounded with its sign: of shares in percentage points.

    >>> signed("jsd4", 0.25), signed("unique", -0.05)
    ('+0.2500', '-5.0 pp')
    """
    if value is None:
        return shown(name, value)
    return format(value, "+" + describe(name)[0].form).replace("%", " pp")


def interval(name: str, ends: Ends) -> str:
    """Return an interval of the measure `name`, rounded as its figures are; "" for None.

    >>> interval("unique", (0.25, 0.5))
    '25.0% to 50.0%'
    """
    return "" if ends is None else f"{shown(name, ends[0])} to {shown(name, ends[1])}"
