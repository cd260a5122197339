"""Lines as ids."""

import torch

from textgan.sampling.batch import likeliest_text


def test_text_ends_at_the_first_padding():
    ids = torch.tensor([[3, 0, 2, 1], [2, 2, 2, 2], [0, 1, 1, 1]])
    text = likeliest_text(torch.nn.functional.one_hot(ids, 4).float(), pad=0)
    assert text.tolist() == [[3, 0, 0, 0], [2, 2, 2, 2], [0, 0, 0, 0]]
