"""What the last checkpoint of a run says: gradients, weights, rows, and symbols that died."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from corpora import Corpus
from textgan.diagnostics.checkup.check import Check
from textgan.diagnostics.weights import histogram, in_units, near_limit
from textgan.evaluation.render.words import symbol_name
from textgan.inputs.noise import Purpose
from textgan.training.step import Trainer
from textgan.training.validation import evenly_spaced

__all__ = ["check_networks"]

LINES = 1024  # generated lines that rows and symbols are measured on, at least
REAL_ROWS = 1 << 16  # real rows whose symbols are counted, at most
EXPECTED = 20  # occurrences that a symbol should have before its absence counts
HARD = 0.99  # a largest probability from which a row is saturated
SATURATED = 0.9  # a share of saturated rows above which the softmax passes little gradient
RATIO = 1e3  # between the gradients of two layers
PILED = 0.25  # a share of weights within 5% of ±c
BARS = "▁▂▃▄▅▆▇█"
BINS = 16

Ids = NDArray[np.integer]


def check_networks(trainer: Trainer, step: int) -> list[Check]:
    """Return what the networks of a run say at the step of its checkpoint."""
    models = trainer.models
    models.generator.eval()
    models.critic.eval()
    return [
        _gradients(trainer, step),
        _weights("critic weights", models.critic, trainer.config.clip if _clips(trainer) else None),
        _weights("generator weights", models.generator, None),
        *_rows(trainer, step),
    ]


def _clips(trainer: Trainer) -> bool:
    return trainer.config.pieces.constraint == "clip"


def _gradients(trainer: Trainer, step: int) -> Check:
    """Measure the norm of the generator's gradient, layer by layer, of one batch."""
    models = trainer.models
    trainer.generator_gradients(trainer.generator_inputs(step + 1))
    squares: dict[str, float] = {}
    for name, weight in models.generator.named_parameters():
        layer = name.rpartition(".")[0]
        squares[layer] = squares.get(layer, 0.0) + (
            0.0 if weight.grad is None else weight.grad.double().square().sum().item()
        )
    norms = {layer: square**0.5 for layer, square in squares.items()}
    positive = [norm for norm in norms.values() if norm > 0]
    ratio = max(positive) / min(positive) if positive else float("inf")
    listed = ", ".join(f"{layer} {norm:.2g}" for layer, norm in norms.items())
    return Check(
        name="generator gradient",
        text=f"norm by layer, from noise to symbols: {listed}",
        good=bool(positive) and ratio <= RATIO,
        advice="The generator's gradient vanishes in some layer: use another generator or fewer "
        "blocks, or the Wasserstein loss with --penalty gp.",
        measured={"norms": norms},
    )


def _weights(name: str, network: nn.Module, limit: float | None) -> Check:
    """Draw the histogram of all weights, in units of c under clipping, else of 3σ of a layer.

    Biases and scales are left out.
    """
    layers = [w.detach().double().numpy() for w in network.parameters() if w.ndim > 1]
    if not layers:
        return Check(name=name, text="no layers")
    scaled = in_units(layers, [limit or 3 * max(w.std(), 1e-12) for w in layers])
    shares = histogram(scaled, BINS)
    unit = f"c = {limit:g}" if limit else "3σ of each layer"
    text = f"{_bars(shares)} from −1 to 1 in units of {unit}"
    if limit is None:
        return Check(name=name, text=text, measured={"histogram": shares.tolist()})
    near = near_limit(scaled)
    return Check(
        name=name, text=f"{text}; {near:.0%} within 5% of ±c", good=near < PILED,
        advice="Clipping piles the critic's weights up at ±c: use --penalty gp --constraint none.",
        measured={"histogram": shares.tolist(), "near_limit": near},
    )  # fmt: skip


def _bars(shares: NDArray[np.float64]) -> str:
    top = max(float(shares.max()), 1e-12)
    return "".join(BARS[min(int(len(BARS) * share / top), len(BARS) - 1)] for share in shares)


@torch.no_grad()
def _rows(trainer: Trainer, step: int) -> list[Check]:
    """Measure how hard rows are, and which symbols no longer come."""
    generator, corpus = trainer.models.generator, trainer.corpus
    batches = -(-LINES // trainer.config.batch_size)
    largest, ids = [], []
    for number in range(batches):
        real = trainer.real.batch(step + 1, number)
        inputs = trainer.draw_inputs(step + 1, number, Purpose.GENERATOR_NOISE, real.condition)
        soft = torch.softmax(generator.logits(inputs.latent, inputs.sources).float(), dim=-1)
        top = soft.max(dim=-1)
        largest.append(top.values.flatten())
        ids.append(top.indices.cpu().numpy())
    sharp = "" if trainer.config.output == "sharp" else "--output sharp or "
    hard = torch.cat(largest)
    saturated = float((hard >= HARD).double().mean())
    saturation = Check(
        name="saturation",
        text=f"{saturated:.0%} of the rows have a symbol of probability {HARD:g} or more under a "
        f"plain softmax, {float(hard.mean()):.2f} on average (output: {trainer.config.output})",
        good=saturated <= SATURATED,
        advice="Nearly all rows are hard, so that their gradient is near 0: use "
        f"{sharp}a lower --generator-rate.",
        measured={"saturated": saturated, "mean": float(hard.mean())},
    )
    return [saturation, _symbols(corpus, np.concatenate(ids), sharp)]


def _symbols(corpus: Corpus, ids: Ids, sharp: str) -> Check:
    """Find the symbols of real text that no sample has, though chance would have it."""
    size = corpus.encoder.size
    rows = evenly_spaced(corpus.train, REAL_ROWS)
    real = np.bincount(np.asarray(rows, dtype=np.int64).ravel(), minlength=size) / rows.size
    made = np.bincount(ids.astype(np.int64).ravel(), minlength=size)
    emittable = np.asarray(corpus.encoder.emittable)
    expected = real * ids.size
    dead = np.flatnonzero((expected >= EXPECTED) & (made == 0) & emittable)
    frequent = int(((expected >= EXPECTED) & emittable).sum())
    names = [symbol_name(corpus.encoder.decode([int(symbol)])) for symbol in dead]
    shown = f": {', '.join(names[:10])}" if names else ""
    return Check(
        name="symbols that died",
        text=f"{len(dead)} of {frequent} symbols that {len(ids):,} lines should have do not occur"
        + shown,
        good=not len(dead),
        advice=f"Symbols died out: use {sharp}--symbol-matching 1, or train longer.",
        measured={"dead": names, "frequent": frequent},
    )
