"""Settings by name: objectives with what they are made of and want, kinds of lines, presets."""

from typing import Any

from textgan.config.compatibility import Pieces

__all__ = ["COLUMN_SETTINGS", "OBJECTIVES", "OBJECTIVE_SETTINGS", "PENALTY_WEIGHTS", "PRESETS"]

# name -> what it is made of
OBJECTIVES: dict[str, Pieces] = {
    "wgan-gp": Pieces("wasserstein", penalty="gp"),  # Gulrajani et al. 2017
    "wgan-lp": Pieces("wasserstein", penalty="lp"),  # Petzka et al. 2018
    "wgan-fd": Pieces("wasserstein", penalty="fd"),  # differences in place of derivatives
    "wgan": Pieces("wasserstein", constraint="clip"),  # Arjovsky et al. 2017
    "gan-minimax": Pieces("minimax"),  # Goodfellow et al. 2014, equation 1
    "gan": Pieces("non-saturating"),  # Goodfellow et al. 2014, section 3
    "lsgan": Pieces("least-squares"),  # Mao et al. 2017, equation 9
    "sngan": Pieces("hinge", normalisation="spectral"),  # Miyato et al. 2018
    "rpgan": Pieces("relativistic", penalty="r1r2"),  # Huang et al. 2024
}
PENALTY_WEIGHTS = {"none": 0.0, "gp": 10.0, "lp": 10.0, "fd": 10.0, "r1r2": 0.5}

# What a paper's objective wants differently from the preset it is used in.
_PLAIN: dict[str, Any] = {"output": "softmax", "decay_steps": 0}
_ADAM: dict[str, Any] = {**_PLAIN, "optimizer": "adam"}
# One discriminator update as in Goodfellow et al. 2014; Adam as in Radford et al. 2016
_ONE_UPDATE: dict[str, Any] = {
    **_ADAM, "generator_rate": 2e-4, "critic_rate": 2e-4, "beta1": 0.5, "beta2": 0.999,
    "critic_steps": 1,
}  # fmt: skip
OBJECTIVE_SETTINGS: dict[str, dict[str, Any]] = {
    # Arjovsky et al. 2017, algorithm 1: RMSProp without momentum, five critic updates
    "wgan": {
        **_PLAIN, "optimizer": "rmsprop", "generator_rate": 5e-5, "critic_rate": 5e-5,
        "critic_steps": 5,
    },
    "gan-minimax": _ONE_UPDATE,
    "gan": _ONE_UPDATE,
    "lsgan": {**_ONE_UPDATE, "generator_rate": 1e-3, "critic_rate": 1e-3},  # Mao et al. 2017, §4.1
    # Miyato et al. 2018, as their published code trains residual networks
    "sngan": {
        **_ADAM, "generator_rate": 2e-4, "critic_rate": 2e-4, "beta1": 0.0, "beta2": 0.9,
        "critic_steps": 5,
    },
    # Huang et al. 2024, appendix: no momentum, one update each
    "rpgan": {
        **_ADAM, "generator_rate": 2e-4, "critic_rate": 2e-4, "beta1": 0.0, "beta2": 0.99,
        "critic_steps": 1,
    },
}  # fmt: skip

# What another kind of line needs: text from text, judged window by window (Isola et al. 2017)
COLUMN_SETTINGS: dict[str, dict[str, Any]] = {"pairs": {"generator": "unet", "critic": "patch"}}

# What Gulrajani et al. 2017 and Hitaj et al. 2019 have in common
_PUBLISHED: dict[str, Any] = {
    "generator": "resnet", "critic": "conv", "generator_blocks": 5, "critic_blocks": 5,
    "initialisation": "published", "output": "softmax", "batch_size": 64, "critic_steps": 10,
    "optimizer": "adam", "generator_rate": 1e-4, "critic_rate": 1e-4, "beta1": 0.5, "beta2": 0.9,
    "decay_steps": 0, "average": 0.0, "average_share": 0.0, "precision": "float32",
    "steps": 200_000, "log_every": 10, "evaluate_every": 100, "checkpoint_every": 100,
}  # fmt: skip

PRESETS: dict[str, dict[str, Any]] = {
    # A laptop's minutes: small networks, high rates, two critic updates, sharp rows
    "quick": {},
    # About an hour: wider, deeper, rows less sharp, and rates that fall later
    "best": {
        "generator_width": 96, "critic_width": 64, "generator_blocks": 3, "critic_blocks": 3,
        "sharpness": 3.0, "decay_steps": 4000, "steps": 30_000,
    },
    # Gulrajani et al. 2017, section 5 and their published code: a month without a GPU
    "paper": {
        **_PUBLISHED, "length": 32, "generator_width": 512, "critic_width": 512, "samples": 640,
    },
    # Hitaj et al. 2019: the same network on passwords of up to ten characters
    "passgan": {**_PUBLISHED, "length": 10, "generator_width": 128, "critic_width": 128},
}  # fmt: skip
