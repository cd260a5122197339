"""Text GANs: train, sample and evaluate character-level Wasserstein GANs on any text file.

    Config        all settings of a run; Config.build({"corpus": "us-baby-names"})
    train         train a run and return its folder
    Sampler       text from a run: Sampler.load(run).lines(20)
    Translator    lines rewritten by a run on pairs: Translator.load(run)(lines)
    evaluate      compare lines with a reference text by their n-grams; returns a Report
    evaluate_run  the same of a run, against its own training text and held-out text
    compare       evaluate several sets of lines together; returns a Comparison
    LineScorer    the likelihood of single lines under an n-gram model of a text
    diagnose      repeat an experiment on the theory of GANs; returns a record with its figure
    Report        measures with floors, intervals and signatures; print(report), .to_html()
    Comparison    the figures of each set, and which differences are significant
    register      add a loss, penalty, network, optimizer, encoder or metric by name
    InputError    raised for mistakes of the user; its message is one line

All load on first use: `import textgan` imports neither torch nor numpy. The package `corpora` reads
texts.
"""

import importlib
from typing import Any

__all__ = [
    "Comparison",
    "Config",
    "InputError",
    "LineScorer",
    "Report",
    "Sampler",
    "Translator",
    "__version__",
    "compare",
    "diagnose",
    "evaluate",
    "evaluate_run",
    "register",
    "train",
]

_HOMES = {
    "Comparison": "textgan.evaluation.report.comparison",
    "Config": "textgan.config.settings",
    "InputError": "corpora.errors",
    "LineScorer": "textgan.evaluation.language_model.scoring",
    "Report": "textgan.evaluation.report.report",
    "Sampler": "textgan.sampling.sampler",
    "Translator": "textgan.sampling.translator",
    "compare": "textgan.evaluation.compare",
    "diagnose": "textgan.diagnostics.diagnose",
    "evaluate": "textgan.evaluation.evaluate",
    "evaluate_run": "textgan.run_evaluation.evaluate_run",
    "register": "textgan.registry",
    "train": "textgan.training.run",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attribute may be anything
    if name == "__version__":
        return _version()
    if name not in _HOMES:
        raise AttributeError(f"module 'textgan' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("textgan")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0+unknown"


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
