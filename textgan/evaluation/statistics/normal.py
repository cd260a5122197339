"""Intervals and tests by the normal distribution, widened to Student's t for an uncertain variance.

All intervals are 95%: 1.96 standard errors to each side.
"""

from dataclasses import dataclass
from math import erfc, exp, inf, log1p, sqrt

__all__ = ["NORMAL_95", "Interval", "Variance", "bounded_interval", "normal_interval", "normal_p"]

Interval = tuple[float, float]

NORMAL_95 = 1.96  # standard errors to each side of a 95% interval


def normal_interval(value: float, error: float) -> Interval:
    """Return the 95% interval of a figure with this standard error: value ± 1.96 · error.

    >>> normal_interval(2.0, 0.5)
    (1.02, 2.98)
    """
    half = NORMAL_95 * error
    return value - half, value + half


@dataclass(frozen=True)
class Variance:
    """An estimated squared standard error, and the variance of the estimate.

    Attributes:
        value: SE².
        of_value: the variance of that estimate; 0 if it is from many lines.
    """

    value: float
    of_value: float = 0.0

    def __add__(self, other: "Variance") -> "Variance":
        """Return the variance of a sum of two independent figures."""
        return Variance(self.value + other.value, self.of_value + other.of_value)

    @property
    def freedom(self) -> float:
        """Degrees of freedom f = 2 SE⁴ / Var(SE²), at least 1 (Satterthwaite 1946)."""
        return max(1.0, 2 * self.value**2 / self.of_value) if self.of_value else inf

    @property
    def error(self) -> float:
        """SE, widened so that 1.96 of it are the 97.5% quantile of Student's t times √SE².

        For equal tails, z of the normal distribution and t of Student's are related by

            z = (8f + 1)/(8f + 3) · √(f ln(1 + t²/f))

        within a thousandth from f = 7 on, t too large below (Wallace 1959, "Bounds on Normal
        Approximations to Student's and the Chi-Square Distributions").
        """
        nu = self.freedom
        if nu == inf:
            return sqrt(self.value)
        z = NORMAL_95 * (8 * nu + 3) / (8 * nu + 1)
        return sqrt(self.value * nu * (exp(z**2 / nu) - 1)) / NORMAL_95

    def p(self, difference: float) -> float:
        """Return the two-sided p-value of a difference: of one as large if there is none."""
        nu = self.freedom
        if nu == inf or not self.value:
            return normal_p(difference, sqrt(self.value))
        z = sqrt(nu * log1p(difference**2 / self.value / nu)) * (8 * nu + 1) / (8 * nu + 3)
        return normal_p(z, 1.0)


def bounded_interval(value: float, error: float) -> Interval:
    """Return `normal_interval` of a difference of two figures from 0 to 1, cut at −1 and 1."""
    low, high = normal_interval(value, error)
    return max(-1.0, low), min(1.0, high)


def normal_p(value: float, error: float) -> float:
    """Return the two-sided p-value of z = value / error; 1 for a value of 0.

    >>> round(normal_p(1.96, 1.0), 3), normal_p(0.0, 0.0), normal_p(1.0, 0.0)
    (0.05, 1.0, 0.0)
    """
    if not value:
        return 1.0
    return erfc(abs(value) / error / sqrt(2)) if error else 0.0
