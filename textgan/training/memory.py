"""The memory that a run needs, estimated before any of it is allocated."""

import dataclasses
from typing import NamedTuple

from torch import nn

from corpora import Corpus
from corpora.errors import InputError
from textgan.config.settings import Config
from textgan.hardware.device import choose_device
from textgan.hardware.free_memory import free_memory
from textgan.inputs.latents import Latents
from textgan.inputs.row_blocks import rows_at_a_time
from textgan.networks.layers.attention import SelfAttention
from textgan.networks.layers.blocks import PositionLinear
from textgan.networks.outline import outline
from textgan.objectives.ngram_matching import NgramMatching
from textgan.training.optimizers.soap import MAX_SIDE
from textgan.training.validation import SCORED_ROWS, SLOPES_BATCH, SLOPES_COPIES

__all__ = ["Need", "check_memory", "estimate"]

FLOAT = 4  # bytes
BASE = 80_000_000  # bytes of a run of the smallest networks
STATE_COPIES = 3  # of weights and optimizer state: in use, and while a checkpoint is written
GRADIENT_COPIES = 3  # gradients, and intermediate results of the optimizer
CRITIC_PASSES = 6  # real, generated, and of x̂ two forward and two backward
RANDOM_FLOATS = 10  # intermediate results of numpy for each random number
NGRAM_BYTES = 40  # for each symbol of the samples, of which n-grams are counted


class Need(NamedTuple):
    """Bytes that a run will need, by use: of all workers together."""

    generator: int  # weights, gradients, average and optimizer state
    critic: int
    batch: int  # activations that a step keeps, for one batch
    text: int  # rows (B, T, V) of all critic updates of a step
    noise: int
    samples: int
    ngrams: int  # of n-gram matching
    copies: int  # of both networks, while a checkpoint is written: a part of theirs
    workers: int = 1

    @property
    def total(self) -> int:
        """Bytes in all; steps, validation and checkpoints alternate, so the largest counts."""
        step = self.batch + self.text + self.noise
        networks = self.generator + self.critic - self.copies
        return self.workers * BASE + networks + self.ngrams + max(step, self.samples, self.copies)


# part -> its name in an error, and the settings that make it smaller
PARTS = {
    "generator": ("the generator", ("generator_width", "generator_blocks")),
    "critic": ("the critic", ("critic_width", "critic_blocks")),
    "batch": ("activations of a batch", ("batch_size", "length")),
    "text": ("text of the critic updates", ("batch_size", "critic_steps")),
    "noise": ("noise", ("noise", "batch_size")),
    "samples": ("samples to be scored", ("samples", "length")),
    "ngrams": ("n-gram matching", ("ngram_matching",)),
}


def check_memory(config: Config, corpus: Corpus | None = None, *, workers: int = 1) -> None:
    """Raise InputError where a run needs more memory than is free; see `estimate`.

    Nothing is raised where the free memory is unknown. Without a corpus, before a long text is
    read, the estimate is that of the shortest lines and the fewest symbols. `workers` are those on
    this machine: on CPU they share its memory, on CUDA each has a device and its part of a batch.
    """
    free = free_memory(config.device)
    if free is None:
        return
    length, vocabulary, labels = config.length or 4, 2, 0
    if corpus is not None:
        length, vocabulary = corpus.length, corpus.encoder.size
        labels = len(corpus.labels)
    if choose_device(config.device).type == "cuda":
        config = dataclasses.replace(config, batch_size=-(-config.batch_size // workers))
        workers = 1
    shape = {"length": length, "vocabulary": vocabulary, "labels": labels}
    need = estimate(config, **shape, workers=workers)
    if need.total <= free:
        return
    parts = sorted(((name, getattr(need, name)) for name in PARTS), key=lambda part: -part[1])
    arithmetic = ", ".join(
        f"{_readable(size)} for {PARTS[name][0]}" for name, size in parts if size > need.total / 50
    )
    (largest, _), *_ = parts
    run, reduced = "the run", list(PARTS[largest][1])
    if workers > 1:
        run, reduced = f"the run with {workers} workers", [*reduced, "workers"]
    bound = "about" if corpus else "at least"
    raise InputError(
        f"{run} needs {bound} {_readable(need.total)} of memory, and {_readable(free)} are free: "
        f"{arithmetic}; reduce {' or '.join(reduced)}"
    )


def estimate(
    config: Config, *, length: int, vocabulary: int, labels: int, workers: int = 1
) -> Need:
    """Return the memory that a run will allocate, mostly within a quarter of what is measured.

    Networks are built without storage, and counted. In float32, P weights need

        4 · (3 · (P + state) + 3P) bytes, the state of Adam 2P, of RMSProp P, of SOAP for a kernel
        of (C', K·C) P + 2C'² + 2(K·C)², each square only up to sides of 512

    and the generator P more for its average. A step keeps the input of every layer for its backward
    passes: in the generator once, in the critic six times, or twelve where a penalty needs double
    backward; and four floats for each entry of its rows (B, T, V): logits, probabilities, real
    text, a copy. Validation makes text one-hot in blocks; see `row_blocks`. Workers share a batch,
    and each has the networks; the first alone validates and writes checkpoints.
    """
    pairs = config.columns == "pairs"
    generator, critic = outline(config, vocabulary, length=length, labels=labels)
    generator_inputs = _layer_inputs(generator, length, vocabulary)
    entries = length * vocabulary * (2 if pairs else 1)
    # one-hot rows, the input of the first layer, count as text
    critic_inputs = _layer_inputs(critic, length, entries // length) - entries
    if config.pieces.normalisation in ("layer", "instance", "batch"):
        critic_inputs *= 2  # before and after normalisation
    size = Latents.from_config(config, labels).size
    B = config.batch_size
    closed_form = critic.input_gradient is not None and config.pieces.normalisation == "none"
    double_backward = config.pieces.penalty != "none" and not closed_form
    passes = CRITIC_PASSES * (2 if double_backward else 1)
    scored = rows_at_a_time(entries, SCORED_ROWS)
    sloped = rows_at_a_time(SLOPES_COPIES * entries, SLOPES_BATCH)
    of_generator, generator_copies = _weight_bytes(generator, config, average=True)
    of_critic, critic_copies = _weight_bytes(critic, config, average=False)
    others = workers - 1
    ngrams = NgramMatching.bytes(vocabulary, length * vocabulary, B * length * vocabulary)
    return Need(
        workers=workers,
        generator=of_generator + others * (of_generator - generator_copies),
        critic=of_critic + others * (of_critic - critic_copies),
        copies=generator_copies + critic_copies,
        batch=FLOAT * B * (generator_inputs + passes * critic_inputs),
        text=FLOAT * 4 * config.critic_steps * B * entries,
        ngrams=workers * ngrams if config.ngram_matching else 0,
        noise=FLOAT * size * B * (config.critic_steps + RANDOM_FLOATS),
        samples=(
            NGRAM_BYTES * config.samples * length
            + FLOAT * max(2 * scored * entries, sloped * (4 * entries + 3 * critic_inputs))
        ),
    )


def _layer_inputs(network: nn.Module, length: int, vocabulary: int) -> int:
    """Return the total size of the inputs of all layers, for one line.

    Layers come in the order of the forward pass; one that receives symbols has T positions.
    """
    positions, inputs = getattr(network, "start", length), 0
    for layer in network.modules():
        if isinstance(layer, nn.Linear):
            inputs += layer.in_features * (length if isinstance(layer, PositionLinear) else 1)
        elif isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            positions = length if layer.in_channels == vocabulary else positions
            inputs += layer.in_channels * positions
            up = isinstance(layer, nn.ConvTranspose2d)
            positions = positions * 2 if up else -(-positions // layer.stride[1])
        elif isinstance(layer, SelfAttention):
            inputs += 2 * length**2
    return inputs


def _weight_bytes(network: nn.Module, config: Config, *, average: bool) -> tuple[int, int]:
    """Return the bytes of a network's weights, gradients and optimizer state; see `estimate`.

    The second number is those of them that are copies, while a checkpoint is written.
    """
    shapes = [tuple(parameter.shape) for parameter in network.parameters()]
    count = sum(parameter.numel() for parameter in network.parameters())
    state = {"adam": 2, "soap": 2, "rmsprop": 1, "sgd": 0}.get(config.optimizer, 2) * count
    if config.optimizer == "soap":
        for kernel in (shape for shape in shapes if len(shape) == 4):
            sides = kernel[0], kernel[1] * kernel[2] * kernel[3]
            state += sum(2 * side**2 for side in sides if side <= MAX_SIDE) - sides[0] * sides[1]
    weights = count * (2 if average else 1)
    kept = FLOAT * (weights + state)
    return STATE_COPIES * kept + FLOAT * GRADIENT_COPIES * count, (STATE_COPIES - 1) * kept


def _readable(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
