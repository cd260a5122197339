"""How much of the held-out text the first samples hit: a guessing curve."""

import numpy as np

from textgan.evaluation.ngrams import equal_rows
from textgan.evaluation.ngrams.equal_rows import DistinctRows, groups
from textgan.evaluation.ngrams.windows import Rows
from textgan.evaluation.report.report import Matches

__all__ = ["matches"]


def matches(samples: Rows, held_out: Rows, matched: Rows) -> Matches:
    """Return the share of the distinct `held_out` lines that are among the first k samples.

    k is 10, 100, 1,000 … below m, and m, the number of samples: a guessing curve, as of passwords
    (Melicher et al. 2016, "Fast, Lean, and Accurate"; Hitaj et al. 2019, "PassGAN"). A
    line repeated in the held-out text counts once.

    Args:
        samples: (m, T) ids in the order of guessing, m at least 1.
        held_out: (·, T) ids, at least one row.
        matched: (·, T) ids of training lines, guessed in the samples' place; where there are fewer
            than k, all of them are guessed.
    """
    m = len(samples)
    if not m or not len(held_out):
        raise ValueError(f"found {m} samples and {len(held_out)} held-out lines, expected some")
    guesses = [10**i for i in range(1, len(str(m))) if 10**i < m] + [m]
    number = -(-max(m, len(held_out), len(matched)) // equal_rows.GROUP)
    distinct = 0
    hits = {name: np.zeros(len(guesses), dtype=np.int64) for name in ("samples", "real")}
    for held_out_places, sample_places, matched_places in zip(
        *(groups(rows, number) for rows in (held_out, samples, matched)), strict=True
    ):
        lines = DistinctRows(held_out[held_out_places])
        distinct += len(lines.rows)
        texts = ("samples", samples, sample_places), ("real", matched, matched_places)
        for name, rows, places in texts:
            first = np.full(len(lines.rows), len(rows))  # no guess, unless it is found
            place = lines.find(rows[places])
            hit = np.flatnonzero(place >= 0)
            np.minimum.at(first, place[hit], places[hit])
            hits[name] += np.searchsorted(np.sort(first[first < len(rows)]), guesses)

    def shares(name: str) -> tuple[float, ...]:
        return tuple((hits[name] / distinct).tolist())

    return Matches(guesses=tuple(guesses), samples=shares("samples"), real=shares("real"))
