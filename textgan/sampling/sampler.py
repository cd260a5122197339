"""Lines from a run: seeds -> latents -> ids -> text, one seed a line."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count, islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from corpora import encoders
from textgan.hardware.device import full_precision
from textgan.inputs.condition import UNCONDITIONAL, Condition, condition_of
from textgan.inputs.latents import Latents
from textgan.inputs.noise import Purpose, gumbel, one_hot
from textgan.inputs.row_blocks import BLOCK_ENTRIES, row_blocks
from textgan.networks.critics.conditional import line_scores
from textgan.networks.critics.critic import Critic
from textgan.networks.generators.generator import Generator
from textgan.sampling.batch import Batch, Ids, Sample, likeliest_text
from textgan.sampling.candidates import Candidates, open_candidates
from textgan.sampling.interpolation import interpolated, swept
from textgan.sampling.labels import draw_labels, label_number
from textgan.sampling.memory import check_batch_size
from textgan.sampling.model_files import open_model
from textgan.sampling.networks import load_networks
from textgan.sampling.parallel import Processes
from textgan.sampling.seeds import LineSeeds, line_seeds

__all__ = ["BATCH_ROWS", "FixedCodes", "Sampler"]

BATCH_ROWS = 256  # lines generated at a time

FixedCodes = Mapping[int, float]  # number of a code -> value


class Sampler:
    """Lines from a generator, scored by its critic.

    Methods that generate lines take what all of these have in common: `label`, a label's name, and
    `codes`, number of a code -> value. Without them labels are as frequent as in the training text
    and codes are drawn evenly.

    Args:
        generator: Usually the averaged one.
        critic: The critic it was trained against.
        encoder: Encoder of the training text.
        latents: How a latent is made up.
        labels: Names of the labels; empty for a run without labels.
        training_labels: The label of each training row, (N,); None for a run without labels.
        processes: Others that make the batches; None: this one makes them.

    Attributes:
        candidates: How lines are chosen; None: they are not.
        seed: Seed of the last call of `lines`; None before any.
        step: The step of the checkpoint; None where the networks were not loaded.
    """

    def __init__(
        self,
        generator: Generator,
        critic: Critic,
        encoder: encoders.Encoder,
        latents: Latents,
        *,
        labels: tuple[str, ...] = (),
        training_labels: Ids | None = None,
        processes: Processes | None = None,
    ) -> None:
        self.generator = generator.eval()
        self.critic = critic.eval()
        self.encoder = encoder
        self.latents = latents
        self.labels = labels
        self.training_labels = training_labels
        self.processes = processes
        self.candidates: Candidates | None = None
        self.seed: int | None = None
        self.step: int | None = None
        self.device = next(generator.parameters()).device

    @property
    def entries(self) -> int:
        """T·V, the logits of a line; 0 where the generator does not say its T."""
        return getattr(self.generator, "length", 0) * self.encoder.size

    @property
    def candidates_per_line(self) -> int | None:
        """K where a line is chosen from K candidates, else None."""
        return None if self.candidates is None else self.candidates.count

    @classmethod
    def load(
        cls,
        run: Path | str,
        checkpoint: str | None = None,
        device: str = "cpu",
        *,
        workers: int = 1,
        candidates: int = 1,
        on_step: Callable[[], object] = lambda: None,
    ) -> "Sampler":
        """Return the sampler of a run or of an exported model; nothing but its folder is needed.

        Args:
            run: The run folder, or the folder that `textgan export` made.
            checkpoint: best (by its score on validation text) or last; None: best, but last where
                there are too few validation lines to choose (see `runs.default_checkpoint`). An
                exported model has one, which is not named.
            device: Where to compute, as torch names it.
            workers: Number of processes that make the lines of `lines` and `batches`. A script
                that uses several needs `if __name__ == "__main__":`.
            candidates: K: each line is chosen from K, by a ratio that is trained on first use.
            on_step: Called after each step of this training.

        Raises:
            InputError: A file of the run is missing, damaged, edited or of another format, or lines
                of it need more memory than is free, or the run cannot have candidates.
        """
        run = Path(run)
        model = open_model(run, checkpoint)
        generator, critic, step = load_networks(model)
        latents = Latents.from_config(model.config, len(model.labels))
        processes = Processes(run, model.checkpoint, device, workers, candidates)
        sampler = cls(
            *(generator.to(device), critic.to(device), model.encoder, latents),
            labels=model.labels,
            training_labels=model.training_labels,
            processes=None if workers == 1 else processes,
        )
        sampler.step = step
        if BATCH_ROWS * sampler.entries > BLOCK_ENTRIES:
            check_batch_size(sampler, BATCH_ROWS)
        if candidates != 1:
            sampler.candidates = open_candidates(
                run, model.checkpoint, sampler, candidates, on_step
            )
        return sampler

    def check(self, label: str | None = None, codes: FixedCodes | None = None) -> None:
        """Raise InputError where the run has no such label, no such code or no such value of it."""
        if label is not None:
            label_number(label, self.labels)
        self.latents.check(codes or {})

    def lines(
        self,
        n: int,
        seed: int | None = None,
        *,
        label: str | None = None,
        codes: FixedCodes | None = None,
        batch_size: int = BATCH_ROWS,
    ) -> Iterator[str]:
        """Return n lines of text, the same for the same seed.

        Without a seed a fresh one is drawn, which the attribute `seed` then has.

        Raises:
            InputError: The run has no such label or code.
        """
        self.check(label, codes)
        self.seed = secrets.randbits(32) if seed is None else seed
        batches = self.batches(self.seed, label=label, codes=codes, batch_size=batch_size)
        texts = (text for batch in batches for text in self.encoder.decode_rows(batch.ids))
        return islice(texts, max(n, 0))

    def batches(
        self,
        seed: int,
        *,
        label: str | None = None,
        codes: FixedCodes | None = None,
        batch_size: int = BATCH_ROWS,
    ) -> Iterator[Batch]:
        """Yield the lines of a seed as ids, batch by batch, without end.

        Line i of a seed is the same whatever the batch size.
        """
        if self.processes is not None:
            yield from self.processes.batches(seed, label, codes, batch_size)
        for first in count(0, batch_size):
            yield self.batch(line_seeds(seed, first, batch_size), label, codes)

    def batch(
        self, seeds: LineSeeds, label: str | None = None, codes: FixedCodes | None = None
    ) -> Batch:
        """Return the lines of these line seeds as ids."""
        latent = self.latent(seeds, label, codes)
        labels = self.latents.labels_of(latent)
        choose = partial(self.candidates.choose, self) if self.candidates else self.ids
        return Batch(seeds, choose(latent, seeds), None if labels is None else labels.cpu().numpy())

    def from_seeds(
        self,
        seeds: Sequence[int],
        *,
        label: str | None = None,
        codes: FixedCodes | None = None,
    ) -> list[Sample]:
        """Return the lines of these line seeds, with their scores."""
        batch = self.batch(np.array(seeds, dtype=np.int64), label, codes)
        return self.decode(batch, scored=True)

    def decode(self, batch: Batch, *, scored: bool) -> list[Sample]:
        """Return a batch as text, with the critic's scores if `scored`."""
        texts = self.encoder.decode_rows(batch.ids)
        labels = [None] * len(texts) if batch.labels is None else batch.labels.tolist()
        scores = [None] * len(texts)
        if scored:
            scores = self.scores(batch.ids, self.condition(batch.labels)).tolist()
        rows = zip(texts, batch.seeds.tolist(), scores, labels, strict=True)
        return [
            Sample(text, seed, score, None if label is None else self.labels[label])
            for text, seed, score, label in rows
        ]

    def sweep(self, seeds: Sequence[int], code: int, values: Sequence[float]) -> list[list[str]]:
        """Return the lines of these line seeds for each value of `code`, all else unchanged."""
        return swept(self, seeds, code, values)

    def interpolate(self, start: int, end: int, n: int) -> list[str]:
        """Return n lines from that of seed `start` to that of `end`; see `interpolation.between`.

        Raises:
            InputError: n is below 2 or above ten million.
        """
        return list(interpolated(self, start, end, n, BATCH_ROWS))

    def latent(
        self, seeds: LineSeeds, label: str | None = None, codes: FixedCodes | None = None
    ) -> Tensor:
        """Return the latents of lines by their seeds, (B, Z').

        Raises:
            InputError: The run has no such label or code.
        """
        self.check(label, codes)
        labels = None
        if label is not None:
            labels = torch.full((len(seeds),), label_number(label, self.labels), device=self.device)
        elif self.training_labels is not None:
            labels = torch.from_numpy(draw_labels(self.training_labels, seeds)).to(self.device)
        return self.latents.draw(
            0, Purpose.LINE_NOISE, rows=seeds, device=self.device, labels=labels, fixed=codes
        )

    @torch.inference_mode()
    def ids(self, latent: Tensor, seeds: LineSeeds) -> Ids:
        """Return the text, (B, T), that latents (B, Z') become; `seeds` draw Gumbel noise.

        Lines are generated in blocks; see `row_blocks`.
        """
        blocks = row_blocks(len(latent), self.entries)
        with full_precision(self.device):
            return np.concatenate([self._ids(latent[rows], seeds[rows]) for rows in blocks])

    def _ids(self, latent: Tensor, seeds: LineSeeds) -> Ids:
        logits = self.generator.logits(latent)
        if self.generator.output.startswith("gumbel"):  # such a generator's text is a draw
            key, shape = (0, Purpose.LINE_NOISE), (logits.shape[1], logits.shape[2])
            logits = logits + gumbel(*key, rows=seeds, shape=shape, device=self.device)
        return likeliest_text(logits, self.encoder.pad)

    @torch.inference_mode()
    def translate(self, sources: Ids, seed: int | None = None, *, first: int = 0) -> Ids:
        """Return the translation of each source (N, T), (N, T).

        It is the likeliest, or drawn with the noise of `seed`. To translate a long text in parts,
        let `first` be the place of the first source in the text.
        """
        if not len(sources):
            return sources[:0]
        translated = []
        for rows in row_blocks(len(sources), sources[0].size * self.encoder.size, BATCH_ROWS):
            source = one_hot(sources[rows], self.encoder.size, self.device)
            seeds = line_seeds(seed or 0, first + rows.start, len(source))
            latent = None if seed is None else self.latent(seeds)
            with full_precision(self.device):
                logits = self.generator.logits(latent, source)
            translated.append(likeliest_text(logits, self.encoder.pad))
        return np.concatenate(translated)

    def scores(self, ids: Ids, condition: Condition = UNCONDITIONAL) -> NDArray[np.float32]:
        """Return the critic's score of each line (B, T), (B,): higher is more like training text.

        `condition` is of their labels or sources, where the run was trained on them.
        """
        return line_scores(
            self.critic, ids, condition, vocabulary=self.encoder.size, device=self.device
        )

    def condition(self, ids: Ids | None) -> Condition:
        """Return the condition of lines: of their labels (B,) or sources (B, T), or of neither."""
        columns = "labels" if self.latents.labels else "pairs"
        return condition_of(columns, ids, vocabulary=self.encoder.size, device=self.device)
