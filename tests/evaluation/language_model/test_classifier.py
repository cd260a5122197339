import numpy as np
import pytest

from corpora.errors import InputError
from tests.evaluation.rows import labelled_words
from textgan.evaluation.language_model.classifier import LabelClassifier, label_accuracy
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.statistics.proportions import share

T = 8


def test_a_label_that_is_the_first_letter_is_always_predicted():
    classifier = LabelClassifier.fit(*labelled_words(0, 300), 3, length=T)
    lines, labels = labelled_words(1, 100)
    assert classifier.predict(lines).tolist() == labels
    found = label_accuracy(classifier, lines, labels)
    assert (found.lines, found.right, found.share) == (100, 100, 1.0)
    assert found.confusion == tuple(
        tuple(labels.count(i) if i == j else 0 for j in range(3)) for i in range(3)
    )


def test_shuffled_labels_have_the_accuracy_of_the_commonest():
    # Lines are independent of labels, which are 0 with probability 0.7: 0 is always predicted.
    rng = np.random.default_rng(0)
    lines, _ = labelled_words(0, 6_000)
    labels = (rng.random(6_000) > 0.7).astype(int)
    setting = Setting(order=2)
    classifier = LabelClassifier.fit(lines[:4_000], labels[:4_000], 2, length=T, setting=setting)
    found = label_accuracy(classifier, lines[4_000:], labels[4_000:])
    assert found.share == pytest.approx(0.7, abs=0.03)
    assert sum(row[0] for row in found.confusion) > 0.99 * found.lines


def test_the_joint_probability_is_bayes_by_hand():
    # Order 1, add one, V = 4: padding, a, b and the unknown symbol. Label 0 has "a" three times,
    # so P(a) = (3 + 1)/(6 + 4) and P(end) the same; label 1 has "b" once, P(a) = 1/6, P(end) = 2/6.
    setting = Setting(order=1, smoothing="laplace")
    classifier = LabelClassifier.fit(
        ["a", "a", "a", "b"], [0, 0, 0, 1], 3, length=2, setting=setting
    )
    expected = [
        [3 / 4 * 0.4 * 0.4, 1 / 4 / 6 * 2 / 6, 0],
        [3 / 4 * 0.1 * 0.4, 1 / 4 / 6 * 2 / 6, 0],
    ]
    assert np.exp2(classifier.log2_joint(["a", "z"])) == pytest.approx(np.array(expected))
    assert classifier.prior.tolist() == [3 / 4, 1 / 4, 0]


def test_the_prior_decides_where_lines_say_nothing():
    classifier = LabelClassifier.fit(["a", "a", "a"], [2, 1, 1], 4, length=T)
    assert classifier.predict(["a", "b", "bb"]).tolist() == [1, 1, 1]


def test_a_label_without_training_lines_is_never_predicted():
    classifier = LabelClassifier.fit(*labelled_words(0, 50), 5, length=T)
    found = label_accuracy(classifier, ["xyz", "add"], [4, 0])
    assert found.right == 1
    assert found.confusion[4][4] == 0
    assert found.of(3) is None
    assert found.of(4) == share(0, 1)


def test_lines_are_classified_as_cut():
    classifier = LabelClassifier.fit(["aab", "aac"], [0, 1], 2, length=2)
    assert np.diff(classifier.log2_joint(["aab", "aac"])).tolist() == [[0.0], [0.0]]


def test_labels_that_are_none_are_refused():
    classifier = LabelClassifier.fit(["a", "b"], [0, 1], 2, length=T)
    with pytest.raises(InputError, match="found labels 0 to 2, expected 0 to 1"):
        label_accuracy(classifier, ["a", "b"], [0, 2])
    with pytest.raises(InputError, match="found labels -1 to 0"):
        LabelClassifier.fit(["a", "b"], [0, -1], 2, length=T)
    with pytest.raises(InputError, match="found 1 lines and 2 labels"):
        label_accuracy(classifier, ["a"], [0, 1])
    with pytest.raises(InputError, match="found 0 lines and 0 labels"):
        LabelClassifier.fit([], [], 2, length=T)
