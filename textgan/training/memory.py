"""Memory that a run needs, estimated before any of it is allocated."""

import dataclasses
from types import SimpleNamespace
from typing import NamedTuple, cast

import torch
from torch import nn

from corpora import Corpus
from corpora.errors import InputError
from textgan.config.settings import Config
from textgan.hardware.free_memory import free_memory
from textgan.inputs.latents import Latents
from textgan.networks.layers.attention import SelfAttention
from textgan.networks.layers.blocks import PositionLinear
from textgan.networks.registry import build_critic, build_generator
from textgan.training.optimizers.soap import LARGEST

__all__ = ["Need", "check_memory", "estimate"]

FLOAT = 4  # bytes
FIXED = 80_000_000  # bytes: what encoding and the libraries leave behind
META = torch.device("meta")  # tensors of a shape alone: nothing is allocated
STATES = 4  # of weights and optimiser state: in use, and three copies while a checkpoint is written
GRADIENTS = 3  # gradients, and what an optimiser makes of them
CRITIC_PASSES = 6  # real, generated, and four of x̂: there, back, and back through both
RANDOM = 10  # bytes of numpy's intermediate results for each of random numbers, in floats
SCORED = 1024  # rows of each kind that a score needs at once
COUNTED = 40  # bytes for each symbol of the samples, of which n-grams are counted


class Need(NamedTuple):
    """Bytes that a run will need, by what they are for."""

    generator: int  # weights, gradients, average and optimiser state
    critic: int
    batch: int  # units that a step keeps, for one batch
    text: int  # rows (B, T, V) of all critic updates of a step
    noise: int
    samples: int

    @property
    def total(self) -> int:
        """Bytes in all; a step and its scores do not come at the same time."""
        step = self.batch + self.text + self.noise
        return FIXED + self.generator + self.critic + max(step, self.samples)


# part -> how an error calls it, and the settings that make it smaller
PARTS = {
    "generator": ("the generator", ("generator_width", "generator_blocks")),
    "critic": ("the critic", ("critic_width", "critic_blocks")),
    "batch": ("activations of a batch", ("batch_size", "length")),
    "text": ("text of the critic updates", ("batch_size", "critic_steps")),
    "noise": ("noise", ("noise", "batch_size")),
    "samples": ("samples to be scored", ("samples", "length")),
}


def check_memory(config: Config, corpus: Corpus | None = None) -> None:
    """Raise InputError where a run needs more memory than there is; see `estimate`.

    Nothing is said where it is not known how much there is. Without a corpus, before a long text is
    read, the shortest lines of the fewest symbols are taken.
    """
    there = free_memory(config.device)
    if there is None:
        return
    length, vocabulary, labels = config.length or 4, 2, 0
    if corpus is not None:
        length, vocabulary = corpus.length, corpus.encoder.size
        labels = len(corpus.labels)
    need = estimate(config, length=length, vocabulary=vocabulary, labels=labels)
    if need.total <= there:
        return
    parts = sorted(need._asdict().items(), key=lambda part: -part[1])
    arithmetic = ", ".join(
        f"{_readable(size)} for {PARTS[name][0]}" for name, size in parts if size > need.total / 50
    )
    raise InputError(
        f"the run needs {'about' if corpus else 'at least'} {_readable(need.total)} of memory, "
        f"and {_readable(there)} are free: {arithmetic}; reduce "
        f"{' or '.join(PARTS[parts[0][0]][1])}"
    )


def estimate(config: Config, *, length: int, vocabulary: int, labels: int) -> Need:
    """Return about how much memory a run will take beside what the process has; within a factor 2.

    Networks are made without storage, and counted. In float32, P weights take

        4 · (4 · (P + state) + 3P) bytes, the state of Adam 2P, of RMSProp P, of SOAP for a kernel
        of (C', K·C) P + 2C'² + 2(K·C)², each square only up to sides of 512

    the generator P more for its average. A step keeps the input of every layer for the way back: in
    the generator once, in the critic six times, or twelve where a penalty is differentiated twice;
    and four floats for each entry of its rows (B, T, V): logits, probabilities, real text, a copy.
    FIXED is what a run of the smallest networks takes.
    """
    pairs = config.columns == "pairs"
    # nothing that computes with the new weights: there are none
    plain = dataclasses.replace(config.pieces, normalisation="none")
    settings = {**config.to_dict(), "initialisation": "torch", "pieces": plain}
    shell = cast("Config", SimpleNamespace(**settings))
    emittable = torch.ones(vocabulary, dtype=torch.bool)
    with META:
        generator = build_generator(shell, emittable, length=length, labels=labels)
        critic = build_critic(shell, vocabulary, length=length, labels=labels)
    writing = _units(generator, length, vocabulary)
    reading = _units(critic, length, 2 * vocabulary if pairs else vocabulary)
    if config.pieces.normalisation in ("layer", "instance", "batch"):
        reading *= 2  # before and after
    size = Latents.from_config(config, labels).size
    B, entries = config.batch_size, length * vocabulary * (2 if pairs else 1)
    written_out = critic.input_gradient is not None and config.pieces.normalisation == "none"
    twice = config.pieces.penalty != "none" and not written_out
    passes = CRITIC_PASSES * (2 if twice else 1)
    return Need(
        generator=_standing(generator, config, average=True),
        critic=_standing(critic, config, average=False),
        batch=FLOAT * B * (writing + passes * reading),
        text=FLOAT * 4 * config.critic_steps * B * entries,
        noise=FLOAT * size * B * (config.critic_steps + RANDOM),
        samples=COUNTED * config.samples * length + FLOAT * SCORED * (4 * entries + reading),
    )


def _units(network: nn.Module, length: int, vocabulary: int) -> int:
    """Return how many numbers are the inputs of all layers, for one line.

    Layers come in the order of the way through; one that reads symbols begins a network anew.
    """
    positions, units = getattr(network, "start", length), 0
    for layer in network.modules():
        if isinstance(layer, nn.Linear):
            units += layer.in_features * (length if isinstance(layer, PositionLinear) else 1)
        elif isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            positions = length if layer.in_channels == vocabulary else positions
            units += layer.in_channels * positions
            up = isinstance(layer, nn.ConvTranspose2d)
            positions = positions * 2 if up else -(-positions // layer.stride[1])
        elif isinstance(layer, SelfAttention):
            units += 2 * length**2
    return units


def _standing(network: nn.Module, config: Config, *, average: bool) -> int:
    """Return the bytes of a network's weights, gradients and optimiser state; see `estimate`."""
    shapes = [tuple(parameter.shape) for parameter in network.parameters()]
    count = sum(parameter.numel() for parameter in network.parameters())
    state = {"adam": 2, "soap": 2, "rmsprop": 1, "sgd": 0}.get(config.optimizer, 2) * count
    if config.optimizer == "soap":
        for kernel in (shape for shape in shapes if len(shape) == 4):
            sides = kernel[0], kernel[1] * kernel[2] * kernel[3]
            state += sum(2 * side**2 for side in sides if side <= LARGEST) - sides[0] * sides[1]
    return FLOAT * (STATES * (count * (2 if average else 1) + state) + GRADIENTS * count)


def _readable(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
