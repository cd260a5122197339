"""The memory layout of activations."""

import pytest
import torch

from textgan.networks.layers.layout import to_channels, to_positions


@pytest.mark.parametrize(("B", "rows"), [(64, 8), (12, 4), (7, 1), (1, 1)])
def test_samples_are_the_rows_of_tall_images_and_come_back_in_their_order(B, rows):
    hidden = torch.randn(B, 5, 3)
    images = to_channels(hidden)
    assert images.shape == (B // rows, 3, rows, 5)
    assert images.data_ptr() == hidden.data_ptr()
    assert torch.equal(to_positions(images), hidden)
    assert torch.equal(to_channels(hidden, 1), hidden.mT.unsqueeze(2))
