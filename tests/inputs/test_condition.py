"""Conditions: the same for the same rows of a corpus, whichever of them are taken together."""

import numpy as np
import pytest
import torch

from textgan.inputs.condition import UNCONDITIONAL, Condition, condition_of

CPU = torch.device("cpu")


def test_labels_are_whole_numbers_whatever_the_corpus_stores_them_in():
    condition = condition_of("labels", np.array([2, 0], np.uint8), vocabulary=5, device=CPU)
    assert condition.labels.dtype == torch.int64
    assert condition.labels.tolist() == [2, 0]
    assert condition.sources is None


def test_sources_are_one_hot():
    condition = condition_of("pairs", np.array([[1, 0], [2, 2]]), vocabulary=3, device=CPU)
    expected = torch.tensor([[[0, 1, 0], [1, 0, 0]], [[0, 0, 1], [0, 0, 1]]])
    assert torch.equal(condition.sources, expected.float())
    assert condition.labels is None


def test_plain_text_has_no_condition():
    assert condition_of("text", None, vocabulary=5, device=CPU) is UNCONDITIONAL
    assert not UNCONDITIONAL


@pytest.mark.parametrize(
    "condition",
    [
        Condition(labels=torch.zeros(2, dtype=torch.int64)),
        Condition(sources=torch.zeros(2, 3, 4)),
        Condition(visible_length=1),
    ],
)
def test_labels_sources_and_a_visible_length_are_conditions_each(condition):
    assert condition


def test_rows_of_a_condition_are_the_condition_of_these_rows():
    labels, sources = torch.arange(4), torch.rand(4, 3, 5)
    part = Condition(labels, sources, visible_length=2)[1:3]
    assert torch.equal(part.labels, labels[1:3])
    assert torch.equal(part.sources, sources[1:3])
    assert part.visible_length == 2
    assert UNCONDITIONAL[1:3] == UNCONDITIONAL
