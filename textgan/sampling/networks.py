"""The two networks that sampling needs, from a checkpoint of a run."""

from pathlib import Path

import torch

from corpora import encoders
from corpora.errors import InputError
from textgan import runs
from textgan.config.settings import Config
from textgan.networks.build import build_critic, build_generator
from textgan.networks.critics.critic import Critic
from textgan.networks.generators.generator import Generator
from textgan.networks.outline import check_checkpoint_size
from textgan.runs.tensors import load_weights

__all__ = ["load_networks"]


def load_networks(
    run: Path, checkpoint: str, config: Config, encoder: encoders.Encoder, labels: int
) -> tuple[Generator, Critic]:
    """Return the averaged generator and the critic of a checkpoint.

    Args:
        run: The run folder.
        checkpoint: best or last.
        config: The run's settings.
        encoder: Of its text.
        labels: How many labels the text has; 0: none.

    Raises:
        InputError: A file of the run is missing, damaged, edited or of another format.
    """
    if config.length is None:
        raise InputError(f"{run / 'config.json'} has no length; restore the file")
    shape = {"length": config.length, "labels": labels}
    weights = runs.checkpoint(run, checkpoint)
    check_checkpoint_size(weights, config, encoder.size, **shape)
    generator = build_generator(config, torch.from_numpy(encoder.emittable), **shape)
    critic = build_critic(config, encoder.size, **shape)
    load_weights(weights, average=generator, critic=critic)
    return generator, critic
