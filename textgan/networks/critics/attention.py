"""The published critic with self-attention."""

from torch import nn

from textgan.networks.critics.conv import ConvCritic
from textgan.networks.layers.attention import SelfAttention

__all__ = ["AttentionCritic"]


class AttentionCritic(ConvCritic):
    """The published critic with one self-attention block after half of its residual blocks.

    Source: Zhang et al. 2018, who attend in the middle of both networks.
    """

    def stages(self, width: int, blocks: int) -> list[nn.Module]:
        """Return the residual blocks with the attention block between them."""
        stages = super().stages(width, blocks)
        stages.insert(blocks // 2, SelfAttention(width))
        return stages

    @property
    def input_gradient(self) -> None:
        """None: attention is not piecewise linear."""
