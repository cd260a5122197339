"""Laws that hold for every network."""

import copy
import math

import pytest
import torch
import torch.nn.functional as F

from textgan.networks.critics.strided import StridedCritic
from textgan.networks.layers.attention import SelfAttention
from textgan.networks.layers.blocks import ResidualBlock, Upsample
from textgan.objectives.slopes import gradient_slope
from textgan.registry import CRITICS, GENERATORS, OUTPUTS

V, Z = 7, 8
EMITTABLE = torch.tensor([True, False, True, True, True, True, False])
LENGTHS = [4, 5, 7, 8, 10, 13, 16, 31, 32, 33]
# A bias behind the last unit moves real and generated alike: its gradient is 0.
LAST_BIAS = {"conv": "blocks.1.second.bias", "attention": "blocks.2.second.bias"}
WRITTEN_OUT = [name for name in CRITICS if name != "attention"]


def generator(name, T, **output):
    torch.manual_seed(0)
    return GENERATORS[name](
        length=T, emittable=EMITTABLE, noise=Z, width=8, blocks=1, **output
    ).eval()


def critic(name, T, **options):
    torch.manual_seed(1)
    return CRITICS[name](length=T, vocabulary=V, width=8, blocks=2, **options)


def given(B, T):
    """Noise and a source: all that any generator can ask for."""
    return torch.randn(B, Z), F.one_hot(torch.randint(V, (B, T)), V).float()


def open_gates(network):
    """Let attention be heard: its gate starts at 0, where no gradient passes it."""
    for layer in network.modules():
        if isinstance(layer, SelfAttention):
            torch.nn.init.constant_(layer.gate, 0.5)
    return network


@pytest.mark.parametrize("T", LENGTHS)
@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_gives_one_distribution_a_position_at_any_length(name, T):
    text = generator(name, T)(*given(3, T))
    assert text.shape == (3, T, V)
    torch.testing.assert_close(text.sum(2), torch.ones(3, T))


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("name", GENERATORS)
def test_what_is_not_text_has_probability_0_and_no_nan_gradient(name, output):
    network = generator(name, 16, output=output, temperature=0.5)
    text = network(*given(5, 16), gumbel=torch.randn(5, 16, V))
    assert (text[:, :, ~EMITTABLE] == 0).all()
    if output in ("softmax", "gumbel"):
        assert (text[:, :, EMITTABLE] > 0).all()
    text.square().sum().backward()
    assert all(p.grad.isfinite().all() for p in network.parameters())


@pytest.mark.parametrize("name", GENERATORS)
def test_lines_of_a_batch_do_not_depend_on_each_other(name):
    network, (z, source) = generator(name, 12), given(4, 12)
    torch.testing.assert_close(
        network(z, source)[2:3], network(z[2:3], source[2:3]), atol=1e-6, rtol=1e-5
    )


@pytest.mark.parametrize("name", GENERATORS)
def test_noise_changes_every_position(name):
    z, source = given(2, 16)
    one, other = generator(name, 16).logits(z, source[:1].expand(2, -1, -1))
    assert (one - other)[:, EMITTABLE].abs().amax(dim=1).min() > 1e-4


@pytest.mark.parametrize("name", GENERATORS)
def test_every_weight_of_a_generator_moves_its_text(name):
    network = open_gates(generator(name, 16)).train()
    (network(*given(8, 16)) * torch.randn(8, 16, V)).sum().backward()
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
@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_the_written_out_input_gradient_is_that_of_autograd(name, T, labels):
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
def test_a_copy_of_a_critic_judges_as_it_does(name):
    network, text = critic(name, 8), torch.rand(2, 8, V)
    torch.testing.assert_close(copy.deepcopy(network)(text), network(text), atol=0, rtol=0)


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


def test_the_deconvolution_starts_from_a_quarter_of_the_positions_and_doubles():
    for T, start, doublings in (
        (32, 8, 2),
        (16, 4, 2),
        (10, 3, 2),
        (13, 4, 2),
        (4, 2, 1),
        (7, 4, 1),
        (8, 2, 2),
    ):
        network = generator("deconv", T)
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
def test_the_deconvolution_writes_from_channels_of_one_size(factor):
    network = generator("deconv", 8)
    z = torch.randn(3, Z)
    wanted = network.logits(z)
    with torch.no_grad():  # every channel times the factor: relu and convolution scale with it
        for name, weight in network.named_parameters():
            if name == "spread.weight" or (name.endswith("bias") and "write" not in name):
                weight.mul_(factor)
    torch.testing.assert_close(network.logits(z), wanted, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_is_as_sharp_as_it_is_told(name):
    z, source = given(3, 8)
    soft, sharp = generator(name, 8), generator(name, 8, output="sharp", sharpness=5.0)
    torch.testing.assert_close(soft(z, source), soft.logits(z, source).softmax(2))
    torch.testing.assert_close(sharp(z, source), (5 * soft.logits(z, source)).softmax(2))


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_chooses_as_its_output_and_temperature_say(name):
    (z, source), g = given(3, 8), torch.randn(3, 8, V)
    logits = generator(name, 8).logits(z, source)
    warm = generator(name, 8, output="gumbel", temperature=2.0)
    torch.testing.assert_close(warm(z, source, g), ((logits + g) / 2).softmax(2))
    hard = generator(name, 8, output="straight-through")
    torch.testing.assert_close(hard(z, source), F.one_hot(logits.argmax(2), V).float())


@pytest.mark.parametrize(("blocks", "layers"), [(0, 1), (1, 1), (3, 3)])
def test_an_mlp_has_eight_units_a_channel_and_at_least_one_hidden_layer(blocks, layers):
    judge = CRITICS["mlp"](length=4, vocabulary=5, width=64, blocks=blocks)
    shapes = [tuple(layer.weight.shape) for layer in judge.hidden]
    assert shapes == [(512, 20), (512, 512), (512, 512)][:layers]
    maker = GENERATORS["mlp"](length=4, emittable=EMITTABLE, noise=3, width=64, blocks=blocks)
    shapes = [tuple(layer.weight.shape) for layer in maker.hidden]
    assert shapes == [(512, 3), (512, 512), (512, 512)][:layers]


def test_dcgan_starts_from_three_or_four_positions_and_doubles_until_the_text_is_covered():
    for T, start, doublings in (
        (4, 4, 0),
        (5, 3, 1),
        (8, 4, 1),
        (10, 3, 2),
        (31, 4, 3),
        (32, 4, 3),
        (33, 3, 4),
    ):
        network = generator("dcgan", T)
        assert (network.start, len(network.upsample)) == (start, doublings)
        widths = [norm.num_features for norm in network.norms]
        assert widths == [8 * 4, 8 * 4, 8 * 4, 8 * 2, 8][4 - doublings :]


def test_dcgan_takes_the_statistics_of_the_batch_to_train_and_their_running_means_to_write():
    network, z = generator("dcgan", 8), torch.randn(1024, Z)
    for norm in network.norms:
        norm.momentum = 1.0  # the running mean is that of the last batch
    network.train()
    trained = network(z)
    assert (trained[:8] - network(z[:8])).abs().max() > 0.01
    network(z)
    network.eval()
    torch.testing.assert_close(network(z), trained, atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(network(z[:8]), trained[:8], atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize(
    ("name", "blocks", "power"), [("conv", 5, 2), ("mlp", 1, 2), ("mlp", 3, 4)]
)
def test_slopes_go_with_a_power_of_the_weights_that_skips_do_not_raise(name, blocks, power):
    # a block adds to what passes it by: small weights leave the first and the last layer alone
    slopes = []
    for size in (0.01, 0.001):
        torch.manual_seed(1)
        network = CRITICS[name](length=16, vocabulary=V, width=8, blocks=blocks)
        with torch.no_grad():
            for weight in network.parameters():
                weight.uniform_(-size, size) if weight.ndim > 1 else weight.zero_()
        torch.manual_seed(2)
        slopes.append(gradient_slope(network, torch.rand(4, 16, V)).mean().item())
    assert math.log10(slopes[0] / slopes[1]) == pytest.approx(power, abs=0.05)
