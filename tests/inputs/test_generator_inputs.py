"""What a generator makes text from: a pure function of the key, one row a line."""

import numpy as np
import pytest
import torch

from textgan.config.codes import parse_codes
from textgan.inputs.condition import UNCONDITIONAL, Condition
from textgan.inputs.generator_inputs import concatenate, draw_inputs
from textgan.inputs.latents import Latents
from textgan.inputs.noise import gumbel

CPU = torch.device("cpu")
ROWS = np.arange(5)


def test_a_latent_holds_the_labels_of_the_condition():
    labels = torch.tensor([2, 0, 1, 1, 2])
    latents = Latents(4, parse_codes("3"), labels=3)
    inputs = draw_inputs(latents, Condition(labels=labels), 7, 1, rows=ROWS, device=CPU)
    assert torch.equal(latents.labels_of(inputs.latent), labels)
    expected = latents.draw(7, 1, rows=ROWS, device=CPU, labels=labels)
    assert torch.equal(inputs.latent, expected)
    assert inputs.sources is None
    assert inputs.gumbel is None


def test_sources_are_those_of_the_condition():
    sources = torch.rand(5, 2, 3)
    inputs = draw_inputs(Latents(4), Condition(sources=sources), 7, rows=ROWS, device=CPU)
    assert inputs.sources is sources


def test_gumbel_noise_is_drawn_where_its_shape_is_given():
    inputs = draw_inputs(
        Latents(4), UNCONDITIONAL, 7, 1, rows=ROWS, device=CPU, gumbel_shape=(2, 3)
    )
    assert torch.equal(inputs.gumbel, gumbel(7, 1, rows=ROWS, shape=(2, 3), device=CPU))


@pytest.mark.parametrize("gumbel_shape", [None, (2, 3)])
@pytest.mark.parametrize("pairs", [False, True])
def test_concatenated_batches_lie_behind_each_other(pairs, gumbel_shape):
    conditions = [Condition(sources=torch.rand(5, 2, 3) if pairs else None) for _ in range(2)]
    parts = [
        draw_inputs(Latents(4), condition, key, rows=ROWS, device=CPU, gumbel_shape=gumbel_shape)
        for key, condition in enumerate(conditions)
    ]
    together = concatenate(parts)
    for number, part in enumerate(parts):
        rows = slice(5 * number, 5 * number + 5)
        for whole, piece in zip(together, part, strict=True):
            assert (whole is None and piece is None) or torch.equal(whole[rows], piece)
