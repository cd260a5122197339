"""How uncertain a number is that was computed from finitely many lines.

A functional J of the shares of n-grams is computed again without each of the m lines, J₋ᵢ, and

    SE² = (m − 1) / m · Σ_i (J₋ᵢ − mean)²

is the delete-one jackknife (Efron 1982, "The Jackknife, the Bootstrap and Other Resampling Plans",
chapter 3). Lines are left out, not n-grams: the n-grams of one line go together, and a formula for
independent n-grams would be too narrow. No line is counted anew. Of line i, which has c_ik of all
c_k windows of n-gram k and w_i of all C, and of J = Σ_k f(p_k, q_k), p_k = c_k / C, remains

    J − J₋ᵢ = Σ_k [f(p_k, q_k) − f(p_k − c_ik / C, q_k)] − w_i / C · Σ_k p_k ∂f/∂p_k

with the loss of windows to first order, as it is of order 1/m, and that of n-grams as it is. Slopes
would do for both (the delta method, or infinitesimal jackknife; van der Vaart 1998, "Asymptotic
Statistics", chapter 20) if every n-gram were frequent. But most long ones stand in one line, and
the slope of JSD is nothing like the difference there: measured on 6-grams of names, the delta
method finds a third of the deviation of fresh samples, the jackknife all of it.

SE says how J varies with other samples, not its bias: J of finitely many lines lies above that of
all, which is what a floor of as many lines is for. J(samples) − J(real) has the standard error
√(SE²_samples + SE²_real), and 1.96 of them to each side is a 95% interval. SE² is too large rather
than too small in expectation (Efron & Stein 1981). Measured on real text, SE is 1 to 1.5 times the
deviation for distances, most where both texts are one; 1 to 1.7 times for recall; and of what
hardly ever comes, such as the first n-gram in a thousand lines that is not in the reference, no
sample tells reliably.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import erfc, exp, inf, log1p, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.ngrams.counts import NgramCounts, Rows, count, distinct, padded, pieces
from textgan.evaluation.ngrams.norm import norm
from textgan.evaluation.ngrams.windows import windows
from textgan.evaluation.statistics.normal import NORMAL_95

__all__ = [
    "FUNCTIONALS",
    "NORMAL_95",
    "Variance",
    "losses",
    "normal_p",
    "of_shares",
    "paired",
    "standard_error",
    "standard_errors",
]

DRAWN_AT_ONCE = 1 << 20  # places drawn by the bootstrap at once
WINDOWS_AT_ONCE = 1 << 18  # of lines whose n-grams are told apart, at some 100 bytes a window

Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Variance:
    """An estimated squared standard error, and how uncertain it is itself.

    Attributes:
        value: SE².
        of_value: the variance of that estimate; 0 where it comes from many lines.
    """

    value: float
    of_value: float = 0.0

    def __add__(self, other: "Variance") -> "Variance":
        """Return the variance of a sum of two independent figures."""
        return Variance(self.value + other.value, self.of_value + other.of_value)

    @property
    def freedom(self) -> float:
        """Degrees of freedom f = 2 SE⁴ / Var(SE²), at least 1 (Satterthwaite 1946)."""
        return max(1.0, 2 * self.value**2 / self.of_value) if self.of_value else inf

    @property
    def error(self) -> float:
        """SE, widened so that 1.96 of it hold what the quantile of Student's t does.

        Of z of the normal distribution and t of Student's with as much beyond them,

            z = (8f + 1)/(8f + 3) · √(f ln(1 + t²/f))

        within a thousandth from f = 7 on, t too large below (Wallace 1959, "Bounds on Normal
        Approximations to Student's and the Chi-Square Distributions").
        """
        nu = self.freedom
        if nu == inf:
            return sqrt(self.value)
        z = NORMAL_95 * (8 * nu + 3) / (8 * nu + 1)
        return sqrt(self.value * nu * (exp(z**2 / nu) - 1)) / NORMAL_95

    def p(self, difference: float) -> float:
        """Return the chance of so great a |difference| where there is none, two-sided."""
        nu = self.freedom
        if nu == inf or not self.value:
            return normal_p(difference, sqrt(self.value))
        z = sqrt(nu * log1p(difference**2 / self.value / nu)) * (8 * nu + 1) / (8 * nu + 3)
        return normal_p(z, 1.0)


def of_shares(value: float, error: float) -> tuple[float, float]:
    """Return the 95% interval of a difference of two figures from 0 to 1: never beyond −1 and 1."""
    wide = NORMAL_95 * error
    return max(-1.0, value - wide), min(1.0, value + wide)


def normal_p(value: float, error: float) -> float:
    """Return the chance of a |z| as great as |value| / error, two-sided; 1 of no difference.

    >>> round(normal_p(1.96, 1.0), 3), normal_p(0.0, 0.0), normal_p(1.0, 0.0)
    (0.05, 1.0, 0.0)
    """
    if not value:
        return 1.0
    return erfc(abs(value) / error / sqrt(2)) if error else 0.0


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
        end: as in `windows`: None counts padding too, 0 the windows of the text alone. `q` must
            have been counted in the same way.
        width: as in `ngrams.count`: symbols that rows stand for, the rest of them padding.

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

    `counts` are those of the rows, where they are known already. Memory holds the n-grams of some
    lines at a time, and 8 bytes a line for each of the functionals.
    """
    m = len(rows)
    if m < 2:
        raise ValueError(f"found {m} lines, expected at least 2")
    lines = _Lines(rows, q, end, width, counts)
    return {
        name: float((m - 1) / np.sqrt(m) * lost.std(ddof=1))
        for name, lost in lines.losses(functionals).items()
    }


def losses(
    rows: Rows, q: NgramCounts, functional: str, *, end: int | None = None
) -> NDArray[np.float64]:
    """Return J − J₋ᵢ of each of `rows` (m, T): by how much J is less without the line, (m,)."""
    return _Lines(rows, q, end).losses((functional,))[functional]


class _Lines:
    """The n-grams of some lines, each line's beside those of all and their shares in the reference.

    The lines are gone through in pieces, so that only the n-grams of a piece are in memory.
    """

    def __init__(
        self,
        rows: Rows,
        q: NgramCounts,
        end: int | None,
        width: int | None = None,
        counts: NgramCounts | None = None,
    ) -> None:
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
            lost[name] = self._cosine() if name == "cosine" else self._sum(name)
        found: dict[str, list[Shares]] = {name: [] for name in functionals}
        for piece in self._pieces():
            for name, of in lost.items():
                found[name].append(of(piece))
        return {name: np.concatenate(some) for name, some in found.items()}

    def _sum(self, name: str) -> "Callable[[_Piece], Shares]":
        f, slope = _TERMS[name]
        by_window = 0.0
        for p, q, _ in self._shares():
            by_window += float(slope(p, q) @ p)

        def losses(piece: _Piece) -> Shares:
            left = f(piece.left / self.total, piece.q[piece.ngram])
            whole = f(piece.counts / self.total, piece.q)
            return piece.by_line(whole[piece.ngram] - left) - piece.windows / self.total * by_window

        return losses

    def _cosine(self) -> "Callable[[_Piece], Shares]":
        """Return the losses of 1 − p·q / (‖p‖ ‖q‖), to which the number of windows is nothing."""
        product, square, q_norm = 0.0, 0.0, norm(self.q.counts) / self.q_total
        for _, q, counts in self._shares():
            product, square = product + float(counts @ q), square + float(counts @ counts)

        def losses(piece: _Piece) -> Shares:
            counts = piece.counts[piece.ngram]
            products = product - piece.by_line((counts - piece.left) * piece.q[piece.ngram])
            squares = square - piece.by_line(counts**2 - piece.left**2)  # whole numbers: exact
            # The only line with n-grams leaves none, and nothing in common.
            rest = np.sqrt(np.where(squares > 0, squares, 1)) * q_norm
            similar = np.where(squares > 0, products / rest, 0)
            return np.asarray(similar - product / (np.sqrt(square) * q_norm))

        return losses

    def _shares(self) -> Iterator[tuple[Shares, Shares, Shares]]:
        """Yield p_k, q_k and c_k of the n-grams of all lines, (·,), some at a time."""
        for keys, some in self.counts.slices():
            counts = some.astype(np.float64)
            yield counts / self.total, self.q.at(keys) / self.q_total, counts

    def _pieces(self) -> "Iterator[_Piece]":
        n, V = self.q.n, self.q.vocabulary_size
        for some in pieces(self.rows, V, WINDOWS_AT_ONCE):
            rows, empty = (some, 0) if self.end is not None else padded(some, n, self.width)
            m = len(rows)
            keys, line = windows(rows, n, V, self.end)
            place, which = distinct(keys)
            # One entry for every n-gram that a line has, (E,).
            pairs, times = np.unique(which * m + line, return_counts=True)
            ngram, line_of = np.divmod(pairs, m)
            if empty:  # n columns of padding are a window of it in every line: the first key
                times[ngram == 0] += empty
            counts = self.counts.at(keys[place]).astype(np.float64)
            yield _Piece(
                q=self.q.at(keys[place]) / self.q_total,
                counts=counts,
                windows=np.bincount(line, minlength=m) + empty,
                ngram=ngram,
                line=line_of,
                left=counts[ngram] - times,
            )


@dataclass(frozen=True, kw_only=True)
class _Piece:
    """The n-grams of some lines.

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
        return np.asarray(np.bincount(self.line, entries, len(self.windows)), dtype=np.float64)


def paired(
    a: Sequence[float] | NDArray[np.floating[Any]],
    b: Sequence[float] | NDArray[np.floating[Any]],
    *,
    seed: int = 0,
    draws: int = 10_000,
) -> tuple[float, tuple[float, float], float]:
    """Return mean(a − b) over shared lines, its 95% interval, and p of there being no difference.

    The paired bootstrap (Koehn 2004, "Statistical Significance Tests for Machine Translation
    Evaluation", section 4): the lines are drawn with replacement, each with both of its values, so
    that what makes a line hard for both drops out. The interval is that of percentiles. p is
    two-sided: twice the share of draws in which the difference is not of its sign, ties on both
    sides, the sample itself counted as one draw more; it is never below 2 / (draws + 1).

    Args:
        a: a value for each line, (N,), N at least 1.
        b: another for the same lines, (N,).
        seed: of the draws; the same lines and seed give the same result.
        draws: how often the lines are drawn.
    """
    if np.ndim(a) != 1 or np.shape(a) != np.shape(b) or not len(a):
        raise ValueError(f"found values {np.shape(a)} and {np.shape(b)}, expected two times (N,)")
    differences = np.asarray(a, dtype=np.float64) - np.asarray(b, dtype=np.float64)
    rng = np.random.default_rng(seed)
    N = len(differences)
    means = np.empty(draws)
    at_once = max(1, DRAWN_AT_ONCE // N)
    for start in range(0, draws, at_once):
        some = min(at_once, draws - start)
        drawn = rng.integers(N, size=(some, N), dtype=np.uint32)
        means[start : start + some] = differences[drawn].mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    beyond = min(int((means <= 0).sum()), int((means >= 0).sum()))
    p = min(1.0, 2 * (beyond + 1) / (draws + 1))
    return float(differences.mean()), (float(low), float(high)), p


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
    """Return 0: an n-gram is found or not, however often."""
    del q
    return np.zeros_like(p)


Term = Callable[[Shares, Shares], Shares]

# f(p_k, q_k) and its slope, of which J is the sum
_TERMS: dict[str, tuple[Term, Term]] = {
    "jsd": (_jsd, _jsd_slope),
    "precision": (_precision, _precision_slope),
    "recall": (_recall, _recall_slope),
}
FUNCTIONALS = ("jsd", "cosine", "precision", "recall")
