"""Which checkpoint of a run is used where the user names none.

`best` is the one with the best score on validation text. Few validation lines choose it by chance:
docs/recipe.md says how often k lines choose right.
"""

from collections.abc import Callable
from pathlib import Path

from corpora.counts import counted
from corpora.store import HEADER, read_header
from textgan.runs.folder import corpus_folder

__all__ = ["MIN_VALIDATION_LINES", "default_checkpoint", "reason_for_last"]

MIN_VALIDATION_LINES = 100  # fewer do not choose a checkpoint


def default_checkpoint(run: Path, note: Callable[[str], None] = lambda _reason: None) -> str:
    """Return `best`, or `last` where a run has too few validation lines to choose the best.

    `note` is then called with the reason.
    """
    reason = reason_for_last(read_header(corpus_folder(run) / HEADER)["sizes"]["valid"])
    if reason is None:
        return "best"
    note(reason)
    return "last"


def reason_for_last(validation_lines: int) -> str | None:
    """Return why `last` is used with so many validation lines; None where `best` is used."""
    if validation_lines >= MIN_VALIDATION_LINES:
        return None
    lines = counted(validation_lines, "validation line")
    return (
        f"{lines}, fewer than the {MIN_VALIDATION_LINES} that choose a best checkpoint: "
        "using the last"
    )
