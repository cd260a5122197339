"""Text from a run: seeds -> noise -> ids -> lines, one seed a line."""

import difflib
import math
import re
import secrets
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import regex
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from corpora import encoders, open_corpus
from corpora.errors import InputError
from corpora.rng import bits
from corpora.split import hashes
from corpora.store import open_encoder
from textgan.evaluation.text.loading import composed
from textgan.hardware.free_memory import free_memory
from textgan.inputs.condition import Condition
from textgan.inputs.latents import Latents
from textgan.inputs.noise import Purpose, gumbel, one_hot
from textgan.networks.critics.conditional import ConditionalCritic
from textgan.networks.critics.critic import Critic
from textgan.networks.generators.generator import Generator
from textgan.networks.registry import build_critic, build_generator
from textgan.runs import folder as runs
from textgan.runs.tensors import load_weights

__all__ = [
    "Asked",
    "FilterExhaustedError",
    "Ids",
    "RunawayPatternError",
    "Sample",
    "Sampler",
    "compile_pattern",
    "line_seeds",
    "select",
    "text_of",
]

BATCH = 256  # lines at a time
LONGEST_WAY = 10_000_000  # lines from one to another
PATIENCE = 50_000  # lines without a single new one before a filter is called hopeless
MATCH_SECONDS = 2.0  # for one line: patterns take microseconds, or forever

Ids = NDArray[np.integer[Any]]
Seeds = NDArray[np.int64]


@dataclass(frozen=True)
class Asked:
    """What is asked of all lines; anything else is drawn.

    Attributes:
        label: Its number; None: as often each as in the training text.
        codes: Code -> value.
    """

    label: int | None = None
    codes: Mapping[int, float] = field(default_factory=dict)


NOTHING = Asked()


@dataclass(frozen=True)
class Sample:
    """One generated line, the seed that gives it again, and the critic's score of it."""

    text: str
    seed: int
    score: float | None  # where it was asked for
    label: str | None = None


class Drawn(NamedTuple):
    """Lines as they were made."""

    seeds: Seeds  # (B,)
    ids: Ids  # (B, T)
    labels: Ids | None  # (B,), where the run has any


def line_seeds(seed: int, first: int, count: int) -> Seeds:
    """Return the seeds of lines first..first+count−1 of `seed`, (count,): line by line the same."""
    rows = np.arange(first, first + count)
    return (bits(seed, Purpose.LINE_SEED, rows=rows, columns=1)[:, 0] >> np.uint64(1)).astype(
        np.int64
    )


def text_of(logits: Tensor, pad: int) -> Ids:
    """Return the likeliest symbol at each position, (B, T), of logits (B, T, V).

    Text ends at the first padding symbol; whatever the generator wrote behind it is no text.
    """
    ids: Ids = logits.argmax(dim=2).cpu().numpy()
    ended = np.maximum.accumulate(ids == pad, axis=1)
    return np.where(ended, pad, ids)


class Sampler:
    """A trained generator with its encoder, and the critic that scores lines.

    Args:
        generator: Usually the average.
        critic: The one it was trained against.
        encoder: Of the training text.
        latents: What a line is made from.
        label_rows: The label of each training row, (N,), where there are labels: what is not
            asked for is drawn from them.
        names: Of the labels.

    Attributes:
        seed: That of the last call of `lines`; None before any.
    """

    def __init__(
        self,
        generator: Generator,
        critic: Critic,
        encoder: encoders.Encoder,
        latents: Latents,
        label_rows: Ids | None = None,
        names: tuple[str, ...] = (),
    ) -> None:
        self.generator = generator.eval()
        self.critic = critic.eval()
        self.encoder = encoder
        self.latents = latents
        self.label_rows = label_rows
        self.names = names
        self.seed: int | None = None
        self.device = next(generator.parameters()).device

    @classmethod
    def load(cls, run: Path | str, checkpoint: str | None = None, device: str = "cpu") -> "Sampler":
        """Return the sampler of a run folder; nothing but the folder is needed.

        Args:
            run: The run folder.
            checkpoint: best (by its score on validation text) or last; None: best, but last where
                there are too few validation lines to choose (see `runs.chosen`).
            device: Where to compute, as torch names it.

        Raises:
            InputError: A file of the run is missing, damaged, edited or of another format.
        """
        run = Path(run)
        config = runs.read_config(run)
        checkpoint = checkpoint or runs.chosen(run)
        encoder = open_encoder(runs.corpus_folder(run))
        if config.length is None:
            raise InputError(f"{run / 'config.json'} has no length; restore the file")
        names: tuple[str, ...] = ()
        label_rows = None
        if config.columns == "labels":
            corpus = open_corpus(runs.corpus_folder(run))
            names, label_rows = corpus.labels, corpus.condition("train")
        shape = {"length": config.length, "labels": len(names)}
        generator = build_generator(config, torch.from_numpy(encoder.emittable), **shape)
        critic = build_critic(config, encoder.size, **shape)
        load_weights(runs.checkpoint(run, checkpoint), average=generator, critic=critic)
        latents = Latents.from_config(config, len(names))
        return cls(generator.to(device), critic.to(device), encoder, latents, label_rows, names)

    def asked(self, label: str | None, codes: Mapping[int, float]) -> Asked:
        """Return what is asked for by name.

        Raises:
            InputError: There is no such label, code, or value of it.
        """
        self.latents.check(codes)
        if label is None:
            return Asked(None, codes)
        label = unicodedata.normalize("NFC", label)  # as labels are read
        if label not in self.names:
            near = difflib.get_close_matches(label, self.names, n=1) or list(self.names[:5])
            more = " …" if len(self.names) > len(near) else ""
            known = f"it has {', '.join(near)}{more}" if near else "train on labels with --labels"
            raise InputError(f"the run has no label {label!r}; {known}")
        return Asked(self.names.index(label), codes)

    def latent(self, seeds: Seeds, asked: Asked = NOTHING) -> Tensor:
        """Return what lines are made from by their seeds, (B, Z').

        Raises:
            InputError: The run has no labels, or no such code or value of it, that is asked for.
        """
        self.latents.check(asked.codes)
        if asked.label is not None and self.label_rows is None:
            raise InputError(f"there is no label {asked.label}: train on labels with --labels")
        labels = None
        if self.label_rows is not None:
            word = bits(0, Purpose.LINE_LABEL, rows=seeds, columns=1)[:, 0]
            drawn = self.label_rows[(word % np.uint64(len(self.label_rows))).astype(np.int64)]
            labels = torch.from_numpy(drawn.astype(np.int64)).to(self.device)
            labels = labels if asked.label is None else torch.full_like(labels, asked.label)
        return self.latents.draw(
            0, Purpose.LINE_NOISE, rows=seeds, device=self.device, labels=labels, fixed=asked.codes
        )

    @torch.inference_mode()
    def ids(self, latent: Tensor, seeds: Seeds) -> Ids:
        """Return the symbols, (B, T), that latents (B, Z') become; seeds of any other chance."""
        logits = self.generator.logits(latent)
        if self.generator.output.startswith("gumbel"):  # the text that rows of that kind stand for
            key, shape = (0, Purpose.LINE_NOISE), (logits.shape[1], logits.shape[2])
            logits = logits + gumbel(*key, rows=seeds, shape=shape, device=self.device)
        return text_of(logits, self.encoder.pad)

    @torch.inference_mode()
    def translate(self, sources: Ids, seed: int | None = None, *, first: int = 0) -> Ids:
        """Return what each source (N, T) becomes, (N, T): the likeliest, or one drawn by `seed`.

        The sources are those from place `first` on of a longer text, so that it may come in parts.
        """
        translated = [sources[:0]]
        for start in range(0, len(sources), BATCH):
            source = one_hot(sources[start : start + BATCH], self.encoder.size, self.device)
            latent = None
            if seed is not None:
                latent = self.latent(line_seeds(seed, first + start, len(source)))
            logits = self.generator.logits(latent, source)
            translated.append(text_of(logits, self.encoder.pad))
        return np.concatenate(translated)

    @torch.inference_mode()
    def scores(
        self, ids: Ids, given: Ids | None = None, length: int | None = None
    ) -> NDArray[np.float32]:
        """Return the critic's score of each line, (B,): higher is more like the training text.

        Args:
            ids: Lines, (B, T).
            given: Their labels, (B,), or their sources, (B, T), where the run was trained on any.
            length: What stands behind so many positions is not seen.
        """
        scores = self.judge(given, length)(one_hot(ids, self.encoder.size, self.device))
        return scores.cpu().numpy()

    def judge(self, given: Ids | None = None, length: int | None = None) -> ConditionalCritic:
        """Return the critic as a function of rows (B, T, V) alone, of what `scores` is told."""
        labels = source = None
        if given is not None and given.ndim == 1:
            labels = torch.from_numpy(given.astype(np.int64)).to(self.device)
        elif given is not None:
            source = one_hot(given, self.encoder.size, self.device)
        return ConditionalCritic(self.critic, Condition(labels, source, length))

    @torch.inference_mode()
    def bytes_a_line(self) -> int:
        """Return about how much memory a line of a batch takes while it is made, at most.

        At its widest a network holds the input and the output of a layer; at the end it holds the
        logits (T, V) twice, and as often again where noise is drawn for them.
        """
        widest = 0

        def measure(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            nonlocal widest
            if isinstance(output, Tensor):
                widest = max(widest, output.numel(), *(x.numel() for x in inputs if x is not None))

        hooks = [layer.register_forward_hook(measure) for layer in self.generator.modules()]
        try:
            logits = self.generator.logits(self.latent(np.zeros(1, dtype=np.int64)))
        finally:
            for hook in hooks:
                hook.remove()
        noisy = self.generator.output.startswith("gumbel")
        return 4 * (2 * widest + (4 if noisy else 2) * logits.numel())

    def check_batch(self, batch_size: int) -> None:
        """Raise InputError where so many lines at a time need more memory than is free."""
        free = free_memory(self.device.type)
        a_line = self.bytes_a_line()
        if free is not None and batch_size * a_line > free:
            raise InputError(
                f"{batch_size:,} lines × {a_line:,} bytes = {batch_size * a_line / 1e9:,.1f} GB, "
                f"and {free / 1e9:,.1f} GB are free; reduce --batch-size: the lines "
                "stay the same"
            )

    def samples(
        self, seed: int, *, batch_size: int = BATCH, asked: Asked = NOTHING
    ) -> Iterator[Drawn]:
        """Yield lines, batch by batch, without end.

        Line i of a seed is the same whatever the batch size.
        """
        first = 0
        while True:
            yield self._draw(line_seeds(seed, first, batch_size), asked)
            first += batch_size

    def lines(
        self, n: int, seed: int | None = None, *, batch_size: int = BATCH, asked: Asked = NOTHING
    ) -> Iterator[str]:
        """Return n lines of text, the same for the same seed.

        Without a seed they are of a fresh one, which the attribute `seed` then says.
        """
        self.seed = secrets.randbits(32) if seed is None else seed
        batches = self.samples(self.seed, batch_size=batch_size, asked=asked)
        rows = (row for drawn in batches for row in self.encoder.decode_rows(drawn.ids))
        return islice(rows, max(n, 0))

    def of_seeds(self, seeds: Sequence[int], asked: Asked = NOTHING) -> list[Sample]:
        """Return the lines of these line seeds, with their scores."""
        drawn = self._draw(np.array(seeds, dtype=np.int64), asked)
        return self.samples_of(drawn, scored=True)

    def samples_of(self, drawn: Drawn, *, scored: bool) -> list[Sample]:
        """Return lines as text, with their scores where they are asked for."""
        texts = self.encoder.decode_rows(drawn.ids)
        scores = self.scores(drawn.ids, drawn.labels).tolist() if scored else [None] * len(texts)
        labels = drawn.labels.tolist() if drawn.labels is not None else [None] * len(texts)
        return [
            Sample(text, seed, score, None if label is None else self.names[label])
            for text, seed, score, label in zip(
                texts, drawn.seeds.tolist(), scores, labels, strict=True
            )
        ]

    def sweep(self, seeds: Sequence[int], code: int, values: Sequence[float]) -> list[list[str]]:
        """Return one list of lines a value of `code`, one line a seed, all else of it unchanged."""
        rows = np.array(seeds, dtype=np.int64)
        for value in values:
            self.latents.check({code: value})
        return [
            self.encoder.decode_rows(self._draw(rows, Asked(codes={code: value})).ids)
            for value in values
        ]

    def _draw(self, seeds: Seeds, asked: Asked) -> Drawn:
        latent = self.latent(seeds, asked)
        labels = self.latents.labels_of(latent)
        return Drawn(
            seeds, self.ids(latent, seeds), None if labels is None else labels.cpu().numpy()
        )

    def interpolate(self, start: int, end: int, n: int) -> list[str]:
        """Return n lines from the line of seed `start` to that of seed `end`.

        Noise goes along a great circle, for of many dimensions it lies near a sphere, which a
        straight way would leave; labels and continuous codes go straight, and so do the shares of
        the values of a categorical code.

        Raises:
            InputError: n is below 2 or above ten million.
        """
        if not 2 <= n <= LONGEST_WAY:
            raise InputError(
                f"found {n} lines to interpolate, expected 2 (both ends) to {LONGEST_WAY:,}"
            )
        first, last = self.latent(np.array([start, end])).double()
        shares = torch.linspace(0, 1, n, dtype=torch.float64, device=self.device)[:, None]
        seeds = np.where(np.arange(n) < n / 2, start, end)  # of Gumbel noise, at each end its own
        one, other = first[: self.latents.noise], last[: self.latents.noise]
        cosine = torch.dot(one, other) / (one.norm() * other.norm())
        angle = math.acos(float(cosine.clamp(-1, 1)))
        lines: list[str] = []
        for number in range(0, n, BATCH):
            part = slice(number, number + BATCH)
            share = shares[part]
            way = torch.lerp(first, last, share)
            if math.sin(angle) >= 1e-6:  # otherwise the same direction: nothing to go around
                arc = torch.sin((1 - share) * angle) * one + torch.sin(share * angle) * other
                way[:, : len(one)] = arc / math.sin(angle)
            lines += self.encoder.decode_rows(self.ids(way.float(), seeds[part]))
        return lines


def _forms(texts: list[str]) -> list[list[str]]:
    """Return texts as they stand, and where it makes a difference composed and decomposed."""
    forms = [texts]
    if all(text.isascii() for text in texts):
        return forms
    for form in ("NFC", "NFD"):
        other = [unicodedata.normalize(form, text) for text in texts]
        forms += [other] if other != texts else []
    return forms


class FilterExhaustedError(InputError):
    """No more lines pass the filters, or can be told to; `found` of n did."""

    def __init__(self, found: int, n: int, tries: int) -> None:
        super().__init__(
            f"found {found} of {n} lines, then none in {tries:,} tries; reduce -n or loosen "
            "the filters"
        )
        self.found = found


class RunawayPatternError(FilterExhaustedError):
    """Whether a line matches takes too long to be told; `found` of n lines did, of `tried`."""

    def __init__(self, found: int, n: int, tried: int, line: str, pattern: object) -> None:
        InputError.__init__(
            self,
            f"found {found:,} of {n:,} lines, then the pattern {pattern!r} took more than "
            f"{MATCH_SECONDS:g} seconds on line {tried:,}, of {len(line):,} characters; avoid "
            "nested repeats such as (.*)*",
        )
        self.found = found


def compile_pattern(match: "str | re.Pattern[str]") -> "regex.Pattern[str]":
    """Return a regular expression that can be given a time limit, composed (Unicode NFC).

    Raises:
        InputError: It is none; says why.
    """
    flags = 0
    if isinstance(match, re.Pattern):
        names = ("ASCII", "IGNORECASE", "MULTILINE", "DOTALL", "VERBOSE")
        for name in names:  # of other numbers there
            flags |= getattr(regex, name) if match.flags & getattr(re, name) else 0
        match = match.pattern
    try:
        return regex.compile(composed(match), flags)
    except regex.error as error:
        raise InputError(f"{match!r} is no regular expression: {error}") from error


def select(
    sampler: Sampler,
    n: int,
    seed: int,
    *,
    batch_size: int = BATCH,
    unique: bool = False,
    novel_to: Path | None = None,
    match: str | re.Pattern[str] | None = None,
    scored: bool = False,
    asked: Asked = NOTHING,
) -> Iterator[Sample]:
    """Yield exactly n lines that pass all filters; memory grows only with `unique`.

    Args:
        sampler: Where lines come from.
        n: How many.
        seed: Of the whole sequence; filters leave lines out but never change them.
        batch_size: Lines made at a time.
        unique: No line twice.
        novel_to: A run: no line that stands in its training text, in any Unicode form.
        match: Only lines in which this regular expression is found, by the rules of the package
            `regex`, which are those of `re` and more; it and the lines are composed (NFC).
        scored: Whether to compute scores; they are None otherwise.
        asked: The label and codes of all lines.

    Raises:
        FilterExhaustedError: 50,000 lines in a row did not pass; says how many were found.
        RunawayPatternError: `match` took more than MATCH_SECONDS on one line.
        InputError: `match` is no regular expression.
    """
    pattern = None if match is None else compile_pattern(match)
    theirs = None if novel_to is None else open_corpus(runs.corpus_folder(novel_to))
    known = np.empty(0, np.uint64) if theirs is None else np.sort(hashes(theirs.train))
    seen: set[str] = set()
    if not (unique or match or novel_to):
        batch_size = max(1, min(batch_size, n))
    if batch_size > BATCH:
        sampler.check_batch(batch_size)
    found = tried = lines = 0
    batches = sampler.samples(seed, batch_size=batch_size, asked=asked)
    while found < n:
        drawn = next(batches)
        samples = sampler.samples_of(drawn, scored=scored)
        copied = np.zeros(len(samples), dtype=bool)
        if theirs is not None:  # encoded again: subwords have many spellings of one text
            texts = [one.text for one in samples]
            for forms in _forms(texts):
                rows = theirs.encoder.encode_rows(forms, theirs.length)
                hits = np.isin(hashes(rows), known)
                if theirs.encoder.unknown is not None:  # it stands for any symbol
                    hits &= (rows != theirs.encoder.unknown).all(axis=1)
                copied |= hits
        for one, copy in zip(samples, copied, strict=True):
            tried, lines = tried + 1, lines + 1
            try:
                text = composed(one.text)
                fits = pattern is None or pattern.search(text, timeout=MATCH_SECONDS)
            except TimeoutError:
                raise RunawayPatternError(found, n, lines, one.text, match) from None
            if copy or (unique and one.text in seen) or not fits:
                if tried >= PATIENCE:
                    raise FilterExhaustedError(found, n, tried)
                continue
            if unique:
                seen.add(one.text)
            found, tried = found + 1, 0
            yield one
            if found == n:
                break
