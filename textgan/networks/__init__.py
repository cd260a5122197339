"""Networks by name: generators (B, Z) -> (B, T, V) and critics (B, T, V) -> (B,)."""

from torch import Tensor, nn

from textgan.configs import Config
from textgan.networks.critics import ConvCritic, StridedCritic
from textgan.networks.generators import DeconvGenerator, Generator, ResnetGenerator

__all__ = ["CRITICS", "GENERATORS", "Generator", "build_critic", "build_generator"]

GENERATORS = {"deconv": DeconvGenerator, "resnet": ResnetGenerator}
CRITICS = {"conv": ConvCritic, "strided": StridedCritic}


def build_generator(config: Config, length: int, emittable: Tensor) -> Generator:
    """Return the generator that `config` names, freshly initialised from torch's global seed.

    Args:
        config: Says which, how wide and how deep.
        length: T.
        emittable: (V,) bool: the symbols it may write.
    """
    return GENERATORS[config.generator](
        length=length,
        emittable=emittable,
        noise=config.noise,
        width=config.generator_width,
        blocks=config.generator_blocks,
        sharpness=config.sharpness,
    )


def build_critic(config: Config, length: int, vocabulary: int) -> nn.Module:
    """Return the critic that `config` names, freshly initialised from torch's global seed.

    Args:
        config: Says which, how wide and how deep.
        length: T.
        vocabulary: V.
    """
    return CRITICS[config.critic](
        length=length,
        vocabulary=vocabulary,
        width=config.critic_width,
        blocks=config.critic_blocks,
    )
