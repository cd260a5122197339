"""Shares of lines that are right, with intervals and variances."""

from dataclasses import dataclass
from math import hypot, sqrt

from textgan.evaluation.statistics.normal import NORMAL_95, Interval

__all__ = ["Accuracy", "Share", "difference", "share", "wilson"]


@dataclass(frozen=True, kw_only=True)
class Share:
    """The share of lines that are right.

    Attributes:
        lines: number of lines.
        right: number of right ones.
        share: right / lines.
        interval: 95% interval of the share, Wilson's.
    """

    lines: int
    right: int
    share: float
    interval: Interval

    @property
    def variance(self) -> float:
        """SE² of the share s: s̃(1 − s̃)/(N + 4), two hits and two misses added to N lines.

        So it is not 0 where a handful of lines are all right (Agresti & Coull 1998, "Approximate Is
        Better than 'Exact' for Interval Estimation of Binomial Proportions").
        """
        N = self.lines + 4
        return (self.right + 2) / N * (1 - (self.right + 2) / N) / N


@dataclass(frozen=True, kw_only=True)
class Accuracy(Share):
    """The share of lines whose predicted label is their condition or, of real lines, their label.

    Attributes:
        confusion: [i][j] is the number of lines of label i predicted to have label j; None in a
            report on more than 30 labels.
    """

    confusion: tuple[tuple[int, ...], ...] | None

    def of(self, label: int) -> Share | None:
        """Return the share of the lines of `label` predicted to have it; None without any."""
        assert self.confusion is not None
        row = self.confusion[label]
        return share(row[label], sum(row)) if any(row) else None


def share(right: int, lines: int) -> Share:
    """Return right / lines with Wilson's interval, `lines` at least 1."""
    if not 0 <= right <= lines or lines < 1:
        raise ValueError(f"found {right} of {lines} lines right, expected at least one line")
    p = right / lines
    return Share(lines=lines, right=right, share=p, interval=wilson(p, lines))


def wilson(p: float, lines: float) -> tuple[float, float]:
    """Return the 95% interval of a share p of N lines: all shares within z of their errors of p.

        (p + z²/2N ± z √(p(1 − p)/N + z²/4N²)) / (1 + z²/N),   z = 1.96

    It stays within 0 and 1, and has a width even if all or none are right (Wilson 1927, "Probable
    Inference, the Law of Succession, and Statistical Inference").
    """
    z = NORMAL_95
    centre = p + z**2 / (2 * lines)
    width = z * sqrt(p * (1 - p) / lines + (z / (2 * lines)) ** 2)
    scale = 1 + z**2 / lines
    # The ends 0 and 1 are exact, but for rounding.
    return (centre - width) / scale if p else 0.0, (centre + width) / scale if p < 1 else 1.0


def difference(a: float, a_ends: Interval, b: float, b_ends: Interval) -> Interval:
    """Return the 95% interval of a − b from those of two independent figures.

        a − b − √((a − l_a)² + (u_b − b)²)   to   a − b + √((u_a − a)² + (b − l_b)²)

    It stays within −1 and 1 where both are shares. Of Wilson's intervals of two shares it is that
    of Newcombe 1998, "Interval Estimation for the Difference Between Independent Proportions",
    method 10; of others see Zou & Donner 2008, "Construction of Confidence Limits About Effect
    Measures: A General Approach".
    """
    return (
        a - b - hypot(a - a_ends[0], b_ends[1] - b),
        a - b + hypot(a_ends[1] - a, b - b_ends[0]),
    )
