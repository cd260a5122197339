"""One number on the samples, with its reference value, excess, interval and baselines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from textgan.evaluation.report.signature import combine

__all__ = ["Measure", "merged_signatures"]


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

    def with_real(
        self, real: float, level: float, interval: tuple[float, float] | None, signature: str
    ) -> "Measure":
        """Return the measure with what real text scores.

        Args:
            real: what it scores.
            level: the figure of as many samples, measured against the same text.
            interval: of the excess; None where there is none.
            signature: of these and of the excess.
        """
        return replace(
            self,
            real=real,
            at_real_size=level,
            excess=level - real,
            interval=interval,
            real_signature=signature,
        )


def merged_signatures(measures: Iterable[Measure]) -> list[str]:
    """Return the merged signature of measures of one kind, then that of what real text scores.

    Where there are no measures, or none has a score of real text, it is left out.
    """
    measures = list(measures)
    real = [row.real_signature for row in measures if row.real_signature is not None]
    return [combine(group) for group in ([row.signature for row in measures], real) if group]
