"""The settings of a language model are checked, and are those of the model it fits."""

import numpy as np
import pytest

from corpora.errors import InputError
from textgan.evaluation.language_model.model import NgramModel
from textgan.evaluation.language_model.setting import Setting

ROWS = np.array([[1, 2, 0], [1, 1, 0]])


@pytest.mark.parametrize("order", [0, 33])
def test_an_order_that_no_text_needs_is_refused(order):
    with pytest.raises(InputError, match=f"of order {order}, expected 1 to 32"):
        Setting(order=order)


def test_the_model_has_the_order_and_the_smoothing_of_its_setting():
    model = Setting(order=2, smoothing="witten-bell").fit(ROWS, 4)
    expected = NgramModel(ROWS, 4, order=2, end=0, smoothing="witten-bell")
    assert model.score_lines(ROWS).tolist() == expected.score_lines(ROWS).tolist()
    assert (Setting().order, Setting().smoothing) == (6, "modified-kneser-ney")
