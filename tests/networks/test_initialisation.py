"""The published initialisation: every layer's standard deviation, worked out by hand."""

import math

import pytest
import torch

from textgan.config.settings import Config
from textgan.networks.build import build_critic, build_generator
from textgan.networks.initialisation import initialise_as_published, published_deviation
from textgan.networks.layers.attention import SelfAttention
from textgan.registry import CRITICS, GENERATORS

T, V = 32, 100
# of `tflib.ops` at width 512, T = 32, Z = 128 and V = 100
BLOCK = math.sqrt(4 / (5 * 512 + 5 * 512))  # 0.0280
SYMBOLS = math.sqrt(4 / (512 + 100))  # 0.0808
PAPER = {
    "generator": {
        "spread.weight": math.sqrt(2 / (128 + 32 * 512)),  # 0.0110
        "write.weight": SYMBOLS,
        **{f"blocks.{k}.{half}.weight": BLOCK for k in range(5) for half in ("first", "second")},
    },
    "critic": {
        "read.weight": SYMBOLS,
        "score.weight": math.sqrt(2 / (32 * 512 + 1)),  # 0.0110
        **{f"blocks.{k}.{half}.weight": BLOCK for k in range(5) for half in ("first", "second")},
    },
}


def built(config):
    emittable = torch.ones(V, dtype=torch.bool)
    torch.manual_seed(0)
    return {
        "generator": build_generator(config, emittable, length=T, labels=0),
        "critic": build_critic(config, V, length=T, labels=0),
    }


@pytest.fixture(scope="module")
def paper():
    return built(Config.build({"corpus": "us-baby-names"}, preset="paper"))


@pytest.mark.parametrize("side", PAPER)
def test_the_paper_s_layers_have_the_published_deviations(paper, side):
    weights = dict(paper[side].named_parameters())
    deviations = {name for name in weights if name.endswith("weight")}
    assert deviations == PAPER[side].keys()
    for name, expected in PAPER[side].items():
        weight = weights[name]
        assert weight.std().item() == pytest.approx(expected, rel=0.02), name
        bound = math.sqrt(3) * expected  # uniform
        assert bound * 0.98 < weight.abs().max().item() <= bound * 1.0001, name
    for name, bias in weights.items():
        if name.endswith("bias"):
            assert not bias.any(), name


def test_strides_count_as_published():
    # tflib: fan-in C·K, fan-out C'·K/s of a convolution; C·K/s and C'·K of a transposed one
    assert published_deviation(torch.nn.Conv2d(8, 16, (1, 5), stride=(1, 2))) == pytest.approx(
        math.sqrt(4 / (8 * 5 + 16 * 5 / 2))
    )
    assert published_deviation(
        torch.nn.ConvTranspose2d(8, 16, (1, 4), stride=(1, 2))
    ) == pytest.approx(math.sqrt(4 / (8 * 4 / 2 + 16 * 4)))


@pytest.mark.parametrize("normalisation", ["none", "spectral"])
@pytest.mark.parametrize("name", [*GENERATORS, *CRITICS])
def test_every_layer_of_every_network_is_rescaled_to_its_deviation(name, normalisation):
    torch.manual_seed(0)
    if name in GENERATORS and normalisation == "none":
        emittable = torch.ones(50, dtype=torch.bool)
        network = GENERATORS[name](length=T, emittable=emittable, noise=64, width=64, blocks=2)
        initialise_as_published(network)
        assert_rescaled(network)
    if name in CRITICS:
        network = CRITICS[name](
            length=T, vocabulary=50, width=64, blocks=2, normalisation=normalisation
        )
        initialise_as_published(network)
        assert_rescaled(network)
        assert network(torch.rand(2, T, 50).softmax(2)).isfinite().all()


def assert_rescaled(network):
    from textgan.networks.initialisation import initial_weight

    kinds = (torch.nn.Conv2d, torch.nn.ConvTranspose2d, torch.nn.Linear)
    layers = {name: layer for name, layer in network.named_modules() if isinstance(layer, kinds)}
    assert layers
    for name, layer in layers.items():
        weight = initial_weight(layer)
        spread = 6 / math.sqrt(weight.numel())  # of a standard deviation that is measured
        assert weight.std().item() == pytest.approx(published_deviation(layer), rel=spread), name


def test_gates_of_attention_stay_shut():
    network = CRITICS["attention"](length=T, vocabulary=50, width=64, blocks=2)
    initialise_as_published(network)
    (gate,) = (one.gate for one in network.modules() if isinstance(one, SelfAttention))
    assert gate.item() == 0


def test_torch_s_own_weights_are_what_networks_start_from_unless_told():
    config = Config.build({"corpus": "us-baby-names", "generator_width": 64})
    block = built(config)["generator"].blocks[0].first
    assert config.initialisation == "torch"
    assert block.weight.std().item() == pytest.approx(1 / math.sqrt(3 * 5 * 64), rel=0.02)
