"""What anyone could hand in without a GAN: lines that bound the samples from below and above.

- `training lines`: drawn with replacement. A perfect score, and nothing new.
- `6-gram` to `2-gram`, `unigram`: each symbol drawn by its share after the n − 1 before it in the
  training text, the line's end included (Shannon 1948, section 3).
- `uniform`: each symbol, and the end, as likely as any other.
"""

from collections.abc import Mapping

import numpy as np

from textgan.evaluation.likelihood import NgramModel
from textgan.evaluation.ngrams import Rows
from textgan.evaluation.text import PADDING, IdRows

__all__ = ["SAMPLERS", "baselines"]

SAMPLERS = (6, 5, 4, 3, 2, 1)  # orders of the n-gram samplers


def baselines(
    training: IdRows, model: NgramModel, vocabulary_size: int, m: int, width: int, seed: int
) -> Mapping[str, Rows]:
    """Return m rows (m, width) of each baseline by its name, the nearest to real text first.

    Args:
        training: the text that they imitate.
        model: of it, of the highest of the orders in `SAMPLERS`.
        vocabulary_size: V, the padding included.
        m: lines of each.
        width: W, symbols to a row.
        seed: of all draws.
    """
    rng = np.random.default_rng((seed, int.from_bytes(b"baselines")))
    drawn = training.places(np.sort(rng.integers(len(training), size=m)))
    rows = {"training lines": rng.permutation(training.take(drawn))}
    for n in SAMPLERS:
        name = f"{n}-gram" if n > 1 else "unigram"
        rows[name] = model.generate(m, width, seed, order=n)
    symbols = rng.integers(vocabulary_size, size=(m, width)).astype(rows["unigram"].dtype)
    ended = np.logical_or.accumulate(symbols == PADDING, axis=1)
    rows["uniform"] = np.where(ended, PADDING, symbols).astype(symbols.dtype)
    return rows
