"""Baselines that need no GAN: lines that bound the scores of samples from below and above.

- `training lines`: drawn with replacement. A perfect score, and nothing new.
- `6-gram` to `2-gram`, `unigram`: each symbol drawn as often as it follows the n − 1 symbols before
  it in the training text, the end of the line included (Shannon 1948, section 3).
- `uniform`: each symbol, and the end, with the same probability.
"""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.language_model.model import NgramModel
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.windows import PADDING, Rows
from textgan.evaluation.statistics.seeding import generator
from textgan.evaluation.text.spool import Spool
from textgan.evaluation.text.vocabulary import IdRows

__all__ = ["NAMES", "SAMPLERS", "baselines", "samplers"]

SAMPLERS = (6, 5, 4, 3, 2, 1)  # orders of the n-gram samplers
BLOCK_SYMBOLS = 1 << 20  # drawn together
NAMES = tuple(f"{n}-gram" if n > 1 else "unigram" for n in SAMPLERS)


def baselines(
    training: IdRows, model: NgramModel, vocabulary_size: int, m: int, width: int, seed: int
) -> Mapping[str, Rows]:
    """Return m rows of each baseline by its name, the nearest to real text first.

    Rows are cut at `width` symbols, and no wider than the longest of them and one padding.

    Args:
        training: the text whose lines and n-grams they draw from.
        model: of that text, of the highest of the orders in `SAMPLERS`.
        vocabulary_size: V, the padding included.
        m: lines of each baseline.
        width: W, symbols of a row.
        seed: of all draws.
    """
    rng = generator(seed, "baselines")
    drawn = training.places(np.sort(rng.integers(len(training), size=m)))
    rng.shuffle(np.zeros(m, np.uint8))  # not used, but drawn, so that later draws stay as they were
    rows = {"training lines": training.take(drawn)}
    rows |= samplers(model, m, width, seed)
    rows["uniform"] = _stored(_uniform(rng, vocabulary_size, m, width), width)
    return rows


def samplers(model: NgramModel, m: int, width: int, seed: int) -> dict[str, Rows]:
    """Return m rows (m, width) of each n-gram sampler by its name, the highest order first."""
    return {
        name: _stored(model.drawn(m, width, seed, order=n), width)
        for name, n in zip(NAMES, SAMPLERS, strict=True)
    }


def _uniform(
    rng: np.random.Generator, vocabulary_size: int, m: int, width: int
) -> Iterator[NDArray[np.int64]]:
    for part in external.slices(m, max(1, BLOCK_SYMBOLS // width)):
        symbols = rng.integers(vocabulary_size, size=(part.stop - part.start, width))
        ended = np.logical_or.accumulate(symbols == PADDING, axis=1)
        yield np.where(ended, PADDING, symbols)


def _stored(pieces: Iterable[Rows], width: int) -> Rows:
    """Return all pieces (·, width) as one array, on disk unless it is small."""
    spool = Spool(width)
    for piece in pieces:
        spool.append(piece)
    columns = min(width, spool.used + 1)
    external.check_room(
        len(spool) * columns * spool.dtype.itemsize,
        f"{len(spool):,} lines of {columns:,} symbols of a baseline",
    )
    return external.stack(spool, columns, spool.dtype)
