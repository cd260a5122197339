"""A run's critic, trained on as a discriminator while its generator stays as it is.

It minimises −E log σ(h(x)) − E log(1 − σ(h(G(z)))) by AdamW (Loshchilov & Hutter 2019), the rate
falling to 0 linearly. Real text is training text. Generated text is what a reader gets: the
likeliest symbols, one-hot as real text is.

Half of the validation text chooses among the weights of different steps, and then a and c of
h = a · (D − c): a critic that has memorized training text is too sure of itself, which a smaller a
corrects. The other half gives the AUC. Test text is not read.

Source: Azadi et al. 2019 (arXiv 1810.06758) train D on with G fixed; Turner et al. 2019
(Metropolis-Hastings GANs, arXiv 1811.11357) calibrate D on held-out data.
"""

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from corpora import Corpus, open_corpus
from corpora.batches import batch_indices
from corpora.counts import counted
from corpora.errors import InputError
from textgan import runs
from textgan.evaluation.statistics.auc import auc
from textgan.evaluation.statistics.seeding import choose
from textgan.inputs.condition import Condition
from textgan.inputs.noise import Purpose, one_hot
from textgan.inputs.row_blocks import row_blocks
from textgan.networks.critics.conditional import ConditionalCritic
from textgan.networks.critics.critic import Critic
from textgan.sampling.batch import Ids
from textgan.sampling.density_ratio import DensityRatio
from textgan.sampling.seeds import drawn_seeds

if TYPE_CHECKING:
    from textgan.sampling.sampler import Sampler

__all__ = ["STEPS", "calibrate", "copy_of", "train_ratio"]

STEPS = 2000
LINES = 64  # real ones in a step, and as many generated ones
RATE, BETAS = 3e-3, (0.9, 0.99)
EVALUATE_EVERY = 200
HELD_OUT_LINES = 1 << 13  # of each half, at most
COPIES = 4  # of text (B, T, V) in a block: the text, its gradient, and room for layers
SEED = 0x726174696F  # of the training lines: "ratio"

Logits = NDArray[np.float64]


class Lines(NamedTuple):
    """Lines with their labels."""

    ids: Ids  # (N, T)
    condition: Condition


def train_ratio(
    run: Path, sampler: "Sampler", on_step: Callable[[], object] = lambda: None
) -> DensityRatio:
    """Return the density ratio of training text to a sampler's lines.

    Args:
        run: The run folder.
        sampler: Of a checkpoint of the run.
        on_step: Called after each of STEPS steps.

    Raises:
        InputError: The run is on pairs, or has too few validation lines.
    """
    corpus = open_corpus(runs.corpus_folder(run))
    if corpus.columns == "pairs":
        raise InputError(
            f"{run} is a run on pairs, whose lines are translations of one source each: candidates "
            "are for runs on text or labels"
        )
    if len(corpus.valid) < runs.MIN_VALIDATION_LINES:
        raise InputError(
            f"{run} has {counted(len(corpus.valid), 'validation line')}, expected at least "
            f"{runs.MIN_VALIDATION_LINES} to choose between candidates; train on more lines"
        )
    halves = _halves(sampler, corpus)
    ratio = _start(sampler, halves[0])
    _train(
        ratio,
        sampler,
        corpus,
        halves[0],
        first=sum(len(x.fake.ids) for x in halves),
        on_step=on_step,
    )
    scale, offset = calibrate(*halves[0].logits(ratio, sampler))
    scale *= ratio.scale
    centre = ratio.centre - (offset / scale if scale else 0.0)
    ratio = DensityRatio(ratio.critic, scale, centre, 0.5)
    return replace(ratio, auc=auc(*halves[1].logits(ratio, sampler)))


def copy_of(critic: Critic) -> Critic:
    """Return a copy of a critic that shares no weights with it, for evaluation.

    Batch normalisation then uses its running statistics: no layer mixes samples.
    """
    return copy.deepcopy(critic).eval().requires_grad_(False)


def calibrate(real: Logits, fake: Logits) -> tuple[float, float]:
    """Return a ≥ 0 and b with which σ(a·h + b) is the probability that a line is real.

    They minimise the cross-entropy to the targets (N + 1)/(N + 2) of N real lines and 1/(M + 2) of
    M generated ones, with which a stays finite where h separates both (Platt 1999). Both
    kinds have half of the weight, so that a·h + b estimates log p/q.
    """
    from scipy.optimize import minimize  # takes its time to load

    logits = np.concatenate([real, fake])
    N, M = len(real), len(fake)
    targets = np.repeat([(N + 1) / (N + 2), 1 / (M + 2)], [N, M])
    shares = np.repeat([0.5 / N, 0.5 / M], [N, M])

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = values[0] * logits + values[1]
        slope = shares * (0.5 * (1 + np.tanh(z / 2)) - targets)
        return float(shares @ (np.logaddexp(0, z) - targets * z)), np.array(
            [slope @ logits, slope.sum()]
        )

    fitted = minimize(loss, np.array([1.0, 0.0]), jac=True, bounds=[(0, None), (None, None)])
    return float(fitted.x[0]), float(fitted.x[1])


class Half(NamedTuple):
    """Real and generated lines that the critic is not trained on."""

    real: Lines
    fake: Lines

    def logits(self, ratio: DensityRatio, sampler: "Sampler") -> tuple[Logits, Logits]:
        """Return h of the real lines and of the generated ones."""
        vocabulary = sampler.encoder.size
        real, fake = (ratio.logits(*lines, vocabulary=vocabulary) for lines in self)
        return real, fake


def _halves(sampler: "Sampler", corpus: Corpus) -> tuple[Half, Half]:
    """Return the halves of the validation text, each with as many generated lines."""
    places = choose(len(corpus.valid), 2 * HELD_OUT_LINES, SEED, "ratio")
    real = [_real(sampler, corpus, "valid", half) for half in (places[::2], places[1::2])]
    counts = [len(lines.ids) for lines in real]
    return (
        Half(real[0], _generated(sampler, 0, counts[0])),
        Half(real[1], _generated(sampler, *counts)),
    )


def _start(sampler: "Sampler", half: Half) -> DensityRatio:
    """Return the ratio before training: the critic's scores, with mean 0 and deviation 1."""
    ratio = DensityRatio(copy_of(sampler.critic), 1.0, 0.0, 0.5)
    scores = np.concatenate(half.logits(ratio, sampler))
    return replace(ratio, scale=1 / max(float(scores.std()), 1e-6), centre=float(scores.mean()))


def _train(
    ratio: DensityRatio,
    sampler: "Sampler",
    corpus: Corpus,
    half: Half,
    *,
    first: int,
    on_step: Callable[[], object],
) -> None:
    """Train the critic of a ratio in place, to the weights that were best on `half`.

    Args:
        ratio: Its scale and centre stay.
        sampler: Of the generated lines.
        corpus: Its training part is read.
        half: Of the validation text.
        first: The number of the first generated line.
        on_step: Called after each step.
    """
    critic = ratio.critic.requires_grad_(True)
    optimizer = torch.optim.AdamW(critic.parameters(), lr=RATE, betas=BETAS)
    lowest, best = np.inf, critic.state_dict()
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = RATE * (1 - step / STEPS)
        drawn = batch_indices(len(corpus.train), seed=SEED, step=step, update=0, batch_size=LINES)
        real = _real(sampler, corpus, "train", drawn)
        fake = _generated(sampler, first + step * LINES, LINES)
        optimizer.zero_grad()
        _add_gradients(ratio, sampler, real, sign=-1)
        _add_gradients(ratio, sampler, fake, sign=1)
        optimizer.step()
        if (step + 1) % EVALUATE_EVERY == 0:
            loss = cross_entropy(*half.logits(ratio, sampler))
            if loss < lowest:
                lowest, best = loss, copy.deepcopy(critic.state_dict())
        on_step()
    critic.load_state_dict(best)
    critic.requires_grad_(False)


def cross_entropy(real: Logits, fake: Logits) -> float:
    """Return −E log σ(h(x)) − E log(1 − σ(h(G(z)))), in nats."""
    return float(np.logaddexp(0, -real).mean() + np.logaddexp(0, fake).mean())


def _add_gradients(ratio: DensityRatio, sampler: "Sampler", lines: Lines, *, sign: int) -> None:
    """Add the gradient of the mean of softplus(sign · h) over lines to that of the critic."""
    vocabulary, count = sampler.encoder.size, len(lines.ids)
    for rows in row_blocks(count, COPIES * lines.ids.shape[1] * vocabulary):
        text = one_hot(lines.ids[rows], vocabulary, sampler.device)
        scores = ConditionalCritic(ratio.critic, lines.condition[rows])(text)
        loss = F.softplus(sign * ratio.scale * (scores - ratio.centre)).sum() / count
        loss.backward()  # type: ignore[no-untyped-call]


def _real(sampler: "Sampler", corpus: Corpus, part: str, places: NDArray[np.int64]) -> Lines:
    """Return lines of a part of the corpus."""
    labels = corpus.condition(part)
    condition = sampler.condition(None if labels is None else labels[places])
    return Lines(corpus.rows(part)[places], condition)


def _generated(sampler: "Sampler", first: int, count: int) -> Lines:
    """Return generated lines first..first+count−1; their seeds are no seeds of sampled lines."""
    rows = np.arange(first, first + count)
    batch = sampler.batch(drawn_seeds(SEED, Purpose.RATIO_LINE, rows))
    return Lines(batch.ids, sampler.condition(batch.labels))
