"""How long lines are, and how often and where symbols stand in them."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.ngrams.equal_rows import blocks
from textgan.evaluation.ngrams.windows import PADDING, Rows, check_rows, ends
from textgan.evaluation.report.report import Lengths, Symbols

__all__ = ["lengths", "lengths_of_both", "symbols"]

MAX_SYMBOLS = 24  # report.Symbols
MAX_POSITIONS = 1 << 10  # positions that are reported, however short all lines are


def lengths(rows: Rows) -> tuple[float, ...]:
    """Return the share of `rows` (N, T; N at least 1) of each length from 0 to T."""
    return _lengths([rows], rows.shape[1])


def lengths_of_both(samples: Rows, training: Iterable[Rows], width: int | None = None) -> Lengths:
    """Return the shares by length of `samples` (N, T) and of the pieces (·, T) of `training`.

    With `width` those of the lengths up to it, beyond T 0; of more than MAX_POSITIONS only those
    up to T.
    """
    T = samples.shape[1]
    longer = (0.0,) * (_reported(T, width) - T)
    return Lengths(samples=_lengths([samples], T) + longer, real=_lengths(training, T) + longer)


def _reported(T: int, width: int | None) -> int:
    """Return how many positions are reported, of rows of `width` symbols of which T are stored."""
    return T if width is None or width > max(T, MAX_POSITIONS) else max(T, width)


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
    and come last, where any line of the two texts has one. Of equally frequent symbols the one of
    the lower id comes first.

    Args:
        samples: (N, T) ids, N at least 1.
        training: pieces (·, T) of ids, gone through once.
        vocabulary_size: V, one more than the largest id.
        names: the symbol of each id, V of them; that of the padding is not used.
        width: places of a row, those after the T that are stored being padding; T if None. Of more
            than MAX_POSITIONS only the first T positions are reported.
    """
    if len(names) != vocabulary_size:
        raise ValueError(f"found {len(names)} names of symbols, expected {vocabulary_size}")
    T = samples.shape[1]
    counts = _places([samples], T, vocabulary_size)
    real_counts = _places(training, T, vocabulary_size)
    totals = real_counts[1:].sum(axis=1)
    width = max(T, width or 0)
    padded = width > T or bool(counts[PADDING].any() or real_counts[PADDING].any())
    most = MAX_SYMBOLS - 1 if padded else MAX_SYMBOLS
    top = np.argsort(-totals, kind="stable")[:most] + 1
    shown = [*top[totals[top - 1] > 0].tolist(), *([PADDING] if padded else [])]
    samples_at, real_at = (
        _padded(count[shown] / count.sum(axis=0), width) for count in (counts, real_counts)
    )
    reported = _reported(T, width)
    return Symbols(
        symbols=tuple("" if i == PADDING else names[i] for i in shown),
        samples=tuple(samples_at.mean(axis=1).tolist()),
        real=tuple(real_at.mean(axis=1).tolist()),
        samples_at=tuple(map(tuple, samples_at[:, :reported].tolist())),
        real_at=tuple(map(tuple, real_at[:, :reported].tolist())),
    )


def _padded(shares: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return the shares (k, T) at `width` positions, of which the last symbol has all new ones."""
    wide = np.zeros((len(shares), width))
    wide[:, : shares.shape[1]] = shares
    wide[-1:, shares.shape[1] :] = 1
    return wide


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
        check_rows(piece)
        if piece.shape[1] != T:
            raise ValueError(f"found rows of {piece.shape[1]} ids, expected {T}")
        for part in blocks(*piece.shape):
            yield piece[part]
