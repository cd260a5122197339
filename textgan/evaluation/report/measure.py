"""One number on the samples, with its reference value, excess, interval and baselines."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from textgan.evaluation.statistics.normal import NORMAL_95

__all__ = ["Measure"]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number on the samples, and what real text and the baselines score in their place.

    Attributes:
        samples: of the samples; None where it cannot be had.
        real: of real text in the samples' place: for a distance its floor.
        at_real_size: of the samples like for like: as many as `real` has lines and against the same
            text, where the figure depends on that; else `samples` itself.
        excess: at_real_size − real.
        interval: two ends between which the excess lies with 95% confidence.
        baselines: of each baseline that was measured.
        signature: of `samples`.
        real_signature: of `real`, `at_real_size`, `excess` and `interval`.
    """

    samples: float | None
    real: float | None = None
    at_real_size: float | None = None
    excess: float | None = None
    interval: tuple[float, float] | None = None
    baselines: Mapping[str, float] = field(default_factory=dict)
    signature: str
    real_signature: str | None = None

    def beside(
        self,
        real: float,
        signature: str,
        *,
        level: float | None = None,
        error: float | None = None,
        interval: tuple[float, float] | None = None,
    ) -> "Measure":
        """Return the measure with what real text scores.

        Args:
            real: what it scores.
            signature: of that and of the excess.
            level: of as many samples, where that is not `samples`.
            error: the standard error of the excess.
            interval: of the excess, where it is not 1.96 of `error` to each side; without either
                there is none.
        """
        level = self.samples if level is None else level
        if level is None:
            raise ValueError("found no figure of the samples, expected one beside the real one")
        excess = level - real
        if error is not None:
            interval = float(excess - NORMAL_95 * error), float(excess + NORMAL_95 * error)
        return replace(
            self,
            real=real,
            at_real_size=level,
            excess=excess,
            interval=interval,
            real_signature=signature,
        )
