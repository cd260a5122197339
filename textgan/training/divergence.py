"""Divergence: a loss, a weight or a gradient is no finite number, and training stops."""

import math
from collections.abc import Callable, Mapping

from torch import Tensor

from corpora.errors import InputError

__all__ = ["DivergenceError", "check_finite", "check_loss", "first_not_finite"]


class DivergenceError(InputError):
    """Training diverged: a number is not finite.

    Attributes:
        step: At which step.
        tensor: The name of the first tensor with such a number; None where it is the loss alone.
    """

    def __init__(self, message: str, *, step: int, tensor: str | None) -> None:
        super().__init__(message)
        self.step = step
        self.tensor = tensor


def check_loss(
    name: str, value: float, step: int, weights: Callable[[], Mapping[str, Tensor]]
) -> None:
    """Check that the value of a loss is finite, before weights are updated.

    Raises:
        DivergenceError: It is not; names the first of `weights` that is not finite either.
    """
    if not math.isfinite(value):
        tensor = first_not_finite(weights())
        where = tensor or "the loss itself: all weights are finite"
        message = f"step {step}: {name} is {value}, first seen in {where}"
        raise DivergenceError(message, step=step, tensor=tensor)


def check_finite(tensors: Mapping[str, Tensor], step: int) -> None:
    """Raise DivergenceError where a tensor has a number that is not finite, naming the first."""
    tensor = first_not_finite(tensors)
    if tensor is not None:
        raise DivergenceError(f"step {step}: {tensor} is not finite", step=step, tensor=tensor)


def first_not_finite(tensors: Mapping[str, Tensor]) -> str | None:
    """Return the name of the first tensor with a number that is not finite; None without any."""
    return next((name for name, tensor in tensors.items() if not tensor.isfinite().all()), None)
