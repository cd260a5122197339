"""The two networks that sampling needs, from a checkpoint of a run."""

import torch

from textgan.networks.build import build_critic, build_generator
from textgan.networks.critics.critic import Critic
from textgan.networks.generators.generator import Generator
from textgan.networks.outline import check_checkpoint_size
from textgan.runs.tensors import load_weights
from textgan.sampling.model_files import ModelFiles

__all__ = ["load_networks"]


def load_networks(model: ModelFiles) -> tuple[Generator, Critic, int]:
    """Return the averaged generator and the critic of a checkpoint, and its step.

    Raises:
        InputError: The weights are missing, damaged, edited or of another format.
    """
    config, encoder = model.config, model.encoder
    assert config.length is not None
    shape = {"length": config.length, "labels": len(model.labels)}
    check_checkpoint_size(model.weights, config, encoder.size, **shape)
    generator = build_generator(config, torch.from_numpy(encoder.emittable), **shape)
    critic = build_critic(config, encoder.size, **shape)
    step = load_weights(model.weights, average=generator, critic=critic)
    return generator, critic, step
