"""Settings by name: presets, and what each kind of line needs."""

from typing import Any

__all__ = ["COLUMN_SETTINGS", "PRESETS"]

# What another kind of line needs: text from text, scored window by window (Isola et al. 2017)
COLUMN_SETTINGS: dict[str, dict[str, Any]] = {
    "pairs": {"generator": "unet", "critic": "patch", "ngram_matching": 0.0}
}

# What Gulrajani et al. 2017 and Hitaj et al. 2019 have in common
_PUBLISHED: dict[str, Any] = {
    "generator": "resnet", "critic": "conv", "generator_blocks": 5, "critic_blocks": 5,
    "initialisation": "published", "output": "softmax", "batch_size": 64, "critic_steps": 10,
    "optimizer": "adam", "generator_rate": 1e-4, "critic_rate": 1e-4, "beta1": 0.5, "beta2": 0.9,
    "decay_steps": 0, "average": 0.0, "average_share": 0.0, "precision": "float32",
    "ngram_matching": 0.0,
    "steps": 200_000, "log_every": 10, "evaluate_every": 100, "checkpoint_every": 100,
}  # fmt: skip

PRESETS: dict[str, dict[str, Any]] = {
    # A laptop's minutes: small networks, high rates, two critic updates, sharp rows
    "quick": {},
    # About an hour: wider, deeper, heavier n-gram matching, and rates that fall later
    "best": {
        "generator_width": 96, "critic_width": 64, "generator_blocks": 3, "critic_blocks": 3,
        "ngram_matching": 3.0, "decay_steps": 4000, "steps": 30_000,
    },
    # Gulrajani et al. 2017, section 5 and their published code: a month without a GPU
    "paper": {
        **_PUBLISHED, "length": 32, "generator_width": 512, "critic_width": 512, "samples": 640,
    },
    # Hitaj et al. 2019: the same network on passwords of up to ten characters
    "passgan": {**_PUBLISHED, "length": 10, "generator_width": 128, "critic_width": 128},
}  # fmt: skip
