"""All experiments by name; each is imported on use, so that names are listed without torch."""

from typing import TYPE_CHECKING, Any

from corpora.errors import InputError
from corpora.registry import Registry

if TYPE_CHECKING:
    from textgan.diagnostics.experiment import Experiment

__all__ = ["EXPERIMENTS", "find_experiment"]

PACKAGE = "textgan.diagnostics.experiments"

EXPERIMENTS: "Registry[Experiment[Any]]" = Registry(
    "experiment",
    {
        "lines": f"{PACKAGE}.lines:LINES",
        "transport": f"{PACKAGE}.transport:TRANSPORT",
        "vanishing": f"{PACKAGE}.vanishing:VANISHING",
        "unstable": f"{PACKAGE}.unstable:UNSTABLE",
        "clipping": f"{PACKAGE}.clipping:CLIPPING",
        "layers": f"{PACKAGE}.layers:LAYERS",
        "surfaces": f"{PACKAGE}.surfaces:SURFACES",
        "robustness": f"{PACKAGE}.robustness:ROBUSTNESS",
        "correlation": f"{PACKAGE}.correlation:CORRELATION",
        "noise": f"{PACKAGE}.noise:NOISE",
        "mlp": f"{PACKAGE}.mlp:MLP",
    },
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
