"""Run folders: what stands where, tensors on disk, the log, locks."""

from textgan.runs.folder import (
    FEWEST_TO_CHOOSE,
    checkpoint,
    chosen,
    corpus_folder,
    find,
    held,
    latest,
    listed,
    new_path,
    read_config,
    read_state,
    staged,
    standing,
    too_few,
    write_config,
    write_json,
)

__all__ = [
    "FEWEST_TO_CHOOSE",
    "checkpoint",
    "chosen",
    "corpus_folder",
    "find",
    "held",
    "latest",
    "listed",
    "new_path",
    "read_config",
    "read_state",
    "staged",
    "standing",
    "too_few",
    "write_config",
    "write_json",
]
