"""All experiments by name; each is imported on use, so that names are listed without torch."""

from typing import TYPE_CHECKING, Any

from corpora.errors import InputError
from corpora.registry import Registry

if TYPE_CHECKING:
    from textgan.diagnostics.experiment import Experiment

__all__ = ["EXPERIMENTS", "find_experiment"]

PACKAGE = "textgan.diagnostics.experiments"
NAMES = (
    "lines",
    "transport",
    "vanishing",
    "unstable",
    "clipping",
    "layers",
    "surfaces",
    "robustness",
    "correlation",
    "noise",
    "mlp",
)

EXPERIMENTS: "Registry[Experiment[Any]]" = Registry(
    "experiment", {name: f"{PACKAGE}.{name}:{name.upper()}" for name in NAMES}
)


def find_experiment(name: str) -> "Experiment[Any]":
    """Return the experiment of that name.

    Raises:
        InputError: There is none; the message lists all.
    """
    if name not in EXPERIMENTS.built_in:
        raise InputError(
            f"found no experiment {name!r}, expected one of {', '.join(EXPERIMENTS.built_in)}"
        )
    return EXPERIMENTS[name]
