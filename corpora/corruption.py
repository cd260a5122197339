"""Corrupted lines, for networks that learn to restore them (Isola et al. 2017).

    case      small letters for capitals
    accents   letters without their diacritics
    typos     typing mistakes: a neighbouring key, two keys swapped, a key twice, a key missed

The corrupted line is a function of the line alone (and of a seed for typos), not of other lines:
equal lines are corrupted equally. A line with no capital, or no accent, comes back unchanged; a
network has to learn this as well.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpora.counts import Counts
from corpora.encoders.char import code_points
from corpora.errors import InputError
from corpora.read_limit import ReadLimit
from corpora.reader import read_blocks
from corpora.rng import uniform
from corpora.sniff import Sample, reason_to_refuse
from corpora.sources import Source, open_source
from corpora.split import hashes

__all__ = ["KINDS", "NEIGHBOURS", "corrupt", "corrupted"]

KINDS = ("case", "accents", "typos")
PURPOSE = 0x7479706F  # "typo": keeps these draws apart from others of the same seed
CELLS = 1 << 20  # characters for which numbers are drawn at once

STROKES = dict(zip("ØøŁłĐđĦħŦŧ", "OoLlDdHhTt", strict=True))  # which Unicode does not take apart
KEYBOARD = (("qwertyuiop", 0.0), ("asdfghjkl", 0.25), ("zxcvbnm", 0.75))  # keys, indent in keys


def _neighbours() -> dict[str, str]:
    """Return the letters next to each letter, on its row and on those above and below."""
    place = {
        key: (x + indent, y)
        for y, (keys, indent) in enumerate(KEYBOARD)
        for x, key in enumerate(keys)
    }
    neighbours = {
        key: "".join(
            other
            for other, (u, v) in place.items()
            if other != key and abs(v - y) <= 1 and abs(u - x) <= 1 - abs(v - y) / 4
        )
        for key, (x, y) in place.items()
    }
    return neighbours | {key.upper(): others.upper() for key, others in neighbours.items()}


NEIGHBOURS = _neighbours()


def corrupt(lines: Sequence[str], kind: str, *, seed: int = 0, rate: float = 0.1) -> list[str]:
    """Return the corrupted form of each line; only typos change its length.

    `rate` is the probability of a mistake at a character, from 0 to 1; `rate` and `seed` are of
    typos alone. A line of which nothing would be left stays. InputError for an impossible choice.
    """
    if kind not in KINDS:
        raise InputError(f"kind {kind!r}; expected {', '.join(KINDS)}")
    if not 0 <= rate <= 1:
        raise InputError(f"rate {rate}; expected a probability from 0 to 1")
    if kind == "typos":
        return [line for batch in _batches(lines) for line in _mistyped(batch, seed, rate)]
    if kind == "case":
        return ["".join(map(_small, line)) for line in lines]
    return [line if line.isascii() else "".join(map(_bare, line)) for line in lines]


def corrupted(
    source: Source,
    kind: str,
    *,
    seed: int = 0,
    rate: float = 0.1,
    encoding: str = "utf-8",
    limit: ReadLimit | None = None,
) -> Iterator[tuple[list[tuple[str, str]], int, int]]:
    """Yield (source, target) pairs of a text, how many lines have a TAB and how many were cut.

    The target is the line as a corpus has it: cleaned, in Unicode form NFC. Lines with a TAB, which
    separates the columns of a corpus of pairs, are left out. Lines over a million characters
    (`corpora.reader.LONGEST`) are cut there. `limit` says how much is read.

    Raises InputError as soon as the text cannot be used, mostly before anything is yielded.
    """
    where = str(source) if isinstance(source, str | Path) else "lines"
    total, pairs, with_tab = Counts(), 0, 0
    with open_source(source, limit) as file:
        sample = Sample()
        blocks = read_blocks(file, where=where, encoding=encoding, look=sample.add)
        for lines, counts in blocks:
            total += counts
            if reason := reason_to_refuse(total, 1, sample, encoding):
                raise InputError(f"{where}: {reason}")
            targets = [line for line in lines if "\t" not in line]
            pairs, with_tab = pairs + len(targets), with_tab + len(lines) - len(targets)
            sources = corrupt(targets, kind, seed=seed, rate=rate)
            yield (
                list(zip(sources, targets, strict=True)),
                len(lines) - len(targets),
                counts.overlong,
            )
        if with_tab and not pairs:
            raise InputError(
                f"{where}: all {with_tab:,} lines hold a TAB; expected plain text, one sample a "
                "line"
            )
        if reason := reason_to_refuse(total, pairs, sample, encoding):
            raise InputError(f"{where}: {reason}")


@cache
def _small(character: str) -> str:
    """Return the small letter, unless that takes two characters (İ)."""
    small = character.lower()
    return small if len(small) == 1 else character


@cache
def _bare(character: str) -> str:
    """Return the letter without its combining marks: é to e, ế to e, й to и, が to か.

    What decomposes into several letters (syllables of Hangul) stays, as do letters of their own
    such as ß and æ.
    """
    decomposed = unicodedata.normalize("NFD", character)
    letter, marks = decomposed[0], decomposed[1:]
    if unicodedata.combining(letter) or not all(map(unicodedata.combining, marks)):
        return character
    letter = letter if marks else character
    return STROKES.get(letter, letter)


def _batches(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield lists of lines that, laid out as wide as their longest, have about CELLS characters."""
    batch: list[str] = []
    width = 1
    for line in lines:
        width = max(width, len(line))
        if batch and (len(batch) + 1) * width > CELLS:
            yield batch
            batch, width = [], max(len(line), 1)
        batch.append(line)
    if batch:
        yield batch


def _mistyped(lines: list[str], seed: int, rate: float) -> Iterator[str]:
    """Yield the lines with mistakes, drawn by (seed, content of the line, place in it)."""
    width = max(1, *map(len, lines))
    keys = hashes(code_points(lines, width))
    numbers = uniform(seed, PURPOSE, rows=keys, columns=width)  # (N, width)
    for line, row in zip(lines, numbers, strict=True):
        corrupted_line = _typed(line, row[: len(line)], rate)
        yield corrupted_line if corrupted_line.strip() else line


def _typed(line: str, numbers: NDArray[np.float64], rate: float) -> str:
    """Return the line with a mistake at each character whose number u in [0, 1) is under the rate.

    Then u / rate is uniform again and says which mistake.
    """
    pieces, after = [], 0
    for place in np.flatnonzero(numbers < rate).tolist():
        if place < after:  # swapped with the one before
            continue
        u = float(numbers[place]) / rate
        replacement, size = _mistake(line[place], line[place + 1 : place + 2], u)
        pieces += [line[after:place], replacement]
        after = place + size
    return "".join([*pieces, line[after:]])


def _mistake(key: str, following: str, u: float) -> tuple[str, int]:
    """Return what is typed in place of a key, and of how many keys, for u in [0, 1).

    The mistakes that are possible are equally likely: twice, not at all, after the following key
    if that is another, a neighbour if it is a letter of the keyboard.
    """
    possible = [(key + key, 1), ("", 1)]
    if following not in ("", key):
        possible.append((following + key, 2))
    choice, fraction = divmod(u * (len(possible) + (key in NEIGHBOURS)), 1)
    if choice < len(possible):
        return possible[int(choice)]
    neighbours = NEIGHBOURS[key]
    return neighbours[int(fraction * len(neighbours))], 1
