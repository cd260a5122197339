"""Networks without storage: their shapes are known, and settings of any size cost no memory."""

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import torch
from torch import nn

from corpora.errors import InputError
from textgan.config.settings import Config
from textgan.networks.build import build_critic, build_generator
from textgan.networks.critics.critic import Critic
from textgan.networks.generators.generator import Generator

__all__ = ["check_checkpoint_size", "outline"]

META = torch.device("meta")


def outline(
    config: Config, vocabulary: int, *, length: int, labels: int
) -> tuple[Generator, Critic]:
    """Return the generator and the critic that `config` names, on torch's device meta.

    They are without spectral normalisation and published initialisation, which compute with the
    weights.
    """
    plain = dataclasses.replace(config.pieces, normalisation="none")
    settings = {**config.to_dict(), "initialisation": "torch", "pieces": plain}
    shapes = cast("Config", SimpleNamespace(**settings))
    emittable = torch.ones(vocabulary, dtype=torch.bool)
    with META:
        generator = build_generator(shapes, emittable, length=length, labels=labels)
        critic = build_critic(shapes, vocabulary, length=length, labels=labels)
    return generator, critic


def check_checkpoint_size(
    path: Path, config: Config, vocabulary: int, *, length: int, labels: int
) -> None:
    """Refuse settings of networks that are larger than their checkpoint at `path`.

    An edited `config.json` may name networks that fill the memory: they are not built. A missing
    file is not refused here.

    Raises:
        InputError: The checkpoint has fewer bytes than the weights.
    """
    networks = outline(config, vocabulary, length=length, labels=labels)
    expected = sum(map(_bytes, networks))
    size = path.stat().st_size if path.is_file() else expected
    if size < expected:
        raise InputError(
            f"{path} has {size:,} bytes, expected at least {expected:,} by the settings in "
            "config.json; the weights fit only the settings they were trained with"
        )


def _bytes(network: nn.Module) -> int:
    return sum(weight.numel() * weight.element_size() for weight in network.parameters())
