"""How steep is the critic, and what does it cost: slopes (B,), and penalties on slopes.

A slope is the norm of the critic's gradient over one whole sample, positions and symbols
together. Every slope here can be differentiated in the critic's weights; none carries a gradient
to the points.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = [
    "Penalty",
    "chord_slope",
    "difference_slope",
    "gradient_slope",
    "interpolate",
    "one_sided",
    "two_sided",
    "zero_centred",
]

Critic = Callable[[Tensor], Tensor]  # (B, T, V) -> (B,)


def interpolate(real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """Return x̂ = εx + (1−ε)G(z), (B, T, V): one point on the way from each fake to its real sample.

    Source: Gulrajani et al. 2017, algorithm 1, line 6.

    Args:
        real: x, (B, T, V).
        fake: G(z), (B, T, V).
        mix: ε ~ U[0, 1), one a sample, (B,).
    """
    return torch.lerp(fake.detach(), real, mix[:, None, None])


def gradient_slope(critic: Critic, points: Tensor) -> Tensor:
    """Return ‖∇D(x̂)‖₂ of each point, (B,), differentiable in the weights by double backward.

    A critic that knows its own input gradient in closed form (`input_gradient`) is asked for it:
    the same numbers from one ordinary backward pass, also in bfloat16. Double backward is in full
    precision, also under autocast: through a norm or a softmax bfloat16 leaves too little of it. At
    gradient 0 the norm's derivative is taken as 0, where sqrt(sum(g²)) would give NaN. Source:
    Gulrajani et al. 2017, equation 3.

    Args:
        critic: Maps (B, T, V) to (B,), each score from its own sample alone.
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


def difference_slope(critic: Critic, points: Tensor, reach: float) -> Tensor:
    """Return |D(x̂ + hu) − D(x̂ − hu)| / 2h, (B,), with u the critic's own gradient direction at x̂.

    u is found by one plain backward pass and held fixed, so only first-order derivatives are
    needed. The value is ‖∇D(x̂)‖ up to O(h²) for a smooth critic, and exact where no ReLU switches
    within ±h; its derivative in the weights tends to that of the norm as h → 0, since u is
    stationary. Where the gradient is 0, u is 0 and so is the slope. The two points are scored in
    full precision, also under autocast: a difference of scores so near is beyond eight bits.

    Args:
        critic: Maps (B, T, V) to (B,), each score from its own sample alone.
        points: x̂, (B, T, V).
        reach: h, in units of the input.
    """
    points = points.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(points).sum(), points)
    length = gradient.flatten(1).norm(dim=1)[:, None, None]
    way = reach * torch.where(length > 0, gradient / length, 0.0)  # hu, (B, T, V)
    ahead, behind = _both(critic, points + way, points - way)
    return (ahead - behind).abs() / (2 * reach)


def chord_slope(critic: Critic, first: Tensor, second: Tensor) -> Tensor:
    """Return |D(x₁) − D(x₂)| / ‖x₁ − x₂‖₂, (B,): the slope of the chord between two points.

    Equal points have slope 0. The chord between unrelated points of n dimensions sees only about
    1/√n of the gradient, so a chord of slope 1 lets the critic grow far steeper than 1.

    Args:
        critic: Maps (B, T, V) to (B,), each score from its own sample alone.
        first: x₁, (B, T, V).
        second: x₂, (B, T, V).
    """
    apart = (first - second).detach().flatten(1).norm(dim=1)
    one, other = _both(critic, first, second)
    return torch.where(apart > 0, (one - other).abs() / apart.clamp_min(1e-12), 0.0)


def _both(critic: Critic, first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Return the scores of two batches by one pass in full precision."""
    with torch.autocast(first.device.type, enabled=False):
        one, other = critic(torch.cat([first, second]).detach()).chunk(2)
    return one, other


def two_sided(slope: Tensor, lipschitz: float) -> Tensor:
    """Return E(slope − K)², a scalar, of (B,); K = 1 in Gulrajani et al. 2017, equation 3."""
    return (slope - lipschitz).square().mean()


def one_sided(slope: Tensor, lipschitz: float) -> Tensor:
    """Return E max(0, slope − K)², a scalar; K = 1 in Petzka et al. 2018, equation 8."""
    return (slope - lipschitz).clamp_min(0).square().mean()


def zero_centred(slope: Tensor, _lipschitz: float) -> Tensor:
    """Return ½ (R1 + R2), a scalar, of slopes at real and at as many generated samples, (2B,).

    It asks for slope 0, whatever K is.
    R1 = E‖∇D(x)‖² and R2 = E‖∇D(G(z))‖², so that γ times this is (γ/2)(R1 + R2). Source: Mescheder
    et al. 2018, equation 9; Huang et al. 2024, equation 3.
    """
    return slope.square().mean()


@dataclass(frozen=True)
class Penalty:
    """A price on slopes, measured between real and generated text or at these two ends."""

    price: Callable[[Tensor, float], Tensor]  # slopes (B,) and K -> scalar
    ends: bool = False  # measured at real and at generated text, not between
    differences: bool = False  # by differences of scores in place of derivatives


GRADIENT_PENALTY = Penalty(two_sided)  # Gulrajani et al. 2017
LIPSCHITZ_PENALTY = Penalty(one_sided)  # Petzka et al. 2018
FINITE_DIFFERENCE_PENALTY = Penalty(two_sided, differences=True)
R1_R2_PENALTY = Penalty(zero_centred, ends=True)  # Huang et al. 2024
