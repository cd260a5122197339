"""How likely a model of real text finds each line, symbol by symbol: for ranking, and odd lines.

A line's score is that line's alone. What the model is and what it takes for a symbol depend on the
text that it learnt from; all symbols that this text lacks are one more symbol, unknown, with the
share that smoothing leaves to a symbol never seen. So the probabilities of all lines of at most T
characters sum to 1, and scores do not change with the company that a line is read in.
"""

import heapq
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from corpora.errors import InputError
from corpora.temporary import temporary_file
from textgan.evaluation.metrics.cross_entropy import Setting
from textgan.evaluation.metrics.diversity import ends
from textgan.evaluation.text.loading import Source, composed, lines_of, reference
from textgan.evaluation.text.rows import PADDING, Text, Vocabulary

__all__ = ["LineScore", "LineScorer", "in_order"]

AT_ONCE = 1 << 12  # lines scored at a time
CELLS = 1 << 18  # symbols that are scored at a time, where lines are long
CHARACTERS = 1 << 22  # of the lines that are in memory together, as they were given
SORTED_AT_ONCE = 1 << 24  # characters that are sorted in memory
READ_AT_ONCE = 1 << 18  # bytes of each sorted run


@dataclass(frozen=True)
class LineScore:
    """One line as a model finds it.

    Attributes:
        line: as it was given.
        symbols: its characters, bytes, pieces or words, as composed and cut; None for each that
            the model's text does not have.
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
        text: lines to learn from, read once and at least one; or a str or Path that names a file
            or a bundled corpus; a Text is cut already.
        length: T, the characters at which these lines and those scored are cut; None: as `train`
            chooses it.
        unit: what n-grams are made of: `char`, `byte`, `subword` or `word`.
        setting: the order and the smoothing of the model.
        normalise: whether all lines are composed first (Unicode NFC).

    Raises:
        InputError: no text, no such file, or no such unit.
    """

    def __init__(
        self,
        text: Source | Text,
        *,
        length: int | None = None,
        unit: str = "char",
        setting: Setting | None = None,
        normalise: bool = True,
    ) -> None:
        learnt = reference(text, length, normalise=normalise)
        if not len(learnt):
            raise InputError("found no text to learn from, expected at least one line")
        self.normalise = normalise
        self.length = length = learnt.length
        self.vocabulary = Vocabulary([learnt], unit)
        # Lines scored may be of more symbols than any that was learnt from.
        self.vocabulary.width = 4 * length if unit == "byte" else length
        rows = self.vocabulary.rows(learnt)
        self.model = (setting or Setting()).fit(rows, self.vocabulary.unknown + 1)

    def __call__(self, lines: Source) -> Iterator[LineScore]:
        """Yield the score of each of `lines` in their order; a block of them is in memory."""
        block: list[str] = []
        longest = characters = 0
        for line in lines_of(lines, normalise=False):  # a score names its line as it was given
            longest, characters = max(longest, min(len(line), self.length)), characters + len(line)
            if block and (
                len(block) == AT_ONCE
                or longest * (len(block) + 1) > CELLS
                or characters > CHARACTERS
            ):
                yield from self._score(block)
                block, longest, characters = [], min(len(line), self.length), len(line)
            block.append(line)
        if block:
            yield from self._score(block)

    def _score(self, lines: list[str]) -> Iterator[LineScore]:
        read = [composed(line) for line in lines] if self.normalise else lines
        rows = self.vocabulary.narrow_rows(Text(read, self.length)).whole()
        bits = -self.model.log2_probabilities(rows)
        names = [*self.vocabulary.symbols, None]  # the last is the unknown symbol
        scored = np.minimum(ends(rows) + 1, rows.shape[1])
        for i, (row, found, end) in enumerate(zip(rows, bits, scored.tolist(), strict=True)):
            yield LineScore(
                lines[i],
                tuple(names[i] for i in row[:end].tolist() if i != PADDING),
                tuple(found[:end].tolist()),
                cut=len(read[i]) > self.length,
            )


def in_order(lines: Iterable[tuple[float, str]]) -> Iterator[str]:
    """Yield lines by ascending key, of equal ones the first first, in flat memory.

    Args:
        lines: keys, no NaN among them, and what is put in order.

    They are sorted SORTED_AT_ONCE characters at a time, into runs in a temporary file, and the runs
    are merged: of each READ_AT_ONCE bytes are in memory.
    """
    run: list[tuple[float, str]] = []
    characters = end = 0
    with temporary_file() as file:
        ends = [0]
        for key, line in lines:
            run.append((key, line))
            characters += len(line) + RECORD
            if characters > SORTED_AT_ONCE:
                for key, line in sorted(run, key=_key):
                    data = line.encode("utf-8", "surrogatepass")
                    file.write(HEAD.pack(key, len(data)) + data)
                    end += HEAD.size + len(data)
                ends.append(end)
                run, characters = [], 0
        run.sort(key=_key)
        file.flush()
        runs = [_read(file.fileno(), *between) for between in pairwise(ends)]
        # Equal keys come in the order of the runs, and within one in theirs.
        for _, line in heapq.merge(*runs, run, key=_key):
            yield line


HEAD = struct.Struct("<dQ")  # of a record: its key and the bytes of its line
RECORD = 100  # characters that a line costs in memory besides its own, about


def _key(record: tuple[float, str]) -> float:
    return record[0]


def _read(file: int, start: int, end: int) -> Iterator[tuple[float, str]]:
    """Yield the records of a file from one place to another, some in memory at a time."""
    held, at = b"", start
    while held or at < end:
        size = HEAD.size if len(held) < HEAD.size else HEAD.size + HEAD.unpack_from(held)[1]
        if len(held) < size:
            more = os.pread(file, min(max(READ_AT_ONCE, size), end - at), at)
            held, at = held + more, at + len(more)
            continue
        done = 0
        while len(held) - done >= HEAD.size:
            key, length = HEAD.unpack_from(held, done)
            stop = done + HEAD.size + length
            if stop > len(held):
                break
            yield key, held[done + HEAD.size : stop].decode("utf-8", "surrogatepass")
            done = stop
        held = held[done:]
