"""Whether lines that were sampled with a label have it, by a classifier of real text.

It errs on real text too, so the accuracy of samples is compared with that of held-out lines,
weighted by how many samples each label has. Samples that keep to what is typical of a label, or are
copied from the training text, are classified more easily than real lines: above real text is no
praise.
So the samples of each label are compared with the training lines that have it too.

Accuracy under a classifier of real text is the GAN-test of Shmelkov et al. 2018, "How good is my
GAN?", section 3.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, hypot, sqrt

import numpy as np

from textgan.evaluation.language_model.classifier import SETTING, LabelClassifier, label_accuracy
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.diversity import unique
from textgan.evaluation.metrics.jsd import jsd
from textgan.evaluation.metrics.metric import Description
from textgan.evaluation.ngrams import counts as ngrams
from textgan.evaluation.ngrams.windows import Rows
from textgan.evaluation.report.conditions import LabelReport, LabelScore
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.signature import Part, Signature
from textgan.evaluation.statistics.jackknife import standard_error
from textgan.evaluation.statistics.normal import NORMAL_95, bounded_interval
from textgan.evaluation.statistics.proportions import Accuracy
from textgan.evaluation.statistics.seeding import choose
from textgan.evaluation.text.lines import Text
from textgan.evaluation.text.vocabulary import Vocabulary

__all__ = ["LABEL_ACCURACY", "MIN_LINES_PER_LABEL", "Labelled", "per_label_report"]

JSD_ORDER = 4  # at which figures are published
MIN_LINES_PER_LABEL = 20  # lines of a label: figures and floors of fewer say little
MAX_CONFUSED = 30  # labels whose confusion a reader may look through

LABEL_ACCURACY = Description(
    name="label-accuracy",
    title="label accuracy",
    unit="share",
    better="higher",
    form=".1%",
    blind_to="collapse within a label and copying, which both make a label easy to tell",
)


@dataclass(frozen=True)
class Labelled:
    """Lines and the number of each line's label: of samples, that of their condition."""

    lines: Sequence[str]
    labels: Sequence[int]


def per_label_report(
    names: Sequence[str],
    training: Labelled,
    samples: Labelled,
    held_out: Labelled | None = None,
    *,
    length: int,
    setting: Setting = SETTING,
    seed: int = 0,
    candidates: int | None = None,
) -> LabelReport:
    """Return how well `samples` have the labels of their condition, in all and by label.

    Args:
        names: of the labels; their numbers are the places here.
        training: real lines that the classifier learns from.
        samples: at least one, with the labels of their condition.
        held_out: real lines apart from `training`.
        length: T, the characters at which lines are cut.
        setting: of the classifier's n-gram models.
        seed: of draws that make numbers of lines equal.
        candidates: from how many each sample was chosen, for signatures.

    Raises:
        InputError: no training lines or no samples, or labels that are none of `names`.
    """
    held_out = held_out or Labelled((), ())
    classifier = LabelClassifier.fit(
        training.lines, training.labels, len(names), length=length, setting=setting
    )
    accuracy = label_accuracy(classifier, samples.lines, samples.labels)
    texts = _Texts(training, samples, held_out, length, candidates)
    signature = Signature(
        metric="label-accuracy",
        n=setting.order,
        smoothing=f"{setting.smoothing}+uniform",
        padding="end",
        length=length,
        vocabulary=classifier.vocabulary.unknown + 1,
        m=accuracy.lines,
        candidates=candidates,
        ref=texts.parts[0],
        interval="wilson",
        settings=f"labels={len(names)},prior=training",
    )
    real = real_signature = weighted = ratio = interval = None
    if len(held_out.lines):
        real = label_accuracy(classifier, held_out.lines, held_out.labels)
        real_signature = str(texts.with_held_out(replace(signature, m=real.lines), "wilson+delta"))
        weighted, ratio, interval = _ratio(accuracy, real, len(names))
    return LabelReport(
        samples=_reported(accuracy),
        real=None if real is None else _reported(real),
        real_as_asked=weighted,
        ratio=ratio,
        ratio_interval=interval,
        labels=tuple(
            texts.score(label, name, accuracy, real, seed) for label, name in enumerate(names)
        ),
        signature=str(signature),
        real_signature=real_signature,
    )


def _ratio(
    samples: Accuracy, real: Accuracy, labels: int
) -> tuple[float | None, float | None, tuple[float, float] | None]:
    """Return the accuracy of real text, weighted as the samples, the ratio to it, its interval.

    The interval is normal in the logarithm of the ratio: SE² = (SE_ours / ours)² + (SE_real /
    real)², by the delta method. SE² of each label's share is `Share.variance`.
    """
    pairs = [
        (a, b)
        for label in range(labels)
        if (a := samples.of(label)) is not None and (b := real.of(label)) is not None
    ]
    if not pairs:
        return None, None, None
    lines = np.array([a.lines for a, _ in pairs])
    weights = lines / lines.sum()
    sides = list(zip(*pairs, strict=True))  # the shares of the samples, and those of real text
    means = [weights @ [label.share for label in side] for side in sides]
    errors = [sqrt(weights**2 @ [label.variance for label in side]) for side in sides]
    weighted = float(means[1])
    if not weighted:
        return weighted, None, None
    ratio = float(means[0] / means[1])
    if not ratio:
        return weighted, ratio, None
    wide = exp(NORMAL_95 * hypot(errors[0] / means[0], errors[1] / means[1]))
    return weighted, ratio, (ratio / wide, ratio * wide)


def _reported(accuracy: Accuracy) -> Accuracy:
    """Return what a report holds: of many labels no confusion matrix."""
    assert accuracy.confusion is not None
    many = len(accuracy.confusion) > MAX_CONFUSED
    return replace(accuracy, confusion=None) if many else accuracy


class _Texts:
    """Training text, samples and held-out text as rows over one vocabulary, by label.

    A text's hash is that of its lines `label<TAB>text`: other labels are another task.
    """

    def __init__(
        self,
        training: Labelled,
        samples: Labelled,
        held_out: Labelled,
        length: int,
        candidates: int | None,
    ) -> None:
        parts = (training, samples, held_out)
        texts = [Text(part.lines, length) for part in parts]
        vocabulary = Vocabulary(texts)
        self.V, self.length, self.candidates = len(vocabulary), length, candidates
        self.parts = [_part(part, length) for part in parts]
        self._rows = [vocabulary.rows(text).array() for text in texts]
        self._labels = [np.asarray(part.labels, dtype=np.int64) for part in parts]

    def score(
        self, label: int, name: str, accuracy: Accuracy, real: Accuracy | None, seed: int
    ) -> LabelScore:
        """Return the figures of one label."""
        training, samples, held_out = (
            rows[labels == label] for rows, labels in zip(self._rows, self._labels, strict=True)
        )
        measured = bool(len(samples) and len(training))
        signature = Signature(
            metric="", length=self.length, m=len(samples), ref=self.parts[0],
            settings=f"label={label}", candidates=self.candidates,
        )  # fmt: skip
        return LabelScore(
            name=name,
            lines=len(samples),
            training=len(training),
            held_out=len(held_out),
            samples=accuracy.of(label),
            real=None if real is None else real.of(label),
            jsd=self._jsd(training, samples, held_out, signature, seed) if measured else None,
            unique=self._unique(training, samples, signature, seed) if measured else None,
        )

    def with_held_out(self, signature: Signature, interval: str) -> Signature:
        """Return the signature of a number that held-out lines bear on."""
        return replace(signature, held_out=self.parts[2], split="given", interval=interval)

    def _jsd(
        self, training: Rows, samples: Rows, held_out: Rows, base: Signature, seed: int
    ) -> Measure:
        n = min(JSD_ORDER, self.length)
        q = ngrams.count(training, n, self.V)
        signature = replace(base, metric="jsd", n=n, smoothing="none", padding="counted")
        samples_only = Measure(
            samples=jsd(ngrams.count(samples, n, self.V), q), signature=str(signature)
        )
        if len(held_out) < MIN_LINES_PER_LABEL:
            return samples_only
        m = min(len(samples), len(held_out))
        equal = (
            samples[choose(len(samples), m, seed, "excess")],
            held_out[choose(len(held_out), m, seed, "floor")],
        )
        level, floor = (jsd(ngrams.count(rows, n, self.V), q) for rows in equal)
        errors = [standard_error(rows, q, "jsd") for rows in equal] if m > 1 else None
        signature = self.with_held_out(
            replace(signature, metric="jsd-floor", m=m, seed=seed), "jackknife"
        )
        interval = None if errors is None else bounded_interval(level - floor, hypot(*errors))
        return samples_only.with_real(floor, level, interval, str(signature))

    def _unique(self, training: Rows, samples: Rows, base: Signature, seed: int) -> Measure:
        m = min(len(samples), len(training))
        matched = training[choose(len(training), m, seed, "twins")]
        drawn = samples[choose(len(samples), m, seed, "variety")]
        signature = replace(base, metric="unique")
        samples_only = Measure(samples=unique(samples), signature=str(replace(signature, ref=None)))
        real_signature = replace(signature, m=m, seed=seed)
        return samples_only.with_real(unique(matched), unique(drawn), None, str(real_signature))


def _part(labelled: Labelled, length: int) -> Part:
    pairs = zip(labelled.labels, labelled.lines, strict=True)
    text = "\n".join(f"{label}\t{line[:length]}" for label, line in pairs)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass"))
    return Part(len(labelled.lines), digest.hexdigest()[:8])
