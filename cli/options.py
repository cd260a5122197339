"""Options of `train`, made from the settings themselves: a new setting is a new flag."""

import dataclasses
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from textgan.config.presets import PRESETS
from textgan.config.settings import CHOICES, Config

__all__ = [
    "LABELS",
    "PAIRS",
    "RUNS",
    "GroupedCommand",
    "chosen_columns",
    "group",
    "settings_options",
]

# `--runs`, the same in every command
RUNS: dict[str, Any] = {
    "type": click.Path(path_type=Path),
    "default": "runs",
    "show_default": True,
    "help": "Where numbered runs are.",
}

LABELS = "Lines are label<TAB>text."
PAIRS = "Lines are source<TAB>target."

F = TypeVar("F", bound=Callable[..., Any])

# heading -> setting -> help
SETTINGS: dict[str, dict[str, str]] = {
    "Text": {
        "encoder": "What one symbol is.",
        "length": "T, symbols per row, at least 4. [default: 32, or less for short lines]",
        "long": "Lines longer than T are cut, left out, or split at spaces.",
        "max_vocabulary": "Rarer symbols become the unknown one.",
        "encoding": "Of the text file.",
        "normalise": "Compose accents (Unicode NFC).",
    },
    "Networks": {
        "generator": "Noise to text.",
        "critic": "Text to a score.",
        "generator_width": "Channels.",
        "critic_width": "Channels.",
        "generator_blocks": "Residual blocks.",
        "critic_blocks": "Residual blocks; for `strided` and `patch` the most halvings, which "
        "short T cuts down.",
        "initialisation": "Of the weights: as in torch, or in the code of Gulrajani et al. 2017.",
        "noise": "Z, dimensions of the noise vector.",
        "normalisation": "In the critic. [default: the objective's]",
        "codes": "Latent codes (InfoGAN): `10,10,c2` are two codes of ten values each and two "
        "numbers from −1 to 1.",
        "output": "What the critic receives: probabilities, sharpened or plain, or the likeliest "
        "or drawn symbols.",
        "sharpness": "κ of the output `sharp`: softmax(κ·logits), the gradient that of κ = 1.",
        "temperature": "τ of the straight-through and Gumbel outputs.",
    },
    "Objective": {
        "objective": "A loss, its bound on the critic, and the other settings of its paper.",
        "loss": "Another loss. [default: the objective's]",
        "penalty": "Another penalty on the critic's slope. [default: the objective's]",
        "penalty_weight": "λ of the penalty. [default: 10; 0.5 for `r1r2`]",
        "lipschitz": "K, the target slope of the penalties `gp`, `lp` and `fd`.",
        "constraint": "Another bound on the critic's weights. [default: the objective's]",
        "clip": "c: the constraint `clip` keeps weights in [−c, c].",
        "fd_points": "Two points of the penalty `fd`: on either side of x̂ along the critic's "
        "gradient, or unrelated ones (`chord`).",
        "fd_step": "h: half the distance of the two points.",
    },
    "Regularizers": {
        "instance_noise": "σ of noise on all text that the critic receives, at step 0; 0: none.",
        "instance_noise_steps": "Step by which that noise has fallen to 0.",
        "feature_matching": "Weight of the distance between the critic's mean features of real "
        "and of generated text; 0: none.",
        "symbol_matching": "Weight of the divergence of all generated symbols from those of the "
        "text; 0: none.",
        "curriculum": "Text that becomes longer, or critics that become stronger.",
        "curriculum_steps": "Step at which the curriculum ends.",
        "code_weight": "λ, weight of the mutual information of --codes and text.",
        "pair_weight": "λ, weight of the distance from the targets of --pairs.",
    },
    "Optimisation": {
        "batch_size": "Real lines per update, and as many generated ones.",
        "critic_steps": "Critic updates per generator update.",
        "optimizer": "SOAP (Adam in the eigenbasis of the gradients, for convolutions; Adam for "
        "all else), Adam, RMSProp, or plain SGD.",
        "generator_rate": "Learning rate.",
        "critic_rate": "Learning rate.",
        "beta1": "Of Adam alone.",
        "beta2": "Of SOAP and Adam.",
        "average": "Decay of the averaged generator, which is sampled; 0: none.",
        "average_share": "The average covers at least this share of all steps so far; 0: "
        "--average alone decides.",
        "decay_steps": "d: rates fall as 1/√(1 + s/d) after s steps; 0: never.",
    },
    "When to stop": {
        "steps": "In total.",
        "minutes": "Of training, in total; takes the place of the preset's steps.",
    },
    "Scores and checkpoints": {
        "log_every": "Steps between lines of stats.jsonl.",
        "evaluate_every": "Steps between scores.",
        "checkpoint_every": "Steps between checkpoints.",
        "samples": "m, samples per score.",
    },
    "Hardware": {
        "seed": "Of everything random.",
        "device": "Where to compute.",
        "precision": "Of convolutions and products; auto is bfloat16 where the processor has "
        "instructions for it.",
        "threads": "Of the CPU. [default: 1 for networks as small as quick's, else one per core]",
    },
}


class GroupedCommand(click.Command):
    """Shows its options under the headings that `group` gave them."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one list of options a heading, in the order of first use."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                heading = getattr(parameter, "heading", "Start")
                groups.setdefault(heading, []).append(record)
        for heading, records in groups.items():
            with formatter.section(heading):
                formatter.write_dl(records)


class _HeadedOption(click.Option):
    def __init__(self, *args: Any, heading: str, **attributes: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **attributes)
        self.heading = heading


def group(heading: str, *declarations: str, **attributes: Any) -> Callable[[F], F]:  # noqa: ANN401
    """Return a click option that is listed under `heading`."""
    return click.option(*declarations, cls=_HeadedOption, heading=heading, **attributes)


def settings_options(command: F) -> F:
    """Add a flag for every setting with a help text here; those not typed come as None."""
    fields = {field.name: field for field in dataclasses.fields(Config)}
    for heading, settings in reversed(SETTINGS.items()):
        for name, text in reversed(settings.items()):
            command = _flag(fields[name], heading, text)(command)
    return command


def _flag(field: dataclasses.Field[Any], heading: str, text: str) -> Callable[[F], F]:
    name = field.name.replace("_", "-")
    kinds = [kind for kind in get_args(field.type) or (field.type,) if kind is not types.NoneType]
    default = PRESETS["quick"].get(field.name, field.default)
    if kinds == [bool]:
        default = "on" if default else "off"
    if default not in (None, ""):
        text = f"{text} [quick: {default}]"
    if kinds == [bool]:
        return group(heading, f"--{name}/--no-{name}", default=None, help=text)
    kind = click.Choice(CHOICES[field.name]) if field.name in CHOICES else kinds[0]
    return group(heading, f"--{name}", type=kind, default=None, help=text)


def chosen_columns(labels: bool, pairs: bool) -> str | None:
    """Return what --labels and --pairs say of lines; None where neither is given."""
    if labels and pairs:
        raise click.UsageError("--labels and --pairs say two things of every line: leave one out")
    return "labels" if labels else "pairs" if pairs else None
