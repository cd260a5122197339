"""The deconvolution generator with self-attention."""

from typing import Unpack

from torch import Tensor

from textgan.networks.generators.deconv import DeconvGenerator
from textgan.networks.generators.generator import OutputOptions
from textgan.networks.layers.attention import SelfAttention

__all__ = ["AttentionGenerator"]


class AttentionGenerator(DeconvGenerator):
    """`DeconvGenerator` with one self-attention block between the upsampling and the blocks.

    Source: Zhang et al. 2018.
    """

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
        size = {"length": length, "noise": noise, "width": width, "blocks": blocks}
        super().__init__(emittable=emittable, **size, **output)
        self.blocks.insert(0, SelfAttention(width))
