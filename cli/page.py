"""The page of `textgan evaluate --html`."""

from pathlib import Path
from typing import Any

import click

from cli.progress import progress
from corpora.errors import InputError
from textgan.evaluation.report.report import Report

__all__ = ["write_page"]


def write_page(report: Report, path: Path, run: Path | None) -> None:
    """Write the page of a report; that of a run has its check-up."""
    from textgan.evaluation.render.html import write

    write(report, path, None if run is None else _check_up(run))
    click.echo(f"page: {path}", err=True)


def _check_up(run: Path) -> dict[str, Any] | None:
    """Return the check-up of a run as plain values; None where a file that it needs is missing."""
    from textgan.diagnostics.checkup.check_up import check_up

    try:
        with progress("checking the run"):
            return check_up(run).to_dict()
    except InputError as error:
        click.echo(f"textgan: {error}; the page has no check-up", err=True)
        return None
