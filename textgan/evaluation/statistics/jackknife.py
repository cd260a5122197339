"""Standard errors of figures of n-gram counts: the delete-one jackknife over lines.

A functional J of the shares of n-grams is computed again without each of the m lines, J₋ᵢ, and

    SE² = (m − 1) / m · Σ_i (J₋ᵢ − mean)²

(Efron 1982, "The Jackknife, the Bootstrap and Other Resampling Plans", chapter 3). Lines are left
out, not n-grams: the n-grams of a line depend on each other, and a formula for independent n-grams
would give too narrow an interval. No line is counted anew. Line i has c_ik of all c_k windows of
n-gram k, and w_i of all C windows. For J = Σ_k f(p_k, q_k), p_k = c_k / C,

    J − J₋ᵢ = Σ_k [f(p_k, q_k) − f(p_k − c_ik / C, q_k)] − w_i / C · Σ_k p_k ∂f/∂p_k

The loss of windows enters to first order, as it is of order 1/m; the loss of n-grams enters
exactly. Slopes for both (the delta method, or infinitesimal jackknife; van der Vaart 1998,
"Asymptotic Statistics", chapter 20) would do if every n-gram were frequent. But most long n-grams
occur in a single line, where the slope of JSD is far from the difference: on 6-grams of names the
delta method finds a third of the deviation of fresh samples, the jackknife all of it.

SE measures how J varies with other samples, not its bias: J of finitely many lines lies above J of
all, and the floor of as many real lines measures that. J(samples) − J(real) has the standard error
√(SE²_samples + SE²_real), and its 95% interval is 1.96 of them to each side. SE² is too large
rather than too small in expectation (Efron & Stein 1981). On real text SE is 1 to 1.5 times the
deviation for distances, most where both texts are the same; 1 to 1.7 times for recall. No sample
is a reliable estimate for events as rare as one n-gram in a thousand lines.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.ngrams.counts import NgramCounts, count
from textgan.evaluation.ngrams.windows import Rows, by_line, padded, pieces

__all__ = ["FUNCTIONALS", "losses", "standard_error", "standard_error_of_sum", "standard_errors"]

PIECE_SYMBOLS = 1 << 18  # of lines whose n-grams are in memory together, some 100 bytes each


Shares = NDArray[np.float64]


def standard_error(
    rows: Rows,
    q: NgramCounts,
    functional: str,
    *,
    end: int | None = None,
    width: int | None = None,
) -> float:
    """Return SE(J) of the n-grams of `rows` (m, T; m at least 2) against the fixed counts `q`.

    Args:
        rows: independent lines.
        q: counts of the reference, whose n and V decide what is counted.
        functional: one of FUNCTIONALS.
        end: as in `windows`: None counts padding too, 0 only the windows before it. `q` must have
            been counted in the same way.
        width: as in `count`: the width to which rows count as padded.

    Raises:
        ValueError: there is no such functional, or there are no n-grams.
    """
    return standard_errors(rows, q, (functional,), end=end, width=width)[functional]


def standard_errors(
    rows: Rows,
    q: NgramCounts,
    functionals: Sequence[str],
    *,
    end: int | None = None,
    width: int | None = None,
    counts: NgramCounts | None = None,
) -> dict[str, float]:
    """Return `standard_error` for each of `functionals`, at little more than the cost of one.

    `counts` are those of the rows, if known already. Memory holds the n-grams of a piece of the
    lines, and 8 bytes per line for each functional.
    """
    lines = _Lines(rows, q, end, width, counts)
    return {name: _spread(lost) for name, lost in lines.losses(functionals).items()}


def standard_error_of_sum(
    rows: Rows,
    q: NgramCounts,
    term: "Term",
    slope: "Term",
    *,
    width: int | None = None,
    counts: NgramCounts | None = None,
) -> float:
    """Return SE(J) for J = Σ_k f(p_k, q_k) of windows with padding; see `standard_errors`.

    Args:
        rows: independent lines, at least 2.
        q: counts of the reference.
        term: f, of p_k and q_k, (K,) each; either may be 0.
        slope: ∂f/∂p_k, of p_k above 0.
        width: as in `count`.
        counts: those of the rows, if known.
    """
    return _spread(_Lines(rows, q, None, width, counts).losses_of_sum(term, slope))


def _spread(lost: "Shares") -> float:
    """Return SE of the losses J − J₋ᵢ, (m,)."""
    m = len(lost)
    return float((m - 1) / np.sqrt(m) * lost.std(ddof=1))


def losses(
    rows: Rows, q: NgramCounts, functional: str, *, end: int | None = None
) -> NDArray[np.float64]:
    """Return J − J₋ᵢ of each of `rows` (m, T): by how much J is less without the line, (m,)."""
    return _Lines(rows, q, end).losses((functional,))[functional]


class _Lines:
    """Lines whose n-grams are compared with the counts of all lines and of the reference.

    Lines are read in pieces, so that only the n-grams of a piece are in memory.
    """

    def __init__(
        self,
        rows: Rows,
        q: NgramCounts,
        end: int | None,
        width: int | None = None,
        counts: NgramCounts | None = None,
    ) -> None:
        if len(rows) < 2:
            raise ValueError(f"found {len(rows)} lines, expected at least 2")
        if counts is None:
            counts = count(rows, q.n, q.vocabulary_size, end=end, width=width)
        self.rows, self.q, self.end, self.width, self.counts = rows, q, end, width, counts
        self.total, self.q_total = counts.total, q.total
        if not self.total or not self.q_total:
            raise ValueError(f"found no {q.n}-grams, expected lines of at least {q.n} symbols")

    def losses(self, functionals: Sequence[str]) -> dict[str, Shares]:
        """Return the losses of each line by each of `functionals`, (m,)."""
        lost: dict[str, Callable[[_Piece], Shares]] = {}
        for name in functionals:
            if name not in FUNCTIONALS:
                raise ValueError(f"found {name!r}, expected one of {', '.join(FUNCTIONALS)}")
            lost[name] = self._cosine() if name == "cosine" else self._sum(*_TERMS[name])
        of_pieces: dict[str, list[Shares]] = {name: [] for name in functionals}
        for piece in self._pieces():
            for name, losses in lost.items():
                of_pieces[name].append(losses(piece))
        return {name: np.concatenate(values) for name, values in of_pieces.items()}

    def losses_of_sum(self, f: "Term", slope: "Term") -> Shares:
        """Return the losses of each line by a sum over n-grams, (m,)."""
        lost = self._sum(f, slope)
        return np.concatenate([lost(piece) for piece in self._pieces()])

    def _sum(self, f: "Term", slope: "Term") -> "Callable[[_Piece], Shares]":
        by_window = 0.0
        for p, q, _ in self._shares():
            by_window += float(slope(p, q) @ p)

        def losses(piece: _Piece) -> Shares:
            left = f(piece.left / self.total, piece.q[piece.ngram])
            of_all = f(piece.counts / self.total, piece.q)
            lost = piece.by_line(of_all[piece.ngram] - left)
            return lost - piece.windows / self.total * by_window

        return losses

    def _cosine(self) -> "Callable[[_Piece], Shares]":
        """Return the losses of 1 − p·q / (‖p‖ ‖q‖), whatever the number of windows is."""
        product, square, q_norm = 0.0, 0.0, self.q.norm / self.q_total
        for _, q, counts in self._shares():
            product, square = product + float(counts @ q), square + float(counts @ counts)

        def losses(piece: _Piece) -> Shares:
            counts = piece.counts[piece.ngram]
            products = product - piece.by_line((counts - piece.left) * piece.q[piece.ngram])
            squares = square - piece.by_line(counts**2 - piece.left**2)  # whole numbers: exact
            # Without the only line with n-grams there is nothing in common.
            norms = np.sqrt(np.where(squares > 0, squares, 1)) * q_norm
            similar = np.where(squares > 0, products / norms, 0)
            return np.asarray(similar - product / (np.sqrt(square) * q_norm))

        return losses

    def _shares(self) -> Iterator[tuple[Shares, Shares, Shares]]:
        """Yield p_k, q_k and c_k of the n-grams of all lines, (·,), a block at a time."""
        for keys, occurrences in self.counts.slices():
            counts = occurrences.astype(np.float64)
            yield counts / self.total, self.q.at(keys) / self.q_total, counts

    def _pieces(self) -> "Iterator[_Piece]":
        n, V = self.q.n, self.q.vocabulary_size
        for piece in pieces(self.rows, V, PIECE_SYMBOLS):
            rows, empty = (piece, 0) if self.end is not None else padded(piece, n, self.width)
            ngrams = by_line(rows, n, V, self.end)
            times = ngrams.count
            if empty:  # n columns of padding are a window of it in every line: the first key
                times[ngrams.ngram == 0] += empty
            counts = self.counts.at(ngrams.keys).astype(np.float64)
            yield _Piece(
                q=self.q.at(ngrams.keys) / self.q_total,
                counts=counts,
                windows=ngrams.windows + empty,
                ngram=ngrams.ngram,
                line=ngrams.line,
                left=counts[ngrams.ngram] - times,
            )


@dataclass(frozen=True, kw_only=True)
class _Piece:
    """The n-grams of a piece of the lines.

    Attributes:
        q: their shares in the reference, (K,).
        counts: c_k, how often all lines have them, (K,).
        windows: w_i, (m,).
        ngram: of each n-gram that a line has, which it is, (E,).
        line: and which line, (E,).
        left: c_k − c_ik, (E,).
    """

    q: Shares
    counts: Shares
    windows: NDArray[np.intp]
    ngram: NDArray[np.intp]
    line: NDArray[np.intp]
    left: Shares

    def by_line(self, entries: Shares) -> Shares:
        """Return the sum of the entries of each line, (m,)."""
        return np.asarray(np.bincount(self.line, entries, len(self.windows)), dtype=np.float64)


def _jsd(p: Shares, q: Shares) -> Shares:
    """Return ½ p log₂(p / m) + ½ q log₂(q / m), m = (p + q) / 2."""
    bits = np.zeros_like(p)
    for share in (p, q):
        ratio = np.divide(2 * share, p + q, out=np.ones_like(p), where=share > 0)
        bits += share * np.log2(ratio) / 2
    return bits


def _jsd_slope(p: Shares, q: Shares) -> Shares:
    """Return ½ log₂(p / m), p above 0; what else depends on p cancels out."""
    return np.asarray(np.log2(2 * p / (p + q)) / 2)


def _precision(p: Shares, q: Shares) -> Shares:
    return p * (q > 0)


def _precision_slope(p: Shares, q: Shares) -> Shares:
    del p
    return (q > 0).astype(np.float64)


def _recall(p: Shares, q: Shares) -> Shares:
    return q * (p > 0)


def _recall_slope(p: Shares, q: Shares) -> Shares:
    """Return 0: an n-gram occurs in the lines or not, however often."""
    del q
    return np.zeros_like(p)


Term = Callable[[Shares, Shares], Shares]


# f(p_k, q_k), whose sum is J, and ∂f/∂p_k
_TERMS: dict[str, tuple[Term, Term]] = {
    "jsd": (_jsd, _jsd_slope),
    "precision": (_precision, _precision_slope),
    "recall": (_recall, _recall_slope),
}


FUNCTIONALS = ("jsd", "cosine", "precision", "recall")
