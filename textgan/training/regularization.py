"""The regularizers of a run: terms that its settings add to the losses, with their weights."""

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from corpora import Corpus
from corpora.encoders import Encoder
from textgan.config.settings import Config
from textgan.inputs.condition import Condition
from textgan.inputs.latents import Latents
from textgan.networks.critics.conditional import ConditionalCritic
from textgan.objectives.ngram_matching import NgramMatching
from textgan.objectives.regularizers import (
    code_loss,
    distance_to_target,
    feature_distance,
    symbol_divergence,
)
from textgan.training.batches import Generated
from textgan.training.distributed import BatchShare

__all__ = [
    "Features",
    "RealRows",
    "Regularizers",
    "as_text",
    "symbol_perplexity",
    "symbol_shares",
]

BLOCK_SYMBOLS = 1 << 21  # of the training text that are counted at a time
PERPLEXITY_ROWS = 1 << 16  # of the training text that a perplexity is of


class Features(NamedTuple):
    """The critic's features in a generator update, as its scores are computed from them."""

    fake: Tensor  # f(G(z)), (B, F)
    real: Tensor | None = None  # f(x), (B, F), where the loss depends on them
    noisy: bool = False  # whether they are of text with instance noise


class RealRows(NamedTuple):
    """Real text of a generator update, without instance noise, and its condition."""

    text: Tensor | None  # (B, T, V); None where nothing depends on it
    condition: Condition


class Regularizers:
    """Feature, symbol and n-gram matching, recovery of codes, and the distance to a target.

    Args:
        config: Says which there are, and their weights.
        corpus: Symbols of its training part are matched.
        latents: How codes lie in a latent.
        share: The worker's share of a batch; feature and symbol matching compare means of batches.
        device: Where the networks are.
        ngrams: Counts of n-grams, where they are matched.
    """

    def __init__(
        self,
        config: Config,
        corpus: Corpus,
        latents: Latents,
        share: BatchShare,
        device: torch.device,
        ngrams: NgramMatching | None = None,
    ) -> None:
        self.config = config
        self.latents = latents
        self.share = share
        self.pad = corpus.encoder.pad
        self.ngrams = ngrams
        self.first_row, self.weight = int(share.rows[0]), share.weight
        self.shares = symbol_shares(corpus).to(device) if config.symbol_matching else None

    def critic_terms(self, critic: ConditionalCritic, fake: Generated) -> Iterator[Tensor]:
        """Yield what is added to the critic's loss, scalars, of text without instance noise."""
        if self.latents.codes.size:
            yield self._code_term(critic.recover(as_text(fake.text, self.pad)), fake)

    def generator_terms(
        self, critic: ConditionalCritic, real: RealRows, fake: Generated, features: Features
    ) -> Iterator[Tensor]:
        """Yield what is added to the generator's loss, scalars.

        Args:
            critic: The critic of the real text's condition.
            real: Real text, without instance noise.
            fake: Generated text of the same condition, without instance noise.
            features: Of both.
        """
        config = self.config
        if config.feature_matching and features.real is not None:
            means = (self.share.mean(part.mean(0)) for part in (features.real, features.fake))
            yield config.feature_matching * feature_distance(*means)
        if self.shares is not None:
            mean = self.share.mean(fake.text.mean((0, 1)))
            yield config.symbol_matching * symbol_divergence(self.shares, mean)
        if self.ngrams is not None:
            yield config.ngram_matching * self._ngram_term(self.ngrams, fake.text)
        if self.latents.codes.size:
            # Q is trained on text without instance noise
            clean = critic.features(fake.text) if features.noisy else features.fake
            yield self._code_term(critic.codes_of(clean), fake)
        if real.condition.sources is not None:
            assert real.text is not None
            yield config.pair_weight * distance_to_target(real.text, fake.text)

    def remember(self, fakes: Iterable[Generated]) -> None:
        """Count the n-grams of the generated text of a step's critic updates."""
        if self.ngrams is not None:
            ids = torch.stack([fake.text.argmax(dim=2) for fake in fakes], dim=1)  # (n, K, T)
            self.ngrams.remember(self.share.gather(ids).transpose(0, 1).flatten(0, 1))

    def _ngram_term(self, ngrams: NgramMatching, text: Tensor) -> Tensor:
        """Return what has the slopes of n-gram matching: a mean over every k-th line."""
        every = ngrams.stride(self.share.batch_size * text[0].numel())
        chosen = text[-self.first_row % every :: every]  # rows 0, k, 2k, … of the batch
        slopes = ngrams.slopes(chosen.detach().argmax(dim=2))
        lines = -(-self.share.batch_size // every)  # of all workers
        return (slopes * chosen).sum() / (lines * text.shape[1] * self.weight)

    def _code_term(self, recovered: Tensor, fake: Generated) -> Tensor:
        loss = code_loss(recovered, self.latents.codes_of(fake.latent), self.latents.codes)
        return self.config.code_weight * loss


def as_text(rows: Tensor, pad: int) -> Tensor:
    """Return the text that rows (B, T, V) stand for, one-hot: what Q will have to read.

    A text ends at its first `pad`.
    """
    ids = rows.argmax(dim=2)
    ids = ids.masked_fill((ids == pad).cumsum(dim=1) > 0, pad)
    return torch.zeros_like(rows).scatter_(2, ids[..., None], 1.0)


def symbol_shares(corpus: Corpus) -> Tensor:
    """Return the share of each symbol in the training rows, (V,), of those that may be written."""
    counts = _symbol_counts(corpus.train, corpus.encoder)
    return torch.from_numpy(counts / counts.sum()).float()


def symbol_perplexity(corpus: Corpus) -> float:
    """Return e^H of the symbols of training rows at equal distances, padding left out.

    So many equally frequent symbols have the same entropy H. Rows of padding alone have 1.
    """
    rows = corpus.train[:: -(-len(corpus.train) // PERPLEXITY_ROWS)]
    counts = _symbol_counts(rows, corpus.encoder)
    counts[corpus.encoder.pad] = 0
    shares = counts[counts > 0] / max(counts.sum(), 1)
    return math.exp(-(shares * np.log(shares)).sum())


def _symbol_counts(rows: NDArray[np.integer[Any]], encoder: Encoder) -> NDArray[np.float64]:
    """Return how many times each symbol stands in rows (N, T), (V,); 0 if it is never written."""
    counts = np.zeros(encoder.size)
    for block in np.array_split(rows, -(-rows.size // BLOCK_SYMBOLS)):
        counts += np.bincount(block.reshape(-1), minlength=len(counts))
    counts[~encoder.emittable] = 0
    return counts
