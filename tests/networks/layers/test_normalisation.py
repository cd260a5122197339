"""Normalised critics against plain arithmetic, and what normalisation may not break."""

import copy
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrize

from textgan.networks.layers.attention import SelfAttention
from textgan.networks.layers.blocks import ResidualBlock
from textgan.networks.layers.normalisation import SpectralNorm, unit_norm
from textgan.registry import CRITICS

T, V = 8, 5
KINDS = ("none", "layer", "instance", "batch", "spectral")
PAIRS = [(name, kind) for name in CRITICS for kind in KINDS if (name, kind) != ("mlp", "instance")]
AXES = {"layer": (1, 2, 3), "instance": (3,), "batch": (0, 3)}  # of (B, C, 1, T)


def critic(name, kind, width=8, **options):
    torch.manual_seed(1)
    network = CRITICS[name](
        length=T, vocabulary=V, width=width, blocks=2, normalisation=kind, **options
    )
    for layer in network.modules():
        if isinstance(layer, SelfAttention):
            nn.init.constant_(layer.gate, 0.5)
    return network


def text(B, dtype=torch.float32):
    return torch.randn(B, T, V, dtype=dtype).softmax(2)


def weighted(network):
    return [layer for layer in network.modules() if isinstance(layer, nn.Linear | nn.Conv2d)]


def iterate(network, count=300):
    """Make power iterations of every weight, as that many training passes do."""
    for norm, layer in norms(network):
        for _ in range(count):
            norm._iterate(layer.original.flatten(1))
    return network.eval()


def norms(network):
    """Each spectral norm of a network, with the parametrisation that it is of."""
    lists = [m for m in network.modules() if isinstance(m, parametrize.ParametrizationList)]
    return [(parametrisation[0], parametrisation) for parametrisation in lists]


def largest(weight):
    return np.linalg.svd(weight.detach().flatten(1).double().numpy(), compute_uv=False)[0]


@pytest.mark.parametrize("kind", AXES)
def test_units_are_normalised_over_the_axes_of_their_kind_then_scaled_by_channel(kind):
    x = torch.randn(6, 4, 1, 9, dtype=torch.double) * 3 + 2
    gain, shift = torch.rand(2, 4, dtype=torch.double)
    norm = unit_norm(kind, 4).double()
    with torch.no_grad():
        norm.weight.copy_(gain)
        norm.bias.copy_(shift)
    a = x.numpy()
    mean, variance = a.mean(AXES[kind], keepdims=True), a.var(AXES[kind], keepdims=True)
    expected = (a - mean) / np.sqrt(variance + 1e-5)
    expected = expected * gain.numpy()[:, None, None] + shift.numpy()[:, None, None]
    np.testing.assert_allclose(norm(x).detach().numpy(), expected, rtol=1e-9)


@pytest.mark.parametrize("kind", AXES)
def test_a_residual_block_is_normalised_before_each_of_its_units(kind):
    block, x = ResidualBlock(4, kind), torch.randn(6, 4, 1, 9)
    plain = unit_norm(kind, 4)
    hidden = block.first(plain(x).clamp_min(0))
    hidden = block.second(plain(hidden).clamp_min(0))
    torch.testing.assert_close(block(x), x + 0.3 * hidden)
    assert (block.first.bias is None) == (kind != "layer")  # a mean per channel takes it away


@pytest.mark.parametrize("kind", AXES)
def test_the_first_layer_of_a_strided_critic_is_not_normalised_and_the_others_are(kind):
    network, rows = critic("strided", kind), text(6)
    (halve,) = network.halve
    hidden = F.leaky_relu(network.read(rows.mT.unsqueeze(2)), 0.2)
    hidden = F.leaky_relu(unit_norm(kind, 16)(halve(hidden)), 0.2)
    torch.testing.assert_close(network.features(rows), hidden.squeeze(2).mT.flatten(1))


def test_an_mlp_is_normalised_over_the_units_of_each_layer_but_not_by_instance():
    network, rows = critic("mlp", "layer"), text(6)
    hidden = rows.flatten(1)
    for layer in network.hidden:
        hidden = F.layer_norm(layer(hidden), (64,)).relu()
    torch.testing.assert_close(network.features(rows), hidden)
    with pytest.raises(ValueError, match="no positions"):
        critic("mlp", "instance")


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_a_score_depends_on_its_sample_alone_but_for_batch_statistics_in_training(name, kind):
    network, rows = critic(name, kind), text(6)
    network(rows)  # running means that are not 0
    if kind == "batch":
        assert (network(rows)[:3] - network(rows[:3])).abs().max() > 1e-3
        network.eval()
    if kind == "spectral":
        network.eval()  # each training forward turns its vectors
    torch.testing.assert_close(network(rows)[:3], network(rows[:3]), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_every_weight_of_a_normalised_critic_moves_its_scores(name, kind):
    network = critic(name, kind, labels=2, codes=3)
    features = network.features(text(6))
    scores = network.score_of(features, torch.tensor([0, 1, 1, 0, 1, 0]))
    (scores.square().sum() + network.codes_of(features).square().sum()).backward()
    for weight, tensor in network.named_parameters():
        assert tensor.grad is not None, weight
        assert tensor.grad.abs().max() > 0, weight


@pytest.mark.parametrize(("name", "kind"), [pair for pair in PAIRS if pair[1] != "batch"])
def test_a_penalty_on_slopes_has_the_weight_gradients_that_its_differences_have(name, kind):
    network, rows = critic(name, kind, width=4).double().eval(), text(3, torch.double)
    rows.requires_grad_()

    def penalty():
        (slope,) = torch.autograd.grad(network(rows).sum(), rows, create_graph=True)
        return (slope.flatten(1).norm(dim=1) - 1).square().mean()

    weights = list(network.parameters())
    ways = [torch.randn_like(weight) for weight in weights]
    gradients = torch.autograd.grad(penalty(), weights, allow_unused=True)
    found = sum((g * way).sum() for g, way in zip(gradients, ways, strict=True) if g is not None)
    values = []
    for step in (1e-6, -2e-6):
        for weight, way in zip(weights, ways, strict=True):
            weight.data.add_(way, alpha=step)
        values.append(penalty().item())
    assert found.item() == pytest.approx((values[0] - values[1]) / 2e-6, rel=1e-4, abs=1e-7)


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_only_a_critic_that_is_piecewise_linear_in_its_text_has_a_closed_form(name, kind):
    written_out = critic(name, kind).input_gradient is not None
    assert written_out == (kind == "none" and name != "attention")


@pytest.mark.parametrize("name", CRITICS)
def test_under_spectral_normalisation_every_weight_comes_to_have_a_largest_singular_value_of_1(
    name,
):
    network = critic(name, "spectral", labels=4, codes=2)
    raw = [largest(layer.weight) for layer in weighted(critic(name, "none"))]
    assert max(abs(value - 1) for value in raw) > 0.1
    iterate(network)
    for layer in [*weighted(network), network.embed]:
        if layer is not network.recover_codes:
            assert largest(layer.weight) == pytest.approx(1, abs=1e-3)
    assert not parametrize.is_parametrized(network.recover_codes)


def test_a_spectrally_normalised_mlp_rises_by_no_more_than_its_text_moves():
    network = critic("mlp", "spectral")
    iterate(network)
    first, second = text(500), text(500)
    rise = (network(first) - network(second)).abs() / (first - second).flatten(1).norm(dim=1)
    assert 0 < rise.max() <= 1.001


def test_a_spectrally_normalised_convolution_of_five_rises_by_root_five_at_most():
    network = critic("conv", "spectral")
    iterate(network)
    points = torch.randn(100, T, V, requires_grad=True)
    (slope,) = torch.autograd.grad(network(points).sum(), points)
    # The symbols' layer and the score 1; a block 1 + 0.3 · √5 · √5: a unit is in five windows.
    assert slope.flatten(1).norm(dim=1).max() <= 2.5**2 * 1.001


def test_one_power_iteration_by_hand():
    weight = torch.tensor([[3.0, 0.0], [4.0, 5.0]])
    norm = SpectralNorm(weight)
    norm.left.copy_(torch.tensor([1.0, 0.0]))
    # v = Wᵀu/‖·‖ = (1, 0), u = Wv/‖·‖ = (3, 4)/5, σ = ‖Wᵀu‖ = ‖(5, 4)‖ = √41
    torch.testing.assert_close(norm(weight), weight / math.sqrt(41))
    torch.testing.assert_close(norm.left, torch.tensor([0.6, 0.8]))


def test_a_norm_begins_with_fifteen_power_iterations_on_the_initial_weights():
    torch.manual_seed(3)
    start = F.normalize(torch.randn(3), dim=0)
    torch.manual_seed(3)
    norm = SpectralNorm(torch.diag(torch.tensor([2.0, 1.8, 1.0])))
    # u ← WWᵀu / ‖·‖ is u ∝ (2²ᵏ, 1.8²ᵏ, 1)·u₀ after k iterations: of the second part 0.9³⁰ is left
    expected = F.normalize(start * torch.tensor([1.0, 0.9**30, 0.5**30]), dim=0)
    torch.testing.assert_close(norm.left, expected)


def test_the_gradient_of_a_normalised_weight_is_that_of_dividing_by_the_exact_norm():
    weight = torch.randn(4, 6, dtype=torch.double, requires_grad=True)
    slope = torch.randn(4, 6, dtype=torch.double)
    norm = SpectralNorm(weight).double()
    for _ in range(500):
        norm._iterate(weight.detach())
    (found,) = torch.autograd.grad((norm(weight) * slope).sum(), weight)
    exact = weight / torch.linalg.matrix_norm(weight, 2)
    (expected,) = torch.autograd.grad((exact * slope).sum(), weight)
    torch.testing.assert_close(found, expected)


def test_two_forwards_before_one_backward_each_keep_their_own_norm():
    network, rows = critic("conv", "spectral"), text(4)
    twin = copy.deepcopy(network)
    (network(rows[:2]).sum() - network(rows[2:]).sum()).backward()
    twin(rows[:2]).sum().backward()
    (-twin(rows[2:]).sum()).backward()
    for first, second in zip(network.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(first.grad, second.grad)


@pytest.mark.parametrize("name", CRITICS)
def test_a_restored_spectral_critic_goes_on_exactly_as_the_one_it_was_saved_from(name):
    network, rows = critic(name, "spectral"), text(4)
    network(rows)
    restored = CRITICS[name](length=T, vocabulary=V, width=8, blocks=2, normalisation="spectral")
    restored.load_state_dict(network.state_dict())
    copied = copy.deepcopy(network)
    for _ in range(3):
        expected = network(rows)
        assert torch.equal(restored(rows), expected)
        assert torch.equal(copied(rows), expected)


def test_reading_a_spectral_critic_out_of_training_leaves_it_as_it_is():
    network, rows = critic("conv", "spectral"), text(4)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    network.eval()(rows)
    assert all(torch.equal(before[name], t) for name, t in network.state_dict().items())
    network.train()(rows)
    changed = [name for name, t in network.state_dict().items() if not torch.equal(before[name], t)]
    assert changed
    assert all(name.endswith(".left") for name in changed)


def test_the_same_seed_gives_the_same_spectral_critic():
    first, second = critic("conv", "spectral"), critic("conv", "spectral")
    for name, tensor in first.state_dict().items():
        assert torch.equal(second.state_dict()[name], tensor)


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_scores_and_features_are_in_full_precision_where_layers_are_not(name, kind):
    network, rows = critic(name, kind, labels=2, codes=3), text(4)
    with torch.autocast("cpu", torch.bfloat16):
        scores = network(rows, torch.tensor([0, 1, 1, 0]))
        found = (network.features(rows), network.recover(rows), scores)
    assert all(tensor.dtype == torch.float32 for tensor in found)
    assert not torch.equal(scores, scores.bfloat16().float())
    scores.sum().backward()
    assert all(p.grad.isfinite().all() for n, p in network.named_parameters() if "codes" not in n)


@pytest.mark.parametrize("kind", ["layer", "instance"])
def test_samples_are_normalised_in_full_precision(kind):
    layer, units = unit_norm(kind, 6), torch.randn(4, 6, 2, 8).bfloat16()
    with torch.autocast("cpu", torch.bfloat16):
        found = layer(units)
    assert found.dtype == torch.float32
    assert torch.equal(found, layer(units.float()))


@pytest.mark.parametrize("name", CRITICS)
def test_a_forward_pass_in_training_makes_one_power_iteration_a_weight(name, monkeypatch):
    network = critic(name, "spectral")
    made = []
    iterate = SpectralNorm._iterate
    monkeypatch.setattr(
        SpectralNorm, "_iterate", lambda norm, matrix: made.append(norm) or iterate(norm, matrix)
    )
    network(text(4))
    norms = [module for module in network.modules() if isinstance(module, SpectralNorm)]
    assert len(made) == len(set(made)) == len(norms) > 0
