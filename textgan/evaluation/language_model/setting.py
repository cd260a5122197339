"""The settings of an n-gram language model."""

from dataclasses import dataclass

from corpora.errors import InputError
from textgan.evaluation.language_model.model import NgramModel
from textgan.evaluation.ngrams.windows import PADDING, Pieces

__all__ = ["HIGHEST_ORDER", "Setting"]

HIGHEST_ORDER = 32  # of a language model


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Order and smoothing, a name of `SMOOTHINGS`, of an n-gram language model."""

    order: int = 6
    smoothing: str = "modified-kneser-ney"  # the best on held-out text of names and English

    def __post_init__(self) -> None:
        if not 1 <= self.order <= HIGHEST_ORDER:
            raise InputError(
                f"found a language model of order {self.order}, expected 1 to {HIGHEST_ORDER}: "
                "memory and time grow with the order, and longer contexts hardly recur"
            )

    def fit(self, text: Pieces, vocabulary_size: int) -> NgramModel:
        """Return the model of `text`, an array of rows or pieces of them."""
        return NgramModel(
            text, vocabulary_size, order=self.order, end=PADDING, smoothing=self.smoothing
        )
