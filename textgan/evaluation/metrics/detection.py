"""How well a classifier tells the lines from held-out real text, and by which n-grams.

A classifier two-sample test (Lopez-Paz & Oquab 2017, "Revisiting Classifier Two-Sample Tests"): a
logistic regression on hashed character n-grams learns on four fifths of both texts and is asked
about the last fifth, for each fifth in turn. The figure is the AUC on lines that the classifier has
not seen: 0.5 where it can tell nothing apart, 1 where it errs nowhere. In the samples' place, real
text is as many training lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.metrics.hashed_ngrams import (
    BREAK,
    BUCKETS,
    ORDERS,
    commonest,
    hashed,
    marked,
)
from textgan.evaluation.metrics.metric import Metric, Paired
from textgan.evaluation.metrics.workspace import Case, LineSet, Workspace
from textgan.evaluation.report.report import RevealingNgram
from textgan.evaluation.statistics.auc import cross_validated_variance, overlap_factor, placements
from textgan.evaluation.statistics.normal import Variance, normal_interval
from textgan.evaluation.statistics.seeding import generator

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["DETECTION", "Detection", "classify", "detect", "revealing_ngrams"]

LINES = 5000  # of each text
MIN_LINES = 100  # of fewer there is no figure
FOLDS = 5
STRENGTH = 3.0  # C of the regression: the weight of its loss against that of ‖w‖²/2
REVEALING = 10  # n-grams that are listed of each direction


@dataclass(frozen=True, eq=False)
class Detection:
    """What a cross-validated classifier says of m samples and m real lines.

    Attributes:
        samples: the placement of each sample among the real lines of its fold, (m,).
        real: the placement of each real line among the samples of its fold, (m,), 1 where all
            samples have higher scores.
        weights: of the features, the mean over folds, (BUCKETS,): positive if they speak for
            samples.
        differences: the mean of each feature over the samples less that over the real lines.
    """

    samples: NDArray[np.float64]
    real: NDArray[np.float64]
    weights: NDArray[np.float64]
    differences: NDArray[np.float64]

    @property
    def auc(self) -> float:
        """The area under the ROC curve: the mean over samples, in which each fold counts alike."""
        return float(self.samples.mean())

    @property
    def variance(self) -> Variance:
        """Its squared standard error."""
        return cross_validated_variance((self.samples, self.real), FOLDS)

    @property
    def paired(self) -> Paired:
        """The same in parts, as all sets of samples are told from the same real lines."""
        factor = overlap_factor(FOLDS)
        sampling_variance = cross_validated_variance((self.samples,), FOLDS)
        return Paired(self.real, self.real * factor**0.5, sampling_variance, settings="delong")


def detect(samples: "csr_matrix", real: "csr_matrix", seed: int) -> Detection:
    """Return how well features of samples are told from as many of real lines, (m, BUCKETS) each.

    Args:
        samples: what is evaluated.
        real: real lines.
        seed: of the division into folds.

    Raises:
        ValueError: unequal numbers of lines, or fewer than two a fold.
    """
    from scipy.sparse import vstack  # both take their time to load
    from sklearn.linear_model import LogisticRegression

    m = samples.shape[0]
    if m != real.shape[0] or m < 2 * FOLDS:
        raise ValueError(
            f"found {m} and {real.shape[0]} lines, expected as many of both, {2 * FOLDS} or more"
        )
    rng = generator(seed, "folds")
    sample_folds, real_folds = (rng.permutation(m) % FOLDS for _ in range(2))
    of_samples, of_real, weights = np.zeros(m), np.zeros(m), np.zeros(BUCKETS)
    # Coordinate descent of the dual (liblinear) takes a third of the time of L-BFGS.
    model = LogisticRegression(
        C=STRENGTH,
        solver="liblinear",
        dual=True,
        tol=0.01,
        max_iter=1000,
        random_state=seed % 2**31,
    )
    for fold in range(FOLDS):
        tested, compared = sample_folds == fold, real_folds == fold
        kinds = np.repeat([1, 0], [int((~tested).sum()), int((~compared).sum())])
        model.fit(vstack([samples[~tested], real[~compared]]), kinds)
        scores = model.decision_function(samples[tested])
        real_scores = model.decision_function(real[compared])
        of_samples[tested] = placements(scores, real_scores)
        of_real[compared] = 1 - placements(real_scores, scores)
        weights += model.coef_[0] / FOLDS
    means = [np.asarray(part.mean(axis=0), dtype=np.float64)[0] for part in (samples, real)]
    return Detection(of_samples, of_real, weights, means[0] - means[1])


def _size(case: Case) -> int:
    return min(LINES, len(case.lines), len(case.work.held_out))


def _texts(case: Case) -> tuple[LineSet, LineSet]:
    """Return as many lines of a case as of the held-out text, at most LINES."""
    work, m = case.work, _size(case)
    held_out = work.at_most(work.held_out, m, "detection held out")
    return work.at_most(case.lines, m, "detection"), held_out


def _text_of(work: Workspace, lines: LineSet) -> list[str]:
    return Case(lines, work).text()


def _detection(case: Case) -> Detection | None:
    """Return what the classifier says of a case; None of too few lines."""
    work = case.work
    if _size(case) < MIN_LINES:
        return None

    def find() -> Detection:
        lines, held_out = _texts(case)
        real = work.cached(
            ("hashed", held_out), lambda: hashed(_text_of(work, held_out)), lasting=True
        )
        return detect(hashed(_text_of(work, lines)), real, work.seed)

    return work.cached(("detection", case.lines), find, lasting=True)


def classify(work: Workspace) -> None:
    """Find what the classifier says of samples and real lines, for when it is asked for.

    It needs no counts of n-grams, so another thread may do it before the other metrics are done.
    """
    for lines in (work.samples, work.matched):
        _detection(Case(lines, work))


def revealing_ngrams(work: Workspace) -> tuple[RevealingNgram, ...] | None:
    """Return the n-grams by which the classifier tells samples from real text.

    First those that speak for samples, then those that speak for real text, the strongest first:
    by the product of weight and difference, what a feature adds to the distance of the mean scores.
    There are none if the interval of the AUC contains 0.5, and None if there is no AUC.
    """
    case = Case(work.samples, work)
    detection = _detection(case)
    if detection is None:
        return None
    if normal_interval(detection.auc, detection.variance.error)[0] <= 0.5:
        return ()
    strength = detection.weights * detection.differences
    buckets = []
    for direction in (1, -1):
        gain = np.where(detection.weights * direction > 0, strength, 0.0)
        order = np.argsort(-gain, kind="stable")[:REVEALING]
        buckets += order[gain[order] > 0].tolist()
    samples, real = (_text_of(work, lines) for lines in _texts(case))
    ngrams = commonest([*samples, *real], buckets)
    return tuple(
        RevealingNgram(
            ngram=ngram.strip(BREAK),
            starts=ngram.startswith(BREAK),
            ends=ngram.endswith(BREAK),
            samples=of_samples,
            real=of_real,
        )
        for ngram, of_samples, of_real in zip(
            ngrams, _shares(samples, ngrams), _shares(real, ngrams), strict=True
        )
    )


def _shares(lines: Sequence[str], ngrams: Sequence[str]) -> list[float]:
    """Return the share of `lines` that have each n-gram."""
    texts = marked(lines)
    return [sum(ngram in text for text in texts) / len(texts) for ngram in ngrams]


def _figure(case: Case) -> float | None:
    detection = _detection(case)
    return None if detection is None else detection.auc


def _uncertainty(case: Case) -> Paired | None:
    detection = _detection(case)
    return None if detection is None else detection.paired


def _signature(case: Case) -> dict[str, Any]:
    return {
        "unit": "char",
        "padding": "end",
        "m": _size(case),
        "settings": f"ngrams={ORDERS[0]}-{ORDERS[-1]},buckets={BUCKETS},folds={FOLDS},"
        f"C={STRENGTH:g}",
        **case.work.held_out_fields,
    }


DETECTION = Metric(
    name="detection",
    title="AUC of a classifier",
    unit="",
    better="lower",
    form=".3f",
    blind_to=f"what n-grams of {ORDERS[-1]} characters do not show, and copying",
    family="detection",
    figure=_figure,
    uncertainty=_uncertainty,
    signature=_signature,
    real="matched",
    min_real_lines=MIN_LINES,
    bounded=True,
    interval="paired-delong+folds",
)
