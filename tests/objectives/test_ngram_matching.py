"""n-gram matching: slopes by hand, what is remembered, and that n-grams are drawn to real ones."""

import copy
from collections import Counter
from math import log

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tests.evaluation.rows import ngrams_of
from textgan.objectives import ngram_matching
from textgan.objectives.ngram_matching import (
    DECAY,
    LEAST,
    ORDERS,
    SCALE,
    SMOOTHING,
    NgramMatching,
)

CPU = torch.device("cpu")


def text(seed, lines, length, vocabulary):
    """Random ids, (lines, length), of which some symbols are frequent."""
    rng = np.random.default_rng(seed)
    return (vocabulary * rng.random((lines, length)) ** 2).astype(np.int64)


def matching(vocabulary, *, length=6, steps=5):
    """The subject, its real text, and the text of the steps that it was given."""
    real = text(0, 50, length, vocabulary).astype(np.uint16)
    subject = NgramMatching(real, vocabulary, CPU)
    given = [torch.from_numpy(text(1 + i, 4, length, vocabulary)) for i in range(steps)]
    for ids in given:
        subject.remember(ids)
    return subject, real, given


def counts_by_hand(given, n):
    """Return c and C: those of s steps ago weigh 0.985 to the power of s."""
    counts, total = Counter(), 0.0
    for ids in given:
        found = ngrams_of(ids.numpy(), n)
        counts = Counter({gram: DECAY * count for gram, count in counts.items()}) + found
        total = DECAY * total + found.total()
    return counts, total


def slopes_by_hand(real, given, ids, vocabulary):
    """Return the slopes (B, T, V), n-gram by n-gram."""
    slopes = np.zeros((*ids.shape, vocabulary))
    for n in ORDERS:
        r, (c, total) = ngrams_of(real, n), counts_by_hand(given, n)
        for b, t, a in np.ndindex(slopes.shape):
            line = ids[b].tolist()
            line[t] = a
            for i in range(max(0, t - n + 1), min(t, len(line) - n) + 1):
                gram = tuple(line[i : i + n])
                expected = total * r[gram] / r.total()
                slopes[b, t, a] += log((c[gram] + SMOOTHING) / (expected + SMOOTHING))
    return slopes / len(ORDERS)


@pytest.mark.parametrize("vocabulary", [3, 60])  # 60 to the fourth are more than the buckets
def test_slopes_are_those_of_each_ngram_by_hand(vocabulary):
    subject, real, steps = matching(vocabulary)
    ids = text(9, 2, 6, vocabulary)
    slopes = subject.slopes(torch.from_numpy(ids))
    equal = np.isclose(slopes, slopes_by_hand(real, steps, ids, vocabulary), atol=1e-5)
    assert equal.all() if vocabulary == 3 else equal.mean() > 0.995  # some share a bucket
    assert slopes.std() > 0.03


def test_slopes_are_the_gradient_of_the_divergence_in_the_rows():
    """Σ c(g) · log(c(g) / Cr(g)), by autograd; c(g) of rows is the sum of their products."""
    vocabulary, subject = 3, matching(3)[0]
    ids = torch.from_numpy(text(9, 4, 6, vocabulary))
    rows = F.one_hot(ids, vocabulary).float().requires_grad_()
    divergence = 0.0
    for n, table in zip(ORDERS, subject.tables, strict=True):
        product = rows[:, : 6 - n + 1]
        for place in range(1, n):
            product = product[..., None] * rows[:, place : place + 6 - n + 1].reshape(
                4, 6 - n + 1, *[1] * place, vocabulary
            )
        counts = product.sum((0, 1))  # (V, ..., V), the last place last
        order = tuple(range(n - 1, -1, -1))  # the first place is the lowest digit
        found, real = (
            c.reshape(counts.shape).permute(order)
            for c in (table.counts / subject.weight, table.shares)
        )
        expected = real * table.total / subject.weight
        ratio = (found + SMOOTHING) / (expected + SMOOTHING)
        divergence = divergence + (counts * ratio.log()).sum() / len(ORDERS)
    (gradient,) = torch.autograd.grad(divergence, rows)
    torch.testing.assert_close(subject.slopes(ids), gradient)


def test_before_the_first_step_there_are_no_slopes():
    ids = torch.from_numpy(text(9, 2, 6, 5))
    assert not matching(5, steps=0)[0].slopes(ids).any()
    assert matching(5, steps=1)[0].slopes(ids).any()


def test_counts_keep_their_size_and_small_ones_are_dropped():
    subject = matching(5, steps=1)[0]
    other = torch.full((4, 6), 4)
    steps = 0
    while DECAY**-steps <= SCALE:  # the weight of a step, with the first one
        steps += 1
        subject.remember(other)
    table = subject.tables[0]
    kept = table.counts.nonzero().flatten().tolist()
    assert kept == [4 + 4 * 5]  # the text of the first step is below 0.01
    assert 1 <= subject.weight < 1.1
    each = 4 * 5  # bigrams of a step
    assert table.total / subject.weight == pytest.approx(each / (1 - DECAY), rel=0.01)
    assert (table.counts / subject.weight).max() == pytest.approx(each / (1 - DECAY), rel=0.01)
    assert LEAST < 1


@pytest.mark.parametrize("vocabulary", [5, 300])
@pytest.mark.parametrize("steps", [0, 5])
def test_the_counts_can_be_restored_exactly(vocabulary, steps):
    subject, real, _ = matching(vocabulary, steps=steps)
    again = NgramMatching(real, vocabulary, CPU)
    again.restore(subject.state())
    ids = torch.from_numpy(text(9, 2, 6, vocabulary))
    assert torch.equal(again.slopes(ids), subject.slopes(ids))
    for each in (subject, again):
        each.remember(ids)
    assert torch.equal(again.slopes(ids), subject.slopes(ids))
    assert again.slopes(ids).any()


def test_a_copy_counts_by_itself():
    subject = matching(5)[0]
    ids = torch.from_numpy(text(9, 2, 6, 5))
    before, copied = subject.slopes(ids), copy.deepcopy(subject)
    assert torch.equal(copied.slopes(ids), before)
    copied.remember(ids)
    assert torch.equal(subject.slopes(ids), before)
    assert not torch.equal(copied.slopes(ids), before)


BAD = [
    ("totals", lambda t: t[:1], "expected a weight and 3 totals"),
    ("totals", lambda t: 0 * t, "expected a weight"),
    ("buckets.2", lambda t: t + 25, "buckets.2 are not from 0 to 24"),
    ("buckets.3", lambda t: t - 125, "buckets.3 are not from 0 to 124"),
    ("counts.2", lambda t: t[1:], "expected as many buckets.2 as counts"),
]


@pytest.mark.parametrize(("name", "change", "message"), BAD)
def test_the_counts_of_another_text_are_refused(name, change, message):
    subject, real, _ = matching(5)
    state = subject.state()
    state[name] = change(state[name])
    with pytest.raises(ValueError, match=message):
        NgramMatching(real, 5, CPU).restore(state)


def test_of_large_batches_fewer_lines_have_slopes():
    subject = matching(5)[0]
    limit = ngram_matching.ENTRIES
    assert [subject.stride(entries) for entries in (1, limit, limit + 1, 3 * limit)] == [1, 1, 2, 3]


def test_of_long_texts_lines_at_equal_distances_are_counted(monkeypatch):
    real = text(0, 50, 6, 5)
    monkeypatch.setattr(ngram_matching, "REAL_ROWS", 20)
    subject, chosen = NgramMatching(real, 5, CPU), NgramMatching(real[::3], 5, CPU)
    for each in (subject, chosen):
        each.remember(torch.from_numpy(real))
    for one, other in zip(subject.tables, chosen.tables, strict=True):
        assert torch.equal(one.shares, other.shares)
        whole = (one.shares * 17 * (6 - one.n + 1)).round()
        torch.testing.assert_close(one.shares * 17 * (6 - one.n + 1), whole)


def test_lines_shorter_than_an_ngram_have_none():
    subject = NgramMatching(text(0, 9, 3, 5), 5, CPU)
    ids = torch.from_numpy(text(1, 4, 3, 5))
    subject.remember(ids)
    assert subject.slopes(ids).isfinite().all()


def test_descending_the_slopes_gives_the_ngrams_of_real_text():
    """Logits of independent lines, without any critic: the text comes to have real bigrams."""
    real = np.tile(np.array([0, 1, 2, 3], np.uint8), (64, 3))  # 0 1 2 3 0 1 2 3 ...
    subject = NgramMatching(real, 4, CPU)
    torch.manual_seed(0)
    logits = torch.randn(200, 12, 4, requires_grad=True)
    optimizer = torch.optim.Adam([logits], lr=0.1)
    wrong = []
    for _ in range(250):
        rows = logits.softmax(2)
        ids = rows.argmax(2)
        wrong.append(((ids[:, 1:] - ids[:, :-1]) % 4 != 1).float().mean().item())
        subject.remember(ids)
        loss = (subject.slopes(ids) * rows).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert wrong[0] > 0.7
    assert wrong[-1] < 0.1
