"""Networks without convolutions: every unit of a hidden layer, 8C of them, sees the whole text.

C = 64 gives the 512 units of the MLP in Gulrajani et al. 2017, figure 2.
"""

import itertools
from typing import Unpack, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textgan.networks.critics import Critic, Options, in_full
from textgan.networks.generators import Generator, Output
from textgan.networks.normalisation import unit_norm

__all__ = ["MlpCritic", "MlpGenerator"]


def hidden_layers(size: int, width: int, blocks: int, *, bias: bool = True) -> nn.ModuleList:
    """Return `blocks` linear layers, at least one, from `size` inputs to 8C units each."""
    sizes = [size, *[8 * width] * max(blocks, 1)]
    return nn.ModuleList(nn.Linear(*pair, bias=bias) for pair in itertools.pairwise(sizes))


class MlpCritic(Critic):
    """The whole text at once: hidden layers of 8C units with ReLU, normalised before it.

    Raises:
        ValueError: For instance normalisation.
    """

    def __init__(
        self, *, length: int, vocabulary: int, width: int, blocks: int, **options: Unpack[Options]
    ) -> None:
        super().__init__(**options)
        if self.normalisation == "instance":
            raise ValueError("an mlp has no positions for instance normalisation to average over")
        bias = self.normalisation != "batch"
        self.hidden = hidden_layers(length * vocabulary, width, blocks, bias=bias)
        self.norms = nn.ModuleList(unit_norm(self.normalisation, 8 * width) for _ in self.hidden)
        self.add_heads(8 * width)

    def features(self, text: Tensor) -> Tensor:
        """Return the units of the last hidden layer, (B, 8C), of text (B, T, V)."""
        hidden = text.flatten(1)
        for layer, norm in zip(self.hidden, self.norms, strict=True):
            single = layer(hidden)[:, :, None, None]  # (B, 8C, 1, 1): as of one position
            hidden = F.relu(norm(single)).flatten(1)
        return in_full(hidden)

    def pull_back(self, text: Tensor, slope: Tensor) -> Tensor:
        """Return the gradient of ⟨slope, f(text)⟩ in the text, (B, T, V)."""
        layers = cast("list[nn.Linear]", list(self.hidden))
        hidden, on = text.flatten(1), []
        with torch.no_grad():
            for layer in layers:
                hidden = F.relu(layer(hidden))
                on.append((hidden > 0).to(hidden.dtype))
        for layer in reversed(layers):
            slope = (slope * on.pop()) @ layer.weight
        return slope.view_as(text)


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
        **output: Unpack[Output],
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
