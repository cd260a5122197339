"""The recurrent baseline: its distribution is the text's, its samples follow its probabilities."""

import itertools
from dataclasses import replace
from math import log2
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import corpora
from corpora.errors import InputError
from textgan.run_evaluation import recurrent_baseline
from textgan.run_evaluation.recurrent_baseline import RecurrentModel, train

END = 0


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    """Networks that train in moments, and still learn what these tests have them learn."""
    monkeypatch.setattr(recurrent_baseline, "WIDTH", 32)


@pytest.fixture
def make_corpus(tmp_path):
    def make(lines, **parts):
        return replace(corpora.encode(lines, tmp_path / "corpus", length=8), **parts)

    return make


@pytest.fixture
def network():
    """Untrained, of three symbols and an end; sharpened, so that no two rows are alike."""
    torch.manual_seed(0)
    network = RecurrentModel(4, np.array([True, False, True, True]), width=16)
    with torch.no_grad():
        network.out.weight *= 8
        network.out.bias.zero_()
    return network


def every_row(symbols, T):
    """All rows of T symbols, padded after their first end."""
    whole = {tuple(row) for row in itertools.product(range(1, symbols), repeat=T)}
    for length in range(T):
        ended = itertools.product(range(1, symbols), repeat=length)
        whole |= {(*line, *[END] * (T - length)) for line in ended}
    return np.array(sorted(whole))


def test_all_rows_of_one_length_together_have_probability_one(network):
    rows = every_row(4, 4)
    assert len(rows) == 81 + 27 + 9 + 3 + 1
    scores = network.log2_probabilities(rows).sum(axis=1)
    assert scores.std() > 1
    assert (2.0**scores).sum() == pytest.approx(1, abs=1e-5)


def test_a_row_of_all_positions_has_no_end_and_a_shorter_one_has_one(network):
    counts = (network.log2_probabilities(np.array([[2, 3, 2, 3], [2, 3, 0, 0]])) != 0).sum(axis=1)
    assert counts.tolist() == [4, 3]
    whole = network.log2_probabilities(np.array([[2, 3, 0, 0], [0, 0, 0, 0], [2, 3, 1, 2]]))
    assert network.bits(np.array([[2, 3, 0, 0], [0, 0, 0, 0], [2, 3, 1, 2]])) == pytest.approx(
        -whole.sum() / (3 + 1 + 4)
    )


def test_the_loss_is_the_bits_in_nats(network):
    rows = np.array([[2, 0, 0, 0], [3, 2, 0, 0], [2, 2, 0, 0]])
    assert network.loss(rows).item() / np.log(2) == pytest.approx(network.bits(rows), abs=1e-5)


@pytest.mark.parametrize("length", [1, 2, 9, 32])
def test_a_position_sees_all_before_it_and_nothing_else(length):
    torch.manual_seed(1)
    network = RecurrentModel(length, np.ones(6, bool), width=8)
    ids = torch.randint(1, 6, (1, length))
    logits = network(ids)[0]
    for place in range(length):
        changed = ids.clone()
        changed[0, place] = ids[0, place] % 5 + 1
        moved = (network(changed)[0] != logits).any(dim=1)
        assert not moved[: place + 1].any()
        assert moved[place + 1 :].any() == (place + 1 < length)
        if place == 0 and length > 1:
            assert moved[-1]


def test_sampling_step_by_step_follows_the_probabilities_of_whole_rows(network):
    network.emittable = np.ones(4, bool)
    rows = every_row(4, 4)
    expected = 2.0 ** network.log2_probabilities(rows).sum(axis=1)
    samples = network.sample(8_000, seed=1)
    shares = (samples[:, None] == rows[None]).all(axis=2).mean(axis=0)
    assert shares.sum() == 1
    error = np.sqrt(expected * (1 - expected) / len(samples))
    assert (np.abs(shares - expected) < 5 * error + 1e-4).all()


def test_the_same_seed_gives_the_same_lines_for_every_n(network):
    lines = network.sample(600, seed=3)
    for n in (0, 1, 255, 256, 257):
        assert (network.sample(n, seed=3) == lines[:n]).all()
        assert network.sample(n, seed=3).shape == (n, 4)
    assert (network.sample(600, seed=4) != lines).any()
    assert len(np.unique(lines, axis=0)) > 10


def test_what_may_not_be_emitted_never_is_and_text_ends_at_padding(network):
    lines = network.sample(2_000, seed=0)
    assert 1 not in lines
    assert set(np.unique(lines)) == {0, 2, 3}
    ended = np.maximum.accumulate(lines == END, axis=1)
    assert (lines[ended] == END).all()


def test_a_level_chooses_the_first_symbol_whose_sum_of_probabilities_passes_it():
    # P = ½, ¼ and ¼ with symbol 1 left out: sums ½, ½, ¾, 1
    logits = np.log(np.tile([2.0, 9.0, 1.0, 1.0], (5, 1)))
    levels = np.array([0, 0.49, 0.51, 0.74, 1 - 2**-53])
    allowed = np.array([True, False, True, True])
    assert recurrent_baseline._choose(logits, allowed, levels).tolist() == [0, 0, 2, 2, 3]
    assert recurrent_baseline._choose(logits, ~allowed, levels).tolist() == [1] * 5


def test_two_lines_of_equal_share_cost_one_bit(make_corpus):
    corpus = make_corpus(["abab", "cc"])
    network = train(corpus, steps=100, threads=1)
    rows = np.unique(corpus.train, axis=0)
    # one bit a line, over the five symbols of one and the three of the other
    assert network.bits(rows) == pytest.approx(2 / 8, abs=0.05)
    lines = corpus.encoder.decode_rows(network.sample(1_000, seed=0))
    assert set(lines) <= {"abab", "cc"} or sum(x in ("abab", "cc") for x in lines) > 950
    assert 400 < lines.count("cc") < 600


def test_a_markov_chain_costs_its_entropy(make_corpus):
    # Stay with 7/8, change with 1/8; the first symbol evenly; rows of 8 without an end.
    rng = np.random.default_rng(0)
    change = rng.random((4_000, 8)) < np.array([0.5, *[1 / 8] * 7])
    rows = (2 + np.cumsum(change, axis=1) % 2).astype(np.uint8)
    corpus = make_corpus(["ab" * 4, "ba" * 4], train=rows[:3_000], valid=rows[3_000:3_500])
    entropy = (1 + 7 * -(7 / 8 * log2(7 / 8) + 1 / 8 * log2(1 / 8))) / 8
    network = train(corpus, steps=100, threads=1)
    assert network.bits(rows[3_500:]) == pytest.approx(entropy, abs=0.05)


def test_the_same_seed_and_steps_give_the_same_weights_and_leave_torch_as_it_was(make_corpus):
    corpus = make_corpus([f"{a}{b}" for a in "abcdefgh" for b in "abcdefgh"])
    torch.manual_seed(5)
    expected = torch.rand(1)
    states = []
    for seed in (1, 1, 2):
        torch.manual_seed(5)
        states.append(train(corpus, steps=12, seed=seed, threads=1).state_dict())
        assert torch.rand(1) == expected
    first, again, other = states
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["out.weight"], other["out.weight"])


def test_the_rate_rises_for_a_twentieth_of_the_budget_then_falls_to_0(make_corpus, monkeypatch):
    rates = []
    monkeypatch.setattr(
        torch.optim.AdamW, "step", lambda self: rates.append(self.param_groups[0]["lr"])
    )
    monkeypatch.setattr(recurrent_baseline, "RATE", 1.0)
    train(make_corpus(["a", "b"]), steps=40, threads=1)
    shares = (np.arange(40) + 0.5) / 40  # of the 40 steps, two rise: to 1/4 and to 3/4
    assert rates == pytest.approx([0.25, 0.75, *[1] * 38] * (1 - shares))


def test_a_gan_of_the_same_seed_draws_other_batches(make_corpus, monkeypatch):
    corpus = make_corpus([f"{a}{b}" for a in "abcdefgh" for b in "abcdefgh"])
    drawn = []

    def batch_rows(*args, **key):
        drawn.append(corpora.batch_rows(*args, **key))
        return drawn[-1]

    monkeypatch.setattr(recurrent_baseline, "batch_rows", batch_rows)
    train(corpus, steps=1, seed=3, threads=1)
    for update in range(20):
        key = {"seed": 3, "step": 1, "update": update, "batch_size": 32}
        assert (corpora.batch_rows(corpus.train, **key) != drawn[0]).any()


def test_the_gradient_reaches_all_parameters(network):
    network.loss(every_row(4, 4)).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_the_state_that_was_best_on_validation_text_is_kept(make_corpus):
    # Training text says b; validation text says a, at which every step is worse than the last.
    a, b = np.full((64, 8), 2, np.uint8), np.full((64, 8), 3, np.uint8)
    corpus = make_corpus(["ab" * 4, "ba" * 4], train=b, valid=a)
    kept = train(corpus, steps=40, threads=1)
    last = train(replace(corpus, valid=a[:0]), steps=40, threads=1)
    assert kept.bits(a) < 4 < last.bits(a)
    assert last.bits(b) < 0.1


@pytest.mark.parametrize(("minutes", "most"), [(1, 60.5), (0.1, 8)])
def test_the_minutes_are_kept_and_include_validation(make_corpus, monkeypatch, minutes, most):
    now = 100.0

    def spend(seconds, value):
        nonlocal now
        now += seconds
        return value

    monkeypatch.setattr(recurrent_baseline, "time", SimpleNamespace(perf_counter=lambda: now))
    monkeypatch.setattr(RecurrentModel, "bits", lambda self, rows: spend(1.5, 1.0))
    loss = RecurrentModel.loss
    monkeypatch.setattr(RecurrentModel, "loss", lambda self, rows: spend(0.5, loss(self, rows)))
    corpus = make_corpus([f"{a}{b}" for a in "abcdefgh" for b in "abcdefgh"])
    train(corpus, minutes=minutes, threads=1)
    assert 60 * minutes - 0.5 <= now - 100 <= most  # a long validation may begin before the end


@pytest.mark.parametrize(
    ("budget", "message"),
    [
        ({}, "exactly one"),
        ({"minutes": 1, "steps": 1}, "exactly one"),
        ({"minutes": 0}, "above 0"),
        ({"minutes": float("nan")}, "above 0"),
        ({"steps": 0}, "at least 1"),
        ({"steps": 1, "threads": 0}, "threads is 0"),
        ({"steps": 1, "threads": 10_000}, "threads is 10000"),
    ],
)
def test_an_impossible_budget_is_refused(make_corpus, budget, message):
    with pytest.raises(InputError, match=message):
        train(make_corpus(["a", "b"]), **budget)


def test_a_loss_that_is_not_finite_ends_training_and_names_the_step(make_corpus, monkeypatch):
    monkeypatch.setattr(recurrent_baseline, "RATE", float("nan"))
    with pytest.raises(InputError, match=r"step 2: .*nan"):
        train(make_corpus(["a", "b"]), steps=3, threads=1)
