"""The quantile of the normal distribution that 95% intervals take."""

__all__ = ["NORMAL_95"]

NORMAL_95 = 1.96  # standard errors to each side of a 95% interval
