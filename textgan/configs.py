"""Everything that makes a run what it is: one frozen, validated set of values, and its presets."""

import dataclasses
import difflib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, get_args

from corpora.errors import InputError

__all__ = ["CHOICES", "OBJECTIVE_SETTINGS", "PRESETS", "Config", "read_settings"]

CHOICES: dict[str, tuple[str, ...]] = {
    "encoder": ("char", "byte", "subword"),
    "long": ("cut", "drop", "split"),
    "generator": ("deconv", "resnet"),
    "critic": ("conv", "strided"),
    "objective": ("wgan-gp", "wgan-lp", "wgan-fd", "wgan"),
    "fd_points": ("gradient", "chord"),
    "optimizer": ("soap", "adam", "rmsprop"),
    "device": ("auto", "cpu", "cuda"),
    "precision": ("auto", "float32", "bfloat16"),
}


@dataclass(frozen=True, kw_only=True)
class Config:
    """All settings of a run; the defaults are the `quick` preset.

    Raises:
        InputError: On creation, naming the setting, its value and what it may be.
    """

    corpus: str

    # Text
    encoder: str = "char"
    length: int | None = None  # T, in the encoder's units; None: 32, or less for short lines
    long: str = "cut"  # lines longer than T; cut as Gulrajani et al. 2017 did
    max_vocabulary: int = 512
    encoding: str = "utf-8"
    normalise: bool = True  # NFC

    # Networks
    generator: str = "deconv"
    critic: str = "conv"
    generator_width: int = 48  # C, channels
    critic_width: int = 32
    generator_blocks: int = 2
    critic_blocks: int = 3
    noise: int = 128  # Z, Gulrajani et al. 2017
    sharpness: float = 1.0  # κ: rows are softmax(κ·logits), with the gradient of κ = 1

    # Objective
    objective: str = "wgan-gp"
    penalty_weight: float = 10.0  # λ, Gulrajani et al. 2017
    clip: float = 0.01  # c, Arjovsky et al. 2017; only under `wgan`
    fd_points: str = "gradient"  # where `wgan-fd` takes its two points
    fd_step: float = 0.05  # h, half the distance of the two points; only with `gradient`

    # Optimisation
    batch_size: int = 64
    critic_steps: int = 2  # critic updates in a step
    optimizer: str = "soap"  # Vyas et al. 2024
    generator_rate: float = 4e-3
    critic_rate: float = 4e-3
    beta1: float = 0.0
    beta2: float = 0.95
    average: float = 0.995  # decay of the averaged generator that samples; 0: none
    average_share: float = 0.125  # of all steps so far that it remembers at least; 0: none
    decay_steps: int = 2000  # d: rates fall as 1/√(1 + s/d) at step s; 0: never

    # When to stop: whichever comes first
    steps: int | None = 5000
    minutes: float | None = None  # of training, all sessions of the run together

    # Where and how often
    seed: int = 0
    device: str = "auto"
    threads: int | None = None  # None: as many as torch takes
    precision: str = "auto"  # of convolutions and products; auto: bfloat16 where it is in hardware
    log_every: int = 50  # steps
    evaluate_every: int = 500  # steps
    checkpoint_every: int = 500  # steps
    samples: int = 5120  # m, lines a score is computed on

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            _check_type(field.name, getattr(self, field.name), field.type)
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                found = getattr(self, name)
                raise InputError(f"{name} is {found!r}; choose one of: {', '.join(choices)}")
        for name, lowest in _LOWEST.items():
            found = getattr(self, name)
            if found is not None and not lowest <= found < math.inf:
                raise InputError(f"{name} is {found}; it must be at least {lowest}")
        for name in _POSITIVE:
            found = getattr(self, name)
            if found is not None and not 0 < found < math.inf:
                raise InputError(f"{name} is {found}; it must be a number above 0")
        for name in ("beta1", "beta2", "average", "average_share"):
            if not 0 <= getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}; it must be in [0, 1)")
        if not 0 <= self.seed < 2**63:
            raise InputError(f"seed is {self.seed}; it must be from 0 to 2^63 − 1")

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the config of `values`.

        Raises:
            InputError: For a key that is no setting (the nearest one is named), a missing
                `corpus`, or a value that is not valid.
        """
        names = [field.name for field in dataclasses.fields(cls)]
        for key in values:
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(names)}"
                raise InputError(f"unknown setting {key!r}{hint}")
        if "corpus" not in values:
            raise InputError("no corpus given; name a text file or a bundled corpus")
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Return all settings as plain values."""
        return dataclasses.asdict(self)

    @classmethod
    def build(
        cls,
        given: Mapping[str, Any],
        *,
        preset: str = "quick",
        settings: Mapping[str, Any] | None = None,
    ) -> Self:
        """Return the preset, then the objective's own settings, then `settings`, then `given`.

        Giving `steps` or `minutes` removes the stop that came before.

        Args:
            given: What the user typed; a setting that would be ignored is refused.
            preset: The name of the preset below all.
            settings: What a file says (`read_settings`).

        Raises:
            InputError: For an unknown preset or setting, or a value that is not valid.
        """
        if preset not in PRESETS:
            raise InputError(f"preset is {preset!r}; choose one of: {', '.join(PRESETS)}")
        settings = settings or {}
        values = dict(PRESETS[preset])
        objective = {"objective": cls.objective, **values, **settings, **given}["objective"]
        for more in (OBJECTIVE_SETTINGS.get(objective, {}), settings, given):
            if more.get("steps") is not None or more.get("minutes") is not None:
                values["steps"] = values["minutes"] = None
            values.update(more)
        config = cls.from_dict(values)
        _refuse_unused(given, config)
        return config


def _check_type(name: str, found: object, wanted: Any) -> None:  # noqa: ANN401 - a type or a union
    kinds = get_args(wanted) or (wanted,)
    fits = isinstance(found, kinds) or (float in kinds and isinstance(found, int))
    if not fits or (isinstance(found, bool) and bool not in kinds):
        names = " or ".join("nothing" if k is type(None) else k.__name__ for k in kinds)
        raise InputError(f"{name} is {found!r}; it must be of type {names}")


def _refuse_unused(given: Mapping[str, Any], config: Config) -> None:
    """Refuse a setting that would be ignored: a flag without effect misleads."""
    for name in given:
        for home, choices in _BELONGS_TO.get(name, {}).items():
            if getattr(config, home) not in choices:
                raise InputError(
                    f"{name} has no effect where {home} is {getattr(config, home)!r}; "
                    f"leave it out or choose {home} {' or '.join(choices)}"
                )


def read_settings(path: Path) -> dict[str, Any]:
    """Return the settings of a JSON file: a flat object, or a run's `config.json`.

    Raises:
        InputError: For a file that cannot be read or is no JSON object.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; give a JSON file") from error
    except ValueError as error:
        raise InputError(
            f"{path} is not JSON ({error}); write it as a run's config.json"
        ) from error
    if isinstance(values, dict) and isinstance(values.get("config"), dict):
        values = values["config"]
    if not isinstance(values, dict):
        raise InputError(
            f"{path} holds a {type(values).__name__}; expected a JSON object of settings"
        )
    return values


_LOWEST: dict[str, int] = {
    "length": 4, "max_vocabulary": 1, "generator_width": 1, "critic_width": 1,
    "generator_blocks": 0, "critic_blocks": 0, "noise": 1, "penalty_weight": 0,
    "batch_size": 1, "critic_steps": 1, "decay_steps": 0, "steps": 1, "threads": 1,
    "log_every": 1, "evaluate_every": 1, "checkpoint_every": 1, "samples": 1,
}  # fmt: skip
_POSITIVE = ("clip", "fd_step", "generator_rate", "critic_rate", "minutes", "sharpness")

# setting -> the choices under which it has an effect
_BELONGS_TO: dict[str, dict[str, tuple[str, ...]]] = {
    "max_vocabulary": {"encoder": ("char", "subword")},
    "penalty_weight": {"objective": ("wgan-gp", "wgan-lp", "wgan-fd")},
    "clip": {"objective": ("wgan",)},
    "fd_points": {"objective": ("wgan-fd",)},
    "fd_step": {"objective": ("wgan-fd",), "fd_points": ("gradient",)},
    "beta1": {"optimizer": ("adam",)},
    "beta2": {"optimizer": ("soap", "adam")},
}

# What a paper's objective wants differently from the preset it is used in.
OBJECTIVE_SETTINGS: dict[str, dict[str, Any]] = {
    # Arjovsky et al. 2017, algorithm 1: RMSProp without momentum, five critic updates
    "wgan": {
        "optimizer": "rmsprop", "generator_rate": 5e-5, "critic_rate": 5e-5, "critic_steps": 5,
        "decay_steps": 0,
    },
}  # fmt: skip

PRESETS: dict[str, dict[str, Any]] = {
    # A laptop's minutes: small networks, high rates, two critic updates
    "quick": {},
    # Gulrajani et al. 2017, section 5 and their published code: days without a GPU
    "paper": {
        "generator": "resnet", "critic": "conv", "length": 32,
        "generator_width": 512, "critic_width": 512, "generator_blocks": 5, "critic_blocks": 5,
        "batch_size": 64, "critic_steps": 10, "generator_rate": 1e-4, "critic_rate": 1e-4,
        "optimizer": "adam", "beta1": 0.5, "beta2": 0.9, "average": 0.0,
        "average_share": 0.0, "decay_steps": 0,
        "steps": 200_000, "samples": 640, "log_every": 10, "evaluate_every": 100,
        "checkpoint_every": 100,
    },
    # Hitaj et al. 2019: the same network on passwords of up to ten characters
    "passgan": {
        "generator": "resnet", "critic": "conv", "length": 10,
        "generator_width": 128, "critic_width": 128, "generator_blocks": 5, "critic_blocks": 5,
        "batch_size": 64, "critic_steps": 10, "generator_rate": 1e-4, "critic_rate": 1e-4,
        "optimizer": "adam", "beta1": 0.5, "beta2": 0.9, "average": 0.0,
        "average_share": 0.0, "decay_steps": 0,
        "steps": 200_000,
        "log_every": 10, "evaluate_every": 100, "checkpoint_every": 100,
    },
}  # fmt: skip
