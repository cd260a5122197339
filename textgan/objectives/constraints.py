"""What is done to the critic's weights after each of its updates."""

import torch
from torch import nn

__all__ = ["clip_weights"]


@torch.no_grad()
def clip_weights(critic: nn.Module, limit: float) -> None:
    """Clamp every parameter of the critic to [−c, c], in place (Arjovsky et al. 2017, algorithm 1).

    Args:
        critic: Any module.
        limit: c, above 0.
    """
    for parameter in critic.parameters():
        parameter.clamp_(-limit, limit)
