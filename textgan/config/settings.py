"""All settings of a run, in one table: each becomes a flag of `textgan train`.

The other flags of the command, such as `--preset` and `--resume`, are in `cli/train.py`.
Each field has its group, default, help text and bounds. The flag (`cli.settings_options`), the
checks and docs/settings.md (`textgan.config.settings_page`) are made from it.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

from textgan.config.field import setting
from textgan.config.layers import has_all_settings, layered
from textgan.config.objectives import Pieces, default_weight, pieces_of
from textgan.config.validation import check, check_known, refuse_without_effect

__all__ = ["Config"]

LONG = 10**15  # steps or minutes: for ever, and still exact as a float
LARGE = 10**6
FINITE = 10**35  # of what only has to fit into float32
OF_THE_OBJECTIVE = "the objective's"

# the groups, in the order of `textgan train --help` and docs/settings.md
_text = partial(setting, "Text")
_networks = partial(setting, "Networks")
_objective = partial(setting, "Objective")
_regularizers = partial(setting, "Regularizers")
_optimisation = partial(setting, "Optimisation")
_stop = partial(setting, "When to stop")
_hardware = partial(setting, "Hardware")
_scores = partial(setting, "Scores and checkpoints")


@dataclass(frozen=True, kw_only=True)
class Config:
    """All settings of a run; the defaults are the `quick` preset.

    Raises:
        InputError: On creation, naming the setting, its value and what it may be.
    """

    corpus: str = _text(
        dataclasses.MISSING, "Text file, - for standard input, or a bundled corpus.", flag=False
    )
    encoder: str = _text(
        "char", "Kind of symbols: characters, UTF-8 bytes or pieces of words.", kind="encoder"
    )
    length: int | None = _text(
        None, "T, the number of symbols in a row, at least 4.",
        when_none="32, or 4, 8 or 16 for short lines", at_least=4, at_most=65_536,
        source="Gulrajani et al. 2017, section 5.5",
    )  # fmt: skip
    long: str = _text(
        "cut", "What happens to lines longer than T: cut, left out, or split at spaces.",
        choices=("cut", "drop", "split"), source="cut: Gulrajani et al. 2017",
    )  # fmt: skip
    max_vocabulary: int = _text(
        512, "Number of symbols at most; rarer ones become the unknown symbol.",
        at_least=1, at_most=LARGE, unless={"encoder": ("byte",)},
    )  # fmt: skip
    encoding: str = _text("utf-8", "Encoding of the text file.")
    normalise: bool = _text(True, "Letters and accents are composed (Unicode NFC).")
    columns: str = _text(
        "text", "What a line holds: text, label<TAB>text or source<TAB>target.",
        choices=("text", "labels", "pairs"), flag=False,
    )  # fmt: skip

    generator: str = _networks(
        "deconv", "Architecture of the generator, which turns noise into text.", kind="generator"
    )
    critic: str = _networks(
        "conv", "Architecture of the critic, which turns text into a score.", kind="critic"
    )
    generator_width: int = _networks(
        48, "C, channels of the generator.", at_least=1, at_most=65_536
    )
    critic_width: int = _networks(32, "C, channels of the critic.", at_least=1, at_most=65_536)
    generator_blocks: int = _networks(
        2, "Number of residual blocks; for `mlp`, of hidden layers (at least 1).",
        at_least=0, at_most=256, unless={"generator": ("dcgan",)},
    )  # fmt: skip
    critic_blocks: int = _networks(
        3,
        "Number of residual blocks; for `mlp`, of hidden layers (at least 1). The critics "
        "`strided` and `patch` halve the positions at most so many times, and fewer times at "
        "short T.",
        at_least=0, at_most=256,
    )  # fmt: skip
    normalisation: str | None = _networks(
        None, "Normalisation in the critic.", when_none=OF_THE_OBJECTIVE,
        choices=("none", "layer", "instance", "batch", "spectral"),
    )  # fmt: skip
    initialisation: str = _networks(
        "torch",
        "Initial weights: those of torch, or of the published code of Gulrajani et al. 2017.",
        choices=("torch", "published"),
    )  # fmt: skip
    noise: int = _networks(
        128, "Z, the dimension of the noise vector.", at_least=1, at_most=LARGE,
        source="Gulrajani et al. 2017",
    )  # fmt: skip
    codes: str = _networks(
        "",
        "Latent codes (InfoGAN). `10,10,c2` means two codes of ten values each, and two numbers "
        "from −1 to 1.",
        source="Chen et al. 2016",
    )  # fmt: skip
    output: str = _networks(
        "sharp",
        "What the critic receives for each symbol: sharpened or plain probabilities, the likeliest "
        "symbol, or a drawn symbol.",
        kind="output",
    )  # fmt: skip
    sharpness: float = _networks(
        20.0, "κ of the output `sharp`: softmax(κ·logits), with the gradient of softmax(logits).",
        above=0, at_most=LARGE,
        unless={"output": ("softmax", "straight-through", "gumbel", "gumbel-hard")},
    )  # fmt: skip
    temperature: float = _networks(
        1.0, "τ, temperature of the straight-through and Gumbel outputs.", above=0, at_most=LARGE,
        unless={"output": ("sharp", "softmax")}, source="Jang et al. 2017",
    )  # fmt: skip

    objective: str = _objective(
        "wgan-gp", "Loss, penalty or other limit on the critic, and the other settings of a paper.",
        kind="objective",
    )  # fmt: skip
    loss: str | None = _objective(
        None, "Loss, in place of the objective's.", when_none=OF_THE_OBJECTIVE, kind="loss"
    )
    penalty: str | None = _objective(
        None, "Penalty on the critic's slope, in place of the objective's.",
        when_none=OF_THE_OBJECTIVE, choices=("none",), kind="penalty",
    )  # fmt: skip
    penalty_weight: float | None = _objective(
        None, "λ, weight of the penalty; for `r1r2` it is γ.",
        when_none=f"{default_weight('gp'):g}; {default_weight('r1r2'):g} for `r1r2`",
        at_least=0, at_most=FINITE, unless={"penalty": ("none",)},
    )  # fmt: skip
    lipschitz: float = _objective(
        1.0, "K, the target slope of the penalties `gp`, `lp` and `fd`.", above=0, at_most=LARGE,
        unless={"penalty": ("none", "r1r2")},
    )  # fmt: skip
    constraint: str | None = _objective(
        None, "Constraint on the critic's weights, in place of the objective's.",
        when_none=OF_THE_OBJECTIVE, choices=("none", "clip"),
    )  # fmt: skip
    clip: float = _objective(
        0.01, "c: the constraint `clip` limits each weight to [−c, c].", above=0, at_most=LARGE,
        only={"constraint": ("clip",)}, source="Arjovsky et al. 2017",
    )  # fmt: skip
    fd_points: str = _objective(
        "gradient",
        "Two points of the penalty `fd`: `gradient` takes one on each side of x̂, along the "
        "critic's gradient; `chord` takes two independent points x̂.",
        choices=("gradient", "chord"), only={"penalty": ("fd",)},
    )  # fmt: skip
    fd_step: float = _objective(
        0.05, "h, half the distance between the two points.", above=0, at_most=LARGE,
        only={"penalty": ("fd",), "fd_points": ("gradient",)},
    )  # fmt: skip

    instance_noise: float = _regularizers(
        0.0, "σ at step 1 of the noise on all text that the critic receives; 0: no noise.",
        at_least=0, at_most=LARGE, source="Arjovsky and Bottou 2017, section 3",
    )  # fmt: skip
    instance_noise_steps: int = _regularizers(
        2000, "Step at which the instance noise has fallen to 0.", at_least=2, at_most=LONG,
        needs="instance_noise",
    )  # fmt: skip
    feature_matching: float = _regularizers(
        0.0,
        "Weight of the distance between the critic's mean features of real text and of generated "
        "text; 0: no such term.",
        at_least=0, at_most=FINITE, source="Salimans et al. 2016, section 3.1",
    )  # fmt: skip
    symbol_matching: float = _regularizers(
        0.0,
        "Weight of the divergence between the symbol frequencies of real and generated text; 0: no "
        "such term.",
        at_least=0, at_most=FINITE,
    )  # fmt: skip
    ngram_matching: float = _regularizers(
        1.0,
        "Weight of the divergence between the n-gram frequencies of generated and real text, "
        "n = 2, 3, 4; 0: no such term.",
        at_least=0, at_most=FINITE,
    )  # fmt: skip
    curriculum: str = _regularizers(
        "none", "Curriculum: `length` makes the text longer, `critics` makes the critic stronger.",
        choices=("none", "length", "critics"), source="Press et al. 2017; Sharma et al. 2018",
    )  # fmt: skip
    curriculum_steps: int = _regularizers(
        1000, "Step at which the curriculum ends.", at_least=2, at_most=LONG,
        unless={"curriculum": ("none",)},
    )  # fmt: skip
    code_weight: float = _regularizers(
        0.1, "λ, weight of the mutual information between --codes and text.",
        at_least=0, at_most=FINITE, needs="codes", source="Chen et al. 2016, who have 1",
    )  # fmt: skip
    pair_weight: float = _regularizers(
        10.0, "λ, weight of the mean probability of a wrong symbol in the outputs of --pairs.",
        at_least=0, at_most=FINITE, only={"columns": ("pairs",)},
        source="Isola et al. 2017, who have L1 with weight 100",
    )  # fmt: skip

    batch_size: int = _optimisation(
        64, "Number of real lines per update, and of generated lines.",
        at_least=1, at_most=10_000_000,
    )  # fmt: skip
    critic_steps: int = _optimisation(
        2, "Number of critic updates per generator update.", at_least=1, at_most=1000
    )
    optimizer: str = _optimisation(
        "soap",
        "Optimizer. SOAP is Adam in the eigenbasis of the gradients for convolutions, and plain "
        "Adam for all other weights.",
        kind="optimizer", source="Vyas et al. 2024",
    )  # fmt: skip
    generator_rate: float = _optimisation(
        4e-3, "Learning rate of the generator.", above=0, at_most=1000
    )
    critic_rate: float = _optimisation(4e-3, "Learning rate of the critic.", above=0, at_most=1000)
    beta1: float = _optimisation(
        0.0, "β₁ of the optimizer `adam`; `soap` has no momentum.", at_least=0, below=1,
        unless={"optimizer": ("soap", "rmsprop", "sgd")},
    )  # fmt: skip
    beta2: float = _optimisation(
        0.95, "β₂ of the optimizers `soap` and `adam`.", at_least=0, below=1,
        unless={"optimizer": ("rmsprop", "sgd")},
    )  # fmt: skip
    average: float = _optimisation(
        0.995, "Decay of the averaged generator, which makes the samples; 0: no average.",
        at_least=0, below=1,
    )  # fmt: skip
    average_share: float = _optimisation(
        0.125,
        "Share of all steps so far that the average covers at least; 0: only --average counts.",
        at_least=0, below=1, needs="average", source="Karras et al. 2024, section 3.1",
    )  # fmt: skip
    decay_steps: int = _optimisation(
        2000,
        "d: at step s the learning rates are multiplied by 1/√(1 + (s − 1)/d); 0: constant rates.",
        at_least=0, at_most=LONG,
    )  # fmt: skip

    steps: int | None = _stop(5000, "Total number of steps.", at_least=1, at_most=LONG)
    minutes: float | None = _stop(
        None,
        "Total minutes of training, in place of the preset's number of steps. With --steps too, "
        "the first limit that is reached stops the run.",
        above=0, at_most=LONG,
    )  # fmt: skip

    seed: int = _hardware(0, "Seed of all random numbers.", at_least=0, at_most=2**63 - 1)
    device: str = _hardware(
        "auto", "Device of all computation; auto is CUDA where there is a GPU, else the CPU.",
        choices=("auto", "cpu", "cuda"),
    )  # fmt: skip
    threads: int | None = _hardware(
        None, "Number of CPU threads.",
        when_none="OMP_NUM_THREADS if it is set, else 1 for small networks and torch's number for "
        "larger ones",
        at_least=1, at_most=4096, source="[rule](performance.md#threads-and-other-processes)",
    )  # fmt: skip
    precision: str = _hardware(
        "auto",
        "Precision of convolutions and matrix products; auto is bfloat16 where the processor has "
        "instructions for it, else float32. `tf32`, of CUDA alone, is float32 rounded to 10 bits.",
        choices=("auto", "float32", "bfloat16", "tf32"),
    )  # fmt: skip
    execution: str = _hardware(
        "eager",
        "How CUDA executes a step: `eager` call by call, `compiled` by torch.compile, `graphs` as "
        "CUDA graphs, recorded once.",
        choices=("eager", "compiled", "graphs"), source="[how](performance.md#on-a-gpu)",
    )  # fmt: skip

    log_every: int = _scores(
        50, "Number of steps between two lines of stats.jsonl.", at_least=1, at_most=LONG
    )
    evaluate_every: int = _scores(
        500, "Number of steps between two scores.", at_least=1, at_most=LONG
    )
    checkpoint_every: int = _scores(
        500, "Number of steps between two checkpoints.", at_least=1, at_most=LONG
    )
    samples: int = _scores(5120, "m, number of samples per score.", at_least=1, at_most=10_000_000)

    def __post_init__(self) -> None:
        check(self)

    @property
    def pieces(self) -> Pieces:
        """What the objective is made of: its own pieces, or those put in their place."""
        return pieces_of(self.objective, vars(self))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the config of `values`; what they lack has its default.

        Raises:
            InputError: For a key that is no setting (the nearest one is named), a missing
                `corpus`, or a value that is not valid.
        """
        check_known(values, cls)
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Return all settings as plain values."""
        return dataclasses.asdict(self)

    @classmethod
    def build(
        cls,
        overrides: Mapping[str, Any],
        *,
        preset: str = "quick",
        settings: Mapping[str, Any] | None = None,
    ) -> Self:
        """Return preset, then what objective and columns need, then `settings`, then `overrides`.

        Args:
            overrides: What the user typed; `steps` or `minutes` removes the stop that came before.
            preset: The preset below all.
            settings: Those of a file (`read_settings`): all, as of a run, or some.

        Raises:
            InputError: For an unknown preset or setting, a value that is not valid, or one that
                would be ignored; among all settings some are of what is not in use.
        """
        settings = settings or {}
        config = cls.from_dict(layered(cls, overrides, preset, settings))
        refuse_without_effect(
            overrides if has_all_settings(settings, cls) else {**settings, **overrides}, config
        )
        return config
