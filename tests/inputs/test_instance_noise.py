"""Instance noise: Gaussian of the given deviation, of one number for each entry."""

import numpy as np
import pytest
import torch

from textgan.inputs.instance_noise import add_instance_noise

TEXT = torch.zeros(64, 8, 10)
ROWS = np.arange(64)


@pytest.mark.parametrize("deviation", [0.25, 2.0])
def test_noise_is_gaussian_of_its_deviation(deviation):
    noise = add_instance_noise(TEXT, deviation, 3, rows=ROWS)
    assert noise.std().item() == pytest.approx(deviation, rel=0.03)
    assert noise.mean().item() == pytest.approx(0, abs=0.03 * deviation)
    assert (noise.abs() < deviation).float().mean().item() == pytest.approx(0.683, abs=0.02)


def test_without_a_deviation_text_is_returned_as_it_is():
    assert add_instance_noise(TEXT, 0.0, 3, rows=ROWS) is TEXT


def test_noise_is_added_to_text():
    ones = add_instance_noise(TEXT + 1, 0.5, 3, rows=ROWS)
    torch.testing.assert_close(ones, 1 + add_instance_noise(TEXT, 0.5, 3, rows=ROWS))


def test_noise_of_another_key_is_independent():
    pair = [add_instance_noise(TEXT, 1.0, 3, number, rows=ROWS).flatten() for number in (0, 1)]
    assert torch.corrcoef(torch.stack(pair))[0, 1].abs() < 0.05
