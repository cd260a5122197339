"""How likely a model of real text finds each line, symbol by symbol: for ranking, and odd lines.

A line's score is that line's alone. What the model is and what it takes for a symbol depend on the
text that it learnt from; all symbols that this text lacks are one more symbol, unknown, with the
share that smoothing leaves to a symbol never seen. So the probabilities of all lines of at most T
characters sum to 1, and scores do not change with the company that a line is read in.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from corpora.errors import InputError
from textgan.evaluation.prediction import Setting
from textgan.evaluation.text import PADDING, Text, Vocabulary
from textgan.evaluation.variety import ends

__all__ = ["LineScore", "LineScorer"]

AT_ONCE = 1 << 12  # lines scored at a time


@dataclass(frozen=True)
class LineScore:
    """One line as a model finds it.

    Attributes:
        line: as it was given.
        symbols: its characters, bytes, pieces or words, as cut; None for each that the model's text
            does not have.
        bits: −log₂ P of each, and of the line's end where there was room for one.
        cut: whether the line is longer than T; the end of such a line is not scored.
    """

    line: str
    symbols: tuple[str | None, ...]
    bits: tuple[float, ...]
    cut: bool

    @property
    def log2_likelihood(self) -> float:
        """log₂ P of the line."""
        return -sum(self.bits)

    @property
    def bits_a_symbol(self) -> float:
        """The mean of `bits`."""
        return sum(self.bits) / len(self.bits)


class LineScorer:
    """Scores lines under an n-gram model of some text.

    Args:
        text: lines to learn from, read once and at least one.
        length: T, the characters at which these lines and those scored are cut.
        unit: what n-grams are made of: `char`, `byte`, `subword` or `word`.
        setting: the order and the smoothing of the model.

    Raises:
        InputError: no text, or no such unit.
    """

    def __init__(
        self,
        text: Iterable[str],
        *,
        length: int = 32,
        unit: str = "char",
        setting: Setting | None = None,
    ) -> None:
        learnt = Text(text, length)
        if not len(learnt):
            raise InputError("found no text to learn from, expected at least one line")
        self.length = length
        self.vocabulary = Vocabulary([learnt], unit)
        # Lines scored may be of more symbols than any that was learnt from.
        self.vocabulary.width = 4 * length if unit == "byte" else length
        rows = self.vocabulary.rows(learnt)
        self.model = (setting or Setting()).fit(rows, self.vocabulary.unknown + 1)

    def __call__(self, lines: Iterable[str]) -> Iterator[LineScore]:
        """Yield the score of each of `lines` in their order; a block of them is in memory."""
        lines = iter(lines)
        while block := list(islice(lines, AT_ONCE)):
            yield from self._score(block)

    def _score(self, lines: list[str]) -> Iterator[LineScore]:
        rows = self.vocabulary.rows(Text(lines, self.length)).whole()
        bits = -self.model.log2_probabilities(rows)
        names = [*self.vocabulary.symbols, None]  # the last is the unknown symbol
        scored = np.minimum(ends(rows) + 1, rows.shape[1])
        for line, row, found, end in zip(lines, rows, bits, scored.tolist(), strict=True):
            yield LineScore(
                line,
                tuple(names[i] for i in row[:end].tolist() if i != PADDING),
                tuple(found[:end].tolist()),
                cut=len(line) > self.length,
            )
