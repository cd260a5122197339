"""Initial weights: those of torch, or those of the published code."""

import math
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from textgan.networks.layers.blocks import PositionLinear

__all__ = ["initialise_as_published"]


@torch.no_grad()
def initialise_as_published(network: nn.Module) -> None:
    """Give a new network the weights of the code of Gulrajani et al. 2017, in place.

    Weights are uniform with mean 0, biases 0. With n inputs and m outputs, where a convolution of K
    taps and stride s counts nK inputs and mK/s outputs, and a transposed one nK/s and mK, the
    standard deviation is

        convolutions             √(4 / (n + m))     (after He et al. 2015)
        other linear layers      √(2 / (n + m))     (Glorot and Bengio 2010)

    A linear map of each position is a convolution of one tap there, and so it is here. Source:
    `tflib.ops` of the published code. torch's own weights, which are uniform too, are rescaled, so
    that both initialisations of one seed differ by a factor a layer; embeddings stay as they are.
    """
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            weight = initial_weight(layer)
            fresh = 1 / math.sqrt(3 * weight[0].numel())  # torch's standard deviation
            weight.mul_(published_deviation(layer) / fresh)
            if layer.bias is not None:
                layer.bias.zero_()


def published_deviation(layer: nn.Conv2d | nn.ConvTranspose2d | nn.Linear) -> float:
    """Return the standard deviation of a layer's weights in the published code."""
    if isinstance(layer, nn.Linear):
        scale = 4 if isinstance(layer, PositionLinear) else 2
        return math.sqrt(scale / (layer.in_features + layer.out_features))
    taps, stride = math.prod(layer.kernel_size), math.prod(layer.stride)
    inputs, outputs = layer.in_channels * taps, layer.out_channels * taps
    if isinstance(layer, nn.ConvTranspose2d):
        return math.sqrt(4 / (inputs / stride + outputs))
    return math.sqrt(4 / (inputs + outputs / stride))


def initial_weight(layer: nn.Module) -> Tensor:
    """Return the layer's weight before any parametrisation such as spectral normalisation."""
    if parametrize.is_parametrized(layer, "weight"):
        layer = cast("nn.ModuleDict", layer.parametrizations)["weight"]
        return cast("Tensor", layer.original)
    return cast("Tensor", layer.weight)
