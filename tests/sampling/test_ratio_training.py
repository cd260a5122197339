"""The critic, trained on as a discriminator, estimates log p/q; few numbers calibrate it."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from torch import nn

import corpora
from corpora import open_corpus
from textgan.inputs.latents import Latents
from textgan.inputs.noise import one_hot
from textgan.networks.critics.mlp import MlpCritic
from textgan.sampling import ratio_training
from textgan.sampling.density_ratio import DensityRatio, load_ratio, save_ratio
from textgan.sampling.ratio_training import (
    calibrate,
    copy_of,
    cross_entropy,
    train_ratio,
)
from textgan.sampling.sampler import Sampler

T, DIGITS = 6, 4


def test_calibration_by_hand():
    """At 1 are 3 of 4 real lines and 1 of 4 generated ones, at −1 the others.

    The targets are 5/6 and 1/6. At 1 their mean is (3 · 5/6 + 1/6)/4 = 2/3, so that a + b = ln 2,
    and −a + b = −ln 2.
    """
    real, fake = np.array([1.0, 1, 1, -1]), np.array([-1.0, -1, -1, 1])
    assert calibrate(real, fake) == pytest.approx((math.log(2), 0), abs=1e-4)
    assert calibrate(10 * real + 5, 10 * fake + 5) == pytest.approx(
        (math.log(2) / 10, -math.log(2) / 2), abs=1e-3
    )
    # as many generated lines again change their target, 1/10, and nothing else:
    # at 1 (3/4 · 5/6 + 1/4 · 1/10)/(3/4 + 1/4) = 0.65, at −1 (1/4 · 5/6 + 3/4 · 1/10) = 0.28333
    a, b = calibrate(real, np.tile(fake, 2))
    assert (a + b, b - a) == pytest.approx(
        (math.log(0.65 / 0.35), math.log(0.28333 / 0.71667)), abs=1e-3
    )


def test_a_critic_that_is_worse_than_chance_chooses_nothing():
    assert calibrate(np.array([-1.0, -1, 0]), np.array([0.0, 1, 1]))[0] == 0
    scale, _ = calibrate(np.array([2.0, 3]), np.array([0.0, 1]))  # that separates: still finite
    assert 0 < scale < 10


def test_cross_entropy_is_that_of_a_classifier():
    real, fake = np.array([0.3, -1.0, 800.0]), np.array([0.2, -800.0])
    expected = (
        -np.log(1 / (1 + np.exp(-real))).mean() - np.log(1 - 1 / (1 + np.exp(-fake[:1]))).sum() / 2
    )
    assert cross_entropy(real, fake) == pytest.approx(expected)


class Digits(nn.Module):
    """A generator of a letter and digits, all independent: the letters are a and b, evenly."""

    output = "softmax"

    def __init__(self, encoder):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        self.size = encoder.size
        self.symbols = {x: int(encoder.encode_rows([x], T)[0, 0]) for x in "ab0123"}

    def logits(self, latent):
        share = 0.5 * (1 + torch.erf(latent / math.sqrt(2)))  # uniform, (B, T)
        letter = torch.where(share[:, :1] < 0.5, self.symbols["a"], self.symbols["b"])
        digits = torch.tensor([self.symbols[x] for x in "0123"])[(share[:, 1:] * DIGITS).long()]
        return nn.functional.one_hot(torch.cat([letter, digits], 1), self.size).float()


@pytest.fixture(scope="module")
def letters_run(tmp_path_factory):
    """A folder with a corpus of such lines, four fifths of which begin with a."""
    run = tmp_path_factory.mktemp("letters")
    rng = np.random.default_rng(0)
    digits = ["".join(map(str, row)) for row in rng.integers(0, DIGITS, (4000, T - 1))]
    lines = [("b" if i % 5 == 0 else "a") + x for i, x in enumerate(digits)]
    corpora.encode(lines, run / "corpus", length=T)
    return run


@pytest.fixture
def letters(letters_run, monkeypatch):
    monkeypatch.setattr(ratio_training, "STEPS", 200)
    monkeypatch.setattr(ratio_training, "EVALUATE_EVERY", 50)
    monkeypatch.setattr("textgan.runs.MIN_VALIDATION_LINES", 50)
    encoder = open_corpus(letters_run / "corpus").encoder
    torch.manual_seed(0)
    critic = MlpCritic(length=T, vocabulary=encoder.size, width=4, blocks=2)
    with torch.no_grad():
        critic.score.bias += 50  # a Wasserstein critic's scores may be anywhere
    return Sampler(Digits(encoder), critic, encoder, Latents(T))


def test_the_logit_is_the_log_ratio_of_the_shares(letters, letters_run):
    """Real text has a in 0.8 of all lines, the generator in 0.5: log 1.6 and log 0.4."""
    ratio = train_ratio(letters_run, letters)
    ids = letters.batch(np.arange(4000)).ids
    logits = ratio.logits(ids, vocabulary=letters.encoder.size)
    is_a = ids[:, 0] == letters.generator.symbols["a"]
    assert logits[is_a].mean() == pytest.approx(math.log(1.6), abs=0.2)
    assert logits[~is_a].mean() == pytest.approx(math.log(0.4), abs=0.25)
    # of a pair in which the letters differ, real a and generated b have 0.8 · 0.5, the reverse
    # 0.2 · 0.5, and the others are equal: P = 0.4 + 0.5/2
    assert ratio.auc == pytest.approx(0.65, abs=0.08)


def test_training_is_repeated_exactly_and_reads_no_test_text(letters, letters_run, monkeypatch):
    monkeypatch.setattr(ratio_training, "STEPS", 60)
    before = copy_of(letters.critic).state_dict()
    first = train_ratio(letters_run, letters)

    def without_test(folder):
        return dataclasses.replace(open_corpus(folder), test=None)

    monkeypatch.setattr(ratio_training, "open_corpus", without_test)
    second = train_ratio(letters_run, letters)
    assert dataclasses.astuple(second)[1:] == dataclasses.astuple(first)[1:]
    for a, b in zip(first.critic.parameters(), second.critic.parameters(), strict=True):
        assert torch.equal(a, b)
    for name, tensor in letters.critic.state_dict().items():  # the run's critic is as it was
        assert torch.equal(tensor, before[name])


def test_gradients_do_not_depend_on_how_many_lines_are_in_memory(letters, letters_run, monkeypatch):
    half, _ = ratio_training._halves(letters, open_corpus(letters_run / "corpus"))
    ratio = ratio_training._start(letters, half)
    ratio.critic.requires_grad_(True)

    def gradients():
        ratio.critic.zero_grad()
        for lines, sign in zip(half, (-1, 1), strict=True):
            ratio_training._add_gradients(ratio, letters, lines, sign=sign)
        return [parameter.grad.clone() for parameter in ratio.critic.parameters()]

    whole = gradients()
    calls = []
    monkeypatch.setattr(
        ratio_training, "one_hot", lambda ids, *a: calls.append(len(ids)) or one_hot(ids, *a)
    )
    entries = ratio_training.COPIES * T * letters.encoder.size
    monkeypatch.setattr("textgan.inputs.row_blocks.BLOCK_ENTRIES", 16 * entries)
    for a, b in zip(whole, gradients(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-6)
    assert max(calls) == 16
    # the derivative of the cross-entropy in the bias of the score is that in the logit of all lines
    real, fake = half.logits(ratio, letters)
    slope = (1 / (1 + np.exp(-fake))).mean() - (1 / (1 + np.exp(real))).mean()
    assert ratio.critic.score.bias.grad.item() == pytest.approx(ratio.scale * slope, rel=0.01)


def test_the_weights_kept_are_the_best_on_validation_text(letters, letters_run, monkeypatch):
    """A rate that destroys the critic leaves a loss far above that of the best weights."""
    losses = []

    def record(real, fake):
        losses.append(cross_entropy(real, fake))
        return losses[-1]

    monkeypatch.setattr(ratio_training, "cross_entropy", record)
    monkeypatch.setattr(ratio_training, "RATE", 3.0)
    monkeypatch.setattr(ratio_training, "EVALUATE_EVERY", 5)
    starts = []
    start = ratio_training._start
    monkeypatch.setattr(
        ratio_training, "_start", lambda *args: starts.append(start(*args)) or starts[-1]
    )
    train_ratio(letters_run, letters)
    half, _ = ratio_training._halves(letters, open_corpus(letters_run / "corpus"))
    kept = cross_entropy(*half.logits(starts[0], letters))  # its critic was trained in place
    assert kept == pytest.approx(min(losses), rel=1e-5)
    assert max(losses) > min(losses) + 0.01


def test_the_rate_falls_to_0_linearly(letters, letters_run, monkeypatch):
    rates, step = [], torch.optim.AdamW.step

    def record(self):
        rates.append(self.param_groups[0]["lr"])
        return step(self)

    monkeypatch.setattr(torch.optim.AdamW, "step", record)
    train_ratio(letters_run, letters)
    steps = ratio_training.STEPS
    assert rates == pytest.approx([ratio_training.RATE * (1 - s / steps) for s in range(steps)])


def test_a_stored_ratio_is_the_same_and_belongs_to_one_generator(letters, tmp_path):
    path = tmp_path / "ratio.safetensors"
    assert load_ratio(path, copy_of(letters.critic), letters.generator) is None
    with torch.no_grad():
        trained = copy_of(letters.critic)
        for parameter in trained.parameters():
            parameter += 0.1
    save_ratio(path, DensityRatio(trained, 0.3, -7.123456789012345, 0.875), letters.generator)
    ratio = load_ratio(path, copy_of(letters.critic), letters.generator)
    assert (ratio.scale, ratio.centre, ratio.auc) == (0.3, -7.123456789012345, 0.875)
    for a, b in zip(ratio.critic.parameters(), trained.parameters(), strict=True):
        assert torch.equal(a, b)
    with torch.no_grad():
        letters.generator.weight += 1
    assert load_ratio(path, copy_of(letters.critic), letters.generator) is None


def test_a_ratio_of_another_shape_is_refused(letters, tmp_path):
    path = tmp_path / "ratio.safetensors"
    wide = MlpCritic(length=T, vocabulary=letters.encoder.size, width=8, blocks=2)
    save_ratio(path, DensityRatio(wide, 1.0, 0.0, 0.5), letters.generator)
    with pytest.raises(corpora.InputError, match="other tensors than those of the run's critic"):
        load_ratio(path, letters.critic, letters.generator)
