"""The head of a model card: YAML that the Hugging Face hub reads."""

import json
from collections.abc import Iterator

from textgan.evaluation.metrics.character_error_rate import TranslationReport
from textgan.evaluation.render.main_measures import main
from textgan.evaluation.render.titles import short_title
from textgan.evaluation.render.visible import visible
from textgan.evaluation.report.report import Report

__all__ = ["HUB_LICENCES", "front_matter"]

# Names that the hub has for licences of texts; any other is `other` with a name of its own.
HUB_LICENCES = frozenset(
    [
        "apache-2.0",
        "mit",
        "cc0-1.0",
        "cc-by-2.0",
        "cc-by-2.5",
        "cc-by-3.0",
        "cc-by-4.0",
        "cc-by-sa-3.0",
        "cc-by-sa-4.0",
        "cc-by-nc-2.0",
        "cc-by-nc-3.0",
        "cc-by-nc-4.0",
        "cc-by-nd-4.0",
        "cc-by-nc-nd-3.0",
        "cc-by-nc-nd-4.0",
        "cc-by-nc-sa-2.0",
        "cc-by-nc-sa-3.0",
        "cc-by-nc-sa-4.0",
        "cdla-permissive-1.0",
        "cdla-permissive-2.0",
        "cdla-sharing-1.0",
        "bsd-2-clause",
        "bsd-3-clause",
        "etalab-2.0",
        "gfdl",
        "gpl-2.0",
        "gpl-3.0",
        "agpl-3.0",
        "lgpl-3.0",
        "mpl-2.0",
        "odbl",
        "odc-by",
        "pddl",
        "unlicense",
        "wtfpl",
    ]
)


def front_matter(
    licence: str | None,
    *,
    pairs: bool,
    onnx: bool,
    name: str,
    report: Report | TranslationReport | None,
) -> str:
    """Return the head, between its two lines of hyphens.

    Strings are written as in JSON, which is a part of YAML.

    Args:
        licence: Of the training text; None leaves it out.
        pairs: Whether the model rewrites lines; the hub has no task of that name.
        onnx: Whether there is an ONNX graph.
        name: Of the model.
        report: Its figures are the results of the model; None leaves them out.
    """
    tags = ["textgan", "gan", "wasserstein-gan", "synthetic-data", *(["onnx"] if onnx else [])]
    lines = [
        *_licence(licence),
        "library_name: textgan",
        *([] if pairs else ["pipeline_tag: text-generation"]),
        f"tags: {json.dumps(tags)}",
        *(_results(name, report) if isinstance(report, Report) else []),
    ]
    return "\n".join(["---", *lines, "---", ""])


def _licence(licence: str | None) -> Iterator[str]:
    if licence is None:
        return
    if licence.lower() in HUB_LICENCES:
        yield f"license: {licence.lower()}"
    else:
        yield "license: other"
        yield f"license_name: {json.dumps(visible(licence))}"


def _results(name: str, report: Report) -> Iterator[str]:
    """Yield the main figures of a report in the form of the hub, `model-index`."""
    metrics = [
        {"type": measure, "name": short_title(measure), "value": value}
        for measure in main(report)
        if (value := report.measures[measure].samples) is not None
    ]
    result = {
        "task": {"type": "text-generation"},
        "dataset": {"type": "text", "name": visible(report.against)},
        "metrics": metrics,
    }
    yield f"model-index: {json.dumps([{'name': name, 'results': [result]}])}"
