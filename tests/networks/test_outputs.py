"""Rows that a generator makes of its logits."""

import pytest
import torch
import torch.nn.functional as F

from textgan.networks.outputs import SharpSoftmax, to_rows
from textgan.registry import OUTPUTS

V = 7


def gumbel(*shape):
    uniform = torch.rand(*shape, generator=torch.Generator().manual_seed(5), dtype=torch.double)
    return -(-uniform.log()).log()


def test_a_sharp_softmax_has_the_gradient_of_a_soft_one():
    logits = torch.randn(2, 3, V, requires_grad=True)
    slope = torch.randn(2, 3, V)
    sharp = SharpSoftmax.apply(logits, 20.0)
    torch.testing.assert_close(sharp, torch.softmax(20 * logits, 2))
    (found,) = torch.autograd.grad((sharp * slope).sum(), logits)
    (expected,) = torch.autograd.grad((logits.softmax(2) * slope).sum(), logits)
    torch.testing.assert_close(found, expected)


def test_sharpness_1_is_the_plain_softmax():
    logits = torch.randn(2, V, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: SharpSoftmax.apply(x, 1.0), (logits,))


def test_a_symbol_all_but_dead_is_heard_where_rows_are_sharp():
    # Two symbols, the second one's probability e⁻²⁰; the critic asks for it with slope 1.
    heard = {}
    for sharpness, gap in ((1.0, 20.0), (20.0, 1.0)):
        logits = torch.tensor([gap, 0.0], requires_grad=True)
        rows = SharpSoftmax.apply(logits, sharpness)
        torch.testing.assert_close(rows[1].item(), 2.06e-9, rtol=1e-2, atol=0)
        rows[1].backward()
        heard[sharpness] = logits.grad[1].item()
    assert heard[1.0] == pytest.approx(2.06e-9, rel=1e-2)
    assert heard[20.0] == pytest.approx(0.1966, rel=1e-3)  # e / (e + 1)², of two symbols at gap 1


def test_rows_of_a_straight_through_output_are_one_hot_with_the_gradient_of_a_softmax():
    logits = torch.randn(2, 3, V, requires_grad=True)
    slope = torch.randn(2, 3, V)
    rows = to_rows(logits, "straight-through", temperature=0.5)
    assert torch.equal(rows, F.one_hot(logits.argmax(2), V).float())
    (found,) = torch.autograd.grad((rows * slope).sum(), logits)
    (expected,) = torch.autograd.grad(((2 * logits).softmax(2) * slope).sum(), logits)
    torch.testing.assert_close(found, expected)


def test_gumbel_rows_by_hand():
    # softmax((logits + g) / τ) of log 1 + log 2, log 3 + 0 at τ = ½: 2² : 3²
    logits, g = torch.tensor([1.0, 3.0]).log(), torch.tensor([2.0, 1.0]).log()
    rows = to_rows(logits, "gumbel", temperature=0.5, gumbel=g)
    torch.testing.assert_close(rows, torch.tensor([4 / 13, 9 / 13]))


def test_hard_gumbel_rows_are_one_hot_with_the_gradient_of_soft_ones():
    logits = torch.randn(2, 3, V, requires_grad=True)
    slope, g = torch.randn(2, 3, V), torch.randn(2, 3, V)
    hard = to_rows(logits, "gumbel-hard", temperature=0.5, gumbel=g)
    soft = to_rows(logits, "gumbel", temperature=0.5, gumbel=g)
    assert torch.equal(hard, F.one_hot((logits + g).argmax(2), V).float())
    torch.testing.assert_close(
        torch.autograd.grad((hard * slope).sum(), logits),
        torch.autograd.grad((soft * slope).sum(), logits),
    )


@pytest.mark.parametrize("temperature", [0.1, 3.0])
def test_hard_gumbel_rows_are_draws_from_the_softmax_of_the_logits_at_any_temperature(temperature):
    draws = 20_000
    logits = torch.tensor([0.5, 0.3, 0.15, 0.05, 0.0], dtype=torch.double).log()
    rows = to_rows(
        logits.expand(draws, 5), "gumbel-hard", temperature=temperature, gumbel=gumbel(draws, 5)
    )
    counts, expected = rows.sum(0), draws * logits.exp()
    assert counts[4] == 0
    squares = (counts - expected).square()[:4] / expected[:4]
    assert squares.sum() < 16.27  # the 99.9% point of χ² with 3 degrees of freedom


def test_a_choice_follows_the_logits_where_probabilities_round_alike():
    logits = torch.tensor([0.0, 1e-9])
    assert torch.equal(logits.softmax(0), torch.tensor([0.5, 0.5]))
    assert to_rows(logits, "straight-through").tolist() == [0.0, 1.0]


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_logit_of_minus_infinity_gives_0_and_a_gradient_of_0(output):
    barrier = torch.tensor([0.0, -torch.inf, 0.0])
    logits = torch.randn(4, 3, requires_grad=True)
    rows = to_rows(logits + barrier, output, temperature=0.1, gumbel=torch.randn(4, 3))
    assert (rows[:, 1] == 0).all()
    (rows * torch.randn(4, 3)).sum().backward()
    assert logits.grad.isfinite().all()
    assert (logits.grad[:, 1] == 0).all()


@pytest.mark.parametrize("output", ["gumbel", "gumbel-hard"])
def test_gumbel_outputs_do_not_draw_by_themselves(output):
    with pytest.raises(ValueError, match="needs Gumbel noise"):
        to_rows(torch.zeros(2, V), output)


def test_an_unknown_output_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="expected one of sharp, softmax, straight-through"):
        to_rows(torch.zeros(2, V), "hard")
