"""A baseline instead of a GAN: a small recurrent network, trained for a given time.

    P(row) = Π_t P(row_t | row_<t),   each factor a softmax over the V symbols

It is trained to predict the next symbol and sampled symbol by symbol, at temperature 1: Mikolov et
al. 2010, "Recurrent neural network based language model"; Graves 2013, "Generating sequences with
recurrent neural networks"; here with one layer of gated units (GRU; Cho et al. 2014, "Learning
phrase representations using RNN encoder-decoder"). Its size and rate are chosen for minutes on a
CPU: a plain baseline, not the best that such a network can do in hours.

A row counts up to its first padding, which is the end of the line. A row that fills all T positions
has no end. So the probabilities of all rows of length T sum to 1, and bits compare with those of
`textgan.evaluation.language_model.model`.
"""

import copy
import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from corpora import Corpus
from corpora.batches import batch_rows
from corpora.errors import InputError
from corpora.rng import bits, uniform
from textgan.hardware.device import check_threads

__all__ = ["RecurrentModel", "train"]

# Purposes of random numbers: "next" and a number, which no GAN of the same seed uses
WEIGHTS, BATCHES, LINES = range(0x6E657874, 0x6E657877)
WIDTH = 192
EMBEDDING = 64
BATCH_ROWS = 32
RATE = 6e-3
WARM_UP = 0.05  # share of the budget in which the rate rises
VALIDATIONS = 10
VALIDATION_ROWS = 512  # or up to twice as many
INFERENCE_ROWS = 256  # lines are always sampled by so many, see `sample`

Rows = NDArray[np.integer[Any]]  # (N, T) ids
Best = tuple[float, dict[str, Any]]  # bits on validation text, and the weights


class RecurrentModel(nn.Module):
    """A model of rows, symbol by symbol: embedding -> GRU -> logits over V.

    Args:
        length: T.
        emittable: (V,) bool: the symbols that may be sampled.
        pad: The id of padding, which ends a line.
        width: C, of the recurrent layer.
    """

    def __init__(
        self, length: int, emittable: NDArray[np.bool_], *, pad: int = 0, width: int
    ) -> None:
        super().__init__()
        self.length = length
        self.emittable = emittable
        self.pad = pad
        self.size = len(emittable)  # V
        self.embed = nn.Embedding(self.size + 1, EMBEDDING)  # V itself is the start of a line
        self.recur = nn.GRU(EMBEDDING, width, batch_first=True)
        self.out = nn.Linear(width, self.size)

    def forward(self, ids: Tensor) -> Tensor:
        """Return the logits of each position given those before it, (B, T, V), of ids (B, T)."""
        return self.out(self.hidden(ids))  # type: ignore[no-any-return]

    def hidden(self, ids: Tensor) -> Tensor:
        """Return the hidden state before each position, (B, T, C), of ids (B, T)."""
        before = F.pad(ids[:, :-1], (1, 0), value=self.size)
        return self.recur(self.embed(before))[0]  # type: ignore[no-any-return]

    def loss(self, rows: Rows) -> Tensor:
        """Return the mean of −ln P over the symbols of rows (B, T) and their ends."""
        predicted = _predicted(rows, self.pad)
        used = int(predicted.sum(axis=1).max())  # columns of the longest line, its end included
        ids = torch.from_numpy(rows[:, :used].astype(np.int64))
        mask = torch.from_numpy(predicted[:, :used])
        return F.cross_entropy(self.out(self.hidden(ids)[mask]), ids[mask])

    @torch.inference_mode()
    def log2_probabilities(self, rows: Rows) -> NDArray[np.float64]:
        """Return log₂ P of each symbol of rows (N, T), 0 after a line's end: (N, T)."""
        scores = np.zeros(rows.shape)
        for start in range(0, len(rows), INFERENCE_ROWS):
            ids = torch.from_numpy(rows[start : start + INFERENCE_ROWS].astype(np.int64))
            logs = F.log_softmax(self(ids), dim=2).gather(2, ids[:, :, None])  # (B, T, 1)
            scores[start : start + INFERENCE_ROWS] = logs[:, :, 0].double().numpy() / math.log(2)
        return np.where(_predicted(rows, self.pad), scores, 0.0)

    def bits(self, rows: Rows) -> float:
        """Return the mean of −log₂ P over the symbols of rows (N, T) and their ends, N ≥ 1."""
        return -float(self.log2_probabilities(rows).sum() / _predicted(rows, self.pad).sum())

    def sample(self, n: int, seed: int) -> Rows:
        """Return the ids of n lines, (n, T), padding after their ends, at temperature 1.

        Line i of a seed is the same whatever n: its symbol t is where the distribution function
        passes a uniform number of (seed, i, t). The last bits of a matrix product depend on its
        size, so lines are always computed in batches of 256, and those after line n are dropped.
        """
        lines = [self._lines(seed, first) for first in range(0, n, INFERENCE_ROWS)]
        empty = np.zeros((0, self.length), np.min_scalar_type(self.size - 1))
        return np.concatenate([empty, *lines])[: max(n, 0)]

    @torch.inference_mode()
    def _lines(self, seed: int, first: int) -> Rows:
        """Return the lines first..first + 255 of `seed`, (B, T)."""
        levels = uniform(
            seed, LINES, rows=np.arange(first, first + INFERENCE_ROWS), columns=self.length
        )
        ids = np.full(levels.shape, self.pad, np.min_scalar_type(self.size - 1))
        ended = np.zeros(INFERENCE_ROWS, bool)
        last, state = torch.full((INFERENCE_ROWS,), self.size), None
        for t in range(self.length):
            hidden, state = self.recur(self.embed(last)[:, None], state)  # (B, 1, C)
            logits = self.out(hidden[:, 0]).double().numpy()  # (B, V)
            chosen = _choose(logits, self.emittable, levels[:, t])
            ids[~ended, t] = chosen[~ended]
            ended |= chosen == self.pad
            if ended.all():
                break
            last = torch.from_numpy(chosen)
        return ids


def train(
    corpus: Corpus,
    *,
    minutes: float | None = None,
    steps: int | None = None,
    seed: int = 0,
    threads: int | None = None,
) -> RecurrentModel:
    """Return a network trained on the corpus, with the weights that were best on validation text.

    AdamW (Loshchilov & Hutter 2019); the rate rises over the first 5% of the budget, then falls to
    0 linearly. The same (seed, steps, threads) give the same weights; `minutes`, which include
    validation, do not. Without validation rows the last weights are kept.

    Args:
        corpus: Its training part is trained on, its validation part chooses the weights; its test
            part is not used.
        minutes: Time budget; give either this or `steps`.
        steps: Budget in updates of 32 rows.
        seed: Seed of the first weights and of the batches.
        threads: Threads of torch during training; None: as many as now.

    Raises:
        InputError: Both budgets or none, a budget that is not above 0, too many threads, or
            training diverged.
    """
    _check(minutes, steps, threads)
    before = torch.get_num_threads()
    torch.set_num_threads(threads or before)
    try:
        return _train(corpus, minutes, steps, seed)
    finally:
        torch.set_num_threads(before)


def _train(corpus: Corpus, minutes: float | None, steps: int | None, seed: int) -> RecurrentModel:
    start = time.perf_counter()
    network = _new(corpus, seed)
    optimizer = torch.optim.AdamW(network.parameters(), betas=(0.9, 0.99), fused=True)
    valid = corpus.valid[
        :: max(1, len(corpus.valid) // VALIDATION_ROWS)
    ]  # evenly spaced: files may be sorted
    best = _better(network, valid, (math.inf, {}))
    reserve = time.perf_counter() - start  # time of the last validation
    validations = 1
    for step, share in enumerate(_shares(minutes, steps, start, reserve), start=1):
        if share * VALIDATIONS >= validations:
            best = _better(network, valid, best)
            validations = int(share * VALIDATIONS) + 1
        rows = batch_rows(corpus.train, seed=seed, step=step, update=BATCHES, batch_size=BATCH_ROWS)
        loss = network.loss(rows)
        if not math.isfinite(loss.item()):
            raise InputError(f"step {step}: the recurrent network's loss is {loss.item()}")
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, share / WARM_UP) * (1 - share)
        optimizer.step()
    _, weights = _better(network, valid, best)
    network.load_state_dict(weights)
    return network


def _new(corpus: Corpus, seed: int) -> RecurrentModel:
    """Return a new network, the same for the same seed."""
    word = bits(seed, WEIGHTS, rows=np.zeros(1, np.int64), columns=1)[0, 0]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(word >> np.uint64(1)))
        encoder = corpus.encoder
        return RecurrentModel(corpus.length, encoder.emittable, pad=encoder.pad, width=WIDTH)


def _better(network: RecurrentModel, valid: Rows, best: Best) -> Best:
    """Return the better of `best` and the network by bits; the network where there are no rows."""
    score = network.bits(valid) if len(valid) else 0.0
    return (score, copy.deepcopy(network.state_dict())) if score <= best[0] else best


def _shares(
    minutes: float | None, steps: int | None, start: float, reserve: float
) -> Iterator[float]:
    """Yield the share of the budget that is used at each step, in (0, 1)."""
    if steps is not None:
        yield from ((step + 0.5) / steps for step in range(steps))
    elif minutes is not None:
        seconds = max(60 * minutes - reserve, 1e-9)
        while (share := (time.perf_counter() - start) / seconds) < 1:
            yield share


def _choose(
    logits: NDArray[np.float64], allowed: NDArray[np.bool_], levels: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the first allowed id where Σ P of logits (B, V) passes the level in [0, 1), (B,)."""
    logits = np.where(allowed, logits, -np.inf)
    passed = np.exp(logits - logits.max(axis=1, keepdims=True)).cumsum(axis=1)
    # u · total stays below the total for every u < 1, so an id is always found
    chosen: NDArray[np.int64] = (passed <= (levels * passed[:, -1])[:, None]).sum(axis=1)
    return chosen


def _predicted(rows: Rows, pad: int) -> NDArray[np.bool_]:
    """Return which positions belong to a line, its end included: (N, T)."""
    predicted = np.ones(rows.shape, bool)
    np.logical_and.accumulate(rows[:, :-1] != pad, axis=1, out=predicted[:, 1:])
    return predicted


def _check(minutes: float | None, steps: int | None, threads: int | None) -> None:
    if (minutes is None) == (steps is None):
        raise InputError(f"found minutes {minutes} and steps {steps}; give exactly one of them")
    if minutes is not None and not 0 < minutes < math.inf:
        raise InputError(f"minutes is {minutes}; expected a number above 0")
    if steps is not None and steps < 1:
        raise InputError(f"steps is {steps}; expected at least 1")
    if threads is not None and threads < 1:
        raise InputError(f"threads is {threads}; expected at least 1")
    check_threads(threads)
