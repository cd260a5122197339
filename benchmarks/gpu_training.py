"""Minutes of training on a card: text at several points of them, and its distance from real text.

The clock is stopped while the averaged generator is copied. Lines are made of the copies after
training, and compared on the CPU by another process, so that neither counts.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks import gpu_steps
from benchmarks.card import Card
from benchmarks.gpu_steps import TINY, reason_of
from benchmarks.records import Record
from benchmarks.reference import Reference
from corpora import Corpus
from textgan.config.settings import Config
from textgan.evaluation.metrics.jsd import JsdReference
from textgan.hardware.device import set_up
from textgan.inputs.latents import Latents
from textgan.sampling.sampler import Sampler
from textgan.training.divergence import DivergenceError
from textgan.training.models import Models
from textgan.training.step import Trainer
from textgan.training.validation import REFERENCE_ROWS, evenly_spaced

__all__ = ["RECIPES", "sampling", "scores", "training"]

# Name -> preset and settings. `wide` is `best` at four times the width, with four times the batch:
# its rates are half of those of `best`, a quarter for the width and twice for the batch.
RECIPES: dict[str, tuple[str, dict[str, Any]]] = {
    "paper": ("paper", {}),
    "wide": (
        "best",
        {
            "generator_width": 384, "critic_width": 256, "batch_size": 256,
            "generator_rate": 2e-3, "critic_rate": 2e-3,
        },
    ),
}  # fmt: skip
POINTS = (1 / 12, 1 / 6, 1 / 3, 1 / 2, 3 / 4, 1)  # of the seconds
SIZES, ORDERS = (640, 5120), (4, 6)  # m, and n of JSD-n; 640 as in Gulrajani et al. 2017
BATCH = 1024  # lines that are made at a time
SAMPLED = 20_480  # lines whose making is timed


def config_of(
    recipe: str, corpus: Corpus, precision: str, execution: str, card: Card, trial: bool
) -> Config:
    """Return the settings of a recipe, or of a preset of that name."""
    preset, settings = RECIPES.get(recipe, (recipe, {}))
    changes = {"corpus": corpus.source, **settings, **(TINY if trial else {})}
    return gpu_steps.config_of(preset, precision, execution, card, **changes)


def training(
    card: Card, recipe: str, corpus_name: str, corpus: Corpus, seconds: float, execution: str,
    out: Path, *, trial: bool = False,
) -> Iterator[Record]:  # fmt: skip
    """Train a recipe in bfloat16 for so many seconds; yield its steps, and write lines to `out`."""
    config = config_of(recipe, corpus, "bfloat16", execution, card, trial)
    set_up(config, card.device)
    models = Models.build(config, corpus, card.device)
    trainer = Trainer(config, corpus, models)
    points: list[tuple[int, float, dict[str, Tensor]]] = []
    error = None
    step, stopped, start = 0, 0.0, card.clock()
    due = [seconds * share for share in POINTS]
    while due:
        try:
            trainer.step(step := step + 1)
        except DivergenceError as diverged:
            error = reason_of(diverged)
            break
        now = card.clock()
        spent = now - start - stopped
        if spent >= due[0]:
            due = [moment for moment in due if moment > spent]
            points.append((step, spent, copied(models)))
            stopped += card.clock() - now
    ids = [lines_of(weights, models, corpus, config, max(SIZES)) for *_, weights in points]
    about = {"kind": "training", "recipe": recipe, "corpus": corpus_name, "execution": execution}
    about |= {"precision": "bfloat16", "steps": step, "seconds": card.clock() - start - stopped}
    if points:
        about["seconds"] = points[-1][1]
        np.savez(
            out,
            ids=np.stack(ids),
            steps=np.array([point[0] for point in points]),
            seconds=np.array([point[1] for point in points]),
        )
    yield {**about, "error": error}


def copied(models: Models) -> dict[str, Tensor]:
    """Return the weights of the averaged generator, in memory of their own."""
    return {name: tensor.clone() for name, tensor in models.average.state_dict().items()}


def lines_of(
    weights: dict[str, Tensor], models: Models, corpus: Corpus, config: Config, count: int
) -> np.ndarray:
    """Return the ids of so many lines, (m, T), of a generator with these weights."""
    models.average.load_state_dict(weights)
    latents = Latents.from_config(config, len(corpus.labels))
    sampler = Sampler(models.average, models.critic, corpus.encoder, latents)
    batches = islice(sampler.batches(config.seed, batch_size=BATCH), -(-count // BATCH))
    return np.concatenate([batch.ids for batch in batches])[:count]


def scores(recipe: str, corpus_name: str, corpus: Corpus, lines: Path) -> Iterator[Record]:
    """Yield JSD-4 and JSD-6 of the lines of a training, against its training text.

    The floor is that of as many validation lines, or of all where there are fewer.
    """
    rows = evenly_spaced(corpus.train, REFERENCE_ROWS)
    reference = JsdReference(rows, corpus.encoder.size, ORDERS)
    floors = {m: reference.floor(corpus.valid, m) for m in SIZES}
    with np.load(lines, allow_pickle=False) as trained:
        for step, seconds, ids in zip(
            trained["steps"], trained["seconds"], trained["ids"], strict=True
        ):
            for m, floor in floors.items():
                jsd = reference(ids[:m].astype(corpus.train.dtype))
                yield {
                    "kind": "score", "recipe": recipe, "corpus": corpus_name, "step": int(step),
                    "seconds": float(seconds), "m": m,
                    **{f"jsd{n}": value for n, value in jsd.items()},
                    "floor_lines": None if floor is None else floor.m,
                    **{f"jsd{n}_floor": None if floor is None else floor.jsd[n] for n in ORDERS},
                }  # fmt: skip


def sampling(card: Card, corpus: Corpus, *, trial: bool = False) -> Iterator[Record]:
    """Yield lines of text a second of untrained networks, and the reference's rows of ids."""
    count = 64 if trial else SAMPLED
    for recipe in ("quick", "best", "paper", "wide"):
        config = config_of(recipe, corpus, "float32", "eager", card, trial)
        set_up(config, card.device)
        models = Models.build(config, corpus, card.device)
        latents = Latents.from_config(config, 0)
        sampler = Sampler(models.average, models.critic, corpus.encoder, latents)
        width = config.generator_width
        theirs = Reference(corpus.train[:1], corpus.encoder.size, width, card.device)
        plain = rate(card, count, theirs.sample)
        for batch in (256, 4096):  # the default of `Sampler`, and one that fills a card

            def lines(n: int, sampler: Sampler = sampler, batch: int = batch) -> None:
                sum(1 for _ in sampler.lines(n, 1, batch_size=batch))

            yield {
                "kind": "sampling", "recipe": recipe, "batch": batch,
                "lines_a_second": rate(card, count, lines), "reference": plain,
            }  # fmt: skip


@torch.no_grad()
def rate(card: Card, count: int, make: Any) -> float:  # noqa: ANN401 - count -> lines
    """Return lines per second; a first call does not count."""
    make(min(count, 256))
    start = card.clock()
    make(count)
    return count / (card.clock() - start)
