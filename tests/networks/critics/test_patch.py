"""PatchGAN: which positions a window has, and the mean of its scores."""

import pytest
import torch

from textgan.networks.critics.patch import PatchCritic

T, V = 16, 5


def text(B):
    return torch.randn(B, T, V).softmax(2)


@pytest.mark.parametrize(
    ("length", "blocks", "stride", "count", "reach"),
    [
        (32, 9, 4, 8, 8),
        (33, 9, 4, 9, 8),
        (32, 1, 2, 16, 4),
        (32, 0, 1, 32, 2),
        (64, 9, 8, 8, 16),
        (15, 9, 1, 15, 2),
    ],
)
def test_the_score_of_a_window_depends_on_the_positions_around_it_alone(
    length, blocks, stride, count, reach
):
    torch.manual_seed(1)
    network = PatchCritic(length=length, vocabulary=V, width=8, blocks=blocks)
    rows = torch.randn(1, length, V, requires_grad=True)
    windows = network.patch_scores(rows)
    assert windows.shape == (count,)
    for i, window in enumerate(windows):
        (slope,) = torch.autograd.grad(window, rows, retain_graph=True)
        inside = slope.abs().amax(dim=(0, 2)).nonzero().flatten().tolist()
        first, last = max(i * stride - reach, 0), min(i * stride + reach, length - 1)
        assert inside == list(range(first, last + 1))


@pytest.mark.parametrize("kind", ["none", "layer", "spectral"])
def test_the_score_of_a_text_is_the_mean_of_those_of_its_windows(kind):
    torch.manual_seed(1)
    size = {"length": T, "vocabulary": V, "width": 8, "blocks": 2}
    network = PatchCritic(**size, labels=3, normalisation=kind).eval()
    rows, y = text(4), torch.tensor([2, 0, 0, 1])
    windows = network.patch_scores(rows, y).view(len(rows), -1)
    torch.testing.assert_close(windows.mean(1), network(rows, y))
    assert windows.std(dim=1).min() > 1e-4
