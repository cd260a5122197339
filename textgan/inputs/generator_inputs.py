"""What a generator makes text from: latents, and sources or Gumbel noise where it needs them."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from textgan.inputs.condition import Condition
from textgan.inputs.latents import Latents
from textgan.inputs.noise import Rows, gumbel

__all__ = ["GeneratorInputs", "concatenate", "draw_inputs"]


class GeneratorInputs(NamedTuple):
    """The arguments of a generator, in their order; each has B rows."""

    latent: Tensor  # z with its codes and its label, (B, Z')
    sources: Tensor | None = None  # one-hot, (B, T, V); of pairs
    gumbel: Tensor | None = None  # (B, T, V); for the outputs `gumbel` and `gumbel-hard`


def draw_inputs(
    latents: Latents,
    condition: Condition,
    *key: int,
    rows: Rows,
    device: torch.device,
    gumbel_shape: tuple[int, int] | None = None,
) -> GeneratorInputs:
    """Return the inputs of B rows of text, a pure function of key and row.

    Args:
        latents: How a latent is made up.
        condition: Of each row.
        *key: A seed, where the numbers are used, and what they are for.
        rows: (B,).
        device: Where the result is.
        gumbel_shape: T, V, where the output needs Gumbel noise.
    """
    latent = latents.draw(*key, rows=rows, device=device, labels=condition.labels)
    if gumbel_shape is None:
        return GeneratorInputs(latent, condition.sources)
    extra = gumbel(*key, rows=rows, shape=gumbel_shape, device=device)
    return GeneratorInputs(latent, condition.sources, extra)


def concatenate(inputs: Sequence[GeneratorInputs]) -> GeneratorInputs:
    """Return the inputs of several batches as those of one, behind each other."""
    return GeneratorInputs(
        torch.cat([each.latent for each in inputs]),
        _concatenated([each.sources for each in inputs]),
        _concatenated([each.gumbel for each in inputs]),
    )


def _concatenated(parts: Sequence[Tensor | None]) -> Tensor | None:
    present = [part for part in parts if part is not None]
    return torch.cat(present) if present else None
