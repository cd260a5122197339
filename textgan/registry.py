"""The pieces that training and evaluation are made of, by kind and name. Loads no torch.

Choices, checks, help and the tables in the docs are derived from here. docs/plugins.md has the
signature of each kind.
"""

from typing import Any

from corpora.errors import InputError
from corpora.registry import ENCODERS, Registry

__all__ = [
    "CRITICS",
    "ENCODERS",
    "GENERATORS",
    "KINDS",
    "LOSSES",
    "OBJECTIVES",
    "OPTIMIZERS",
    "OUTPUTS",
    "PENALTIES",
    "register",
    "registry_of",
]

# name -> the settings that it stands for
OBJECTIVES: Registry[Any] = Registry(
    "objective",
    {
        "wgan-gp": "textgan.config.objectives:WGAN_GP",
        "wgan-lp": "textgan.config.objectives:WGAN_LP",
        "wgan-fd": "textgan.config.objectives:WGAN_FD",
        "wgan": "textgan.config.objectives:WGAN",
        "gan-minimax": "textgan.config.objectives:GAN_MINIMAX",
        "gan": "textgan.config.objectives:GAN",
        "lsgan": "textgan.config.objectives:LSGAN",
        "sngan": "textgan.config.objectives:SNGAN",
        "rpgan": "textgan.config.objectives:RPGAN",
    },
)
LOSSES: Registry[Any] = Registry(
    "loss",
    {
        "wasserstein": "textgan.objectives.losses:WASSERSTEIN",
        "minimax": "textgan.objectives.losses:MINIMAX",
        "non-saturating": "textgan.objectives.losses:NON_SATURATING",
        "least-squares": "textgan.objectives.losses:LEAST_SQUARES",
        "hinge": "textgan.objectives.losses:HINGE",
        "relativistic": "textgan.objectives.losses:RELATIVISTIC",
    },
)
PENALTIES: Registry[Any] = Registry(
    "penalty",
    {
        "gp": "textgan.objectives.penalties:gradient_penalty",
        "lp": "textgan.objectives.penalties:lipschitz_penalty",
        "fd": "textgan.objectives.penalties:finite_difference_penalty",
        "r1r2": "textgan.objectives.penalties:r1_r2_penalty",
    },
)
GENERATORS: Registry[Any] = Registry(
    "generator",
    {
        "deconv": "textgan.networks.generators.deconv:DeconvGenerator",
        "resnet": "textgan.networks.generators.resnet:ResnetGenerator",
        "mlp": "textgan.networks.generators.mlp:MlpGenerator",
        "dcgan": "textgan.networks.generators.dcgan:DcganGenerator",
        "attention": "textgan.networks.generators.attention:AttentionGenerator",
        "unet": "textgan.networks.generators.unet:UnetGenerator",
    },
)
CRITICS: Registry[Any] = Registry(
    "critic",
    {
        "conv": "textgan.networks.critics.conv:ConvCritic",
        "strided": "textgan.networks.critics.strided:StridedCritic",
        "mlp": "textgan.networks.critics.mlp:MlpCritic",
        "attention": "textgan.networks.critics.attention:AttentionCritic",
        "patch": "textgan.networks.critics.patch:PatchCritic",
    },
)
OUTPUTS: Registry[Any] = Registry(
    "output",
    {
        "sharp": "textgan.networks.outputs:sharp",
        "softmax": "textgan.networks.outputs:softmax",
        "straight-through": "textgan.networks.outputs:straight_through",
        "gumbel": "textgan.networks.outputs:gumbel_softmax",
        "gumbel-hard": "textgan.networks.outputs:gumbel_hard",
    },
)
OPTIMIZERS: Registry[Any] = Registry(
    "optimizer",
    {
        "soap": "textgan.training.optimizers:build_soap",
        "adam": "textgan.training.optimizers:build_adam",
        "rmsprop": "textgan.training.optimizers:build_rmsprop",
        "sgd": "textgan.training.optimizers:build_sgd",
    },
)

_REGISTRIES: tuple[Registry[Any], ...] = (
    OBJECTIVES, LOSSES, PENALTIES, GENERATORS, CRITICS, OUTPUTS, OPTIMIZERS, ENCODERS,
)  # fmt: skip
KINDS = (*(registry.kind for registry in _REGISTRIES), "metric")


def register(kind: str, name: str, piece: object) -> None:
    """Make a piece known by name to training, evaluation and the command line.

    Call it before the name is used, in each process; a function that does so and is an entry point
    of the group `textgan.plugins` is called by itself (docs/plugins.md).

    Args:
        kind: objective, loss, penalty, generator, critic, output, optimizer, encoder or metric.
        name: Small letters, digits and hyphens; not that of another piece of its kind.
        piece: The piece, or the dotted path `module:attribute` from which it is imported on use.

    Raises:
        InputError: The kind is unknown, or the name is taken or is no name.
    """
    registry_of(kind).add(name, piece)


def registry_of(kind: str) -> Registry[Any]:
    """Return all pieces of a kind by name; InputError for an unknown kind."""
    if kind == "metric":  # evaluation is imported when it is needed
        from textgan.evaluation.metrics.registry import METRICS

        return METRICS
    for registry in _REGISTRIES:
        if registry.kind == kind:
            return registry
    raise InputError(f"found {kind!r} as the kind of a piece, expected one of {', '.join(KINDS)}")
