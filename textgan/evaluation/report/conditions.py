"""How well a run follows its condition, labels and codes: parts of a report."""

from dataclasses import dataclass

from textgan.evaluation.report.measure import Measure
from textgan.evaluation.statistics.proportions import Accuracy, Share

__all__ = ["Changed", "CodeReport", "LabelReport", "LabelScore"]


@dataclass(frozen=True, kw_only=True)
class LabelScore:
    """The samples of one label.

    Attributes:
        name: of the label.
        lines: samples of this label.
        training: training lines that have it.
        held_out: held-out lines that have it.
        samples: how many of the samples are classified as it; None without any.
        real: of the held-out lines.
        jsd: JSD of n-grams against the training lines that have it, its floor that of as many
            held-out lines that have it, where there are at least 20; None without lines of both.
        unique: distinct lines as a share of the samples, compared with as many training lines.
    """

    name: str
    lines: int
    training: int
    held_out: int
    samples: Share | None
    real: Share | None
    jsd: Measure | None
    unique: Measure | None


@dataclass(frozen=True, kw_only=True)
class LabelReport:
    """How well samples keep to the labels of their condition.

    Attributes:
        samples: all samples.
        real: held-out lines under the same classifier; None without any.
        real_as_asked: the accuracy of held-out lines were their labels as common as those of the
            samples; labels without held-out lines are left out of this, and of the ratio.
        ratio: the accuracy of the samples, by real_as_asked; None where that is 0 or unknown.
        ratio_interval: of the ratio, 95%, the classifier taken as given; None where an accuracy
            is 0.
        labels: each label, in the order of their numbers.
        signature: of `samples`.
        real_signature: of `real`, `real_as_asked`, `ratio` and `ratio_interval`.
    """

    samples: Accuracy
    real: Accuracy | None
    real_as_asked: float | None
    ratio: float | None
    ratio_interval: tuple[float, float] | None
    labels: tuple[LabelScore, ...]
    signature: str
    real_signature: str | None


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What happens to lines when one code is changed and the rest of the noise is kept.

    Attributes:
        lines: lines of each value of the code.
        values: how many values the code took.
        pairs: the share of lines that differ between two values, the mean over pairs of values.
        interval: of `pairs`, 95%, Wilson's of as many whole lines: rather too wide, for the part of
            the pairs in which one line differs varies less than yes and no.
        any: lines that are not the same for all values.
        edits: the mean edit distance of those that differ, over all pairs; None where none does.
    """

    lines: int
    values: int
    pairs: float
    interval: tuple[float, float]
    any: Share
    edits: float | None


@dataclass(frozen=True, kw_only=True)
class CodeReport:
    """One code and what Q and the text tell of it.

    Attributes:
        name: of the code.
        values: K of a categorical code, None of a continuous one.
        lines: how many Q read.
        entropy: H(c) in bits.
        information: L_I in bits; None where it is −∞: Q gives some true code no chance.
        interval: of L_I, 95%, Q taken as given; None of a single line, or where L_I is −∞.
        recovered: lines whose most probable value is that of the code; categorical codes alone.
        correlation: Pearson's, of a continuous code and Q's mean; None where one is constant.
        correlation_interval: 95%, Fisher's; None of fewer than 4 lines.
        changed: what changing the code does to the text, where that was tried.
        signature: of all numbers.
    """

    name: str
    values: int | None
    lines: int
    entropy: float
    information: float | None
    interval: tuple[float, float] | None
    recovered: Share | None = None
    correlation: float | None = None
    correlation_interval: tuple[float, float] | None = None
    changed: Changed | None = None
    signature: str
