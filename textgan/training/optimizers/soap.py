"""SOAP: Adam in a basis in which the entries of a convolution's gradient vary on their own."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from corpora.errors import InputError

__all__ = ["Soap", "state_fields"]

LARGEST = 512  # sides above keep their own axes: eigenvectors would cost more than the step
MEAN = 0.95  # decay of the running means of G Gᵀ and Gᵀ G
COUNT_EVERY = 2  # steps, into these means
TURN_EVERY = 10  # steps, of the bases


class Soap(torch.optim.Adam):
    """Adam in the eigenbasis of the gradients, for convolutions; plain Adam for all else.

    The weight of a convolution, (C, C', 1, K), is a matrix of C rows and K·C' columns. With G its
    gradient, Q_L and Q_R the eigenvectors of the running means of G Gᵀ and Gᵀ G,

        P = Q_Lᵀ G Q_R,   v ← β₂v + (1 − β₂)P²,   W ← W − rate · Q_L (P / √v) Q_Rᵀ

    with v corrected as in Adam. There is no momentum (β₁ = 0). The first gradient only sets the
    bases; one power iteration with a QR turns them every 10 steps, and v, which belongs to the
    axes, is left as it is. Convolutions of one shape are stacked and updated together, and their
    state stands under the first of them. Source: Vyas et al. 2024, algorithm 3.

    What differs from the published code: the means take in every second gradient, not each; the
    bases turn before a step, so that they have seen its gradient, and not after it; they start from
    the smallest eigenvalue, and a turn does not sort them (nor v with them) by eigenvalue. What
    that is worth: docs/recipe.md.

    Args:
        parameters: Of one network, always in the same order.
        beta2: β₂, for all.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], *, beta2: float) -> None:
        super().__init__(parameters, betas=(0.0, beta2), fused=True)

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        """Update every parameter from its gradient; all have one."""
        (group,) = self.param_groups
        stacks: dict[torch.Size, list[tuple[nn.Parameter, Tensor]]] = {}
        for parameter in group["params"]:
            if parameter.ndim == 4 and parameter.grad is not None:
                stacks.setdefault(parameter.shape, []).append((parameter, parameter.grad))
                parameter.grad = None  # Adam leaves it alone
        for stack in stacks.values():
            gradients = torch.stack([as_matrix(gradient) for _, gradient in stack])
            update = turned(self.state[stack[0][0]], gradients, group["betas"][1])
            for (parameter, _), matrix in zip(stack, update, strict=True):
                parameter.sub_(as_kernel(matrix, parameter), alpha=group["lr"])
        super().step()


def soap(parameters: Iterable[nn.Parameter], *, beta1: float, beta2: float) -> Soap:
    """Return SOAP over the parameters of a network; it has no β₁."""
    return Soap(parameters, beta2=beta2)


def turned(state: dict[str, Tensor], gradients: Tensor, beta2: float) -> Tensor:
    """Return P / √v in the axes of the weights, (N, C, K·C'), and bring `state` up to date."""
    sides = {
        "left": lambda: gradients @ gradients.mT,
        "right": lambda: gradients.mT @ gradients,
    }
    if not state:
        state["step"] = torch.zeros(())
        state["second"] = torch.zeros_like(gradients)
        for side, size in zip(sides, gradients.shape[1:], strict=True):
            if size <= LARGEST:
                state[side] = sides[side]()
                state[f"{side}_basis"] = eigenvectors(state[side])
        return torch.zeros_like(gradients)
    state["step"] += 1
    step = int(state["step"])
    for side in sides:
        if side not in state:
            continue
        if step % COUNT_EVERY == 0:
            state[side].lerp_(sides[side](), 1 - MEAN)
        if step % TURN_EVERY == 0:
            basis = torch.linalg.qr(state[side] @ state[f"{side}_basis"]).Q
            state[f"{side}_basis"] = basis.contiguous()  # as a checkpoint gives it back
    left, right = state.get("left_basis"), state.get("right_basis")
    inner = gradients if left is None else left.mT @ gradients
    inner = inner if right is None else inner @ right
    state["second"].lerp_(inner.square(), 1 - beta2)
    update = inner / ((state["second"] / (1 - beta2**step)).sqrt() + 1e-8)
    update = update if left is None else left @ update
    return update if right is None else update @ right.mT


def state_fields(kernel: Tensor) -> set[str]:
    """Return the names of what `turned` keeps for kernels (C, C', 1, K) of one shape."""
    sides = {"left": kernel.shape[0], "right": kernel[0].numel()}
    kept = [side for side, size in sides.items() if size <= LARGEST]
    return {"step", "second", *kept, *(f"{side}_basis" for side in kept)}


def eigenvectors(matrices: Tensor) -> Tensor:
    """Return the eigenvectors of symmetric matrices, (N, C, C), as columns.

    Of one gradient most directions are empty, on which the algorithm fails in single precision.

    Raises:
        InputError: They are not finite.
    """
    if not matrices.isfinite().all():
        raise InputError("the first gradient of a convolution, squared, is not finite")
    found: Tensor = torch.linalg.eigh(matrices.double()).eigenvectors
    return found.to(matrices.dtype).contiguous()


def as_matrix(kernel: Tensor) -> Tensor:
    """Return (C, C', 1, K) as (C, K·C'), a view of a kernel in channels-last layout."""
    return kernel.permute(0, 2, 3, 1).flatten(1)


def as_kernel(matrix: Tensor, like: Tensor) -> Tensor:
    """Return (C, K·C') as (C, C', 1, K), the shape of `like`: the inverse of `as_matrix`."""
    out, into, height, wide = like.shape
    return matrix.view(out, height, wide, into).permute(0, 3, 1, 2)
