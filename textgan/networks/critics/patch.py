"""PatchGAN: one score for each window of the text."""

from typing import Unpack

from torch import Tensor, nn

from textgan.networks.critics.critic import Critic, Options, to_float32
from textgan.networks.layers.blocks import convolution, pointwise
from textgan.networks.layers.halving import ascend, descend, halving
from textgan.networks.layers.layout import to_positions
from textgan.networks.layers.normalisation import CENTRED, unit_norm

__all__ = ["PatchCritic"]


class PatchCritic(Critic):
    """PatchGAN: one score for each window of the text; a loss is of these, a score their mean.

    Convolutions with leaky ReLU as in `StridedCritic`, but a window has about half the text: 5, 9,
    17, ... positions after 0, 1, 2, ... halvings, at most `blocks`. A last layer mixes the channels
    of each window. Features are the concatenated channels of all windows; Q receives their mean.
    Source: Isola et al. 2017, "Markovian discriminator".
    """

    def __init__(
        self, *, length: int, vocabulary: int, width: int, blocks: int, **options: Unpack[Options]
    ) -> None:
        super().__init__(**options)
        halvings = min(blocks, max(length // 8, 1).bit_length() - 1)
        widths = [width * min(2**k, 4) for k in range(halvings + 1)]
        self.count = -(-length // 2**halvings)  # P, windows of a text
        self.read = convolution(vocabulary, width)
        self.halve = halving(widths, self.normalisation)
        self.mix = pointwise(widths[-1], widths[-1], bias=self.normalisation not in CENTRED)
        normalised = [*widths[1:], widths[-1]]
        self.norms = nn.ModuleList(unit_norm(self.normalisation, wide) for wide in normalised)
        self.add_heads(widths[-1])
        self.size_of_features *= self.count

    def features(self, text: Tensor) -> Tensor:
        """Return the channels of each window, (B, P·C'), of text (B, T, V)."""
        layers = [self.read, *self.halve, self.mix]
        units = descend(layers, [nn.Identity(), *self.norms], text)
        return to_float32(to_positions(units).flatten(1))

    def patch_scores_of(self, features: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return one score a window, (B·P,), of features (B, P·C') and labels (B,)."""
        labels = None if labels is None else labels.repeat_interleave(self.count)
        return super().score_of(features.reshape(len(features) * self.count, -1), labels)

    def score_of(self, features: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return the mean score of the windows, (B,), of features (B, P·C') and labels (B,)."""
        return self.patch_scores_of(features, labels).view(-1, self.count).mean(1)

    def codes_of(self, features: Tensor) -> Tensor:
        """Return Q's estimate of the codes of features (B, P·C'): logits, (B, codes)."""
        return super().codes_of(features.view(len(features), self.count, -1).mean(1))

    def score_slope(self, labels: Tensor | None = None) -> Tensor:
        """Return the gradient of the score in the features, (1, P·C') or (B, P·C')."""
        slope: Tensor = super().score_slope(labels).repeat(1, self.count) / self.count
        return slope

    def input_vjp(self, text: Tensor, slope: Tensor) -> Tensor:
        """Return the gradient of ⟨slope, f(text)⟩ in the text, (B, T, V)."""
        return ascend([self.read, *self.halve, self.mix], text, slope)
