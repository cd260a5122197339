"""Labels of lines: by name, as a user writes them, or drawn."""

import difflib
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpora.errors import InputError
from corpora.rng import bits
from textgan.inputs.noise import Purpose
from textgan.sampling.batch import Ids
from textgan.sampling.seeds import LineSeeds

__all__ = ["draw_labels", "label_number"]


def label_number(label: str, labels: Sequence[str]) -> int:
    """Return the place of a label among `labels`, as it is written or composed (Unicode NFC).

    Raises:
        InputError: There is no such label; names the nearest, or the first ones.
    """
    for spelling in (label, unicodedata.normalize("NFC", label)):
        if spelling in labels:
            return labels.index(spelling)
    suggestions = difflib.get_close_matches(label, labels, n=1) or list(labels[:5])
    more = " …" if len(labels) > len(suggestions) else ""
    known = (
        f"it has {', '.join(suggestions)}{more}" if suggestions else "train on labels with --labels"
    )
    raise InputError(f"the run has no label {label!r}; {known}")


def draw_labels(training_labels: Ids, seeds: LineSeeds) -> NDArray[np.int64]:
    """Return a label for each line seed, (B,): as frequent as in the training text, (N,)."""
    words = bits(0, Purpose.LINE_LABEL, rows=seeds, columns=1)[:, 0]
    rows = (words % np.uint64(len(training_labels))).astype(np.int64)
    return training_labels[rows].astype(np.int64)
