"""SOAP: Adam in the eigenbasis of a convolution's gradients."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from textgan.hardware.device import full_precision

__all__ = ["GradientOverflowError", "Soap", "state_shapes"]

MAX_SIDE = 512  # larger sides are not rotated: eigenvectors would cost more than the step
DECAY = 0.95  # of the running means of G Gᵀ and Gᵀ G
MEAN_EVERY = 2  # steps: a gradient enters these means
BASIS_EVERY = 10  # steps: the bases are updated


class GradientOverflowError(FloatingPointError):
    """The square of the gradient of `weight` is not finite."""

    def __init__(self, weight: nn.Parameter) -> None:
        super().__init__(f"the gradient of a weight {tuple(weight.shape)}, squared, is not finite")
        self.weight = weight


class Soap(torch.optim.Adam):
    """Adam in the eigenbasis of the gradients, for convolutions; plain Adam for all else.

    The weight of a convolution, (C, C', 1, K), is a matrix of C rows and K·C' columns. With G its
    gradient, Q_L and Q_R the eigenvectors of the running means of G Gᵀ and Gᵀ G,

        P = Q_Lᵀ G Q_R,   v ← β₂v + (1 − β₂)P²,   W ← W − rate · Q_L (P / √v) Q_Rᵀ

    with v corrected as in Adam. There is no momentum (β₁ = 0). The first gradient only sets the
    bases; one power iteration with a QR decomposition updates them every 10 steps, and leaves v
    unchanged. Convolutions of one shape are stacked and updated together, and the first of them
    holds their state. Source: Vyas et al. 2024, algorithm 3.

    Differences from the published code: every second gradient enters the means, not each; the bases
    are updated before a step, with its gradient, not after it; they start from the smallest
    eigenvalue, and an update does not sort them (nor v with them) by eigenvalue. Measurements:
    docs/recipe-trials.md.

    Args:
        parameters: Of one network, always in the same order.
        beta2: β₂, for all.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], *, beta2: float) -> None:
        super().__init__(parameters, betas=(0.0, beta2), fused=True)

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        """Update every parameter from its gradient; all have one.

        Raises:
            GradientOverflowError: The first gradient of a convolution has no finite square.
        """
        with full_precision(self.param_groups[0]["params"][0].device):
            self._rotated_step()
        super().step()

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Load a state; the step of a convolution is kept on the CPU.

        Fused Adam moves every step to the device, where to read it would wait for a GPU.
        """
        super().load_state_dict(state_dict)
        for state in self.state.values():
            if "second" in state:
                state["step"] = state["step"].cpu()

    def _rotated_step(self) -> None:
        """Update the convolutions."""
        (group,) = self.param_groups
        stacks: dict[torch.Size, list[tuple[nn.Parameter, Tensor]]] = {}
        for parameter in group["params"]:
            if parameter.ndim == 4 and parameter.grad is not None:
                stacks.setdefault(parameter.shape, []).append((parameter, parameter.grad))
                parameter.grad = None  # so that Adam skips it
        for stack in stacks.values():
            gradients = torch.stack([as_matrix(gradient) for _, gradient in stack])
            first = stack[0][0]
            try:
                update = rotated_update(self.state[first], gradients, group["betas"][1])
            except FloatingPointError as error:
                raise GradientOverflowError(first) from error
            for (parameter, _), matrix in zip(stack, update, strict=True):
                parameter.sub_(as_kernel(matrix, parameter), alpha=group["lr"])


def rotated_update(state: dict[str, Tensor], gradients: Tensor, beta2: float) -> Tensor:
    """Return P / √v in the basis of the weights, (N, C, K·C'), and update `state`."""
    sides = {
        "left": lambda: gradients @ gradients.mT,
        "right": lambda: gradients.mT @ gradients,
    }
    if not state:
        state["step"] = torch.zeros(())
        state["second"] = torch.zeros_like(gradients)
        for side, size in zip(sides, gradients.shape[1:], strict=True):
            if size <= MAX_SIDE:
                state[side] = sides[side]()
                state[f"{side}_basis"] = eigenvectors(state[side])
        return torch.zeros_like(gradients)
    state["step"] += 1
    step = int(state["step"])
    for side in sides:
        if side not in state:
            continue
        if step % MEAN_EVERY == 0:
            state[side].lerp_(sides[side](), 1 - DECAY)
        if step % BASIS_EVERY == 0:
            basis = torch.linalg.qr(state[side] @ state[f"{side}_basis"]).Q
            state[f"{side}_basis"] = basis.contiguous()  # as it is after a checkpoint is read
    left, right = state.get("left_basis"), state.get("right_basis")
    inner = gradients if left is None else left.mT @ gradients
    inner = inner if right is None else inner @ right
    state["second"].lerp_(inner.square(), 1 - beta2)
    update = inner / ((state["second"] / (1 - beta2**step)).sqrt() + 1e-8)
    update = update if left is None else left @ update
    return update if right is None else update @ right.mT


def state_shapes(kernel: Tensor, stacked: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the state of `rotated_update`, by name.

    It is of `stacked` kernels of the shape (C, C', 1, K) of `kernel`.
    """
    sides = {"left": kernel.shape[0], "right": kernel[0].numel()}
    shapes: dict[str, tuple[int, ...]] = {"step": (), "second": (stacked, *sides.values())}
    for side, size in sides.items():
        if size <= MAX_SIDE:
            shapes[side] = shapes[f"{side}_basis"] = (stacked, size, size)
    return shapes


def eigenvectors(matrices: Tensor) -> Tensor:
    """Return the eigenvectors of symmetric matrices, (N, C, C), as columns.

    In double precision: most eigenvalues of one gradient are 0, where the algorithm fails in single
    precision. On the CPU, once a run: the algorithms of GPUs may fail there too.

    Raises:
        FloatingPointError: They are not finite.
    """
    exact = matrices.double().cpu()
    if not exact.isfinite().all():
        raise FloatingPointError("a matrix is not finite and has no eigenvectors")
    vectors: Tensor = torch.linalg.eigh(exact).eigenvectors
    return vectors.to(matrices).contiguous()


def as_matrix(kernel: Tensor) -> Tensor:
    """Return (C, C', 1, K) as (C, K·C'), a view of a kernel in channels-last layout."""
    return kernel.permute(0, 2, 3, 1).flatten(1)


def as_kernel(matrix: Tensor, like: Tensor) -> Tensor:
    """Return (C, K·C') as (C, C', 1, K), the shape of `like`: the inverse of `as_matrix`."""
    out, into, height, wide = like.shape
    return matrix.view(out, height, wide, into).permute(0, 3, 1, 2)
