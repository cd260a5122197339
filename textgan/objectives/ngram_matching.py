"""n-gram matching: the n-grams of generated text are drawn to their frequencies in real text.

For each order n let r be the frequencies of the n-grams of real text, and q those of generated
text. The generator descends KL(q ‖ r). As the entries of ∇q sum to 0, the gradient in the weights
is

    ∇ KL(q ‖ r) = Σ_g ∇q(g) · log(q(g) / r(g))

Rows (B, T, V) are nearly one-hot, so q changes with a row as if the symbols around it were fixed:
the slope of KL(q ‖ r) in the row at t, entry a, is the sum of log(q(g) / r(g)) over the n-grams g
that cover t, with symbol a at t. These slopes are looked up in two tables of counts. It is a critic
that is not trained: the optimal one for n-grams (Nowozin et al. 2016, table 2, reverse KL), of text
counted and of the generator's recent steps. Unlike a trained critic it knows all n-grams at once;
it knows nothing of what stands further apart.

The counts c of generated n-grams, C in all, are decayed: text of s steps ago counts 0.985ˢ. (With
a window of whole steps, or counts that are some steps old, samples have less diversity.) They are
few, and small ones are noise:

    log(q(g) / r(g)) ≈ log((c(g) + δ) / (C · r(g) + δ)),   δ = 2
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["NgramMatching"]

ORDERS = (2, 3, 4)
SMOOTHING = 2.0  # δ
DECAY = 0.985  # of counts in a step: half of their weight is of the last 46 steps
SCALE = 1024.0  # of the weight of a step, at which counts are divided by it
LEAST = 0.01  # counts below are 0 then
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
        self.rows: NDArray[np.integer[Any]] | None = rows  # until they are counted
        self.vocabulary = vocabulary
        self.device = device
        self.tables = [_Table(n, vocabulary, device) for n in ORDERS if n <= rows.shape[1]]
        self.weight = 1.0  # of an n-gram of the present step: counts are in other units than c

    def remember(self, ids: Tensor) -> None:
        """Count the generated text of a step, (R, T)."""
        self.count_real()
        self.weight /= DECAY
        if self.weight > SCALE:
            for table in self.tables:
                table.divide(self.weight)
            self.weight = 1.0
        for table in self.tables:
            table.count(ids, self.weight)

    def state(self) -> dict[str, Tensor]:
        """Return all that `restore` needs: counts above 0, where they are, C, and their units."""
        totals = [self.weight, *(table.total for table in self.tables)]
        state = {"totals": torch.tensor(totals, dtype=torch.float64)}
        for table in self.tables:
            buckets = table.counts.nonzero().flatten()
            state[f"buckets.{table.n}"] = buckets.int()
            state[f"counts.{table.n}"] = table.counts[buckets]
        return state

    @property
    def names(self) -> set[str]:
        """The names of the tensors of `state`."""
        parts = (f"{part}.{table.n}" for table in self.tables for part in ("buckets", "counts"))
        return {"totals", *parts}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Have the counts of another object, as its `state` returned them.

        Raises:
            ValueError: They are not of this text.
        """
        totals = state["totals"].tolist()
        if len(totals) != 1 + len(self.tables) or not 1 <= totals[0] <= SCALE:
            raise ValueError(f"expected a weight and {len(self.tables)} totals")
        self.weight = totals[0]
        for table, total in zip(self.tables, totals[1:], strict=True):
            buckets, counts = (state[f"{name}.{table.n}"] for name in ("buckets", "counts"))
            if counts.shape != buckets.shape:
                raise ValueError(f"expected as many buckets.{table.n} as counts")
            limit = len(table.counts)
            if len(buckets) and not 0 <= int(buckets.min()) <= int(buckets.max()) < limit:
                raise ValueError(f"buckets.{table.n} are not from 0 to {limit - 1}")
            table.total = total
            table.counts[buckets.to(self.device).long()] = counts.to(self.device)
            table.use(self.weight)
        if totals[1]:
            self.count_real()

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
    def bytes(vocabulary: int, line: int, batch: int) -> int:
        """Return the memory of all this, for T·V = `line` and B·T·V = `batch`."""
        tables = 8 * sum(min(int(vocabulary**n), BUCKETS) for n in ORDERS)
        return tables + 32 * min(batch, max(line, ENTRIES))

    def count_real(self) -> None:
        """Count real text, if it is not counted yet: it takes a second or more."""
        if self.rows is None:
            return
        chosen = self.rows[:: -(-len(self.rows) // REAL_ROWS)]
        for start in range(0, len(chosen), BLOCK_ROWS):
            block = torch.from_numpy(chosen[start : start + BLOCK_ROWS].astype(np.int64))
            for table in self.tables:
                table.count_real(block.to(self.device))
        for table in self.tables:
            table.shares.div_(table.shares.sum(dtype=torch.float64))
        self.rows = None  # a copy of all this needs them no more, and they may be gigabytes


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
        self.factors = torch.tensor(self.multipliers, device=device)  # the same on the device
        # side by side: one look-up finds both
        self.both = torch.zeros(min(vocabulary**n, BUCKETS), 2, device=device)
        self.total = 0.0  # C · weight
        self.units = torch.zeros(2, device=device)  # what makes `both` expected counts and c

    @property
    def shares(self) -> Tensor:
        """r, (buckets,)."""
        return self.both[:, 0]

    @property
    def counts(self) -> Tensor:
        """C · weight, (buckets,)."""
        return self.both[:, 1]

    def count_real(self, ids: Tensor) -> None:
        """Count the n-grams of real text (·, T)."""
        self._add(self.shares, ids, 1.0)

    def count(self, ids: Tensor, weight: float) -> None:
        """Count the n-grams of generated text (R, T)."""
        self.total += weight * self._add(self.counts, ids, weight)
        self.use(weight)

    def use(self, weight: float) -> None:
        """Have the slopes in units of this weight; in place, as recorded CUDA graphs read it."""
        self.units.copy_(torch.tensor([self.total / weight, 1 / weight]))

    def divide(self, weight: float) -> None:
        """Divide what is counted of generated text by a weight, and drop what is hardly left."""
        self.counts.div_(weight)
        self.counts.masked_fill_(self.counts < LEAST, 0.0)
        self.total /= weight

    def add_slopes(self, ids: Tensor, slopes: Tensor) -> None:
        """Add to slopes (B, T, V) the log ratios of the n-grams that cover a position of a text."""
        pairs = torch.view_as_complex(self.both)  # (buckets,): looked up in a fifth of the time
        sums = self._sums(ids)
        symbols = torch.arange(slopes.shape[2], device=ids.device)
        for place, multiplier in enumerate(self.multipliers):
            window = slice(place, place + sums.shape[1])
            without = sums - ids[:, window] * multiplier
            buckets = self._buckets(without[..., None] + symbols * multiplier)
            chosen = torch.view_as_real(pairs.index_select(0, buckets.flatten()))
            expected, c = chosen.mul_(self.units).add_(SMOOTHING).unbind(1)
            slopes[:, window] += (c / expected).log_().view(buckets.shape)

    def _add(self, counts: Tensor, ids: Tensor, weight: float) -> int:
        """Count the n-grams of a text, and return how many there are."""
        buckets = self._buckets(self._sums(ids)).flatten()
        counts.index_add_(0, buckets, torch.full_like(buckets, weight, dtype=counts.dtype))
        return len(buckets)

    def _sums(self, ids: Tensor) -> Tensor:
        """Return the sum of multiplied ids of each n-gram, (B, T − n + 1)."""
        windows = ids.unfold(1, self.n, 1)  # (B, T − n + 1, n)
        return (windows * self.factors).sum(-1)

    def _buckets(self, sums: Tensor) -> Tensor:
        return (sums >> HASH_SHIFT) & (BUCKETS - 1) if self.hashed else sums
