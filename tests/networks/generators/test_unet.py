"""The U-Net: text from text."""

import pytest
import torch
import torch.nn.functional as F

from textgan.networks.generators.unet import UnetGenerator, dropped

V, Z = 7, 16
ALL = torch.ones(V, dtype=torch.bool)


def unet(T, **options):
    torch.manual_seed(0)
    return UnetGenerator(length=T, emittable=ALL, noise=Z, width=8, blocks=1, **options)


def source(B, T):
    return F.one_hot(torch.randint(V, (B, T)), V).float()


@pytest.mark.parametrize("T", [4, 5, 6, 7, 8, 13, 31, 32, 33])
def test_a_text_of_any_length_becomes_one_as_long(T):
    rows = unet(T)(torch.randn(3, Z), source(3, T))
    assert rows.shape == (3, T, V)
    torch.testing.assert_close(rows.sum(2), torch.ones(3, T))


def test_noise_decides_the_text_and_without_noise_there_is_one():
    network, x = unet(16), source(1, 16)
    first, second = torch.randn(2, 1, Z)
    assert (network(first, x) - network(second, x)).abs().max() > 1e-3
    assert torch.equal(network(first, x), network(first, x))
    assert torch.equal(network(None, x), network(None, x))
    assert torch.equal(network(first, x), network(3 * first, x))  # its signs alone


def test_half_of_the_channels_are_dropped_and_the_others_doubled_by_the_signs_of_the_noise():
    hidden = torch.randn(2, 4, 1, 3)
    noise = torch.tensor([[0.3, -2.0, 1.0], [-0.1, 0.2, -5.0]])
    # from entry 2 on, counted round: entries 2, 0, 1, 2
    kept = torch.tensor([[2.0, 2.0, 0.0, 2.0], [0.0, 0.0, 2.0, 0.0]])
    assert torch.equal(dropped(hidden, noise, 2), hidden * kept[:, :, None, None])


def test_what_noise_drops_its_opposite_keeps_so_that_nothing_is_dropped_on_average():
    hidden, noise = torch.randn(2, 20, 1, 3), torch.randn(2, Z)
    torch.testing.assert_close((dropped(hidden, noise, 3) + dropped(hidden, -noise, 3)) / 2, hidden)


def test_noise_drops_channels_of_the_first_three_layers_of_the_decoder_one_after_another(
    monkeypatch,
):
    seen = []

    def spy(hidden, noise, first):
        seen.append((first, hidden.shape[1], hidden.shape[3]))
        return dropped(hidden, noise, first)

    monkeypatch.setattr("textgan.networks.generators.unet.dropped", spy)
    unet(64)(torch.randn(1, Z), source(1, 64))
    assert seen == [(0, 32, 4), (32, 32, 8), (64, 32, 16)]


@pytest.mark.parametrize(
    ("T", "halvings", "least"),
    [(4, 1, 2), (7, 1, 4), (8, 2, 2), (32, 4, 2), (33, 4, 3), (63, 4, 4)],
)
def test_positions_are_halved_until_two_to_four_are_left(T, halvings, least):
    network, found = unet(T), []
    network.halve[-1].register_forward_hook(lambda _m, _i, output: found.append(output.shape[3]))
    network(None, source(1, T))
    assert (len(network.halve), found) == (halvings, [least])


def test_every_position_hears_every_position_of_the_source():
    network, x = unet(32).double(), source(1, 32).double().requires_grad_()
    logits = network.logits(None, x)
    for t in (0, 15, 31):
        (slope,) = torch.autograd.grad(logits[0, t].square().sum(), x, retain_graph=True)
        assert (slope.abs().amax(dim=(0, 2)) > 0).all()


def test_the_last_layer_alone_can_copy_the_source():
    network, x = unet(13), source(4, 13)
    with torch.no_grad():
        network.write.weight.zero_()
        network.write.bias.zero_()
        network.write.weight[:, -V:, 0, 0] = 50 * torch.eye(V)
    torch.testing.assert_close(network(torch.randn(4, Z), x), x)


def test_a_unet_without_a_source_says_so():
    with pytest.raises(ValueError, match="needs its source"):
        unet(8)(torch.randn(2, Z))


def test_symbols_are_written_from_channels_of_one_size():
    network, seen = unet(8), []
    network.write.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    network(None, source(2, 8))
    sizes = seen[0][:, :-V].square().mean(1).sqrt()  # then come the source's rows
    torch.testing.assert_close(sizes, torch.ones_like(sizes))
