"""What lines are made from: where each part stands, how it is spread, what it depends on."""

import itertools

import numpy as np
import pytest
import torch
from scipy.stats import chisquare, kstest

from corpora.errors import InputError
from textgan.config.codes import Codes
from textgan.inputs.latents import Latents
from textgan.inputs.noise import Purpose, gumbel, mix_factors, noise

CPU = torch.device("cpu")
Z, CODES = 3, Codes((4, 2), 2)
LATENTS = Latents(Z, CODES, labels=5)


def drawn(rows, *key, latents=LATENTS, **more):
    rows = np.asarray(rows)
    labels = torch.from_numpy(rows % 5) if latents.labels else None
    return latents.draw(*(key or (0, 1)), rows=rows, device=CPU, labels=labels, **more)


def test_a_latent_is_noise_then_one_hot_codes_then_continuous_codes_then_the_one_hot_label():
    latent = drawn(range(200))
    assert latent.shape == (200, LATENTS.size) == (200, 3 + 4 + 2 + 2 + 5)
    assert latent.dtype == torch.float32
    rows = np.arange(200)
    assert torch.equal(latent[:, :3], noise(0, 1, rows=rows, size=3, device=CPU))
    for start, end in ((3, 7), (7, 9), (11, 16)):
        part = latent[:, start:end]
        assert torch.equal(part.sum(1), torch.ones(200))
        assert set(part.unique().tolist()) == {0, 1}
    assert latent[:, 9:11].abs().max() <= 1
    assert torch.equal(latent[:, 11:].argmax(1), torch.arange(200) % 5)


def test_parts_are_found_again():
    latent = drawn(range(20))
    assert torch.equal(LATENTS.codes_of(latent), latent[:, 3:11])
    assert torch.equal(LATENTS.labels_of(latent), torch.arange(20) % 5)
    assert Latents(Z, CODES).labels_of(latent[:, :11]) is None
    assert Latents(Z).codes_of(latent[:, :3]).shape == (20, 0)


def test_codes_are_even_over_their_values():
    codes = LATENTS.codes_of(drawn(range(20_000))).double()
    for part in (codes[:, :4], codes[:, 4:6]):
        assert chisquare(part.sum(0)).pvalue > 0.001
    for code in (6, 7):
        assert kstest(codes[:, code], "uniform", args=(-1, 2)).pvalue > 0.001


def test_codes_depend_on_neither_each_other_nor_the_noise():
    latent = drawn(range(20_000))[:, [0, 1, 3, 7, 9, 10]].double()
    apart = torch.corrcoef(latent.T) - torch.eye(6, dtype=torch.double)
    assert apart.abs().max() < 4 / 20_000**0.5


def test_fixed_codes_have_their_value_in_every_row_and_the_rest_is_as_it_was():
    free, fixed = drawn(range(50)), drawn(range(50), fixed={0: 2, 3: -0.25})
    assert torch.equal(fixed[:, 3:7], torch.tensor([0.0, 0, 1, 0]).expand(50, 4))
    assert torch.equal(fixed[:, 10], torch.full((50,), -0.25))
    rest = [i for i in range(16) if i not in (3, 4, 5, 6, 10)]
    assert torch.equal(fixed[:, rest], free[:, rest])


def test_a_latent_is_a_function_of_its_key_and_row_alone():
    whole = drawn(range(10))
    torch.manual_seed(3)
    assert torch.equal(drawn([7, 2, 2]), whole[[7, 2, 2]])
    assert torch.equal(drawn([9]), whole[9:])
    for part, key in itertools.product((slice(0, 3), slice(9, 11)), ((1, 1), (0, 2), (0, 1, 1))):
        assert not torch.isclose(drawn(range(10), *key)[:, part], whole[:, part]).any()


def test_without_codes_and_labels_a_latent_is_the_noise_that_it_always_was():
    rows = np.arange(4)
    found = drawn(rows, latents=Latents(6))
    assert torch.equal(found, noise(0, 1, rows=rows, size=6, device=CPU))
    more = drawn(rows, latents=Latents(6, CODES, labels=5))
    assert torch.equal(more[:, :6], found)


@pytest.mark.parametrize("fixed", [{}, {0: 0}, {0: 3, 1: 1}, {2: -1}, {3: 1.0}, {1: 1.0, 2: 0.5}])
def test_codes_that_there_are_may_be_asked_for(fixed):
    LATENTS.check(fixed)


@pytest.mark.parametrize(
    ("fixed", "said"),
    [
        ({4: 0}, "there is no code 4: the run has codes 0 to 3"),
        ({-1: 0}, "there is no code -1"),
        ({0: 4}, "code 0 is 4; it has the values 0 to 3"),
        ({1: 0.5}, "code 1 is 0.5; it has the values 0 to 1"),
        ({0: -1}, "code 0 is -1; it has the values 0 to 3"),
        ({2: 1.5}, r"code 2 is 1.5; it lies in \[−1, 1\]"),
        ({3: float("nan")}, r"code 3 is nan; it lies in"),
        ({0: float("nan")}, r"code 0 is nan; it has the values"),
    ],
)
def test_codes_that_there_are_not_are_refused(fixed, said):
    with pytest.raises(InputError, match=said):
        LATENTS.check(fixed)


def test_a_run_without_codes_says_how_to_get_some():
    with pytest.raises(InputError, match="the run has no codes; train with --codes 10"):
        Latents(8).check({0: 1})


def test_the_likeliest_symbol_under_gumbel_noise_is_a_draw_from_the_softmax():
    chances = torch.tensor([0.5, 0.3, 0.15, 0.05], dtype=torch.double)
    extra = gumbel(0, 1, rows=np.arange(2000), shape=(5, 4), device=CPU)
    assert extra.isfinite().all()
    counts = torch.bincount((chances.log() + extra).argmax(2).flatten(), minlength=4)
    assert chisquare(counts, 10_000 * chances).pvalue > 0.001


def test_gumbel_noise_is_a_function_of_its_key_and_row_alone_and_follows_its_law():
    whole = gumbel(0, 1, rows=np.arange(3000), shape=(3, 2), device=CPU)
    part = gumbel(0, 1, rows=np.array([17, 5]), shape=(3, 2), device=CPU)
    assert torch.equal(part, whole[[17, 5]])
    assert kstest(whole[:, 2, 1].double(), "gumbel_r").pvalue > 0.001


def test_every_purpose_is_a_number_of_its_own():
    assert len({int(purpose) for purpose in Purpose}) == len(Purpose.__members__)


def test_mix_factors_are_uniform_and_of_each_line_and_point_its_own():
    mix = mix_factors(0, 1, 2, rows=np.arange(5000), device=torch.device("cpu"))
    assert mix.shape == (2, 5000)
    for point in mix.double().numpy():
        assert len(np.unique(point)) > 4990  # of 2²⁴ numbers
        assert kstest(point, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(mix.numpy())[0, 1]) < 0.05
