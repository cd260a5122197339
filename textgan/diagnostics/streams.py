"""Batches of real and generated text, or points, as pure functions of (seed, update)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

import corpora
from corpora import Corpus
from textgan.diagnostics.critic_training import CPU, Pair, seeded
from textgan.diagnostics.experiment import Work
from textgan.diagnostics.texts import opened
from textgan.diagnostics.toys import as_text, draw, noisy
from textgan.inputs.noise import noise, one_hot
from textgan.networks.generators.deconv import DeconvGenerator
from textgan.networks.generators.mlp import MlpGenerator

__all__ = ["PointGenerator", "Stream", "TextStream", "latent", "open_text", "toy_stream"]

Stream = Callable[[int], Pair]  # number of an update -> its batches
NOISE, WIDTH = 32, 8  # Z and C of generators of text


class PointGenerator(nn.Module):
    """A fully connected generator of points: noise (B, Z) becomes (B, 1, 2), without a softmax."""

    def __init__(self, noise: int, width: int, blocks: int) -> None:
        super().__init__()
        self.network = MlpGenerator(
            length=1,
            emittable=torch.ones(2, dtype=torch.bool),
            noise=noise,
            width=width,
            blocks=blocks,
        )

    def forward(self, noise: Tensor) -> Tensor:
        """Return points, (B, 1, 2)."""
        return self.network.logits(noise)


def latent(seed: int, *key: int, count: int, size: int) -> Tensor:
    """Return z ~ N(0, 1), (count, size)."""
    return noise(seed, *key, rows=np.arange(count), size=size, device=CPU)


def toy_stream(toy: str, seed: int, batch: int) -> Stream:
    """Return draws of a toy against other draws of it plus N(0, 1)."""

    def pair(update: int) -> Pair:
        real = draw(toy, seed, update, 0, count=batch)
        return Pair(as_text(real), as_text(noisy(toy, seed, update, 1, count=batch)))

    return pair


@dataclass(frozen=True)
class TextStream:
    """Batches of the training text of a corpus."""

    corpus: Corpus
    batch: int

    @property
    def length(self) -> int:
        """T."""
        return self.corpus.length

    @property
    def vocabulary(self) -> int:
        """V."""
        return self.corpus.encoder.size

    def real(self, seed: int, *key: int) -> Tensor:
        """Return one-hot training rows, (B, T, V); the key is a step and an update."""
        step, update = key
        rows = corpora.batch_rows(
            self.corpus.train, seed=seed, step=step, update=update, batch_size=self.batch
        )
        return one_hot(rows, self.vocabulary, CPU)

    def new_generator(self, seed: int) -> DeconvGenerator:
        """Return a small untrained generator of softmax rows."""
        emittable = torch.from_numpy(self.corpus.encoder.emittable)
        return seeded(
            lambda: DeconvGenerator(
                length=self.length, emittable=emittable, noise=NOISE, width=WIDTH, blocks=1
            ),
            seed,
        )

    def latent(self, seed: int, *key: int) -> Tensor:
        """Return the noise of a batch, (B, Z)."""
        return latent(seed, *key, count=self.batch, size=NOISE)

    @torch.no_grad()
    def fakes(self, generator: nn.Module, seed: int, *key: int) -> Tensor:
        """Return generated rows, (B, T, V), without a gradient."""
        rows: Tensor = generator(self.latent(seed, *key))
        return rows

    def against_new_generator(self, seed: int) -> Stream:
        """Return training text against text of a generator that is not trained."""
        generator = self.new_generator(seed)
        return lambda update: Pair(
            self.real(seed, update, 0), self.fakes(generator, seed, update, 1)
        )


@contextmanager
def open_text(source: str, batch: int, work: Work) -> Iterator[TextStream]:
    """Give batches of a corpus, a path or a bundled name, until the block ends."""
    with opened(source, work) as corpus:
        yield TextStream(corpus, batch)
