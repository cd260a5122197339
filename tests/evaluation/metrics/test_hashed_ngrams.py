from collections import Counter

import numpy as np
import pytest

from textgan.evaluation.metrics import hashed_ngrams
from textgan.evaluation.metrics.hashed_ngrams import BUCKETS, CHARACTERS, commonest, hashed

LINES = ["abab", "", "é\0a", "ab", "abab", "\ud800👩a"]


def ngrams(line):
    text = f"\n{line}\n"
    found = {text[i : i + n] for n in (1, 2, 3, 4) for i in range(len(text) - n + 1)}
    return found - {"\n"}


def test_a_line_has_one_feature_an_ngram():
    features = hashed(LINES)
    assert features.shape == (len(LINES), BUCKETS)
    # No two of these few n-grams share a feature.
    assert np.diff(features.indptr).tolist() == [len(ngrams(line)) for line in LINES]
    assert len(set(features.indices)) == len(set().union(*map(ngrams, LINES)))


def test_rows_are_of_length_1_with_equal_entries():
    features = hashed(LINES)
    assert np.asarray(features.multiply(features).sum(axis=1)).ravel() == pytest.approx(1)
    assert features[0].data == pytest.approx(len(ngrams("abab")) ** -0.5)


def test_a_dot_product_is_the_share_of_ngrams_in_common():
    features = hashed(LINES).toarray().astype(float)
    a, b = ngrams(LINES[0]), ngrams(LINES[3])
    expected = len(a & b) / np.sqrt(len(a) * len(b))
    assert features[0] @ features[3] == pytest.approx(expected)
    assert features[0] @ features[4] == pytest.approx(1)


def test_other_lines_change_no_feature():
    alone, long = hashed(["ab"]), hashed(["ab", "a much longer line"])
    assert (alone != long[:1]).nnz == 0


def test_what_lies_behind_the_limit_is_not_seen():
    line = "x" * CHARACTERS
    features = hashed([line + "a", line + "b", line])
    assert (features[0] != features[1]).nnz == 0
    assert (features[0] != features[2]).nnz > 0  # which ends there


def test_the_commonest_ngram_of_a_feature_is_found_again():
    features = hashed(["abc"])
    found = commonest(["abc"], features.indices.tolist())
    assert sorted(found) == sorted(ngrams("abc"))
    with pytest.raises(ValueError, match="found no n-gram in the buckets"):
        commonest(["xyz"], features.indices.tolist())


def test_of_ngrams_that_share_a_feature_the_commonest_is_named(monkeypatch):
    monkeypatch.setattr(hashed_ngrams, "BUCKETS", 1)
    lines = ["ab", "ac", "cb", "a"]
    counts = Counter(ngram for line in lines for ngram in f"{line}")
    assert commonest(lines, [0]) == [counts.most_common(1)[0][0]]
