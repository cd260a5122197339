"""Labels by name, as a user writes them."""

import difflib
import unicodedata
from collections.abc import Sequence

from corpora.errors import InputError

__all__ = ["label_number"]


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
