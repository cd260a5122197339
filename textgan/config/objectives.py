"""Objectives: each stands for a loss, what bounds the critic, and the settings of its paper."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from textgan.registry import OBJECTIVES

__all__ = ["Pieces", "default_weight", "other_settings", "pieces_of"]


@dataclass(frozen=True)
class Pieces:
    """What an objective is made of."""

    loss: str
    penalty: str = "none"
    penalty_weight: float = 0.0  # λ
    constraint: str = "none"  # on the critic's weights
    normalisation: str = "none"  # in the critic


NAMES = tuple(field.name for field in fields(Pieces))


def pieces_of(objective: str, settings: Mapping[str, Any]) -> Pieces:
    """Return the pieces of an objective, with those in `settings` that are not None in their place.

    A penalty has its own default weight, unless the objective or `settings` has another.
    """
    pieces = {name: value for name, value in OBJECTIVES[objective].items() if name in NAMES}
    if settings["penalty"] is not None:  # the weight was that of the other penalty
        pieces.pop("penalty_weight", None)
    pieces |= {name: settings[name] for name in NAMES if settings[name] is not None}
    pieces.setdefault("penalty_weight", default_weight(pieces.get("penalty", "none")))
    return Pieces(**pieces)


def other_settings(objective: str) -> dict[str, Any]:
    """Return what an objective sets that is none of its pieces: it is part of the paper's recipe.

    An unknown name sets nothing: it is refused where all settings are checked.
    """
    settings: Mapping[str, Any] = OBJECTIVES.get(objective, {})
    return {name: value for name, value in settings.items() if name not in NAMES}


def default_weight(penalty: str) -> float:
    """Return λ of a penalty where nothing sets another; for `r1r2` it is γ."""
    return {"none": 0.0, "r1r2": 0.5}.get(penalty, 10.0)


WGAN_GP = {"loss": "wasserstein", "penalty": "gp"}  # Gulrajani et al. 2017
WGAN_LP = {"loss": "wasserstein", "penalty": "lp"}  # Petzka et al. 2018
WGAN_FD = {"loss": "wasserstein", "penalty": "fd"}  # differences in place of derivatives

# What the other papers set differently from the preset that the objective is used in
_PLAIN: dict[str, Any] = {"output": "softmax", "decay_steps": 0, "ngram_matching": 0.0}
_ADAM: dict[str, Any] = {**_PLAIN, "optimizer": "adam"}
# One discriminator update as in Goodfellow et al. 2014; Adam as in Radford et al. 2016
_ONE_UPDATE: dict[str, Any] = {
    **_ADAM, "generator_rate": 2e-4, "critic_rate": 2e-4, "beta1": 0.5, "beta2": 0.999,
    "critic_steps": 1,
}  # fmt: skip

# Arjovsky et al. 2017, algorithm 1: RMSProp without momentum, five critic updates
WGAN: dict[str, Any] = {
    "loss": "wasserstein", "constraint": "clip",
    **_PLAIN, "optimizer": "rmsprop", "generator_rate": 5e-5, "critic_rate": 5e-5,
    "critic_steps": 5,
}  # fmt: skip
GAN_MINIMAX = {"loss": "minimax", **_ONE_UPDATE}  # Goodfellow et al. 2014, equation 1
GAN = {"loss": "non-saturating", **_ONE_UPDATE}  # Goodfellow et al. 2014, section 3
# Mao et al. 2017, equation 9 and section 4.1
LSGAN = {"loss": "least-squares", **_ONE_UPDATE, "generator_rate": 1e-3, "critic_rate": 1e-3}
# Miyato et al. 2018, with the numbers of their published code for residual networks
SNGAN: dict[str, Any] = {
    "loss": "hinge", "normalisation": "spectral",
    **_ADAM, "generator_rate": 2e-4, "critic_rate": 2e-4, "beta1": 0.0, "beta2": 0.9,
    "critic_steps": 5,
}  # fmt: skip
# Huang et al. 2024, appendix: no momentum, one update each
RPGAN: dict[str, Any] = {
    "loss": "relativistic", "penalty": "r1r2",
    **_ADAM, "generator_rate": 2e-4, "critic_rate": 2e-4, "beta1": 0.0, "beta2": 0.99,
    "critic_steps": 1,
}  # fmt: skip
