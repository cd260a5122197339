"""Slopes of a critic, (B,): the norm of its gradient, or the slope of a chord.

A slope is taken over one whole sample, positions and symbols together. Every slope here can be
differentiated in the critic's weights; none carries a gradient to the points.
"""

from collections.abc import Callable

import torch
from torch import Tensor

__all__ = ["Critic", "chord_slope", "difference_slope", "gradient_slope", "interpolate"]

Critic = Callable[[Tensor], Tensor]  # (B, T, V) -> (B,), each score from its own sample alone


def interpolate(real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """Return x̂ = εx + (1−ε)G(z), (B, T, V): one point between each fake and its real sample.

    Source: Gulrajani et al. 2017, algorithm 1, line 6.

    Args:
        real: x, (B, T, V).
        fake: G(z), (B, T, V).
        mix: ε ~ U[0, 1), one a sample, (B,).
    """
    return torch.lerp(fake.detach(), real, mix[:, None, None])


def gradient_slope(critic: Critic, points: Tensor) -> Tensor:
    """Return ‖∇D(x̂)‖₂ of each point, (B,), differentiable in the weights by double backward.

    Where a critic has its input gradient in closed form (`input_gradient`), that is used: the same
    numbers from one ordinary backward pass, also in bfloat16. Double backward is in full precision,
    also under autocast: through a norm or a softmax bfloat16 leaves too little of it. At gradient 0
    the norm's derivative is taken as 0, where sqrt(sum(g²)) would give NaN. Source: Gulrajani et
    al. 2017, equation 3.

    Args:
        critic: D.
        points: x̂, (B, T, V).
    """
    closed_form = getattr(critic, "input_gradient", None)
    if closed_form is not None:
        gradient = closed_form(points)
    else:
        points = points.detach().requires_grad_()
        with torch.autocast(points.device.type, enabled=False):
            (gradient,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    full = torch.promote_types(gradient.dtype, torch.float32)
    return gradient.flatten(1).to(full).norm(dim=1)  # type: ignore[no-any-return]


def difference_slope(critic: Critic, points: Tensor, step: float) -> Tensor:
    """Return |D(x̂ + hu) − D(x̂ − hu)| / 2h, (B,), with u the direction of the gradient at x̂.

    u comes from one ordinary backward pass and is held constant, so only first-order derivatives
    are needed. The value is ‖∇D(x̂)‖ up to O(h²) for a smooth critic, and exact where no ReLU
    switches within ±h; its derivative in the weights tends to that of the norm as h → 0, since u is
    stationary. Where the gradient is 0, u is 0 and so is the slope. The two points are scored in
    full precision, also under autocast: a difference of scores so near is beyond eight bits.

    Args:
        critic: D.
        points: x̂, (B, T, V).
        step: h, in units of the input.
    """
    points = points.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(points).sum(), points)
    norm = gradient.flatten(1).norm(dim=1)[:, None, None]
    offset = step * torch.where(norm > 0, gradient / norm, 0.0)  # hu, (B, T, V)
    ahead, behind = _scores_in_full_precision(critic, points + offset, points - offset)
    return (ahead - behind).abs() / (2 * step)


def chord_slope(critic: Critic, first: Tensor, second: Tensor) -> Tensor:
    """Return |D(x₁) − D(x₂)| / ‖x₁ − x₂‖₂, (B,): the slope of the chord between two points.

    Equal points have slope 0. The chord between unrelated points of n dimensions has only about
    1/√n of the gradient in its direction, so a chord of slope 1 lets the critic grow far steeper
    than 1.

    Args:
        critic: D.
        first: x₁, (B, T, V).
        second: x₂, (B, T, V).
    """
    distance = (first - second).detach().flatten(1).norm(dim=1)
    first_scores, second_scores = _scores_in_full_precision(critic, first, second)
    rise = (first_scores - second_scores).abs()
    return torch.where(distance > 0, rise / distance.clamp_min(1e-12), 0.0)


def _scores_in_full_precision(
    critic: Critic, first: Tensor, second: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the scores of two batches by one pass."""
    with torch.autocast(first.device.type, enabled=False):
        first_scores, second_scores = critic(torch.cat([first, second]).detach()).chunk(2)
    return first_scores, second_scores
