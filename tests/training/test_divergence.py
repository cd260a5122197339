"""Divergence names the step, and the first tensor that is not finite."""

import math

import pytest
import torch

from corpora.errors import InputError
from textgan.training.divergence import (
    DivergenceError,
    check_finite,
    check_loss,
    first_not_finite,
)

FINITE = {"a": torch.ones(2), "b": torch.zeros(3)}
NOT_FINITE = {**FINITE, "c": torch.tensor([1.0, math.inf]), "d": torch.tensor([math.nan])}


def test_finite_numbers_pass():
    check_loss("the loss", 1.5, 7, lambda: NOT_FINITE)
    check_finite(FINITE, 7)
    assert first_not_finite(FINITE) is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_not_finite_names_the_first_such_weight(value):
    message = rf"step 7: the loss is {value}, first seen in c"
    with pytest.raises(DivergenceError, match=message) as caught:
        check_loss("the loss", value, 7, lambda: NOT_FINITE)
    assert (caught.value.step, caught.value.tensor) == (7, "c")
    with pytest.raises(DivergenceError, match="all weights are finite") as caught:
        check_loss("the loss", value, 7, lambda: FINITE)
    assert caught.value.tensor is None


def test_tensors_that_are_not_finite_are_named():
    with pytest.raises(DivergenceError, match="step 7: c is not finite") as caught:
        check_finite(NOT_FINITE, 7)
    assert (caught.value.step, caught.value.tensor) == (7, "c")


def test_users_get_one_line():
    assert issubclass(DivergenceError, InputError)
