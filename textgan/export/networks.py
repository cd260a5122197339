"""The built-in generators as graphs: a function a family, the layers as in `networks`.

Activations are (B, C, T): `networks` has several lines in an image of (N, C, H, T), which is
faster in training and the same numbers. Wide convolutions are computed directly, which differs
from the transforms of `networks.layers.fourier` in rounding alone.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from torch import nn

from textgan.export.graph import Graph
from textgan.networks.generators.attention import AttentionGenerator
from textgan.networks.generators.dcgan import DcganGenerator
from textgan.networks.generators.deconv import DeconvGenerator
from textgan.networks.generators.generator import Generator
from textgan.networks.generators.mlp import MlpGenerator
from textgan.networks.generators.resnet import ResnetGenerator
from textgan.networks.generators.unet import UnetGenerator
from textgan.networks.layers.attention import SelfAttention
from textgan.networks.layers.blocks import LEAK, SCALE, ResidualBlock, Upsample

__all__ = ["GRAPHS", "LATENT", "SOURCE", "to_graph"]

LATENT, SOURCE = "latent", "source"  # names of the input
EPSILON = float(torch.finfo(torch.float32).eps)  # of `F.rms_norm`


def to_graph(generator: Generator, *, latent: int, length: int, vocabulary: int) -> Graph:
    """Return the graph of a built-in generator in `eval` mode: latents or sources -> logits.

    The input is `latent`, (lines, Z'), or `source`, one-hot text (lines, T, V), of which a U-Net
    makes its translation without noise. The output is `logits`, (lines, T, V).

    Args:
        generator: Of a class in `GRAPHS`.
        latent: Z'.
        length: T.
        vocabulary: V.
    """
    name = SOURCE if type(generator) is UnetGenerator else LATENT
    shape = (length, vocabulary)
    graph = Graph(name, shape if name == SOURCE else (latent,), shape)
    logits = GRAPHS[type(generator)](graph, generator, name, length)
    graph.end(graph("Add", logits, generator.barrier))
    return graph


def mlp(graph: Graph, net: MlpGenerator, x: str, T: int) -> str:
    """Return the logits (B, T, V) of latents x (B, Z'), as all here without the barrier."""
    for layer in net.hidden:
        x = graph("Relu", _linear(graph, layer, x))  # type: ignore[arg-type]
    return graph.reshape(_linear(graph, net.write, x), 0, T, -1)


def resnet(graph: Graph, net: ResnetGenerator, x: str, T: int) -> str:
    """Return the logits of the published generator."""
    x = _blocks(graph, net.blocks, _spread(graph, net.spread, x, T))
    return _position_linear(graph, net.write, graph.swap(x))


def deconv(graph: Graph, net: DeconvGenerator, x: str, T: int) -> str:
    """Return the logits of the generator that upsamples, with self-attention or without."""
    x = _spread(graph, net.spread, x, net.start)
    for layer in net.upsample:
        x = _upsample(graph, layer, x)  # type: ignore[arg-type]
    x = _blocks(graph, net.blocks, graph.first(x, T))
    return _position_linear(graph, net.write, graph.swap(_unit_rms(graph, x)))


def dcgan(graph: Graph, net: DcganGenerator, x: str, T: int) -> str:
    """Return the logits of the all-convolutional generator; batch norms have running means."""
    x = _spread(graph, net.spread, x, net.start)
    x = graph("Relu", _batch_norm(graph, net.norms[0], x))  # type: ignore[arg-type]
    for layer, norm in zip(net.upsample, net.norms[1:], strict=True):
        x = graph("Relu", _batch_norm(graph, norm, _deconvolution(graph, layer, x)))  # type: ignore[arg-type]
    return graph.swap(graph.first(_convolution(graph, net.write, x), T))


def unet(graph: Graph, net: UnetGenerator, source: str, T: int) -> str:
    """Return the logits of the mean network, which has no dropout, of one-hot sources."""
    rows = graph.swap(source)
    if padding := -T % 2 ** len(net.halve):
        rows = graph("Pad", rows, np.array([0, 0, 0, 0, 0, padding], np.int64))
    skips = [_convolution(graph, net.read, rows)]
    for halve in net.halve:
        skips.append(_convolution(graph, halve, graph("LeakyRelu", skips[-1], alpha=LEAK)))  # type: ignore[arg-type]
    x = skips.pop()
    for depth, layer in enumerate(net.upsample):
        x = _upsample(graph, layer, x)  # type: ignore[arg-type]
        if depth < len(net.upsample) - 1:
            x = graph("Concat", x, skips.pop(), axis=1)
    x = graph("Concat", _blocks(graph, net.blocks, x), skips.pop(), axis=1)
    x = graph("Concat", _unit_rms(graph, x), rows, axis=1)
    return graph.swap(graph.first(_convolution(graph, net.write, x), T))


# class of a generator -> what writes its graph: (graph, generator, input, T) -> logits (B, T, V)
GRAPHS: dict[type[Generator], Callable[[Graph, Any, str, int], str]] = {
    MlpGenerator: mlp,
    ResnetGenerator: resnet,
    DeconvGenerator: deconv,
    AttentionGenerator: deconv,
    DcganGenerator: dcgan,
    UnetGenerator: unet,
}


def _linear(graph: Graph, layer: nn.Linear, x: str) -> str:
    """Return the linear map of (B, C)."""
    return graph("Gemm", x, layer.weight, layer.bias, transB=1)


def _position_linear(graph: Graph, layer: nn.Linear, x: str) -> str:
    """Return the linear map of each position of (B, T, C)."""
    return graph("Add", graph("MatMul", x, layer.weight.mT), layer.bias)


def _spread(graph: Graph, layer: nn.Linear, x: str, positions: int) -> str:
    """Return latents (B, Z') as activations of so many positions, (B, C, P)."""
    return graph.swap(graph.reshape(_linear(graph, layer, x), 0, positions, -1))


def _convolution(graph: Graph, layer: nn.Conv2d, x: str) -> str:
    pad, stride = int(layer.padding[1]), layer.stride[1]
    weight = layer.weight.squeeze(2)  # (C', C, K)
    return graph("Conv", x, weight, layer.bias, pads=[pad, pad], strides=[stride])


def _deconvolution(graph: Graph, layer: nn.ConvTranspose2d, x: str) -> str:
    pad, stride = int(layer.padding[1]), layer.stride[1]
    weight = layer.weight.squeeze(2)  # (C, C', K)
    return graph("ConvTranspose", x, weight, layer.bias, pads=[pad, pad], strides=[stride])


def _upsample(graph: Graph, layer: Upsample, x: str) -> str:
    """Return `Upsample` of x: (B, C, P) -> (B, C', 2P)."""
    skip = graph("Unsqueeze", _convolution(graph, layer.skip, x), np.array([3], np.int64))
    twice = graph("Concat", skip, skip, axis=3)  # (B, C', P, 2)
    twice = graph.reshape(twice, 0, layer.skip.out_channels, -1)
    return graph("Add", _deconvolution(graph, layer.deconv, graph("Relu", x)), twice)


def _blocks(graph: Graph, blocks: Iterable[nn.Module], x: str) -> str:
    """Return x after residual blocks without normalisation, and self-attention."""
    for block in blocks:
        if isinstance(block, SelfAttention):
            x = _attention(graph, block, x)
            continue
        assert isinstance(block, ResidualBlock)
        hidden = _convolution(graph, block.first, graph("Relu", x))
        hidden = _convolution(graph, block.second, graph("Relu", hidden))
        x = graph("Add", x, graph("Mul", hidden, np.array(SCALE, np.float32)))
    return x


def _attention(graph: Graph, layer: SelfAttention, x: str) -> str:
    query = graph.swap(_convolution(graph, layer.query, x))  # (B, T, C/8)
    scores = graph("MatMul", query, _convolution(graph, layer.key, x))  # (B, T, T)
    weights = graph("Softmax", scores, axis=2)
    values = graph.swap(_convolution(graph, layer.value, x))  # (B, T, C)
    attended = graph.swap(graph("MatMul", weights, values))
    return graph("Add", x, graph("Mul", attended, layer.gate))


def _batch_norm(graph: Graph, layer: nn.BatchNorm2d, x: str) -> str:
    moments = (layer.running_mean, layer.running_var)
    return graph("BatchNormalization", x, layer.weight, layer.bias, *moments, epsilon=layer.eps)


def _unit_rms(graph: Graph, x: str) -> str:
    """Return x (B, C, T) with the channels of each position scaled to root mean square 1."""
    mean = graph("ReduceMean", graph("Mul", x, x), axes=[1], keepdims=1)
    root = graph("Sqrt", graph("Add", mean, np.array(EPSILON, np.float32)))
    return graph("Div", x, root)
