"""n-gram matching: slopes by hand, what is remembered, and that n-grams are drawn to real ones."""

from collections import Counter
from math import log

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from textgan.objectives import ngram_matching
from textgan.objectives.ngram_matching import ORDERS, SMOOTHING, WINDOW, NgramMatching

CPU = torch.device("cpu")


def text(seed, lines, length, vocabulary):
    """Random ids, (lines, length), of which some symbols are frequent."""
    rng = np.random.default_rng(seed)
    return (vocabulary * rng.random((lines, length)) ** 2).astype(np.int64)


def ngrams(rows, n):
    """The n-grams of rows, counted."""
    return Counter(tuple(row[i : i + n]) for row in rows.tolist() for i in range(len(row) - n + 1))


def matching(vocabulary, *, length=6, remembered=3):
    """The subject, its real text, and the text that it was given, step by step."""
    real = text(0, 50, length, vocabulary).astype(np.uint16)
    subject = NgramMatching(real, vocabulary, CPU)
    steps = [torch.from_numpy(text(1 + i, 20, length, vocabulary)) for i in range(remembered)]
    for ids in steps:
        subject.remember(ids)
    return subject, real, steps


def slopes_by_hand(real, steps, ids, vocabulary):
    """Return the slopes (B, T, V), n-gram by n-gram."""
    found = np.concatenate([step.numpy() for step in steps])
    slopes = np.zeros((*ids.shape, vocabulary))
    for n in ORDERS:
        r, c = ngrams(real, n), ngrams(found, n)
        for b, t, a in np.ndindex(slopes.shape):
            line = ids[b].tolist()
            line[t] = a
            for i in range(max(0, t - n + 1), min(t, len(line) - n) + 1):
                gram = tuple(line[i : i + n])
                expected = c.total() * r[gram] / r.total()
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
        found, real = (c.reshape(counts.shape).permute(order) for c in (table.found, table.real))
        expected = 60 * (6 - n + 1) * real / real.sum()
        ratio = (found + SMOOTHING) / (expected + SMOOTHING)
        divergence = divergence + (counts * ratio.log()).sum() / len(ORDERS)
    (gradient,) = torch.autograd.grad(divergence, rows)
    torch.testing.assert_close(subject.slopes(ids), gradient)


def test_text_of_more_than_w_steps_ago_is_forgotten():
    long, _, steps = matching(5, remembered=WINDOW + 3)
    short = matching(5, remembered=0)[0]
    for ids in steps[3:]:
        short.remember(ids)
    assert len(long.recent) == WINDOW
    for one, other in zip(long.tables, short.tables, strict=True):
        assert torch.equal(one.found, other.found)
        assert torch.equal(one.log_ratios, other.log_ratios)


@pytest.mark.parametrize(("vocabulary", "dtype"), [(5, torch.uint8), (300, torch.int32)])
def test_what_is_remembered_can_be_restored(vocabulary, dtype):
    subject, real, _ = matching(vocabulary)
    state = subject.state()
    assert state.dtype == dtype
    again = NgramMatching(real, vocabulary, CPU)
    again.restore(state)
    ids = torch.from_numpy(text(9, 2, 6, vocabulary))
    assert torch.equal(again.slopes(ids), subject.slopes(ids))
    again.remember(ids)
    assert not torch.equal(again.slopes(ids), subject.slopes(ids))


def test_nothing_remembered_can_be_restored_and_has_no_slopes():
    subject, real, _ = matching(5, remembered=0)
    again = NgramMatching(real, 5, CPU)
    again.restore(subject.state())
    assert not again.slopes(torch.from_numpy(text(9, 2, 6, 5))).any()


@pytest.mark.parametrize(
    ("shape", "symbol", "message"),
    [
        ((2, 4), 0, r"expected \(≤ 64, R, 6\), found \(2, 4\)"),
        ((2, 4, 5), 0, "found"),
        ((65, 4, 6), 0, "found"),
        ((2, 4, 6), 5, "expected ids below 5"),
        ((2, 4, 6), -1, "expected ids below 5"),
    ],
)
def test_what_another_text_remembers_is_refused(shape, symbol, message):
    subject = matching(5)[0]
    with pytest.raises(ValueError, match=message):
        subject.restore(torch.full(shape, symbol, dtype=torch.int32))


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
        assert torch.equal(one.real, other.real)
        assert one.real_total == 17 * (6 - one.n + 1)


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
    for _ in range(80):
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
