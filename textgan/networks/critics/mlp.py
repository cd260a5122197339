"""A critic of fully connected layers with 8C units each.

C = 64 gives the 512 units of the MLP in Gulrajani et al. 2017, figure 2.
"""

from typing import Unpack, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textgan.networks.critics.critic import Critic, Options, to_float32
from textgan.networks.layers.mlp import hidden_layers
from textgan.networks.layers.normalisation import unit_norm

__all__ = ["MlpCritic"]


class MlpCritic(Critic):
    """Hidden layers of 8C units of the whole text, each with normalisation and then ReLU.

    Raises:
        ValueError: For instance normalisation.
    """

    def __init__(
        self, *, length: int, vocabulary: int, width: int, blocks: int, **options: Unpack[Options]
    ) -> None:
        super().__init__(**options)
        if self.normalisation == "instance":
            raise ValueError("an mlp has no positions to average over in instance normalisation")
        bias = self.normalisation != "batch"
        self.hidden = hidden_layers(length * vocabulary, width, blocks, bias=bias)
        self.norms = nn.ModuleList(unit_norm(self.normalisation, 8 * width) for _ in self.hidden)
        self.add_heads(8 * width)

    def features(self, text: Tensor) -> Tensor:
        """Return the activations of the last hidden layer, (B, 8C), of text (B, T, V)."""
        hidden = text.flatten(1)
        for layer, norm in zip(self.hidden, self.norms, strict=True):
            linear = layer(hidden)[:, :, None, None]  # (B, 8C, 1, 1): as of one position
            hidden = F.relu(norm(linear)).flatten(1)
        return to_float32(hidden)

    def input_vjp(self, text: Tensor, slope: Tensor) -> Tensor:
        """Return the gradient of ⟨slope, f(text)⟩ in the text, (B, T, V)."""
        layers = cast("list[nn.Linear]", list(self.hidden))
        hidden, derivatives = text.flatten(1), []  # of each ReLU
        with torch.no_grad():
            for layer in layers:
                hidden = F.relu(layer(hidden))
                derivatives.append((hidden > 0).to(hidden.dtype))
        for layer in reversed(layers):
            slope = (slope * derivatives.pop()) @ layer.weight
        return slope.view_as(text)
