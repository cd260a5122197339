"""A generator without convolutions: hidden layers of 8C units."""

from typing import Unpack

import torch.nn.functional as F
from torch import Tensor, nn

from textgan.networks.generators.generator import Generator, OutputOptions
from textgan.networks.layers.mlp import hidden_layers

__all__ = ["MlpGenerator"]


class MlpGenerator(Generator):
    """Hidden layers of 8C units with ReLU, then linear to all symbols of all positions."""

    def __init__(
        self,
        *,
        length: int,
        emittable: Tensor,
        noise: int,
        width: int,
        blocks: int,
        **output: Unpack[OutputOptions],
    ) -> None:
        super().__init__(emittable, **output)
        self.length = length
        self.hidden = hidden_layers(noise, width, blocks)
        self.write = nn.Linear(8 * width, length * len(emittable))

    def logits(self, noise: Tensor | None, source: Tensor | None = None) -> Tensor:
        """Return unnormalised log-probabilities, (B, T, V), of noise (B, Z)."""
        hidden = noise
        for layer in self.hidden:
            hidden = F.relu(layer(hidden))
        logits: Tensor = self.write(hidden).unflatten(1, (self.length, -1))
        return logits + self.barrier
