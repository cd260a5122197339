"""The report that goes with an exported model, without the lines of real text in it."""

import os
from dataclasses import replace
from pathlib import Path

from corpora.errors import InputError
from corpora.files import check_regular
from corpora.json_files import read_json
from textgan.evaluation.metrics.character_error_rate import SCHEMA, TranslationReport
from textgan.evaluation.report.plain import revive
from textgan.evaluation.report.report import Report
from textgan.run_evaluation.curves import read_curves

__all__ = ["FILE", "PAGE", "saved_report", "without_real_text", "write_report"]

FILE, PAGE = "report.json", "report.html"
REMEDY = "evaluate the run again"


def saved_report(run: Path, columns: str) -> Report | TranslationReport | None:
    """Return the report that `textgan evaluate` saved in a run; None where there is none.

    Raises:
        InputError: It is damaged, or is of an earlier state of the run.
    """
    path = check_regular(run / ("restoration.json" if columns == "pairs" else FILE))
    if not os.path.lexists(path):
        return None
    if columns == "pairs":
        return _translation_report(path)
    report, now = Report.load(path), read_curves(run)
    if report.curves is not None and now is not None and report.curves.steps != now.steps:
        raise InputError(f"{path} is of step {report.curves.steps[-1]:,}: {REMEDY}")
    return report


def without_real_text(report: Report | TranslationReport) -> Report | TranslationReport:
    """Return the report without lines of the training text and the held-out text.

    These are nearest training lines, the lines that transport moves samples to, and sources with
    their targets. Samples stay.
    """
    if isinstance(report, Report):
        return replace(report, nearest=None, transport=None)
    return replace(report, examples=())


def write_report(folder: Path, report: Report | TranslationReport) -> None:
    """Write the report as JSON, and that of a run that writes lines as a page as well."""
    report.save(folder / FILE)
    if isinstance(report, Report):
        from textgan.evaluation.render.html import write

        write(report, folder / PAGE)


def _translation_report(path: Path) -> TranslationReport:
    values = read_json(path, expected="the report on a run on pairs", remedy=REMEDY)
    schema = values.pop("schema", None)
    if schema != SCHEMA:
        raise InputError(f"{path} has schema {schema!r:.80}, expected {SCHEMA}; {REMEDY}")
    try:
        return revive(TranslationReport, values)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is damaged ({type(error).__name__}: {error}); {REMEDY}") from None
