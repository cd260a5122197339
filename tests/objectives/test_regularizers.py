"""What is added to a loss: values by hand, and against the distributions they are of."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.stats import norm

from textgan.config.codes import Codes
from textgan.objectives.regularizers import (
    code_loss,
    distance_to_target,
    feature_distance,
    symbol_divergence,
)


def one_hot(values, size):
    return F.one_hot(torch.tensor(values), size).double()


def test_the_distance_of_features_by_hand():
    # means (2, 1) and (0, 4): 2² + 3²
    real, fake = torch.tensor([[1.0, 1.0], [3.0, 1.0]]), torch.tensor([[0.0, 4.0]])
    assert feature_distance(real.mean(0), fake.mean(0)).item() == 13
    assert feature_distance(real.mean(0), real.flip(0).mean(0)).item() == 0


def test_the_distance_of_features_draws_each_sample_by_twice_the_gap_over_the_batch():
    real, fake = torch.tensor([[2.0, 1.0]]), torch.zeros(4, 2, requires_grad=True)
    feature_distance(real.mean(0), fake.mean(0)).backward()
    torch.testing.assert_close(fake.grad, torch.tensor([[-1.0, -0.5]]).expand(4, 2))


def test_the_divergence_of_symbols_by_hand():
    shares = torch.tensor([0.5, 0.25, 0.25, 0.0])
    rows = torch.tensor(
        [[[0.5, 0.25, 0.25, 0.0], [0.0, 0.25, 0.5, 0.25]]]
    )  # mean 1/4, 1/4, 3/8, 1/8
    expected = 0.5 * math.log(2) + 0.25 * math.log(2 / 3)
    assert symbol_divergence(shares, rows.mean((0, 1))).item() == pytest.approx(expected)
    assert symbol_divergence(shares, shares.clone()).item() == 0


def test_a_symbol_is_asked_for_however_small_its_probability_has_become():
    generator = torch.Generator().manual_seed(0)
    shares = torch.rand(5, generator=generator, dtype=torch.double)
    shares[4] = 0  # asks for nothing
    shares /= shares.sum()
    logits = 3 * torch.randn(2, 3, 5, generator=generator, dtype=torch.double)
    logits[..., 2] = -40  # all but dead
    p = logits.requires_grad_().softmax(2)
    symbol_divergence(shares, p.mean((0, 1))).backward()
    q = p / p.sum((0, 1))
    torch.testing.assert_close(logits.grad, (q @ shares)[..., None] * p - shares * q)
    assert logits.grad[..., 2].sum().item() == pytest.approx(-shares[2].item())


def test_a_code_that_is_told_for_certain_costs_nothing_so_that_the_bound_is_its_entropy():
    codes = one_hot([0, 1, 2, 4, 3], 5)
    assert code_loss(1e3 * codes, codes, Codes((5,))).item() == 0


@pytest.mark.parametrize("sizes", [(2,), (10,), (3, 4)])
def test_a_guess_among_k_values_costs_log_k_each(sizes):
    codes = torch.cat([one_hot([1, 0, 1], size) for size in sizes], dim=1)
    expected = sum(math.log(size) for size in sizes)
    found = code_loss(torch.zeros_like(codes), codes, Codes(sizes))
    assert found.item() == pytest.approx(expected)


def test_a_continuous_code_costs_what_a_normal_distribution_says():
    rng = np.random.default_rng(0)
    codes, mean, log_scale = rng.uniform(-1, 1, (6, 2)), *rng.normal(size=(2, 6, 2))
    expected = -norm.logpdf(codes, mean, np.exp(log_scale)).sum(1).mean()
    recovered = torch.from_numpy(np.concatenate([mean, log_scale], axis=1))
    found = code_loss(recovered, torch.from_numpy(codes), Codes((), 2))
    assert found.item() == pytest.approx(expected)


def test_codes_of_both_kinds_cost_the_sum_of_their_parts():
    generator = torch.Generator().manual_seed(0)
    recovered = torch.randn(4, 3 + 2 + 2, generator=generator, dtype=torch.double)
    first, second = [2, 0, 1, 1], [0, 1, 1, 0]
    third = torch.tensor([[0.3], [-0.9], [0.0], [1.0]], dtype=torch.double)
    codes = torch.cat([one_hot(first, 3), one_hot(second, 2), third], dim=1)
    nats = 0.0
    for i in range(4):
        row = recovered[i].numpy()
        nats -= np.log(np.exp(row[first[i]]) / np.exp(row[:3]).sum())
        nats -= np.log(np.exp(row[3 + second[i]]) / np.exp(row[3:5]).sum())
        nats -= norm.logpdf(third[i].item(), row[5], np.exp(row[6]))
    assert code_loss(recovered, codes, Codes((3, 2), 1)).item() == pytest.approx(nats / 4)


def test_the_distance_to_a_target_is_the_chance_of_a_wrong_symbol():
    target = torch.tensor([[0, 1, 2, 3]])
    fake = torch.rand(1, 4, 5, generator=torch.Generator().manual_seed(0)).softmax(2)
    wrong = 1 - fake[0, torch.arange(4), target[0]]
    found = distance_to_target(F.one_hot(target, 5).float(), fake)
    torch.testing.assert_close(found, wrong.mean())


def test_the_distance_of_two_texts_is_the_share_of_positions_where_they_differ():
    first, second = torch.tensor([[0, 1, 2], [3, 3, 3]]), torch.tensor([[0, 1, 0], [3, 2, 2]])
    found = distance_to_target(F.one_hot(first, 4).float(), F.one_hot(second, 4).float())
    assert found.item() == pytest.approx(3 / 6)
