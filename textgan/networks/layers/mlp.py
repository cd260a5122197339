"""The hidden layers of fully connected networks."""

import itertools

from torch import nn

__all__ = ["hidden_layers"]


def hidden_layers(size: int, width: int, blocks: int, *, bias: bool = True) -> nn.ModuleList:
    """Return `blocks` linear layers, at least one, from `size` inputs to 8C units each."""
    sizes = [size, *[8 * width] * max(blocks, 1)]
    return nn.ModuleList(nn.Linear(*pair, bias=bias) for pair in itertools.pairwise(sizes))
