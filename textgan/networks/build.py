"""The networks of a run: generators (B, Z) -> (B, T, V) and critics (B, T, V) -> (B,)."""

from functools import partial

from torch import Tensor

from textgan.config.codes import parse_codes
from textgan.config.settings import Config
from textgan.inputs.latents import Latents
from textgan.networks.critics.critic import Critic, CriticKind
from textgan.networks.critics.ensemble import CriticEnsemble
from textgan.networks.generators.generator import Generator, GeneratorKind
from textgan.networks.initialisation import initialise_as_published
from textgan.registry import CRITICS, GENERATORS

__all__ = ["build_critic", "build_generator"]


def build_generator(config: Config, emittable: Tensor, *, length: int, labels: int) -> Generator:
    """Return the generator that `config` names, freshly initialised from torch's global seed.

    Args:
        config: Says which, how wide and how deep.
        emittable: (V,) bool: the symbols it may write.
        length: T.
        labels: How many labels text has; 0: none.
    """
    kind: GeneratorKind = GENERATORS[config.generator]
    generator = kind(
        length=length,
        emittable=emittable,
        noise=Latents.from_config(config, labels).size,
        width=config.generator_width,
        blocks=config.generator_blocks,
        output=config.output,
        sharpness=config.sharpness,
        temperature=config.temperature,
    )
    if config.initialisation == "published":
        initialise_as_published(generator)
    return generator


def build_critic(config: Config, vocabulary: int, *, length: int, labels: int) -> Critic:
    """Return the critic that `config` names, freshly initialised from torch's global seed.

    Args:
        config: Says which, how wide and how deep.
        vocabulary: V; of pairs it sees source and target side by side.
        length: T.
        labels: How many labels text has; 0: none.
    """
    kind: CriticKind = CRITICS[config.critic]
    if config.curriculum == "critics":
        kind = partial(CriticEnsemble, kind)
    critic = kind(
        length=length,
        vocabulary=2 * vocabulary if config.columns == "pairs" else vocabulary,
        width=config.critic_width,
        blocks=config.critic_blocks,
        normalisation=config.pieces.normalisation,
        labels=labels,
        codes=parse_codes(config.codes).outputs,
    )
    if config.initialisation == "published":
        initialise_as_published(critic)
    return critic
