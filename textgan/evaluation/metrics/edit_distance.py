"""The training line nearest to each sample by edit distance.

The distance is Levenshtein's (1966): the least number of symbols to insert, delete or replace.
Every pair is measured, by rapidfuzz in blocks on all processors: exact, some 25 million pairs of 32
symbols per second, in memory that does not grow with the text.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.metrics.metric import Metric, variance_of_mean
from textgan.evaluation.metrics.workspace import Case, Workspace
from textgan.evaluation.report.report import Nearest
from textgan.evaluation.statistics.normal import Variance

__all__ = ["NEAREST", "distances", "nearest", "nearest_lines"]

BLOCK_PAIRS = 1 << 22
SEARCHED = 500  # lines whose nearest training line is looked for

Line = TypeVar("Line", bound=Sequence[Hashable])


def nearest(
    samples: Sequence[Line], text: Iterable[Sequence[Line]], *, of_text: bool = False
) -> list[tuple[Line, int]]:
    """Return, for each of `samples`, the line of `text` nearest to it and the edits between them.

    Of equally near lines it is the first in the text.

    Args:
        samples: lines: strings, or tuples of words or pieces.
        text: blocks of lines of the same kind, gone through once.
        of_text: whether the samples are lines of the text themselves: the first line equal to a
            sample is then passed over as the sample itself. An equal line after it is none the
            less its nearest.

    Raises:
        ValueError: `text` has no line for a sample to be compared with.
    """
    size = max(1, BLOCK_PAIRS // max(1, len(samples)))
    lines: list[Line | None] = [None] * len(samples)
    edits = np.full(len(samples), np.iinfo(np.int64).max)
    passed = np.full(len(samples), not of_text)
    for block in text:
        for start in range(0, len(block), size):
            part = block[start : start + size]
            block_edits = distances(samples, part)
            if not passed.all():
                _exclude_equal(block_edits, passed)
            place = block_edits.argmin(axis=1)  # the first of equals
            least = block_edits[np.arange(len(samples)), place]
            nearer = least < np.minimum(edits, _unreachable(block_edits))
            edits[nearer] = least[nearer]
            for i in np.flatnonzero(nearer).tolist():
                lines[i] = part[place[i]]
    compared = [
        (line, int(least)) for line, least in zip(lines, edits, strict=True) if line is not None
    ]
    if len(compared) < len(samples):
        raise ValueError("found no line to compare with, expected at least one of the text")
    return compared


def distances(samples: Sequence[Line], lines: Sequence[Line]) -> NDArray[np.unsignedinteger[Any]]:
    """Return the edit distance of each of `samples` to each of `lines`: (N, M)."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    texts = _as_text(samples, lines)
    longest = max((len(line) for text in texts for line in text), default=0)
    # Never the largest number of its type, which is left for lines that are passed over.
    dtype = np.uint8 if longest < 255 else np.uint32
    edits: NDArray[np.unsignedinteger[Any]] = cdist(
        *texts, scorer=Levenshtein.distance, dtype=dtype, workers=-1
    )
    return edits


def _as_text(
    samples: Sequence[Line], lines: Sequence[Line]
) -> tuple[Sequence[Sequence[Hashable]], Sequence[Sequence[Hashable]]]:
    """Return both, other symbols than characters replaced by characters: equal ones by equal ones.

    rapidfuzz would compare their hashes: the word "" has that of the character NUL. What no sample
    has need not be distinguished.
    """
    if all(isinstance(line, str) for text in (samples, lines) for line in text):
        return samples, lines
    known: dict[Hashable, str] = {}
    for line in samples:
        for symbol in line:
            known.setdefault(symbol, chr(len(known) + 1))
    texts = (
        ["".join(known.get(symbol, "\0") for symbol in line) for line in text]
        for text in (samples, lines)
    )
    return next(texts), next(texts)


def _exclude_equal(edits: NDArray[np.unsignedinteger[Any]], passed: NDArray[np.bool_]) -> None:
    """Put the first equal line of each sample out of reach, once."""
    place = edits.argmin(axis=1)
    first_equal = np.flatnonzero(~passed & (edits[np.arange(len(edits)), place] == 0))
    edits[first_equal, place[first_equal]] = _unreachable(edits)
    passed[first_equal] = True


def _unreachable(edits: NDArray[np.unsignedinteger[Any]]) -> int:
    return int(np.iinfo(edits.dtype).max)


def nearest_lines(work: Workspace) -> tuple[Nearest, ...]:
    """Return the samples that were searched for, those nearest to the training text first."""
    lines = work.at_most(work.samples, SEARCHED, NEAREST.name)
    compared = _compared(Case(lines, work))
    return tuple(sorted(compared, key=lambda pair: (pair.edits, -len(pair.sample))))


def _compared(case: Case) -> list[Nearest]:
    def search() -> list[Nearest]:
        texts, samples = case.work.texts, case.text()
        lines = nearest(samples, texts.source.without(texts.drawn_at))
        return [
            Nearest(sample=sample, training=line, edits=edits)
            for sample, (line, edits) in zip(samples, lines, strict=True)
        ]

    return case.work.cached(("nearest", case.lines), search, lasting=True)


def _shares(case: Case) -> NDArray[np.float64]:
    """Return the edits of each line by its length; those of an empty line whole."""
    return np.array([line.edits / max(1, len(line.sample)) for line in _compared(case)])


def _figure(case: Case) -> float | None:
    return float(_shares(case).mean())


def _uncertainty(case: Case) -> Variance | None:
    return variance_of_mean(_shares(case))


def _signature(case: Case) -> dict[str, Any]:
    return {"unit": "char", "ref": case.work.texts.part, **case.work.held_out_fields}


NEAREST = Metric(
    name="nearest",
    title="nearest training line",
    unit="edits per character",
    better="real",
    form=".3f",
    blind_to="rephrasing, joined halves of two training lines, and the diversity of samples",
    family="nearest training lines",
    figure=_figure,
    uncertainty=_uncertainty,
    signature=_signature,
    max_lines=SEARCHED,
    full=True,
    interval="normal",
)
