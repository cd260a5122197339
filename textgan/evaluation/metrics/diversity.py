"""How varied lines are, how long, and which of them occur in other text: exact, over id rows.

Rows are (N, T) ids; the first 0 of a row ends its line, and all after it is 0 too. Two lines are
equal where their rows are: to tell rows apart they are hashed to 64 bits, and what the hashes find
is compared symbol by symbol, so that nothing rests on chance. Text is streamed as pieces, arrays
of rows, and rows too many to be compared at once are compared in groups by their hashes, equal ones
always in one, so that memory is flat in the size of both. Rows may be memory-mapped.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.counts import count
from textgan.evaluation.ngrams.windows import PADDING, Rows, check, ends
from textgan.evaluation.report.report import Lengths, Matches, Symbols

__all__ = [
    "commonest",
    "distinct",
    "distinct_rows",
    "lengths",
    "lengths_of_both",
    "matches",
    "symbols",
    "times",
    "unique",
    "within",
]

CELLS = 1 << 20  # ids handled at once: 8 MB as 64-bit words
GROUP = 1 << 18  # rows that are compared with one another at once
MOST_SYMBOLS = 24  # report.Symbols
MOST_PLACES = 1 << 10  # positions that are told of, however short all lines are


def unique(rows: Rows) -> float:
    """Return the number of distinct `rows` (N, T; N at least 1) as a share of N."""
    check(rows)
    if not len(rows):
        raise ValueError("found no lines, expected at least one")
    return sum(len(counts) for _, counts in distinct_rows(rows)) / len(rows)


def commonest(rows: Rows) -> tuple[int, int]:
    """Return the place of the first of the commonest row, and how often it comes."""
    best = [
        (-int(counts.max()), int(first[counts == counts.max()].min()))
        for first, counts in distinct_rows(rows)
    ]
    times, place = min(best)
    return place, -times


def distinct(rows: Rows, n: int) -> float | None:
    """Return the number of distinct n-grams of `rows` over the number of all; None without any.

    distinct-n = |{w₁…w_n in the lines}| / Σ_lines max(0, symbols − n + 1); no padding is counted.
    The more lines, the lower it is: compare equal numbers of lines only. Li et al. 2016, "A
    Diversity-Promoting Objective Function for Neural Conversation Models", section 5, divide by the
    number of symbols, which exceeds that of n-grams by n − 1 a line.
    """
    counts = count(rows, n, _vocabulary_size(rows), end=PADDING)
    return len(counts.keys) / counts.total if len(counts.keys) else None


def _vocabulary_size(rows: Rows) -> int:
    return 1 + max(
        (int(rows[some].max(initial=PADDING)) for some in _parts(*rows.shape)), default=PADDING
    )


def lengths(rows: Rows) -> tuple[float, ...]:
    """Return the share of `rows` (N, T; N at least 1) of each length from 0 to T."""
    return _lengths([rows], rows.shape[1])


def lengths_of_both(samples: Rows, training: Iterable[Rows], width: int | None = None) -> Lengths:
    """Return the shares by length of `samples` (N, T) and of the pieces (·, T) of `training`.

    With `width` those of the lengths up to it, beyond T 0; but of more than MOST_PLACES only those
    up to T.
    """
    T = samples.shape[1]
    beyond = (0.0,) * (_told(T, width) - T)
    return Lengths(samples=_lengths([samples], T) + beyond, real=_lengths(training, T) + beyond)


def _told(T: int, width: int | None) -> int:
    """Return how many positions are told of, of rows of `width` symbols of which T are stored."""
    return T if width is None or width > max(T, MOST_PLACES) else max(T, width)


def symbols(
    samples: Rows,
    training: Iterable[Rows],
    vocabulary_size: int,
    names: Sequence[str],
    width: int | None = None,
) -> Symbols:
    """Return the shares of the most frequent symbols of `training` text, and where they stand.

    A share is that of all places, N·T of them, so that of a symbol in all is the mean of its shares
    at the T positions. The end of a line, and all places after it, are one symbol more, called ""
    and told last, where any line of the two texts has one. Of equally frequent symbols the one of
    the lower id comes first.

    Args:
        samples: (N, T) ids, N at least 1.
        training: pieces (·, T) of ids, gone through once.
        vocabulary_size: V, one more than the largest id.
        names: the symbol of each id, V of them; that of the padding is not used.
        width: places of a row, those after the T that are stored being padding; T if None. Of more
            than MOST_PLACES only the first T positions are told of.
    """
    if len(names) != vocabulary_size:
        raise ValueError(f"found {len(names)} names of symbols, expected {vocabulary_size}")
    T = samples.shape[1]
    ours = _places([samples], T, vocabulary_size)
    real = _places(training, T, vocabulary_size)
    totals = real[1:].sum(axis=1)
    width = max(T, width or 0)
    padded = width > T or bool(ours[PADDING].any() or real[PADDING].any())
    most = MOST_SYMBOLS - 1 if padded else MOST_SYMBOLS
    top = np.argsort(-totals, kind="stable")[:most] + 1
    shown = [*top[totals[top - 1] > 0].tolist(), *([PADDING] if padded else [])]
    ours_at, real_at = (_padded(count[shown] / count.sum(axis=0), width) for count in (ours, real))
    told = _told(T, width)
    return Symbols(
        symbols=tuple("" if i == PADDING else names[i] for i in shown),
        samples=tuple(ours_at.mean(axis=1).tolist()),
        real=tuple(real_at.mean(axis=1).tolist()),
        samples_at=tuple(map(tuple, ours_at[:, :told].tolist())),
        real_at=tuple(map(tuple, real_at[:, :told].tolist())),
    )


def _padded(shares: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return the shares (k, T) at `width` positions, of which the last symbol has all new ones."""
    wide = np.zeros((len(shares), width))
    wide[:, : shares.shape[1]] = shares
    wide[-1:, shares.shape[1] :] = 1
    return wide


def matches(samples: Rows, held_out: Rows, twins: Rows) -> Matches:
    """Return the share of the distinct `held_out` lines that are among the first k samples.

    k is 10, 100, 1,000 … below m, and m, the number of samples: a guessing curve, as passwords are
    judged by (Melicher et al. 2016, "Fast, Lean, and Accurate"; Hitaj et al. 2019, "PassGAN"). A
    line repeated in the held-out text counts once.

    Args:
        samples: (m, T) ids in the order of guessing, m at least 1.
        held_out: (·, T) ids, at least one row.
        twins: (·, T) ids of training lines, guessed in the samples' place; where there are fewer
            than k, all of them are guessed.
    """
    m = len(samples)
    if not m or not len(held_out):
        raise ValueError(f"found {m} samples and {len(held_out)} held-out lines, expected some")
    guesses = [10**i for i in range(1, len(str(m))) if 10**i < m] + [m]
    groups = -(-max(m, len(held_out), len(twins)) // GROUP)
    distinct = 0
    hits = {name: np.zeros(len(guesses), dtype=np.int64) for name in ("samples", "twins")}
    for places, ours, theirs in zip(
        *(_groups(rows, groups) for rows in (held_out, samples, twins)), strict=True
    ):
        wanted = _Lines(held_out[places])
        distinct += len(wanted.rows)
        for name, rows, some in (("samples", samples, ours), ("twins", twins, theirs)):
            first = np.full(len(wanted.rows), len(rows))  # no guess, unless it is found
            place = wanted.find(rows[some])
            hit = np.flatnonzero(place >= 0)
            np.minimum.at(first, place[hit], some[hit])
            hits[name] += np.searchsorted(np.sort(first[first < len(rows)]), guesses)

    def shares(name: str) -> tuple[float, ...]:
        return tuple((hits[name] / distinct).tolist())

    return Matches(guesses=tuple(guesses), samples=shares("samples"), real=shares("twins"))


def within(rows: Rows, pieces: Iterable[Rows]) -> NDArray[np.bool_]:
    """Return which of `rows` (N, T) occur anywhere in `pieces` (·, T) of text: (N,)."""
    return times(rows, pieces) > 0


def times(rows: Rows, pieces: Iterable[Rows]) -> NDArray[np.int64]:
    """Return how often each of `rows` (N, T) occurs in `pieces` (·, T) of text: (N,).

    The pieces are gone through once for every GROUP of rows.
    """
    found = np.zeros(len(rows), dtype=np.int64)
    for start in range(0, len(rows), GROUP):
        wanted = _Lines(rows[start : start + GROUP])
        hits = np.zeros(len(wanted.rows), dtype=np.int64)
        for piece in pieces:
            place = wanted.find(piece)
            hits += np.bincount(place[place >= 0], minlength=len(hits))
        found[start : start + GROUP] = hits[wanted.which]
        external.release(rows)
    return found


def _groups(rows: Rows, number: int) -> Iterator[NDArray[np.intp]]:
    """Yield the places of rows (N, T) in so many groups; equal rows are in the same group."""
    if number <= 1:
        yield np.arange(len(rows))
        return
    words = _words(0, rows.shape[1])
    group = np.empty(len(rows), dtype=np.uint32)
    for part in _parts(*rows.shape):
        # The high half: the low bits of a product depend on the low bits of ids alone.
        group[part] = ((rows[part].astype(np.uint64) @ words) >> np.uint64(32)) % np.uint64(number)
    for one in range(number):
        yield np.flatnonzero(group == one)
        external.release(rows)


def distinct_rows(rows: Rows) -> Iterator[tuple[NDArray[np.intp], NDArray[np.int64]]]:
    """Yield, for groups of rows (N, T), where distinct ones first stand and how often they come.

    Memory holds GROUP rows, and the distinct ones of a group.
    """
    for places in _groups(rows, -(-len(rows) // GROUP)):
        first, counts = places[:0], np.zeros(0, dtype=np.int64)
        for start in range(0, len(places), GROUP):
            some = np.concatenate([first, places[start : start + GROUP]])
            weights = np.concatenate([counts, np.ones(len(some) - len(first), dtype=np.int64)])
            lines = _Lines(rows[some])
            first = some[lines.first]  # of equal rows the first is that with the lowest place
            counts = np.bincount(lines.which, weights).astype(np.int64)
        if len(first):
            yield first, counts


def _words(seed: int, width: int) -> NDArray[np.uint64]:
    """Return random odd words, (width,)."""
    rng = np.random.default_rng(seed)
    words: NDArray[np.uint64] = rng.integers(1 << 63, size=(width,), dtype=np.uint64)
    return words * np.uint64(2) + np.uint64(1)


class _Lines:
    """Distinct rows, to be found again in other text.

    A row's hash is its product with random odd 64-bit words, modulo 2⁶⁴. Should two of the rows
    have one hash, other words are drawn, so that a hash names at most one of them, and a row of
    other text equals it or none.

    Attributes:
        rows: (K, T) the distinct rows, in the order of their hashes.
        which: (N,) which of them each of the given rows is.
        first: (K,) where each of them first stands among the given rows.
    """

    def __init__(self, rows: Rows) -> None:
        check(rows)
        for seed in range(64):
            self._words = _words(seed, rows.shape[1])
            hashes = self._hash(rows)
            self._hashes, self.first, self.which = np.unique(
                hashes, return_index=True, return_inverse=True
            )
            self.rows = rows[self.first]
            if all(
                np.array_equal(self.rows[self.which[part]], rows[part])
                for part in _parts(*rows.shape)
            ):
                return
        raise AssertionError("64 independent hashes cannot all collide")

    def find(self, rows: Rows) -> NDArray[np.intp]:
        """Return which of the distinct rows each of `rows` (M, T) equals, else −1: (M,)."""
        check(rows)
        if rows.shape[1] != len(self._words):
            raise ValueError(f"found rows of {rows.shape[1]} ids, expected {len(self._words)}")
        place = np.full(len(rows), -1, dtype=np.intp)
        if not len(self._hashes):
            return place
        hashes = self._hash(rows)
        near = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        (candidates,) = np.nonzero(self._hashes[near] == hashes)
        near = near[candidates]
        equal = (self.rows[near] == rows[candidates]).all(axis=1)
        place[candidates[equal]] = near[equal]
        return place

    def _hash(self, rows: Rows) -> NDArray[np.uint64]:
        hashes = np.empty(len(rows), dtype=np.uint64)
        for part in _parts(*rows.shape):
            hashes[part] = rows[part].astype(np.uint64) @ self._words
        return hashes


def _lengths(pieces: Iterable[Rows], T: int) -> tuple[float, ...]:
    counts = np.zeros(T + 1, dtype=np.int64)
    for piece in _pieces(pieces, T):
        counts += np.bincount(ends(piece), minlength=T + 1)
    if not counts.any():
        raise ValueError("found no lines, expected at least one")
    return tuple((counts / counts.sum()).tolist())


def _places(pieces: Iterable[Rows], T: int, vocabulary_size: int) -> NDArray[np.int64]:
    """Return how often each symbol stands at each position of all `pieces`: (V, T)."""
    counts = np.zeros((T, vocabulary_size), dtype=np.int64)  # a position's counts side by side
    for piece in _pieces(pieces, T):
        for t in range(T):
            column = np.bincount(piece[:, t], minlength=vocabulary_size)
            if len(column) > vocabulary_size:
                raise ValueError(f"found id {len(column) - 1}, expected 0 to {vocabulary_size - 1}")
            counts[t] += column
    if not counts.any():
        raise ValueError("found no lines, expected at least one of each text")
    return counts.T


def _pieces(pieces: Iterable[Rows], T: int) -> Iterator[Rows]:
    """Yield `pieces` in parts of bounded size, each of which must have T columns."""
    for piece in pieces:
        check(piece)
        if piece.shape[1] != T:
            raise ValueError(f"found rows of {piece.shape[1]} ids, expected {T}")
        for part in _parts(*piece.shape):
            yield piece[part]


def _parts(N: int, T: int) -> Iterator[slice]:
    size = max(1, CELLS // max(T, 1))
    for start in range(0, N, size):
        yield slice(start, start + size)
