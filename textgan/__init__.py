"""Pure text GANs: train, sample and judge character-level Wasserstein GANs on any text file.

The names below load on first use, so that `import textgan` costs no torch:

- `Config`, `train`: train a run, with callbacks.
- `Sampler`: text from a run, one seed a line.
- `evaluate`, `Report`: an n-gram report on any lines.
"""

import importlib
from importlib.metadata import PackageNotFoundError, version
from typing import Any

__all__ = ["Config", "Report", "Sampler", "__version__", "evaluate", "train"]

try:
    __version__ = version("textgan")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0+unknown"

_HOMES = {
    "Config": "textgan.configs",
    "Report": "textgan.evaluation.report",
    "Sampler": "textgan.sampling",
    "evaluate": "textgan.evaluation.judge",
    "train": "textgan.training.run",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attribute may be anything
    if name not in _HOMES:
        raise AttributeError(f"module 'textgan' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
