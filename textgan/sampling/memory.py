"""The memory that sampling a batch of lines needs, and whether so much is free."""

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from corpora.errors import InputError
from textgan.hardware.free_memory import free_memory
from textgan.inputs.row_blocks import rows_at_a_time

if TYPE_CHECKING:
    from textgan.sampling.sampler import Sampler

__all__ = ["bytes_per_line", "check_batch_size"]


@torch.inference_mode()
def bytes_per_line(sampler: "Sampler") -> int:
    """Return about how many bytes a line of a batch needs at most while it is generated.

    A network holds the input and the output of its widest layer. At the end it holds the logits
    (T, V) twice, and twice more where noise is drawn for them.
    """
    widest = 0

    def measure(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal widest
        if isinstance(output, Tensor):
            widest = max(widest, output.numel(), *(x.numel() for x in inputs if x is not None))

    generator = sampler.generator
    hooks = [layer.register_forward_hook(measure) for layer in generator.modules()]
    try:
        logits = generator.logits(sampler.latent(np.zeros(1, dtype=np.int64)))
    finally:
        for hook in hooks:
            hook.remove()
    noisy = generator.output.startswith("gumbel")
    return 4 * (2 * widest + (4 if noisy else 2) * logits.numel())


def check_batch_size(sampler: "Sampler", batch_size: int) -> None:
    """Raise InputError where a batch of so many lines needs more memory than is free.

    Where T·V is large, as many lines of it as fit a block are generated at a time.
    """
    free = free_memory(sampler.device.type)
    if free is None:
        return
    lines, per_line = rows_at_a_time(sampler.entries, batch_size), bytes_per_line(sampler)
    if lines * per_line > free:
        remedy = "reduce --batch-size: the lines stay the same"
        if lines < batch_size:
            remedy = "free some memory, or sample on a machine with more"
        raise InputError(
            f"{lines:,} lines × {per_line:,} bytes = {lines * per_line / 1e9:,.1f} GB, "
            f"and {free / 1e9:,.1f} GB are free; {remedy}"
        )
