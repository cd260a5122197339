"""Run folders: what is where in one, its settings, state, log, weights, lock; and exports."""

from textgan.runs.checkpoint_choice import MIN_VALIDATION_LINES, default_checkpoint, reason_for_last
from textgan.runs.creation import new_path, new_run_folder
from textgan.runs.exported import is_exported
from textgan.runs.folder import (
    checkpoint,
    corpora_in,
    corpus_folder,
    find,
    fingerprint,
    latest,
    listed,
)
from textgan.runs.lock import locked
from textgan.runs.state import read_config, read_state, write_config, write_state

__all__ = [
    "MIN_VALIDATION_LINES",
    "checkpoint",
    "corpora_in",
    "corpus_folder",
    "default_checkpoint",
    "find",
    "fingerprint",
    "is_exported",
    "latest",
    "listed",
    "locked",
    "new_path",
    "new_run_folder",
    "read_config",
    "read_state",
    "reason_for_last",
    "write_config",
    "write_state",
]
