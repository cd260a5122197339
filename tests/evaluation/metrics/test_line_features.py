import numpy as np
import pytest

from textgan.evaluation.metrics import line_features
from textgan.evaluation.metrics.line_features import NgramFeatures, PieceFeatures


def test_the_commonest_ngrams_are_counted_in_each_line():
    # abab, abc, a: a 4, b 3, ab 3, then one of each: c, ba, bc, aba, bab, abc, the shortest first.
    rows = np.array([[1, 2, 1, 2], [1, 2, 3, 0], [1, 0, 0, 0]])
    features = NgramFeatures.fit([rows[:1], rows[1:]], 4, size=5)
    chosen = {n: keys[:, 0].tolist() for n, keys in features.chosen.items()}
    assert chosen == {1: [1, 2, 3], 2: [4 * 1 + 2, 4 * 2 + 1], 3: []}
    assert features(rows).tolist() == [[2, 2, 0, 2, 1], [1, 1, 1, 1, 0], [1, 0, 0, 0, 0]]


def test_ngram_features_are_those_of_counting_in_the_text(monkeypatch):
    rng = np.random.default_rng(5)
    rows = np.minimum(rng.zipf(1.6, (80, 9)), 6) * (np.arange(9) < rng.integers(0, 10, (80, 1)))
    lines = ["".join(map(str, row[row > 0])) for row in rows]
    grams = {
        (n, line[i : i + n]) for line in lines for n in (1, 2, 3) for i in range(len(line) - n + 1)
    }

    def occurrences(line, gram):
        return sum(line[i : i + len(gram)] == gram for i in range(len(line)))

    ranked = sorted(grams, key=lambda g: (-sum(occurrences(line, g[1]) for line in lines), *g))
    top = sorted(ranked[:20])
    expected = [[occurrences(line, gram) for _, gram in top] for line in lines]
    found = NgramFeatures.fit(rows, 7, size=20)
    assert found.size == 20
    assert found(rows).tolist() == expected
    monkeypatch.setattr(line_features, "TABLE", 0)  # by search instead of in a table
    assert NgramFeatures.fit([rows[:30], rows[30:]], 7, size=20)(rows).tolist() == expected


def test_what_the_training_text_lacks_is_no_feature():
    features = NgramFeatures.fit([np.array([[1, 1, 0]])], 9)
    assert features.size == 2  # a and aa
    assert features(np.array([[8, 8, 8], [1, 1, 1]])).tolist() == [[0, 0], [3, 2]]
    assert features(np.zeros((0, 3), dtype=int)).shape == (0, 2)
    with pytest.raises(ValueError, match="no n-grams"):
        NgramFeatures.fit([np.zeros((3, 4), dtype=int)], 9)


def test_piece_features_count_the_pieces_of_each_line():
    lines = [f"{a}{b}" for a in ("under", "over", "out") for b in ("stand", "ground", "line")] * 9
    features = PieceFeatures.fit([lines[:40], lines[40:]], size=24)
    counts = features(["understand", "", "underground?", "line"])
    assert counts.shape == (4, features.size)
    pieces = features.encoder.pieces[1:]
    sizes = np.array([max(1, len(piece)) for piece in pieces])
    assert (counts @ sizes).tolist() == [10, 0, 12, 4]  # every character in one piece
    assert counts[2, pieces.index("\ufffd")] == 1  # the question mark was never seen
    assert features([]).shape == (0, features.size)
