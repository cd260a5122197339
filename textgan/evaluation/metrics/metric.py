"""What a metric is: its name, unit and direction, what it is blind to, and how lines are measured.

A `Metric` is one object: `figure` measures lines, `uncertainty` says how sure that is, `signature`
what it depends on. It does not know what real text scores in the samples' place, nor intervals and
baselines: `evaluation.harness` makes these of every metric alike.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.metrics.workspace import Case
from textgan.evaluation.statistics.normal import Interval, Variance

__all__ = [
    "Description",
    "Expected",
    "Metric",
    "OwnInterval",
    "Paired",
    "StandardError",
    "Uncertainty",
    "line_mean",
    "variance_of_mean",
]

NAME = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass(frozen=True, kw_only=True)
class Description:
    """What a figure is called and how it is read.

    Attributes:
        name: `jsd`; in a report the order of the n-grams follows it, as in `jsd4`.
        title: in a table; `{n}` stands for the order.
        unit: of the number; `share` is from 0 to 1, "" has none.
        better: `lower`, `higher`, or `real` where the figure of real text is the best.
        form: how it is rounded, a format specification.
        blind_to: a sentence on what the figure does not see.
    """

    name: str
    title: str
    unit: str
    better: Literal["lower", "higher", "real"]
    form: str
    blind_to: str

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(
                f"found a metric {self.name!r}, expected lower case letters, digits, - and _"
            )
        if self.better not in ("lower", "higher", "real"):
            raise ValueError(f"found better={self.better!r}, expected lower, higher or real")

    def show(self, value: float | None) -> str:
        """Return `value` rounded as this figure is, `unknown` for None."""
        return "unknown" if value is None else format(value, self.form)


@dataclass(frozen=True)
class StandardError:
    """The standard error of a figure; figures of two sets of lines are independent."""

    value: float


@dataclass(frozen=True)
class OwnInterval:
    """A 95% interval of the figure itself, where a standard error would mislead (Wilson's)."""

    ends: Interval


@dataclass(frozen=True, eq=False)
class Paired:
    """A mean over lines, or draws, that all figures of this metric share.

    What makes a line hard for both of two sets of samples drops out of their difference.

    Attributes:
        values: of each shared line or draw, (N,).
        influence: what each adds to the figure, (N,).
        sampling_variance: how the figure varies with other samples; None: the N values are all that
            is known, and the interval of a difference is Student's of N − 1 degrees of freedom.
        settings: what signatures say of it.
    """

    values: NDArray[np.float64]
    influence: NDArray[np.float64]
    sampling_variance: Variance | None
    settings: str = ""


Uncertainty = StandardError | Variance | OwnInterval | Paired


@dataclass(frozen=True)
class Expected:
    """What real text scores in the samples' place, or is to be expected to.

    Attributes:
        value: the figure.
        uncertainty: of it; None where it is unknown.
        signature: fields in which its signature differs from that of the samples.
    """

    value: float
    uncertainty: Uncertainty | None
    signature: Mapping[str, Any]


def _no_uncertainty(case: Case) -> None:
    del case


def _no_fields(case: Case) -> Mapping[str, Any]:
    del case
    return {}


@dataclass(frozen=True, kw_only=True)
class Metric(Description):
    """One metric.

    Attributes:
        family: the metrics that share counts or models; they are measured together.
        figure: the number of the lines of a case; None where it cannot be had.
        uncertainty: how sure the figure of a case is; None where that is unknown.
        signature: the fields of the signature, besides name, order, m and seed.
        baseline: the figure of lines that need no GAN; None: they are not measured.
        real: which real lines take the samples' place: `held-out`, or a `matched` training sample
            where held-out lines are what the figure is measured on, or where it needs none.
        equal_size: whether the figure depends on the number of lines, so that as many samples as
            real lines are compared with these, and against the same text.
        expected: what to expect of real text, for a figure that no real lines can stand for.
        min_real_lines: of fewer real lines there is no figure.
        by_order: whether it is measured at each order of n-grams that the caller chooses.
        order: the one order at which it is measured.
        max_lines: of more lines so many are drawn.
        full: whether only `--full` measures it, as it takes long.
        compared: whether `compare` measures it.
        bounded: whether figures are from 0 to 1, so that an excess is from −1 to 1.
        floor: whether the figure of real text is called a floor.
        interval: the method of the excess's interval, as the signature names it.
    """

    family: str = "others"
    figure: Callable[[Case], float | None]
    uncertainty: Callable[[Case], Uncertainty | None] = _no_uncertainty
    signature: Callable[[Case], Mapping[str, Any]] = _no_fields
    baseline: Callable[[Case], float | None] | None = None
    real: Literal["held-out", "matched"] = "held-out"
    equal_size: bool = False
    expected: Callable[[Case], Expected | None] | None = None
    min_real_lines: int = 1
    by_order: bool = False
    order: int | None = None
    max_lines: int | None = None
    full: bool = False
    compared: bool = True
    bounded: bool = False
    floor: bool = False
    interval: str | None = None

    def orders(self, chosen: tuple[int, ...]) -> tuple[int | None, ...]:
        """Return the orders at which it is measured; (None,) where it has none."""
        return chosen if self.by_order else (self.order,)

    def named(self, n: int | None) -> str:
        """Return the name of its figure at an order: `jsd4`."""
        return self.name if n is None else f"{self.name}{n}"


def line_mean(
    score: Callable[[str], float],
) -> tuple[Callable[[Case], float | None], Callable[[Case], Variance | None]]:
    """Return `figure` and `uncertainty` of a metric that is the mean of `score` over lines.

    SE² = Σ (x_i − mean)² / (N (N − 1))
    """

    def scores(case: Case) -> NDArray[np.float64]:
        return np.array([float(score(line)) for line in case.text()])

    def figure(case: Case) -> float | None:
        return float(scores(case).mean()) if len(case.lines) else None

    def uncertainty(case: Case) -> Variance | None:
        return variance_of_mean(scores(case))

    return figure, uncertainty


def variance_of_mean(values: NDArray[np.float64]) -> Variance | None:
    """Return the squared standard error of a mean over lines; None of a single one."""
    return Variance(float(values.var(ddof=1)) / len(values)) if len(values) > 1 else None
