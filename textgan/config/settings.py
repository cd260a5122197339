"""Everything that makes a run what it is: one frozen, validated set of values."""

import dataclasses
import difflib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, get_args

from corpora.errors import InputError
from corpora.json_files import parse_object
from textgan.config.codes import parse_codes
from textgan.config.compatibility import Pieces, refusal
from textgan.config.presets import (
    COLUMN_SETTINGS,
    OBJECTIVE_SETTINGS,
    OBJECTIVES,
    PENALTY_WEIGHTS,
    PRESETS,
)

__all__ = ["CHOICES", "Config", "read_settings"]

CHOICES: dict[str, tuple[str, ...]] = {
    "encoder": ("char", "byte", "subword"),
    "long": ("cut", "drop", "split"),
    "columns": ("text", "labels", "pairs"),
    "generator": ("deconv", "resnet", "mlp", "dcgan", "attention", "unet"),
    "critic": ("conv", "strided", "mlp", "attention", "patch"),
    "normalisation": ("none", "layer", "instance", "batch", "spectral"),
    "initialisation": ("torch", "published"),
    "output": ("sharp", "softmax", "straight-through", "gumbel", "gumbel-hard"),
    "objective": (
        "wgan-gp",
        "wgan-lp",
        "wgan-fd",
        "wgan",
        "gan-minimax",
        "gan",
        "lsgan",
        "sngan",
        "rpgan",
    ),
    "loss": (
        "wasserstein",
        "minimax",
        "non-saturating",
        "least-squares",
        "hinge",
        "relativistic",
    ),
    "penalty": ("none", "gp", "lp", "fd", "r1r2"),
    "constraint": ("none", "clip"),
    "fd_points": ("gradient", "chord"),
    "curriculum": ("none", "length", "critics"),
    "optimizer": ("soap", "adam", "rmsprop", "sgd"),
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
    columns: str = "text"  # a line is text, label<TAB>text, or source<TAB>target

    # Networks
    generator: str = "deconv"
    critic: str = "conv"
    generator_width: int = 48  # C, channels
    critic_width: int = 32
    generator_blocks: int = 2
    critic_blocks: int = 3
    normalisation: str | None = None  # in the critic; None: the objective's
    initialisation: str = "torch"  # of the weights of both; published: Gulrajani et al. 2017, code
    noise: int = 128  # Z, Gulrajani et al. 2017
    codes: str = ""  # sizes of categorical codes, and cN for N continuous ones: "10,10,c2"
    output: str = "sharp"  # what the critic sees of the logits
    sharpness: float = 20.0  # κ of the output `sharp`: softmax(κ·logits), the gradient of κ = 1
    temperature: float = 1.0  # τ of the straight-through and Gumbel outputs

    # Objective
    objective: str = "wgan-gp"
    loss: str | None = None  # None: the objective's, as with what follows
    penalty: str | None = None  # on the critic's slope
    penalty_weight: float | None = None  # λ; for `r1r2` γ
    lipschitz: float = 1.0  # K, the slope that the penalties gp, lp and fd ask for
    constraint: str | None = None  # on the critic's weights
    clip: float = 0.01  # c of the constraint `clip`, Arjovsky et al. 2017
    fd_points: str = "gradient"  # where the penalty `fd` takes its two points
    fd_step: float = 0.05  # h, half the distance of the two points; only with `gradient`

    # Regularizers
    instance_noise: float = 0.0  # σ of noise on all that the critic sees, at the first step
    instance_noise_steps: int = 2000  # by which it has fallen to 0
    feature_matching: float = 0.0  # weight of the distance of mean critic features
    symbol_matching: float = 0.0  # weight of the divergence of symbol shares
    curriculum: str = "none"  # longer text, or stronger critics, as training goes on
    curriculum_steps: int = 1000  # by which it has come to an end
    code_weight: float = 0.1  # λ of the information bound of Chen et al. 2016, who have 1
    pair_weight: float = 10.0  # λ of the L1 distance to the target

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
    decay_steps: int = 2000  # d: rates fall as 1/√(1 + s/d) after s steps; 0: never

    # When to stop: whichever comes first
    steps: int | None = 5000
    minutes: float | None = None  # of training, all sessions of the run together

    # Where and how often
    seed: int = 0
    device: str = "auto"
    threads: int | None = None  # None: one for small networks, else as many as torch takes
    precision: str = "auto"  # of convolutions and products; auto: bfloat16 where in hardware
    log_every: int = 50  # steps
    evaluate_every: int = 500  # steps
    checkpoint_every: int = 500  # steps
    samples: int = 5120  # m, lines a score is computed on

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            _check_type(field.name, getattr(self, field.name), field.type)
        for name, choices in CHOICES.items():
            found = getattr(self, name)
            if found not in choices and not (found is None and name in _OF_THE_OBJECTIVE):
                raise InputError(f"{name} is {found!r}; choose one of: {', '.join(choices)}")
        for name, (lowest, highest) in _FROM.items():
            found = getattr(self, name)
            if found is not None and not lowest <= found <= highest:
                most = f"{highest:,}" if highest < _FINITE else f"{highest:.0e}"
                raise InputError(
                    f"{name} is {found}; it must be at least {lowest} and at most {most}"
                )
        for name, highest in _ABOVE_0.items():
            found = getattr(self, name)
            if found is not None and not 0 < found <= highest:
                raise InputError(f"{name} is {found}; it must be above 0 and at most {highest:,}")
        for name in ("beta1", "beta2", "average", "average_share"):
            if not 0 <= getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}; it must be in [0, 1)")
        if not 0 <= self.seed < 2**63:
            raise InputError(f"seed is {self.seed}; it must be from 0 to 2^63 − 1")
        parse_codes(self.codes)
        reason = refusal(self)
        if reason is not None:
            raise InputError(reason)

    @property
    def pieces(self) -> Pieces:
        """What the objective is made of: its own pieces, or what was put in their place."""
        own = OBJECTIVES[self.objective]
        penalty = own.penalty if self.penalty is None else self.penalty
        weight = PENALTY_WEIGHTS[penalty] if self.penalty_weight is None else self.penalty_weight
        return Pieces(
            loss=self.loss or own.loss,
            penalty=penalty,
            penalty_weight=weight,
            constraint=self.constraint or own.constraint,
            normalisation=self.normalisation or own.normalisation,
        )

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
        """Return preset, then what objective and columns ask for, then `settings`, then `given`.

        Giving `steps` or `minutes` removes the stop that came before.

        Args:
            given: What the user typed.
            preset: The name of the preset below all.
            settings: What a file says (`read_settings`): all settings, as a run's does, or some.

        Raises:
            InputError: For an unknown preset or setting, a value that is not valid, or one that
                would be ignored; among all settings some are of what is not in use.
        """
        if preset not in PRESETS:
            raise InputError(f"preset is {preset!r}; choose one of: {', '.join(PRESETS)}")
        settings = settings or {}
        later = {name: getattr(cls, name) for name in _LATER}
        whole = settings.keys() | later.keys() >= {field.name for field in dataclasses.fields(cls)}
        if whole:
            settings = {**later, **settings}
        values = dict(PRESETS[preset])
        named = {"objective": cls.objective, "columns": cls.columns, **values, **settings, **given}
        wanted = OBJECTIVE_SETTINGS.get(named["objective"], {})
        shape = COLUMN_SETTINGS.get(named["columns"], {})
        for more in (wanted, shape, settings, given):
            if more.get("steps") is not None or more.get("minutes") is not None:
                values["steps"] = values["minutes"] = None
            values.update(more)
        config = cls.from_dict(values)
        _refuse_unused(given if whole else {**settings, **given}, config)
        return config


def _check_type(name: str, found: object, wanted: Any) -> None:  # noqa: ANN401 - a type or a union
    kinds = get_args(wanted) or (wanted,)
    fits = isinstance(found, kinds) or (float in kinds and isinstance(found, int))
    if not fits or (isinstance(found, bool) and bool not in kinds):
        names = " or ".join("nothing" if k is type(None) else k.__name__ for k in kinds)
        raise InputError(f"{name} is {found!r}; it must be of type {names}")


def _refuse_unused(given: Mapping[str, Any], config: Config) -> None:
    """Refuse a setting that would be ignored: a flag without effect misleads."""
    in_use = {**config.to_dict(), **dataclasses.asdict(config.pieces)}
    for name in given:
        for home, choices in _BELONGS_TO.get(name, {}).items():
            if in_use[home] not in choices:
                raise InputError(
                    f"{name} has no effect where {home} is {in_use[home]!r}; "
                    f"leave it out or {_choice(home, in_use[home], choices)}"
                )
        if name in _NEEDS and given[name] and not in_use[_NEEDS[name]]:
            raise InputError(
                f"{name} has no effect without {_NEEDS[name]}; leave it out or give {_NEEDS[name]}"
            )


def _choice(home: str, found: str, choices: tuple[str, ...]) -> str:
    """Return how to have one of `choices` in place of `found`."""
    if home != "columns":
        return f"choose {home} {' or '.join(choices)}"
    if "text" in choices:  # which no flag says
        return f"leave out --{found}"
    return f"add {' or '.join(f'--{choice}' for choice in choices)}"


def read_settings(path: Path) -> dict[str, Any]:
    """Return the settings of a JSON file: a flat object, or a run's `config.json`.

    Raises:
        InputError: For a file that cannot be read, is a device, too long, or no JSON object.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
                raise InputError(f"{path} is a device; give a JSON file of settings")
            content = file.read(_LONGEST_FILE + 1)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; give a JSON file") from error
    if len(content) > _LONGEST_FILE:
        raise InputError(
            f"{path} is longer than {_LONGEST_FILE:,} bytes, and settings are not; give a file as "
            "a run's config.json"
        )
    try:
        values = parse_object(content)
    except ValueError as error:
        raise InputError(
            f"{path} holds no settings in JSON ({error}); write it as a run's config.json"
        ) from error
    return values["config"] if isinstance(values.get("config"), dict) else values


_LATER = ("initialisation", "lipschitz")  # which runs of earlier versions do not name
_LONGEST_FILE = 1_000_000  # bytes; all settings are 2,000
_LONG = 10**15  # steps or minutes: for ever, and still exact as a float
_LARGE = 10**6
_FINITE = 10**35  # of what only has to fit into float32

# setting -> the least and the most; what memory holds is another question (`training.memory`)
_FROM: dict[str, tuple[int, int]] = {
    "length": (4, 65_536), "max_vocabulary": (1, _LARGE), "generator_width": (1, 65_536),
    "critic_width": (1, 65_536), "generator_blocks": (0, 256), "critic_blocks": (0, 256),
    "noise": (1, _LARGE), "penalty_weight": (0, _FINITE), "batch_size": (1, 10_000_000),
    "critic_steps": (1, 1000), "decay_steps": (0, _LONG), "steps": (1, _LONG),
    "threads": (1, 4096), "log_every": (1, _LONG), "evaluate_every": (1, _LONG),
    "checkpoint_every": (1, _LONG), "samples": (1, 10_000_000), "instance_noise": (0, _LARGE),
    "instance_noise_steps": (2, _LONG), "feature_matching": (0, _FINITE),
    "symbol_matching": (0, _FINITE), "curriculum_steps": (2, _LONG), "code_weight": (0, _FINITE),
    "pair_weight": (0, _FINITE),
}  # fmt: skip
# setting -> the most; it must be above 0
_ABOVE_0: dict[str, int] = {
    "clip": _LARGE, "fd_step": _LARGE, "lipschitz": _LARGE, "generator_rate": 1000,
    "critic_rate": 1000, "minutes": _LONG, "sharpness": _LARGE, "temperature": _LARGE,
}  # fmt: skip
_OF_THE_OBJECTIVE = (
    "loss",
    "penalty",
    "constraint",
    "normalisation",
)  # None: as the objective has it

# setting -> the choices under which it has an effect
_BELONGS_TO: dict[str, dict[str, tuple[str, ...]]] = {
    "max_vocabulary": {"encoder": ("char", "subword")},
    "penalty_weight": {"penalty": ("gp", "lp", "fd", "r1r2")},
    "lipschitz": {"penalty": ("gp", "lp", "fd")},
    "clip": {"constraint": ("clip",)},
    "fd_points": {"penalty": ("fd",)},
    "fd_step": {"penalty": ("fd",), "fd_points": ("gradient",)},
    "sharpness": {"output": ("sharp",)},
    "temperature": {"output": ("straight-through", "gumbel", "gumbel-hard")},
    "curriculum_steps": {"curriculum": ("length", "critics")},
    "pair_weight": {"columns": ("pairs",)},
    "generator_blocks": {"generator": ("deconv", "resnet", "mlp", "attention", "unet")},
    "beta1": {"optimizer": ("adam",)},
    "beta2": {"optimizer": ("soap", "adam")},
}

# setting -> the one without which it has no effect
_NEEDS = {
    "instance_noise_steps": "instance_noise",
    "code_weight": "codes",
    "average_share": "average",
}
