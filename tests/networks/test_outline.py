"""Networks without storage have the shapes of those with it."""

import dataclasses

import pytest
import torch

from corpora.errors import InputError
from textgan.config.settings import Config
from textgan.networks.build import build_critic, build_generator
from textgan.networks.outline import check_checkpoint_size, outline

V, T = 7, 8
CONFIG = Config(corpus="x", generator_width=4, critic_width=4, noise=3, codes="2,c1")
SHAPE = {"length": T, "labels": 2}


def shapes(network):
    return {name: tensor.shape for name, tensor in network.state_dict().items()}


@pytest.mark.parametrize("critic", ["conv", "attention"])
def test_the_outline_of_networks_has_their_shapes_and_no_storage(critic):
    config = dataclasses.replace(CONFIG, critic=critic, initialisation="published")
    outlines = outline(config, V, **SHAPE)
    networks = (
        build_generator(config, torch.ones(V, dtype=torch.bool), **SHAPE),
        build_critic(config, V, **SHAPE),
    )
    assert list(map(shapes, outlines)) == list(map(shapes, networks))
    assert all(weight.is_meta for network in outlines for weight in network.parameters())


def test_settings_of_larger_networks_than_the_file_holds_are_refused(tmp_path):
    path = tmp_path / "last.safetensors"
    weights = sum(
        w.numel() for network in outline(CONFIG, V, **SHAPE) for w in network.parameters()
    )
    path.write_bytes(bytes(4 * weights))
    check_checkpoint_size(path, CONFIG, V, **SHAPE)
    path.write_bytes(bytes(4 * weights - 1))
    with pytest.raises(InputError, match=f"{4 * weights - 1:,} bytes, expected at least"):
        check_checkpoint_size(path, CONFIG, V, **SHAPE)


def test_a_missing_checkpoint_is_left_to_its_reader(tmp_path):
    check_checkpoint_size(tmp_path / "none", CONFIG, V, **SHAPE)
