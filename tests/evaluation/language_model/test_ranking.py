"""Lines sorted on disk are lines sorted in memory."""

import random

from tests.evaluation.memory import peak_of
from textgan.evaluation.language_model import ranking
from textgan.evaluation.language_model.ranking import in_order


def test_scores_in_order_are_sorted_ones_in_flat_memory(monkeypatch):
    rng = random.Random(3)
    odd = ["", "a\nb", "\0", "\ud800", "漢"]
    scores = [(float(rng.randint(0, 30)), f"{i}{rng.choice(odd)}") for i in range(1_500)]
    scores += [(float("inf"), "last"), (-float("inf"), "first")]
    expected = [line for _, line in sorted(scores, key=lambda score: score[0])]
    assert list(in_order(scores)) == expected
    monkeypatch.setattr(ranking, "RUN_CHARACTERS", 20_000)
    monkeypatch.setattr(ranking, "READ_BYTES", 50)
    found, peak = peak_of(lambda: sum(1 for _ in in_order(iter(scores))))
    assert list(in_order(iter(scores))) == expected
    assert found == len(scores)
    assert peak < 150_000  # a run of some 200 lines, and 50 bytes of each of 9
    assert list(in_order([])) == []
