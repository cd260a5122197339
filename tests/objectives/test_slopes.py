"""Slopes of critics whose gradient is known, and their derivatives in the weights."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from textgan.networks.critics.attention import AttentionCritic
from textgan.networks.critics.conv import ConvCritic
from textgan.objectives.penalties import two_sided
from textgan.objectives.slopes import chord_slope, difference_slope, gradient_slope, interpolate

T, V = 6, 5


class Linear(nn.Module):
    """D(x) = s · ⟨a, x⟩ with ‖a‖ = 1: slope s everywhere."""

    def __init__(self, slope: float) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(1)
        direction = torch.randn(T, V, generator=generator)
        self.direction = direction / direction.norm()
        self.slope = nn.Parameter(torch.tensor(slope))

    def forward(self, x):
        return self.slope * (x * self.direction).sum((1, 2))


class Smooth(nn.Module):
    """Two layers with tanh between: its gradient bends everywhere."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(2)
        self.first, self.second = nn.Linear(T * V, 16), nn.Linear(16, 1)

    def forward(self, x):
        return self.second(torch.tanh(self.first(x.flatten(1)))).squeeze(1)


def points(B, seed=0):
    return F.softmax(torch.randn(B, T, V, generator=torch.Generator().manual_seed(seed)), 2)


@pytest.mark.parametrize("B", [1, 8])
@pytest.mark.parametrize("s", [0.0, 0.5, 1.0, 3.0])
def test_a_linear_critic_of_slope_s_has_slope_s(s, B):
    for slope in (
        gradient_slope(Linear(s), points(B)),
        difference_slope(Linear(s), points(B), 0.05),
    ):
        torch.testing.assert_close(slope, torch.full((B,), s), atol=2e-5, rtol=1e-5)


@pytest.mark.parametrize("B", [1, 8])
@pytest.mark.parametrize("s", [0.0, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("angle", [0.0, math.pi / 3, math.pi / 2, math.pi])
def test_a_chord_at_an_angle_sees_the_cosine_of_the_slope(s, B, angle):
    critic = Linear(s)
    along = critic.direction
    across = torch.zeros(T, V)
    across[0, 0], across[0, 1] = along[0, 1], -along[0, 0]
    across /= across.norm()
    way = math.cos(angle) * along + math.sin(angle) * across
    first = points(B)
    slope = chord_slope(critic, first, first + 0.7 * way)
    expected = s * abs(math.cos(angle))
    torch.testing.assert_close(slope, torch.full((B,), expected), atol=1e-5, rtol=1e-5)


def test_equal_points_have_no_chord_and_no_nan():
    critic = Linear(2.0)
    slope = chord_slope(critic, points(3), points(3))
    slope.sum().backward()
    assert slope.tolist() == [0.0, 0.0, 0.0]
    assert critic.slope.grad.isfinite()


@pytest.mark.parametrize("measure", [gradient_slope, lambda c, x: difference_slope(c, x, 0.05)])
def test_a_critic_that_is_flat_gives_slope_0_and_finite_gradients(measure):
    critic = Linear(0.0)
    slope = measure(critic, points(4))
    two_sided(slope, 1.0).backward()
    assert slope.tolist() == [0.0] * 4
    assert critic.slope.grad.isfinite()


def test_interpolation_mixes_each_sample_by_its_own_factor():
    real, fake = torch.ones(3, T, V), torch.zeros(3, T, V)
    mixed = interpolate(real, fake, torch.tensor([0.0, 0.25, 1.0]))
    torch.testing.assert_close(mixed[:, 2, 3], torch.tensor([0.0, 0.25, 1.0]))
    assert (mixed.flatten(1).std(dim=1) == 0).all()


def weight_gradients(slope, critic):
    return torch.autograd.grad(two_sided(slope, 1.0), list(critic.parameters()), allow_unused=True)


def test_differences_and_derivatives_agree_in_value_and_in_weight_gradients_on_a_smooth_critic():
    critic, x = Smooth().double(), points(8).double()
    exact = gradient_slope(critic, x)
    errors = []
    for h in (0.1, 0.01):
        near = difference_slope(critic, x, h)
        errors.append((near - exact).abs().max().item())
        wanted, found = weight_gradients(exact, critic), weight_gradients(near, critic)
        for a, b in zip(wanted, found, strict=True):
            if a is not None:
                torch.testing.assert_close(b, a, atol=20 * h**2, rtol=0)
        exact = gradient_slope(critic, x)
    assert errors[1] < errors[0] / 50  # O(h²): a tenth of h, a hundredth of the error


def test_differences_are_of_full_precision_where_the_rest_is_not():
    torch.manual_seed(0)
    critic, x = nn.Sequential(nn.Flatten(), nn.Linear(T * V, 1), nn.Flatten(0)), points(8)
    for slope in (lambda: difference_slope(critic, x, 0.05), lambda: chord_slope(critic, x, 2 * x)):
        wanted = slope()
        with torch.autocast("cpu", torch.bfloat16):
            assert critic(x).dtype == torch.bfloat16
            found = slope()
        assert found.dtype == torch.float32
        torch.testing.assert_close(found, wanted, rtol=1e-3, atol=0)  # eight bits: 0.05 and more


def test_a_closed_form_gradient_is_preferred_and_gives_the_weight_gradients_of_double_backward():
    torch.manual_seed(0)
    critic = ConvCritic(length=T, vocabulary=V, width=7, blocks=3)
    fast = weight_gradients(gradient_slope(critic, points(8)), critic)
    slow = weight_gradients(gradient_slope(critic.forward, points(8)), critic)
    biases = 0
    for (name, _), a, b in zip(critic.named_parameters(), fast, slow, strict=True):
        if a is None:
            assert name.endswith("bias")  # a bias does not enter the gradient
            assert b is None or not b.any()
            biases += 1
        else:
            torch.testing.assert_close(a, b, atol=1e-6, rtol=1e-5)
    assert biases == 8  # read, two in each of three blocks, score


@pytest.mark.parametrize(
    ("kind", "normalisation"),
    [
        (ConvCritic, "layer"),
        (ConvCritic, "instance"),
        (ConvCritic, "spectral"),
        (AttentionCritic, "none"),
    ],
)
def test_double_backward_is_of_full_precision_where_the_rest_is_not(kind, normalisation):
    torch.manual_seed(0)
    critic = kind(length=T, vocabulary=V, width=7, blocks=3, normalisation=normalisation).eval()
    wanted = gradient_slope(critic, points(8))
    with torch.autocast("cpu", torch.bfloat16):
        found = gradient_slope(critic, points(8))
    assert torch.equal(found, wanted)
    for a, b in zip(*(weight_gradients(s, critic) for s in (found, wanted)), strict=True):
        assert (a is None and b is None) or torch.equal(a, b)


def test_a_closed_form_gradient_bears_eight_bits():
    torch.manual_seed(0)
    critic = ConvCritic(length=T, vocabulary=V, width=32, blocks=3)
    wanted = gradient_slope(critic, points(64))
    with torch.autocast("cpu", torch.bfloat16):
        found = gradient_slope(critic, points(64))
    torch.testing.assert_close(found, wanted, rtol=0.02, atol=0)
    whole = [
        torch.cat([g.flatten() for g in weight_gradients(slope, critic) if g is not None])
        for slope in (wanted, found)
    ]
    assert torch.cosine_similarity(*whole, dim=0) > 0.999


def test_no_slope_sends_a_gradient_into_the_points():
    critic = Smooth()
    x = points(4).requires_grad_()
    for slope in (
        gradient_slope(critic, x),
        difference_slope(critic, x, 0.05),
        chord_slope(critic, x, points(4, 1)),
    ):
        slope.sum().backward()
        assert x.grad is None
