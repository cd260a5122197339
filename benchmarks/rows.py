"""The methods of README's table: what `textgan train` is given, where from, and when to use it."""

from dataclasses import asdict, dataclass
from typing import Any

from textgan.presets import OBJECTIVE_SETTINGS, OBJECTIVES, PRESETS

__all__ = ["ROWS", "Row"]


@dataclass(frozen=True)
class Row:
    """A method: `wgan-gp` by the quick preset with some settings of its own."""

    settings: dict[str, Any]
    source: str
    when: str

    @property
    def flags(self) -> str:
        """What `textgan train` is to be given."""
        if self.settings == PRESETS["best"]:
            return "--preset best"
        return " ".join(
            f"--{value}" if name == "columns" else f"--{name.replace('_', '-')} {value}"
            for name, value in self.settings.items()
        )


def pieces(name: str) -> dict[str, Any]:
    """Return what makes `wgan-gp` another objective, the rest of the quick preset as it is."""
    own, base = asdict(OBJECTIVES[name]), asdict(OBJECTIVES["wgan-gp"])
    return {piece: value for piece, value in own.items() if value != base[piece]}


_HOUR = "[the hour](docs/recipe.md#the-hour---preset-best)"
_DIFFERENCES = "[below](#the-finite-difference-penalty)"
_SOURCES = {
    "wgan-gp": ("Gulrajani et al. 2017", "nearly always: slopes are pulled to 1"),
    "wgan-lp": ("Petzka et al. 2018", "slopes below 1 are left alone"),
    "wgan-fd": (_DIFFERENCES, "no second derivatives"),
    "wgan": ("Arjovsky et al. 2017", "to show why clipping fails"),
    "gan-minimax": ("Goodfellow et al. 2014, eq. 1", "to show how it saturates"),
    "gan": ("Goodfellow et al. 2014, §3", "the classic, to compare with"),
    "lsgan": ("Mao et al. 2017", "regression to 1 and 0, to compare with"),
    "sngan": ("Miyato et al. 2018", "a bound without a penalty"),
    "rpgan": ("Huang et al. 2024", "real lines against generated ones"),
}

ROWS: dict[str, Row] = {
    **{name: Row({"objective": name}, *_SOURCES[name]) for name in OBJECTIVES},
    **{
        f"{name}, quick's settings": Row(
            pieces(name), _SOURCES[name][0], "the loss alone in place of that of `wgan-gp`"
        )
        for name in OBJECTIVES
        if name in OBJECTIVE_SETTINGS
    },
    "wgan-fd of chords": Row(
        {"objective": "wgan-fd", "fd_points": "chord"},
        _DIFFERENCES,
        "to show that chords bound too little",
    ),
    "preset best": Row(PRESETS["best"], _HOUR, "an hour, not minutes"),
    "plain softmax": Row({"output": "softmax"}, "Gulrajani et al. 2017", "the published rows"),
    "straight-through": Row(
        {"output": "straight-through"}, "Bengio et al. 2013", "the critic is to see text alone"
    ),
    "gumbel": Row({"output": "gumbel"}, "Jang et al. 2017", "text is to be a draw"),
    "gumbel-hard": Row({"output": "gumbel-hard"}, "Jang et al. 2017", "the same, in whole symbols"),
    "symbol matching": Row(
        {"output": "softmax", "symbol_matching": 1.0},
        _HOUR,
        "plain rows lose rare symbols",
    ),
    "feature matching": Row(
        {"feature_matching": 1.0}, "Salimans et al. 2016", "losses without a bound oscillate"
    ),
    "instance noise": Row(
        {"instance_noise": 0.1}, "Arjovsky and Bottou 2017", "losses without a bound saturate"
    ),
    "curriculum of lengths": Row(
        {"curriculum": "length"}, "Press et al. 2017", "long lines do not begin to train"
    ),
    "curriculum of critics": Row(
        {"curriculum": "critics"}, "Sharma et al. 2018", "the critic wins at the start"
    ),
    "no averaging": Row(
        {"average": 0.0, "average_share": 0.0},
        "Gulrajani et al. 2017",
        "to see what it is worth",
    ),
    "generator resnet": Row(
        {"generator": "resnet"}, "Gulrajani et al. 2017", "the published network"
    ),
    "generator mlp": Row({"generator": "mlp"}, "Gulrajani et al. 2017", "no convolutions"),
    "generator dcgan": Row({"generator": "dcgan"}, "Radford et al. 2016", "to compare with"),
    "generator attention": Row(
        {"generator": "attention"}, "Zhang et al. 2018", "what is far apart must fit"
    ),
    "critic strided": Row({"critic": "strided"}, "Radford et al. 2016", "few positions to compute"),
    "critic mlp": Row({"critic": "mlp"}, "Goodfellow et al. 2014", "no convolutions"),
    "critic attention": Row(
        {"critic": "attention"}, "Zhang et al. 2018", "what is far apart must fit"
    ),
    "critic patch": Row({"critic": "patch"}, "Isola et al. 2017", "pairs; local likeness suffices"),
    "both mlp": Row(
        {"generator": "mlp", "critic": "mlp"}, "Goodfellow et al. 2014", "no convolutions at all"
    ),
    "layer normalisation": Row(
        {"normalisation": "layer"}, "Gulrajani et al. 2017, §4", "in place of batch normalisation"
    ),
    "instance normalisation": Row(
        {"normalisation": "instance"}, "Ulyanov et al. 2016", "to compare with"
    ),
    "spectral normalisation": Row(
        {"normalisation": "spectral"}, "Miyato et al. 2018", "a second bound beside the penalty"
    ),
    # Of first letters, and of capitals from small letters
    "labels": Row({"columns": "labels"}, "Mirza and Osindero 2014", "text is to be asked for"),
    "codes": Row({"codes": "10"}, "Chen et al. 2016", "kinds of text are to be found"),
    "pairs": Row({"columns": "pairs"}, "Isola et al. 2017", "a text is to be made of another"),
}
