"""n-gram matching: the n-grams of generated text are drawn to their frequencies in real text.

For each order n let r be the frequencies of the n-grams of real text, and q those of generated
text. The generator descends KL(q ‖ r). As the entries of ∇q sum to 0, the gradient in the weights
is

    ∇ KL(q ‖ r) = Σ_g ∇q(g) · log(q(g) / r(g))

Rows (B, T, V) are nearly one-hot, so q changes with a row as if the symbols around it were fixed:
the slope of KL(q ‖ r) in the row at t, entry a, is the sum of log(q(g) / r(g)) over the n-grams g
that cover t, with symbol a at t. These slopes are looked up in two tables of counts. It is a critic
that is not trained: the optimal one for n-grams (Nowozin et al. 2016, table 2, reverse KL), of text
counted and of the generator's last W steps. Unlike a trained critic it knows all n-grams at once;
it knows nothing of what stands further apart.

Counts c of C recent n-grams are few, and small ones are noise:

    log(q(g) / r(g)) ≈ log((c(g) + δ) / (C · r(g) + δ)),   δ = 2
"""

from collections import deque
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["NgramMatching"]

ORDERS = (2, 3, 4)
SMOOTHING = 2.0  # δ
WINDOW = 64  # W, steps whose generated text is counted
BUCKETS = 1 << 22  # of a table at most; n-grams that share one count as the same
HASH_SHIFT = 42  # leaves the highest 22 of 64 bits
BLOCK_ROWS = 1 << 14  # of real text that are counted at a time
REAL_ROWS = 1 << 19  # of real text that are counted, at equal distances
ENTRIES = 1 << 20  # of slopes (B, T, V) of a step; of larger batches fewer lines have them
MULTIPLIERS = np.random.default_rng(0).integers(1 << 62, size=max(ORDERS)) * 2 + 1  # odd


class NgramMatching:
    """The counts of n-grams of real text and of recent generated text.

    Args:
        rows: Real text, (N, T), ids.
        vocabulary: V.
        device: Where generated text is.
    """

    def __init__(
        self, rows: NDArray[np.integer[Any]], vocabulary: int, device: torch.device
    ) -> None:
        self.rows = rows
        self.vocabulary = vocabulary
        self.device = device
        self.recent: deque[Tensor] = deque()  # of the last W steps at most, ids (R, T)
        self.tables = [_Table(n, vocabulary, device) for n in ORDERS if n <= rows.shape[1]]

    def remember(self, ids: Tensor) -> None:
        """Count generated text, (R, T), and forget that of W steps ago."""
        self.recent.append(ids)
        forgotten = self.recent.popleft() if len(self.recent) > WINDOW else ids[:0]
        self._count_real()
        for table in self.tables:
            table.count(ids, forgotten)

    def state(self) -> Tensor:
        """Return what is remembered, (steps, R, T), the oldest first: all that `restore` needs."""
        small = torch.uint8 if self.vocabulary <= 256 else torch.int32
        recent = torch.stack(tuple(self.recent)) if self.recent else torch.zeros(0, 0, 0)
        return recent.to(small)

    def restore(self, recent: Tensor) -> None:
        """Count what another object remembered, as `state` returned it.

        Raises:
            ValueError: It is not of this text.
        """
        T = self.rows.shape[1]
        if recent.ndim != 3 or len(recent) > WINDOW or (len(recent) and recent.shape[2] != T):
            raise ValueError(f"expected (≤ {WINDOW}, R, {T}), found {tuple(recent.shape)}")
        if recent.numel() and not 0 <= recent.min() <= recent.max() < self.vocabulary:
            raise ValueError(f"expected ids below {self.vocabulary}")
        self.recent.extend(recent.to(self.device).long())
        if self.recent:
            self._count_real()
            for table in self.tables:
                table.count(torch.cat(tuple(self.recent)), self.recent[0][:0])

    def stride(self, entries: int) -> int:
        """Return k: every k-th line of a batch of so many entries B·T·V has slopes."""
        return -(-entries // ENTRIES)

    def slopes(self, ids: Tensor) -> Tensor:
        """Return the mean over the orders of the slopes of KL(q ‖ r), (B, T, V), of text (B, T).

        Up to a factor: they are of the n-grams of one line, not of their share.
        """
        slopes = torch.zeros(*ids.shape, self.vocabulary, device=self.device)
        for table in self.tables:
            table.add_slopes(ids, slopes)
        return slopes / len(self.tables)

    @staticmethod
    def bytes(vocabulary: int, line: int, batch: int, remembered: int) -> int:
        """Return the memory of all this, for T·V = `line`, B·T·V = `batch` and R·T ids a step."""
        tables = 12 * sum(min(int(vocabulary**n), BUCKETS) for n in ORDERS)
        return tables + 8 * (WINDOW + 1) * remembered + 24 * min(batch, max(line, ENTRIES))

    def _count_real(self) -> None:
        """Count real text, once, at the first step: it takes a second or more."""
        if self.tables[0].real_total:
            return
        chosen = self.rows[:: -(-len(self.rows) // REAL_ROWS)]
        for start in range(0, len(chosen), BLOCK_ROWS):
            block = torch.from_numpy(chosen[start : start + BLOCK_ROWS].astype(np.int64))
            for table in self.tables:
                table.count_real(block.to(self.device))


class _Table:
    """Counts of n-grams of one order, by bucket, and the logarithm of their ratio.

    A bucket is the number that an n-gram is in base V, or, where there are too many, a multilinear
    hash of it: the highest bits of a sum of odd multiples of its ids, modulo 2⁶⁴.
    """

    def __init__(self, n: int, vocabulary: int, device: torch.device) -> None:
        self.n = n
        self.hashed = vocabulary**n > BUCKETS
        powers = [vocabulary**place for place in range(n)]
        self.multipliers = [int(m) for m in MULTIPLIERS[:n]] if self.hashed else powers
        size = BUCKETS if self.hashed else vocabulary**n
        self.real = torch.zeros(size, dtype=torch.int32, device=device)
        self.found = torch.zeros(size, dtype=torch.int32, device=device)  # c
        self.log_ratios = torch.zeros(size, device=device)
        self.real_total = self.found_total = 0  # the latter is C

    @cached_property
    def support(self) -> Tensor:
        """The buckets of the n-grams of real text, once they are counted."""
        return self.real.nonzero().flatten()

    def count_real(self, ids: Tensor) -> None:
        """Count the n-grams of real text (·, T)."""
        self.real_total += self._add(self.real, ids, 1).numel()

    def count(self, ids: Tensor, forgotten: Tensor) -> None:
        """Count the n-grams of generated text (·, T), and forget those of another."""
        added, removed = self._add(self.found, ids, 1), self._add(self.found, forgotten, -1)
        self.found_total += added.numel() - removed.numel()
        changed = torch.cat([added, removed])
        if added.numel() != removed.numel():  # C changes, and with it all expected counts
            changed = torch.cat([changed, self.support])
        expected = self.real[changed] * (self.found_total / self.real_total) + SMOOTHING
        self.log_ratios[changed] = ((self.found[changed] + SMOOTHING) / expected).log()

    def add_slopes(self, ids: Tensor, slopes: Tensor) -> None:
        """Add to slopes (B, T, V) the log ratios of the n-grams that cover a position of a text."""
        sums = self._sums(ids)
        symbols = torch.arange(slopes.shape[2], device=ids.device)
        for place, multiplier in enumerate(self.multipliers):
            window = slice(place, place + sums.shape[1])
            without = sums - ids[:, window] * multiplier
            buckets = self._buckets(without[..., None] + symbols * multiplier)
            ratios = self.log_ratios.index_select(0, buckets.flatten())  # faster than [buckets]
            slopes[:, window] += ratios.view(buckets.shape)

    def _add(self, counts: Tensor, ids: Tensor, number: int) -> Tensor:
        buckets = self._buckets(self._sums(ids)).flatten()
        counts.index_add_(0, buckets, torch.full_like(buckets, number, dtype=torch.int32))
        return buckets

    def _sums(self, ids: Tensor) -> Tensor:
        """Return the sum of multiplied ids of each n-gram, (B, T − n + 1)."""
        windows = ids.unfold(1, self.n, 1)  # (B, T − n + 1, n)
        return (windows * torch.tensor(self.multipliers, device=ids.device)).sum(-1)

    def _buckets(self, sums: Tensor) -> Tensor:
        return (sums >> HASH_SHIFT) & (BUCKETS - 1) if self.hashed else sums
