"""What text is conditioned on: labels, sources, and how much of it is visible."""

from dataclasses import dataclass

from torch import Tensor

__all__ = ["UNCONDITIONAL", "Condition"]


@dataclass(frozen=True)
class Condition:
    """What B rows of text are conditioned on; what is None is not there.

    Attributes:
        labels: y, (B,).
        sources: One-hot rows that text is a translation of, (B, T, V).
        visible_length: L; the critic sees zeros behind the first L positions.
    """

    labels: Tensor | None = None
    sources: Tensor | None = None
    visible_length: int | None = None

    def __bool__(self) -> bool:
        return any(part is not None for part in (self.labels, self.sources, self.visible_length))


UNCONDITIONAL = Condition()
