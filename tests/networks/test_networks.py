"""Laws that hold for every network."""

import dataclasses

import pytest
import torch

from textgan.networks import CRITICS, GENERATORS, build_critic, build_generator
from textgan.networks.blocks import ResidualBlock, Upsample
from textgan.networks.critics import StridedCritic
from textgan.networks.generators import SharpSoftmax
from textgan.objectives import OBJECTIVES, Objective

V = 7
EMITTABLE = torch.tensor([True, False, True, True, True, True, False])
LENGTHS = [4, 5, 7, 8, 10, 13, 16, 31, 32, 33]


def generator(name, T, tiny):
    torch.manual_seed(0)
    return build_generator(dataclasses.replace(tiny, generator=name), T, EMITTABLE)


def critic(name, T, tiny):
    torch.manual_seed(1)
    return build_critic(dataclasses.replace(tiny, critic=name), T, V)


@pytest.mark.parametrize("T", LENGTHS)
@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_gives_one_distribution_a_position_at_any_length(name, T, tiny):
    text = generator(name, T, tiny)(torch.randn(3, tiny.noise))
    assert text.shape == (3, T, V)
    torch.testing.assert_close(text.sum(2), torch.ones(3, T))


@pytest.mark.parametrize("name", GENERATORS)
def test_what_is_not_text_has_probability_0_and_no_nan_gradient(name, tiny):
    network = generator(name, 16, tiny)
    text = network(torch.randn(5, tiny.noise))
    assert (text[:, :, ~EMITTABLE] == 0).all()
    assert (text[:, :, EMITTABLE] > 0).all()
    text.square().sum().backward()
    assert all(p.grad.isfinite().all() for p in network.parameters())


@pytest.mark.parametrize("name", GENERATORS)
def test_lines_of_a_batch_do_not_depend_on_each_other(name, tiny):
    network, z = generator(name, 12, tiny), torch.randn(4, tiny.noise)
    torch.testing.assert_close(network(z)[2:3], network(z[2:3]), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("name", GENERATORS)
def test_noise_changes_every_position(name, tiny):
    network = generator(name, 16, tiny)
    one, other = network.logits(torch.randn(2, tiny.noise))
    assert (one - other)[:, EMITTABLE].abs().amax(dim=1).min() > 1e-4


@pytest.mark.parametrize("T", LENGTHS)
@pytest.mark.parametrize("name", CRITICS)
def test_a_critic_scores_each_sample_from_itself_alone(name, T, tiny):
    network, text = critic(name, T, tiny), torch.rand(4, T, V).softmax(2)
    scores = network(text)
    assert scores.shape == (4,)
    torch.testing.assert_close(scores[1:2], network(text[1:2]), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("T", LENGTHS)
@pytest.mark.parametrize("name", CRITICS)
def test_the_written_out_input_gradient_is_that_of_autograd(name, T, tiny):
    network = critic(name, T, tiny).double()
    text = torch.rand(4, T, V, dtype=torch.double).softmax(2).requires_grad_()
    (expected,) = torch.autograd.grad(network(text).sum(), text, create_graph=True)
    found = network.input_gradient(text)
    torch.testing.assert_close(found, expected, atol=1e-12, rtol=1e-9)
    for a, b in zip(
        torch.autograd.grad(found.norm(), network.parameters(), allow_unused=True),
        torch.autograd.grad(expected.norm(), network.parameters(), allow_unused=True),
        strict=True,
    ):
        if a is not None:
            torch.testing.assert_close(a, b, atol=1e-12, rtol=1e-9)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("critic_name", CRITICS)
@pytest.mark.parametrize("generator_name", GENERATORS)
def test_every_weight_gets_a_gradient(generator_name, critic_name, objective, tiny):
    make = generator(generator_name, 16, tiny)
    judge = critic(critic_name, 16, tiny)
    aims = Objective.from_config(dataclasses.replace(tiny, objective=objective))
    real = torch.nn.functional.one_hot(torch.randint(V, (8, 16)), V).float()
    fake = make(torch.randn(8, tiny.noise))
    aims.critic_loss(judge, real, fake, torch.rand(2, 8)).total.backward()
    for name, weight in judge.named_parameters():
        # A bias behind the last unit moves real and generated alike: its gradient is 0.
        if name not in ("score.bias", "blocks.1.second.bias"):
            assert weight.grad is not None, name
            assert weight.grad.abs().max() > 0, name
    assert all(weight.grad is None for weight in make.parameters())  # detached in the critic loss
    aims.generator_loss(judge(fake)).backward()
    for name, weight in make.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().max() > 0, name


def test_a_block_adds_a_scaled_function_of_its_input_to_that_input():
    block = ResidualBlock(2)
    x = torch.tensor([[[[-1.0, 2.0, -3.0]], [[4.0, -5.0, 6.0]]]])  # (1, 2, 1, 3)
    with torch.no_grad():
        for weight in block.parameters():
            weight.zero_()
    torch.testing.assert_close(block(x), x)  # an in-place relu would lose the negative ones
    with torch.no_grad():
        block.first.weight[:, :, 0, 2] = torch.eye(2)
        block.second.weight[:, :, 0, 2] = torch.eye(2)
    # x + 0.3 · relu(relu(x))
    torch.testing.assert_close(block(x), x + 0.3 * x.clamp_min(0))


def test_the_deconvolution_starts_from_a_quarter_of_the_positions_and_doubles(tiny):
    for T, start, doublings in (
        (32, 8, 2),
        (16, 4, 2),
        (10, 3, 2),
        (13, 4, 2),
        (4, 2, 1),
        (7, 4, 1),
        (8, 2, 2),
    ):
        network = generator("deconv", T, tiny)
        assert (network.start, len(network.upsample)) == (start, doublings)


def test_upsampling_adds_each_position_to_the_two_that_come_from_it():
    layer = Upsample(1, 1)
    with torch.no_grad():
        layer.deconv.weight.zero_()
        layer.deconv.bias.zero_()
        layer.skip.weight.fill_(2.0)
    x = torch.tensor([[[[1.0, -3.0]]]])
    torch.testing.assert_close(layer(x), torch.tensor([[[[2.0, 2.0, -6.0, -6.0]]]]))
    with torch.no_grad():
        layer.skip.weight.zero_()
        layer.deconv.weight.copy_(torch.tensor([1.0, 2.0, 3.0, 4.0]).view(1, 1, 1, 4))
    # position t writes w₀…w₃ to 2t − 1 … 2t + 2; the −3 is cut by the relu
    torch.testing.assert_close(layer(x), torch.tensor([[[[2.0, 3.0, 4.0, 0.0]]]]))


def test_the_strided_critic_halves_to_four_positions_or_a_few_more_and_widens_to_four_times():
    for T, blocks, halvings, score in (
        (32, 9, 3, 4 * 32), (31, 9, 2, 8 * 32), (16, 9, 2, 4 * 32), (7, 9, 0, 7 * 8),
        (64, 9, 4, 4 * 32), (64, 1, 1, 32 * 16),
    ):  # fmt: skip
        critic = StridedCritic(length=T, vocabulary=5, width=8, blocks=blocks)
        assert (len(critic.halve), critic.score.in_features) == (halvings, score)


def test_the_leak_is_a_fifth():
    critic = StridedCritic(length=4, vocabulary=1, width=1, blocks=0)
    with torch.no_grad():
        for weight in critic.parameters():
            weight.zero_()
        critic.read.bias.fill_(-1.0)
        critic.score.weight.fill_(1.0)
    assert critic(torch.zeros(1, 4, 1)).item() == pytest.approx(4 * -0.2)  # Radford et al. 2016


@pytest.mark.parametrize("factor", [0.5, 8.0])
def test_the_deconvolution_writes_from_channels_of_one_size(factor, tiny):
    network = generator("deconv", 8, tiny)
    z = torch.randn(3, tiny.noise)
    wanted = network.logits(z)
    with torch.no_grad():  # every channel times the factor: relu and convolution scale with it
        for name, weight in network.named_parameters():
            if name == "spread.weight" or (name.endswith("bias") and "write" not in name):
                weight.mul_(factor)
        network.spread.bias.mul_(1.0)
    torch.testing.assert_close(network.logits(z), wanted, atol=1e-4, rtol=1e-4)


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


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_is_as_sharp_as_it_is_told(name, tiny):
    z = torch.randn(3, tiny.noise)
    soft = generator(name, 8, dataclasses.replace(tiny, sharpness=1.0))
    sharp = generator(name, 8, dataclasses.replace(tiny, sharpness=20.0))
    torch.testing.assert_close(soft(z), soft.logits(z).softmax(2))
    torch.testing.assert_close(sharp(z), (20 * soft.logits(z)).softmax(2))
