"""Self-attention: the output at each position depends on all others, whatever the distance."""

import torch
from torch import Tensor, nn

from textgan.networks.layers.blocks import pointwise
from textgan.networks.layers.layout import to_channels, to_positions

__all__ = ["SelfAttention"]


class SelfAttention(nn.Module):
    """x + γ · Σⱼ βᵢⱼ h(xⱼ), (N, C, H, T) -> (N, C, H, T), with β = softmaxⱼ(f(xᵢ)ᵀ g(xⱼ)).

    f, g (to C/8 channels, at least 1) and h are 1×1 convolutions; γ starts at 0, so that a network
    first learns from near positions. g has no bias: it would add the same to all j and cancel. The
    products are written out, because the gradient penalty differentiates them twice. Source: Zhang
    et al. 2018, equations 1 to 3.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        narrow = max(width // 8, 1)
        self.query = pointwise(width, narrow)
        self.key = pointwise(width, narrow, bias=False)
        self.value = pointwise(width, width)
        self.gate = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        """Return x plus the weighted values of all positions, (N, C, H, T)."""
        query, key = to_positions(self.query(x)), to_positions(self.key(x))  # (B, T, C/8)
        weights = torch.softmax(query @ key.mT, dim=2)  # βᵢⱼ, (B, T, T)
        return x + self.gate * to_channels(weights @ to_positions(self.value(x)), x.shape[2])
