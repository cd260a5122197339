"""Laws that hold for every network."""

import copy

import pytest
import torch
import torch.nn.functional as F

from textgan.networks.layers.attention import SelfAttention
from textgan.registry import CRITICS, GENERATORS, OUTPUTS

V, Z = 7, 8
EMITTABLE = torch.tensor([True, False, True, True, True, True, False])
LENGTHS = [4, 5, 7, 8, 10, 13, 16, 31, 32, 33]
# A bias behind the last unit moves real and generated alike: its gradient is 0.
LAST_BIAS = {"conv": "blocks.1.second.bias", "attention": "blocks.2.second.bias"}
CLOSED_FORM = [name for name in CRITICS if name != "attention"]


def generator(name, T, **output):
    torch.manual_seed(0)
    return GENERATORS[name](
        length=T, emittable=EMITTABLE, noise=Z, width=8, blocks=1, **output
    ).eval()


def critic(name, T, **options):
    torch.manual_seed(1)
    return CRITICS[name](length=T, vocabulary=V, width=8, blocks=2, **options)


def inputs(B, T):
    """Noise and a source, which `unet` needs."""
    return torch.randn(B, Z), F.one_hot(torch.randint(V, (B, T)), V).float()


def open_gates(network):
    """Set the gates of attention, which start at 0, where no gradient passes."""
    for layer in network.modules():
        if isinstance(layer, SelfAttention):
            torch.nn.init.constant_(layer.gate, 0.5)
    return network


@pytest.mark.parametrize("T", LENGTHS)
@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_gives_one_distribution_a_position_at_any_length(name, T):
    text = generator(name, T)(*inputs(3, T))
    assert text.shape == (3, T, V)
    torch.testing.assert_close(text.sum(2), torch.ones(3, T))


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("name", GENERATORS)
def test_what_is_not_text_has_probability_0_and_no_nan_gradient(name, output):
    network = generator(name, 16, output=output, temperature=0.5)
    text = network(*inputs(5, 16), gumbel=torch.randn(5, 16, V))
    assert (text[:, :, ~EMITTABLE] == 0).all()
    if output in ("softmax", "gumbel"):
        assert (text[:, :, EMITTABLE] > 0).all()
    text.square().sum().backward()
    assert all(p.grad.isfinite().all() for p in network.parameters())


@pytest.mark.parametrize("name", GENERATORS)
def test_lines_of_a_batch_do_not_depend_on_each_other(name):
    network, (z, source) = generator(name, 12), inputs(4, 12)
    torch.testing.assert_close(
        network(z, source)[2:3], network(z[2:3], source[2:3]), atol=1e-6, rtol=1e-5
    )


@pytest.mark.parametrize("name", GENERATORS)
def test_noise_changes_every_position(name):
    z, source = inputs(2, 16)
    first, second = generator(name, 16).logits(z, source[:1].expand(2, -1, -1))
    assert (first - second)[:, EMITTABLE].abs().amax(dim=1).min() > 1e-4


@pytest.mark.parametrize("name", GENERATORS)
def test_every_weight_of_a_generator_moves_its_text(name):
    network = open_gates(generator(name, 16)).train()
    (network(*inputs(8, 16)) * torch.randn(8, 16, V)).sum().backward()
    for weight, tensor in network.named_parameters():
        assert tensor.grad is not None, weight
        assert tensor.grad.abs().max() > 0, weight


@pytest.mark.parametrize("T", LENGTHS)
@pytest.mark.parametrize("name", CRITICS)
def test_a_critic_scores_each_sample_from_itself_alone(name, T):
    network, text = open_gates(critic(name, T)), torch.rand(4, T, V).softmax(2)
    scores = network(text)
    assert scores.shape == (4,)
    torch.testing.assert_close(scores[1:2], network(text[1:2]), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("labels", [0, 3])
@pytest.mark.parametrize("T", LENGTHS)
@pytest.mark.parametrize("name", CLOSED_FORM)
def test_the_closed_form_of_the_input_gradient_is_that_of_autograd(name, T, labels):
    network = critic(name, T, labels=labels).double()
    text = torch.rand(4, T, V, dtype=torch.double).softmax(2).requires_grad_()
    y = torch.tensor([0, 2, 2, 1]) if labels else None
    (expected,) = torch.autograd.grad(network(text, y).sum(), text, create_graph=True)
    found = network.input_gradient(text, y)
    torch.testing.assert_close(found, expected, atol=1e-12, rtol=1e-9)
    for a, b in zip(
        torch.autograd.grad(found.norm(), network.parameters(), allow_unused=True),
        torch.autograd.grad(expected.norm(), network.parameters(), allow_unused=True),
        strict=True,
    ):
        if a is not None:
            torch.testing.assert_close(a, b, atol=1e-12, rtol=1e-9)


@pytest.mark.parametrize("name", CRITICS)
def test_every_weight_of_a_critic_learns_from_a_difference_of_scores_and_a_penalty(name):
    network = open_gates(critic(name, 16))
    real = F.one_hot(torch.randint(V, (8, 16)), V).float()
    fake = torch.randn(8, 16, V).softmax(2)
    between = torch.lerp(fake, real, 0.3).requires_grad_()
    (slope,) = torch.autograd.grad(network(between).sum(), between, create_graph=True)
    penalty = (slope.flatten(1).norm(dim=1) - 1).square().mean()
    (network(fake).mean() - network(real).mean() + 10 * penalty).backward()
    for weight, tensor in network.named_parameters():
        if weight in ("score.bias", LAST_BIAS.get(name)):
            assert tensor.grad.abs().max() < 1e-6
        else:
            assert tensor.grad.abs().max() > 0, weight


def test_convolutions_are_of_four_axes_with_the_channels_of_a_position_side_by_side():
    networks = [critic(name, 16) for name in CRITICS] + [generator(name, 16) for name in GENERATORS]
    layers = [layer for network in networks for layer in network.modules()]
    weights = [layer.weight for layer in layers if hasattr(layer, "kernel_size")]
    assert len(weights) > 30
    for weight in weights:
        assert weight.shape[2] == 1
        assert weight.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("name", CRITICS)
def test_a_copy_of_a_critic_gives_the_same_scores(name):
    network, text = critic(name, 8), torch.rand(2, 8, V)
    torch.testing.assert_close(copy.deepcopy(network)(text), network(text), atol=0, rtol=0)
