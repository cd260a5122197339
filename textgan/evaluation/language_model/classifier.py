"""A Bayes classifier of lines, from an n-gram model of the real training lines of each label.

The prior of a label is its share in the training text,

    label(x) = argmax_l log₂ P(l) + log₂ P(x | l)

(Peng, Schuurmans & Wang 2004, "Augmenting Naive Bayes Classifiers with Statistical Language
Models", here with models of characters).
"""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from corpora.errors import InputError
from textgan.evaluation.language_model.model import NgramModel
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.statistics.proportions import Accuracy, share
from textgan.evaluation.text.lines import Text
from textgan.evaluation.text.vocabulary import Vocabulary

__all__ = ["SETTING", "LabelClassifier", "label_accuracy"]

SETTING = Setting(order=4)


class LabelClassifier:
    """Predicts the label of a line; made by `fit`.

    Args:
        models: the model of each label's training lines; None for a label without any.
        prior: the share of each label in the training text.
        vocabulary: of the training text; all symbols that it lacks are one more symbol, unknown.
        length: T, the characters at which lines are cut.
    """

    def __init__(
        self,
        models: Sequence[NgramModel | None],
        prior: NDArray[np.float64],
        vocabulary: Vocabulary,
        length: int,
    ) -> None:
        self.models = tuple(models)
        self.prior = prior
        self.vocabulary = vocabulary
        self.length = length

    @classmethod
    def fit(
        cls,
        lines: Sequence[str],
        labels: Sequence[int],
        count: int,
        *,
        length: int,
        setting: Setting = SETTING,
    ) -> "LabelClassifier":
        """Return the classifier fitted to real `lines`.

        Args:
            lines: training text, at least one line.
            labels: the number of each line's label, from 0 to count − 1.
            count: number of labels. A label without lines has a prior of 0 and is never predicted.
            length: T, the characters at which lines are cut.
            setting: of the n-gram models.

        Raises:
            InputError: no lines, another number of labels, or a label out of range.
        """
        numbers = _numbers(lines, labels, count)
        text = Text(lines, length)
        vocabulary = Vocabulary([text])
        rows, V = vocabulary.rows(text).array(), vocabulary.unknown + 1
        of_label = [rows[numbers == label] for label in range(count)]
        models = [setting.fit(part, V) if len(part) else None for part in of_label]
        prior = np.bincount(numbers, minlength=count) / len(numbers)
        return cls(models, prior, vocabulary, length)

    def predict(self, lines: Sequence[str]) -> NDArray[np.int64]:
        """Return the most probable label of each of N lines, the first of equal ones: (N,)."""
        return np.asarray(self.log2_joint(lines).argmax(axis=1), dtype=np.int64)

    def log2_joint(self, lines: Sequence[str]) -> NDArray[np.float64]:
        """Return log₂ P(l) + log₂ P(x | l) of N lines x and L labels l: (N, L)."""
        rows = self.vocabulary.rows(Text(lines, self.length)).array()
        joint = np.full((len(rows), len(self.models)), -np.inf)
        for label, model in enumerate(self.models):
            if model is not None:
                joint[:, label] = np.log2(self.prior[label]) + model.score_lines(rows)
        return joint


def label_accuracy(
    classifier: LabelClassifier, lines: Sequence[str], labels: Sequence[int]
) -> Accuracy:
    """Return how many of `lines` the classifier predicts to have their `labels`.

    Raises:
        InputError: no lines, another number of labels, or a label out of range.
    """
    L = len(classifier.models)
    numbers = _numbers(lines, labels, L)
    cells = np.bincount(numbers * L + classifier.predict(lines), minlength=L * L)
    confusion = cells.reshape(L, L)
    correct = share(int(np.trace(confusion)), len(numbers))
    return Accuracy(**asdict(correct), confusion=tuple(map(tuple, confusion.tolist())))


def _numbers(lines: Sequence[str], labels: Sequence[int], count: int) -> NDArray[np.int64]:
    """Return `labels` as an array (N,), one in [0, count) for each of at least one line."""
    if not len(lines) or len(lines) != len(labels):
        raise InputError(
            f"found {len(lines)} lines and {len(labels)} labels, expected one for each line, and "
            "at least one line"
        )
    numbers = np.asarray(labels, dtype=np.int64)
    if numbers.min() < 0 or numbers.max() >= count:
        raise InputError(
            f"found labels {numbers.min()} to {numbers.max()}, expected 0 to {count - 1}"
        )
    return numbers
