"""An all-convolutional critic that halves the positions."""

from typing import Unpack

from torch import Tensor, nn

from textgan.networks.critics.critic import Critic, Options, to_float32
from textgan.networks.layers.blocks import convolution
from textgan.networks.layers.halving import ascend, descend, halving
from textgan.networks.layers.layout import to_positions
from textgan.networks.layers.normalisation import unit_norm

__all__ = ["StridedCritic"]


class StridedCritic(Critic):
    """All-convolutional: halves the positions down to 4 to 8, and doubles the channels up to 4C.

    Leaky ReLU follows every convolution, with normalisation before it but in the first layer
    (Radford et al. 2016). There are at most `blocks` halvings.
    """

    def __init__(
        self, *, length: int, vocabulary: int, width: int, blocks: int, **options: Unpack[Options]
    ) -> None:
        super().__init__(**options)
        halvings = min(blocks, max(length // 4, 1).bit_length() - 1)
        widths = [width * min(2**k, 4) for k in range(halvings + 1)]
        self.read = convolution(vocabulary, width)
        self.halve = halving(widths, self.normalisation)
        self.norms = nn.ModuleList(unit_norm(self.normalisation, wide) for wide in widths[1:])
        self.add_heads(-(-length // 2**halvings) * widths[-1])

    def features(self, text: Tensor) -> Tensor:
        """Return the activations of the last layer, (B, F), of text (B, T, V)."""
        hidden = descend([self.read, *self.halve], [nn.Identity(), *self.norms], text)
        return to_float32(to_positions(hidden).flatten(1))

    def input_vjp(self, text: Tensor, slope: Tensor) -> Tensor:
        """Return the gradient of ⟨slope, f(text)⟩ in the text, (B, T, V)."""
        return ascend([self.read, *self.halve], text, slope)
