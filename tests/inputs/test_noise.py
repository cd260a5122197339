"""Random numbers of networks: their distributions, and that they depend on their key alone."""

import numpy as np
import pytest
import torch
from scipy import stats

from textgan.inputs.noise import Purpose, gumbel, mix_factors, noise, on_device, one_hot

CPU = torch.device("cpu")
ROWS = np.arange(2000)


def test_noise_is_standard_normal():
    z = noise(0, 1, rows=ROWS, size=3, device=CPU).flatten().numpy()
    assert stats.kstest(z, "norm").pvalue > 0.01


def test_gumbel_noise_is_standard_gumbel():
    g = gumbel(0, 1, rows=ROWS, shape=(2, 2), device=CPU)
    assert g.shape == (2000, 2, 2)
    assert stats.kstest(g.flatten().numpy(), "gumbel_r").pvalue > 0.01


def test_mix_factors_are_even_in_0_to_1():
    mix = mix_factors(0, 1, rows=ROWS, device=CPU)
    assert mix.shape == (2, 2000)
    assert stats.kstest(mix.flatten().numpy(), "uniform").pvalue > 0.01
    assert abs(np.corrcoef(mix.numpy())[0, 1]) < 0.1


@pytest.mark.parametrize(
    "draw",
    [
        lambda *key, rows: noise(*key, rows=rows, size=3, device=CPU),
        lambda *key, rows: gumbel(*key, rows=rows, shape=(2, 3), device=CPU),
        lambda *key, rows: mix_factors(*key, rows=rows, device=CPU).T,
    ],
)
def test_a_row_depends_on_its_key_and_number_alone(draw):
    all_rows = draw(5, 1, rows=np.arange(8))
    assert torch.equal(draw(5, 1, rows=np.array([6, 2])), all_rows[[6, 2]])
    assert not torch.equal(draw(5, 2, rows=np.arange(8)), all_rows)
    assert not torch.equal(draw(6, 1, rows=np.arange(8)), all_rows)


def test_purposes_are_different_numbers():
    assert len(set(map(int, Purpose))) == len(Purpose)


def test_one_hot_rows_have_a_1_at_their_id():
    rows = one_hot(np.array([[2, 0]], np.uint8), 3, CPU)
    assert rows.tolist() == [[[0, 0, 1], [1, 0, 0]]]


def test_values_on_a_cpu_are_not_copied():
    values = np.zeros(3)
    assert on_device(values, CPU).data_ptr() == values.ctypes.data


def test_numbers_go_to_cuda_in_one_piece_from_pinned_memory_without_waiting(monkeypatch):
    """A copy of columns with gaps between them, or from other memory, waits for the device."""
    sent = []

    def pinned(tensor):
        sent.append(("pinned", tensor.is_contiguous()))
        return tensor

    def moved(tensor, device, *, non_blocking=False):
        sent.append((device.type, non_blocking))
        return tensor

    monkeypatch.setattr(torch.Tensor, "pin_memory", pinned)
    monkeypatch.setattr(torch.Tensor, "to", moved)
    cuda = torch.device("cuda")
    noise(0, 1, rows=ROWS, size=3, device=cuda)  # drawn in pairs: every fourth number is left out
    mix_factors(0, 1, rows=ROWS, device=cuda)  # transposed
    assert sent == 2 * [("pinned", True), ("cuda", True)]
