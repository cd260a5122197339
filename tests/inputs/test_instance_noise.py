"""Instance noise: Gaussian of the given deviation, of one number for each entry."""

import numpy as np
import pytest
import torch

from textgan.inputs.instance_noise import draw_instance_noise

ROWS = np.arange(64)


def drawn(deviation, *key):
    return draw_instance_noise(
        deviation, 3, *key, rows=ROWS, shape=(8, 10), device=torch.device("cpu")
    )


@pytest.mark.parametrize("deviation", [0.25, 2.0])
def test_noise_is_gaussian_of_its_deviation(deviation):
    noise = drawn(deviation)
    assert noise.shape == (64, 8, 10)
    assert noise.std().item() == pytest.approx(deviation, rel=0.03)
    assert noise.mean().item() == pytest.approx(0, abs=0.03 * deviation)
    assert (noise.abs() < deviation).float().mean().item() == pytest.approx(0.683, abs=0.02)


def test_noise_of_another_key_is_independent():
    pair = [drawn(1.0, number).flatten() for number in (0, 1)]
    assert torch.corrcoef(torch.stack(pair))[0, 1].abs() < 0.05
