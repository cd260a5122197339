"""Whether samples are nearer to the training text than to text that the model has not seen.

The distance to the closest record of data synthesis: Platzer & Reutterer 2021, "Holdout-Based
Empirical Assessment of Mixed-Type Synthetic Data", section 3.2. Of each sample the edit distance to
N training lines and to N held-out lines is compared. Both sets are drawn alike, so that a new line
of the text is as often nearer to the one as to the other: 50%, ties counted half. More than that is
what the model has of the training lines alone.

Training and held-out lines would change places without a difference to new lines. So all 2N are
divided at random again and again, and the share is computed of each division: its spread gives
the interval, and how often it is as high as that of the samples is p. Equal samples, and samples
that share a nearest line, are counted for what they are: one piece of evidence.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.metrics.edit_distance import distances
from textgan.evaluation.metrics.memorization import is_split_by_content
from textgan.evaluation.metrics.metric import Expected, Metric, OwnInterval
from textgan.evaluation.metrics.workspace import Case, LineSet, Workspace
from textgan.evaluation.report.report import Memorization
from textgan.evaluation.statistics.proportions import wilson
from textgan.evaluation.statistics.seeding import choose, generator

__all__ = ["MEMORIZATION", "Comparison", "compare_distances", "count_nearer", "least_hashes"]

SAMPLES = 500  # that are compared
LINES = 5000  # of each text at most, with which they are compared
MIN_LINES = 20  # of each text; with fewer there is no figure
DIVISIONS = 1000

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Which of 2N lines are nearest to each of m samples; the first N are of the training text.

    Attributes:
        nearest: whether a line is one of those at the least distance, (m, 2N).
        at_random: the share that is nearer to N of the lines, for each random choice of N,
            (DIVISIONS,).
    """

    nearest: Flags
    at_random: NDArray[np.float64]

    @property
    def training(self) -> Flags:
        """Whether a training line is among the nearest of each sample, (m,)."""
        return np.any(self.nearest[:, : self.nearest.shape[1] // 2], axis=1)  # type: ignore[no-any-return]

    @property
    def held_out(self) -> Flags:
        """Whether a held-out line is among the nearest of each sample, (m,)."""
        return np.any(self.nearest[:, self.nearest.shape[1] // 2 :], axis=1)  # type: ignore[no-any-return]

    @property
    def share(self) -> float:
        """The share of samples that are nearer to training lines, ties counted half."""
        return _share(self.training, self.held_out)

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of the share, of as many independent lines as vary like `at_random`.

        A share of n lines has the variance 1/(4n) if 0.5 is its expectation.
        """
        variance = float(np.mean((self.at_random - 0.5) ** 2))
        return wilson(self.share, 0.25 / variance if variance else len(self.nearest))

    @property
    def p(self) -> float:
        """How often a random division gives as high a share, that of the samples counted too."""
        as_high = int((self.at_random >= self.share - 1e-12).sum())
        return (as_high + 1) / (len(self.at_random) + 1)


def compare_distances(
    samples: list[str], training: list[str], held_out: list[str], seed: int
) -> Comparison:
    """Return which lines are nearest to each of `samples`.

    Args:
        samples: m lines, at least one.
        training: N lines.
        held_out: N lines.
        seed: of the random divisions.

    Raises:
        ValueError: no samples, or unequal numbers of lines.
    """
    N = len(training)
    if not samples or not N or len(held_out) != N:
        raise ValueError(
            f"found {len(samples)} samples, {N} training lines and {len(held_out)} held-out "
            "lines, expected some, and as many of both texts"
        )
    edits = distances(samples, [*training, *held_out])
    nearest = edits == edits.min(axis=1, keepdims=True)
    return Comparison(nearest, _at_random(nearest, seed))


def _at_random(nearest: Flags, seed: int) -> NDArray[np.float64]:
    from scipy.sparse import csr_matrix  # takes its time to load

    rng = generator(seed, "divisions")
    lines = nearest.shape[1]
    matrix = csr_matrix(nearest, dtype=np.int32)
    total = nearest.sum(axis=1)
    shares = np.empty(DIVISIONS)
    for i in range(DIVISIONS):
        is_first = np.zeros(lines, dtype=np.int32)
        is_first[rng.permutation(lines)[: lines // 2]] = 1
        of_first = matrix @ is_first
        shares[i] = _share(of_first > 0, of_first < total)
    return shares


def _share(is_first: Flags, is_second: Flags) -> float:
    return float((1.0 + is_first - is_second).mean() / 2)


def least_hashes(lines: Iterable[str], size: int, seed: int) -> list[str]:
    """Return `size` distinct lines, all distinct ones with the same probability; all if fewer.

    They are those with the least keyed hashes, so that the lines are gone through once, and memory
    does not grow with them (bottom-k sampling, Cohen & Kaplan 2007).
    """
    key = hashlib.blake2b(str(seed).encode(), digest_size=16).digest()
    kept: dict[bytes, str] = {}
    bound = b"\xff" * 8
    for line in lines:
        text = line.encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(text, digest_size=8, key=key).digest()
        if digest < bound:
            kept[digest] = line
            if len(kept) >= 2 * size + 1000:
                kept = dict(sorted(kept.items())[:size])
                bound = max(kept)
    return [line for _, line in sorted(kept.items())[:size]]


def _texts(work: Workspace) -> tuple[list[str], list[str]]:
    """Return as many training lines as held-out lines, drawn alike.

    After a split by content distinct lines were divided, so that distinct lines are drawn. Else
    lines were.
    """
    source, held_out = work.texts.source, work.texts.held_out.text
    if is_split_by_content(work):
        texts = [
            least_hashes((line for block in text for line in block), LINES, work.seed)
            for text in (source, held_out)
        ]
        size = min(map(len, texts))
        return texts[0][:size], texts[1][:size]
    size = min(LINES, len(source), len(held_out))
    training_lines, held_out_lines = (
        text.take(choose(len(text), size, work.seed, f"nearer {name}")).lines()
        for text, name in ((source, "training"), (held_out, "held out"))
    )
    return training_lines, held_out_lines


def _lines(work: Workspace) -> tuple[list[str], list[str]] | None:
    """Return the lines of both texts; None without held-out lines, or where they were drawn.

    What was drawn from the reference may have been memorized as well.
    """
    if work.texts.drawn or not len(work.held_out):
        return None
    texts = work.cached("nearer texts", lambda: _texts(work), lasting=True)
    return texts if len(texts[0]) >= MIN_LINES else None


def _comparison(case: Case) -> Comparison | None:
    work = case.work
    texts = _lines(work)
    if texts is None or not len(case.lines):
        return None
    return work.cached(
        ("nearer", case.lines),
        lambda: compare_distances(case.text(), *texts, work.seed),
        lasting=True,
    )


def count_nearer(work: Workspace) -> Memorization | None:
    """Return how many samples are nearer to which text, and p."""
    lines: LineSet = work.at_most(work.samples, SAMPLES, MEMORIZATION.name)
    comparison = _comparison(Case(lines, work))
    if comparison is None:
        return None
    training, held_out = comparison.training, comparison.held_out
    return Memorization(
        samples=len(lines),
        lines=comparison.nearest.shape[1] // 2,
        training=int((training & ~held_out).sum()),
        held_out=int((held_out & ~training).sum()),
        p=comparison.p,
    )


def _figure(case: Case) -> float | None:
    comparison = _comparison(case)
    return None if comparison is None else comparison.share


def _uncertainty(case: Case) -> OwnInterval | None:
    comparison = _comparison(case)
    return None if comparison is None else OwnInterval(comparison.interval)


def _expected(case: Case) -> Expected:
    del case
    return Expected(0.5, OwnInterval((0.5, 0.5)), {})


def _signature(case: Case) -> dict[str, Any]:
    work = case.work
    texts = _lines(work)
    drawn = "distinct" if is_split_by_content(work) else "lines"
    size = 0 if texts is None else len(texts[0])
    return {
        "unit": "char",
        "ref": work.texts.part,
        "settings": f"{drawn}={size},divisions={DIVISIONS}",
        **work.held_out_fields,
    }


MEMORIZATION = Metric(
    name="memorization",
    title="nearer to training text",
    unit="share",
    better="real",
    form=".1%",
    blind_to="rephrasing, and training lines that are not among those that were drawn",
    family="nearest training lines",
    figure=_figure,
    uncertainty=_uncertainty,
    signature=_signature,
    expected=_expected,
    max_lines=SAMPLES,
    full=True,
    bounded=True,
    interval="wilson+divisions",
)
