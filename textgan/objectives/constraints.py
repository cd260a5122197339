"""What is done to the critic's weights after each of its updates."""

from collections.abc import Callable
from functools import partial

import torch
from torch import nn

from textgan.config.settings import Config

__all__ = ["CONSTRAINTS", "Constraint", "clip_weights"]

Constraint = Callable[[nn.Module], None]  # changes the weights of a critic in place


@torch.no_grad()
def clip_weights(critic: nn.Module, limit: float) -> None:
    """Clamp every parameter of the critic to [−c, c], in place (Arjovsky et al. 2017, algorithm 1).

    Those of Q, which recovers codes and has no part in the score, are left free.

    Args:
        critic: Any module.
        limit: c, above 0.
    """
    recover = getattr(critic, "recover_codes", None)
    free = set() if recover is None else set(recover.parameters())
    for parameter in critic.parameters():
        if parameter not in free:
            parameter.clamp_(-limit, limit)


CONSTRAINTS: dict[str, Callable[[Config], Constraint]] = {
    "clip": lambda config: partial(clip_weights, limit=config.clip),
}
