"""Translations by a run on pairs, one for each line.

A line longer than T is translated in pieces, broken at spaces, which stay. Characters outside the
vocabulary stay too.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from corpora.errors import InputError
from corpora.length_policy import pieces
from textgan import runs
from textgan.evaluation.text.lines import blocks
from textgan.sampling.lines import every_line
from textgan.sampling.sampler import BATCH_ROWS, Sampler

__all__ = ["Translation", "Translator", "pieces_and_spaces"]

MAX_CHARACTERS = 1 << 18  # of a batch of long lines


class Translation(NamedTuple):
    """A line and its translation."""

    source: str
    text: str


class _Piece(NamedTuple):
    text: str
    translated: bool  # otherwise it stays as it is


class Translator:
    """Translates lines, batch by batch.

    Characters outside the vocabulary split a line: the network has never seen them and would end
    its translation there.

    Args:
        sampler: Sampler of a run on pairs.
        length: T, symbols of a row.
        seed: Seed of the noise; None: the mean network, which needs none.
        normalise: Whether text is composed (Unicode NFC) first, as that of the run was.
    """

    def __init__(
        self, sampler: Sampler, length: int, *, seed: int | None = None, normalise: bool = True
    ) -> None:
        self.sampler, self.length, self.seed, self.normalise = sampler, length, seed, normalise
        self._in_vocabulary: dict[str, bool] = {}  # by character

    @classmethod
    def load(
        cls, run: Path | str, checkpoint: str | None = None, *, seed: int | None = None
    ) -> "Translator":
        """Return the translator of a run folder; nothing but the folder is needed.

        Args:
            run: The folder of a run on pairs.
            checkpoint: best or last; None: as `Sampler.load` chooses.
            seed: Seed of the noise; None: no noise.

        Raises:
            InputError: The run is not one on pairs, or a file of it is missing or damaged.
        """
        config = runs.read_config(Path(run))
        if config.columns != "pairs" or config.length is None:
            raise InputError(
                f"{run} writes lines from noise: textgan sample {run}; to translate, train a run "
                "by textgan train FILE --pairs, and name it with --run"
            )
        sampler = Sampler.load(run, checkpoint)
        return cls(sampler, config.length, seed=seed, normalise=config.normalise)

    def __call__(self, lines: str | Path | Iterable[str]) -> Iterator[Translation]:
        """Yield each line with its translation, in order; blank lines stay as they are.

        A str or Path names a file or a bundled corpus.
        """
        if isinstance(lines, str | Path):
            lines = every_line(lines)
        translated = 0  # pieces before this batch: the noise of a piece depends on its number
        bounds = {"lines_at_most": BATCH_ROWS, "cells": BATCH_ROWS * self.length}
        for batch in blocks(lines, self.length, **bounds, characters=MAX_CHARACTERS):
            split = [self._split(line) for line in batch]
            sources = [piece.text for line in split for piece in line if piece.translated]
            outputs = iter(self._translated(sources, translated))
            translated += len(sources)
            for line, line_pieces in zip(batch, split, strict=True):
                text = "".join(next(outputs) if p.translated else p.text for p in line_pieces)
                yield Translation(line, text)

    def _split(self, line: str) -> list[_Piece]:
        """Return the pieces of a line, of which at most T symbols each are translated."""
        if self.normalise:
            line = unicodedata.normalize("NFC", line)
        split: list[_Piece] = []
        for known, characters in groupby(line, self._is_known):
            text = "".join(characters)
            texts = self._rows(text) if known else [text]
            split.extend(_Piece(text, known and not text.isspace()) for text in texts)
        return split

    def _rows(self, text: str) -> list[str]:
        encoder = self.sampler.encoder
        if encoder.lengths([text])[0] <= self.length:
            return [text]
        if encoder.max_characters > 1:  # T characters are at most T subwords
            return pieces_and_spaces(text, self.length)
        return pieces_and_spaces(text, self.length, lambda text: int(encoder.lengths([text])[0]))

    def _translated(self, sources: list[str], first: int) -> list[str]:
        """Return translations of sources of at most T symbols, numbered from `first`."""
        encoder = self.sampler.encoder
        rows = encoder.encode_rows(sources, self.length)
        return encoder.decode_rows(self.sampler.translate(rows, self.seed, first=first))

    def _is_known(self, character: str) -> bool:
        if character not in self._in_vocabulary:
            encoder = self.sampler.encoder
            self._in_vocabulary[character] = encoder.unknown not in encoder.encode(character)
        return self._in_vocabulary[character]


def pieces_and_spaces(line: str, length: int, size: Callable[[str], int] = len) -> list[str]:
    """Return a line as its `pieces` and the spaces between them, which joined are the line.

    >>> pieces_and_spaces("to be or not to be", 7)
    ['to be', ' ', 'or not', ' ', 'to be']
    """
    texts: list[str] = []
    end = 0
    for piece in pieces(line, length, size):
        end += len(piece)
        texts.append(piece)
        if line.startswith(" ", end):  # a space follows a piece only where the line was broken
            texts.append(" ")
            end += 1
    return texts
