"""Text from a run: seeds -> noise -> ids -> lines, one seed a line."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from corpora import encoders, open_corpus
from corpora.counter import bits
from corpora.errors import InputError
from corpora.split import hashes
from textgan import runs
from textgan.inputs import Purpose, noise, one_hot
from textgan.networks import Generator, build_critic, build_generator
from textgan.weights import load_weights

__all__ = ["Sample", "Sampler", "generate", "line_seeds", "select"]

BATCH = 256  # lines at a time
PATIENCE = 50_000  # lines without a single new one before a filter is called hopeless

Ids = NDArray[np.integer[Any]]
Seeds = NDArray[np.int64]


@dataclass(frozen=True)
class Sample:
    """One generated line, the seed that gives it again, and the critic's score of it."""

    text: str
    seed: int
    score: float


def line_seeds(seed: int, first: int, count: int) -> Seeds:
    """Return the seeds of lines first..first+count−1 of `seed`, (count,): line by line the same."""
    rows = np.arange(first, first + count)
    return (bits(seed, Purpose.LINE_SEED, rows=rows, columns=1)[:, 0] >> np.uint64(1)).astype(
        np.int64
    )


@torch.inference_mode()
def generate(generator: Generator, latent: Tensor, pad: int) -> Ids:
    """Return the likeliest symbol at each position, (B, T), of noise (B, Z); padding after a pad.

    Text ends at the first padding symbol; whatever the generator wrote behind it is no text.
    """
    ids: Ids = generator.logits(latent).argmax(dim=2).cpu().numpy()
    ended = np.maximum.accumulate(ids == pad, axis=1)
    return np.where(ended, pad, ids)


class Sampler:
    """A trained generator with its encoder, and the critic that scores lines."""

    def __init__(
        self, generator: Generator, critic: nn.Module, encoder: encoders.Encoder, size: int
    ) -> None:
        self.generator = generator.eval()
        self.critic = critic.eval()
        self.encoder = encoder
        self.size = size  # Z
        self.device = next(generator.parameters()).device

    @classmethod
    def load(cls, run: Path | str, checkpoint: str = "best", device: str = "cpu") -> "Sampler":
        """Return the sampler of a run folder; nothing but the folder is needed.

        Args:
            run: The run folder.
            checkpoint: best (by its score on validation text) or last.
            device: Where to compute, as torch names it.

        Raises:
            InputError: A file of the run is missing, damaged, edited or of another format.
        """
        run = Path(run)
        config = runs.read_config(run)
        encoder = encoders.load(run / "corpus")
        if config.length is None:
            raise InputError(f"{run / 'config.json'} has no length; restore the file")
        generator = build_generator(config, config.length, torch.from_numpy(encoder.emittable))
        critic = build_critic(config, config.length, encoder.size)
        load_weights(runs.checkpoint(run, checkpoint), average=generator, critic=critic)
        return cls(generator.to(device), critic.to(device), encoder, config.noise)

    def latent(self, seeds: Seeds) -> Tensor:
        """Return the noise of line seeds, (B, Z)."""
        return noise(0, Purpose.LINE_NOISE, rows=seeds, size=self.size, device=self.device)

    def ids(self, latent: Tensor) -> Ids:
        """Return the symbols, (B, T), that noise (B, Z) becomes."""
        return generate(self.generator, latent, self.encoder.pad)

    @torch.inference_mode()
    def scores(self, ids: Ids) -> NDArray[np.float32]:
        """Return the critic's score of each line, (B,): higher is more like the training text."""
        scores: NDArray[np.float32] = (
            self.critic(one_hot(ids, self.encoder.size, self.device)).cpu().numpy()
        )
        return scores

    def samples(self, seed: int, *, batch_size: int = BATCH) -> Iterator[tuple[Seeds, Ids]]:
        """Yield line seeds (B,) and symbols (B, T), batch by batch, without end.

        Line i of a seed is the same whatever the batch size.
        """
        first = 0
        while True:
            seeds = line_seeds(seed, first, batch_size)
            yield seeds, self.ids(self.latent(seeds))
            first += batch_size

    def lines(self, n: int, seed: int, *, batch_size: int = BATCH) -> Iterator[str]:
        """Yield n lines of text, the same for the same seed."""
        for first, (_, ids) in zip(
            range(0, n, batch_size), self.samples(seed, batch_size=batch_size), strict=False
        ):
            yield from self.encoder.decode_rows(ids[: n - first])

    def of_seeds(self, seeds: Sequence[int]) -> list[Sample]:
        """Return the lines of these line seeds, with their scores."""
        ids = self.ids(self.latent(np.array(seeds, dtype=np.int64)))
        texts = self.encoder.decode_rows(ids)
        return [
            Sample(text, seed, float(score))
            for text, seed, score in zip(texts, seeds, self.scores(ids), strict=True)
        ]

    def interpolate(self, start: int, end: int, n: int) -> list[str]:
        """Return n lines from the line of seed `start` to that of seed `end`, along a great circle.

        Noise of many dimensions lies near a sphere, which a straight way between would leave.

        Raises:
            InputError: n is below 2.
        """
        if n < 2:
            raise InputError(f"{n} lines to interpolate; two ends need at least 2")
        first, last = self.latent(np.array([start, end])).double()
        cosine = torch.dot(first, last) / (first.norm() * last.norm())
        angle = math.acos(float(cosine.clamp(-1, 1)))
        share = torch.linspace(0, 1, n, dtype=torch.float64, device=self.device)[:, None]
        if math.sin(angle) < 1e-6:  # the same direction: nothing to go around
            way = torch.lerp(first, last, share)
        else:
            way = torch.sin((1 - share) * angle) * first + torch.sin(share * angle) * last
            way = way / math.sin(angle)
        return self.encoder.decode_rows(self.ids(way.float()))


def select(
    sampler: Sampler,
    n: int,
    seed: int,
    *,
    batch_size: int = BATCH,
    unique: bool = False,
    novel_to: Path | None = None,
    match: re.Pattern[str] | None = None,
    scored: bool = False,
) -> Iterator[Sample]:
    """Yield exactly n lines that pass all filters; memory grows only with `unique`.

    Args:
        sampler: Where lines come from.
        n: How many.
        seed: Of the whole sequence; filters leave lines out but never change them.
        batch_size: Lines made at a time.
        unique: No line twice.
        novel_to: A run: no line that stands in its training text.
        match: Only lines in which this is found.
        scored: Whether to compute scores; they are 0 otherwise.

    Raises:
        InputError: 50,000 lines in a row did not pass; says how many were found.
    """
    known = None if novel_to is None else np.sort(hashes(open_corpus(novel_to / "corpus").train))
    seen: set[str] = set()
    found = tried = 0
    batches = sampler.samples(seed, batch_size=batch_size)
    while found < n:
        seeds, ids = next(batches)
        texts = sampler.encoder.decode_rows(ids)
        scores = sampler.scores(ids) if scored else np.zeros(len(ids), dtype=np.float32)
        copied = np.zeros(len(ids), dtype=bool)
        if known is not None:  # encoded again: subwords have many spellings of one text
            copied = np.isin(hashes(sampler.encoder.encode_rows(texts, ids.shape[1])), known)
        for text, line_seed, score, copy in zip(texts, seeds, scores, copied, strict=True):
            tried += 1
            if copy or (unique and text in seen) or (match and not match.search(text)):
                if tried >= PATIENCE:
                    raise InputError(
                        f"found {found} of {n} lines, then none in {tried:,} tries; "
                        "ask for fewer or loosen the filters"
                    )
                continue
            if unique:
                seen.add(text)
            found, tried = found + 1, 0
            yield Sample(text, int(line_seed), float(score))
            if found == n:
                break
