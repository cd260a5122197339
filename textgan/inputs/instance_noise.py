"""Instance noise: Gaussian noise on all text that the critic receives."""

import torch
from torch import Tensor

from textgan.inputs.noise import Purpose, Rows, noise

__all__ = ["draw_instance_noise"]


def draw_instance_noise(
    deviation: float, *key: int, rows: Rows, shape: tuple[int, int], device: torch.device
) -> Tensor:
    """Return σξ with ξ ~ N(0, 1), (B, T, V), which is added to text.

    Source: Arjovsky and Bottou 2017, section 3; Sønderby et al. 2017, section 3.2.

    Args:
        deviation: σ.
        *key: A seed, where the noise is used, and which text of several there it is for.
        rows: (B,).
        shape: T, V.
        device: Where the result is.
    """
    size = shape[0] * shape[1]
    xi = noise(*key, Purpose.INSTANCE_NOISE, rows=rows, size=size, device=device)
    return deviation * xi.view(-1, *shape)
