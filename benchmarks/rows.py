"""The table of docs/results.md: settings of each method, its source, and when to use it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from textgan.config.objectives import other_settings
from textgan.config.presets import PRESETS
from textgan.config.settings import Config
from textgan.registry import OBJECTIVES

__all__ = ["FOR_ALL", "ROWS", "Row", "flags_of"]

FOR_ALL = {"ngram_matching": 0.0}  # methods are compared without it
BEST = {**PRESETS["best"], **FOR_ALL, "sharpness": 3.0}  # as it was when the table was made


@dataclass(frozen=True)
class Row:
    """A method: `wgan-gp` by the quick preset with some settings of its own."""

    settings: dict[str, Any]
    source: str
    when: str

    @property
    def flags(self) -> str:
        """What `textgan train` is to be given."""
        if self.settings == BEST:
            return "--preset best --sharpness 3 --ngram-matching 0"
        return flags_of(self.settings)


def flags_of(settings: Mapping[str, Any]) -> str:
    """Return the flags of `textgan train` that set these settings."""
    return " ".join(
        f"--{value}" if name == "columns" else f"--{name.replace('_', '-')} {value}"
        for name, value in settings.items()
    )


def pieces(name: str) -> dict[str, Any]:
    """Return what makes `wgan-gp` another objective, the rest of the quick preset as it is."""
    of_objective, base = (
        asdict(Config(corpus="x", objective=each).pieces) for each in (name, "wgan-gp")
    )
    return {
        piece: value
        for piece, value in of_objective.items()
        if value != base[piece] and piece != "penalty_weight"  # which the penalty brings
    }


_HOUR = "[the hour](recipe-trials.md#the-hour-preset-best)"
_DIFFERENCES = "[differences](objectives.md#the-finite-difference-penalty)"
_SOURCES = {
    "wgan-gp": ("Gulrajani et al. 2017", "start here"),
    "wgan-lp": ("Petzka et al. 2018", "as `wgan-gp`; slopes below 1 get no penalty"),
    "wgan-fd": (_DIFFERENCES, "the critic cannot be differentiated twice; short lines"),
    "wgan": ("Arjovsky et al. 2017", "to show why clipping fails"),
    "gan-minimax": ("Goodfellow et al. 2014, eq. 1", "to show mode collapse"),
    "gan": ("Goodfellow et al. 2014, §3", "the same; it saturates less, and collapses too"),
    "lsgan": ("Mao et al. 2017", "to study least squares; trains on names with quick's settings"),
    "sngan": ("Miyato et al. 2018", "a bound without a penalty; see quick's settings"),
    "rpgan": ("Huang et al. 2024", "a loss of pairs, real and generated; see quick's settings"),
}

ROWS: dict[str, Row] = {
    **{name: Row({"objective": name}, *_SOURCES[name]) for name in OBJECTIVES.built_in},
    **{
        f"{name}, quick's settings": Row(
            pieces(name), _SOURCES[name][0], "its loss and its limit, if any; else as `quick`"
        )
        for name in OBJECTIVES.built_in
        if other_settings(name)
    },
    "wgan-fd of chords": Row(
        {"objective": "wgan-fd", "fd_points": "chord"},
        _DIFFERENCES,
        "to show that chords bound too little",
    ),
    "preset best": Row(BEST, _HOUR, "training may take four minutes or more"),
    "plain softmax": Row(
        {"output": "softmax"},
        "Gulrajani et al. 2017",
        "vocabularies of hundreds of symbols; published",
    ),
    "straight-through": Row(
        {"output": "straight-through"},
        "Bengio et al. 2013",
        "short lines, where diversity matters less",
    ),
    "gumbel": Row(
        {"output": "gumbel"}, "Jang et al. 2017", "text should be a draw, not the likeliest"
    ),
    "gumbel-hard": Row({"output": "gumbel-hard"}, "Jang et al. 2017", "the same, for short lines"),
    "symbol matching": Row(
        {"output": "softmax", "symbol_matching": 1.0},
        _HOUR,
        "plain rows lose rare symbols",
    ),
    "feature matching": Row(
        {"feature_matching": 1.0},
        "Salimans et al. 2016",
        "losses without a bound oscillate; no gain here",
    ),
    "instance noise": Row(
        {"instance_noise": 0.1},
        "Arjovsky and Bottou 2017",
        "losses without a bound saturate; no gain here",
    ),
    "curriculum of lengths": Row(
        {"curriculum": "length"},
        "Press et al. 2017",
        "long lines do not train; no gain here",
    ),
    "curriculum of critics": Row(
        {"curriculum": "critics"},
        "Sharma et al. 2018",
        "the critic is too strong at the start; no gain here",
    ),
    "no averaging": Row(
        {"average": 0.0, "average_share": 0.0},
        "Gulrajani et al. 2017",
        "to measure the effect of averaging",
    ),
    "generator resnet": Row(
        {"generator": "resnet"}, "Gulrajani et al. 2017", "the published network"
    ),
    "generator mlp": Row(
        {"generator": "mlp"}, "Gulrajani et al. 2017", "to measure the effect of convolutions"
    ),
    "generator dcgan": Row(
        {"generator": "dcgan"}, "Radford et al. 2016", "cheaper steps; as good on short lines"
    ),
    "generator attention": Row(
        {"generator": "attention"},
        "Zhang et al. 2018",
        "distant positions must agree; no gain here",
    ),
    "critic strided": Row(
        {"critic": "strided"}, "Radford et al. 2016", "no residual blocks; as good on short lines"
    ),
    "critic mlp": Row({"critic": "mlp"}, "Goodfellow et al. 2014", "short lines, cheaper steps"),
    "critic attention": Row(
        {"critic": "attention"}, "Zhang et al. 2018", "distant positions must agree; slower steps"
    ),
    "critic patch": Row({"critic": "patch"}, "Isola et al. 2017", "pairs, and any text: as good"),
    "both mlp": Row(
        {"generator": "mlp", "critic": "mlp"},
        "Goodfellow et al. 2014",
        "short lines, the cheapest steps",
    ),
    "layer normalisation": Row(
        {"normalisation": "layer"},
        "Gulrajani et al. 2017, §4",
        "a critic normalised under a penalty; no gain here",
    ),
    "instance normalisation": Row(
        {"normalisation": "instance"}, "Ulyanov et al. 2016", "the same; half as many steps"
    ),
    "spectral normalisation": Row(
        {"normalisation": "spectral"},
        "Miyato et al. 2018",
        "a second bound in addition to the penalty; no gain here",
    ),
    # Of first letters, and of capitals from small letters
    "labels": Row(
        {"columns": "labels"}, "Mirza and Osindero 2014", "lines of a chosen kind are needed"
    ),
    "codes": Row({"codes": "10"}, "Chen et al. 2016", "kinds of lines are to be discovered"),
    "pairs": Row({"columns": "pairs"}, "Isola et al. 2017", "lines are to be rewritten"),
}
