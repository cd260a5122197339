"""From logits to rows: every generator follows its output, sharpness and temperature."""

import pytest
import torch
import torch.nn.functional as F

from textgan.registry import GENERATORS

V, Z = 7, 8
EMITTABLE = torch.tensor([True, False, True, True, True, True, False])


def generator(name, T, **output):
    torch.manual_seed(0)
    size = {"length": T, "emittable": EMITTABLE, "noise": Z, "width": 8, "blocks": 1}
    return GENERATORS[name](**size, **output).eval()


def inputs(B, T):
    """Noise and a source, which `unet` needs."""
    return torch.randn(B, Z), F.one_hot(torch.randint(V, (B, T)), V).float()


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_is_as_sharp_as_its_setting(name):
    z, source = inputs(3, 8)
    soft, sharp = generator(name, 8), generator(name, 8, output="sharp", sharpness=5.0)
    torch.testing.assert_close(soft(z, source), soft.logits(z, source).softmax(2))
    torch.testing.assert_close(sharp(z, source), (5 * soft.logits(z, source)).softmax(2))


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_chooses_as_its_output_and_temperature_say(name):
    (z, source), g = inputs(3, 8), torch.randn(3, 8, V)
    logits = generator(name, 8).logits(z, source)
    warm = generator(name, 8, output="gumbel", temperature=2.0)
    torch.testing.assert_close(warm(z, source, g), ((logits + g) / 2).softmax(2))
    hard = generator(name, 8, output="straight-through")
    torch.testing.assert_close(hard(z, source), F.one_hot(logits.argmax(2), V).float())
