import numpy as np
import pytest

from textgan.evaluation.language_model import queries
from textgan.evaluation.language_model.model import NgramModel
from textgan.evaluation.language_model.queries import Queries, RowQueries, kept_queries
from textgan.evaluation.ngrams.packing import pack


def lines(seed, count, V=7, T=9):
    rng = np.random.default_rng(seed)
    rows = rng.integers(1, V, size=(count, T))
    rows[np.arange(T) >= rng.integers(0, T + 2, size=(count, 1))] = 0
    return rows


@pytest.mark.parametrize("V", [6, 3_000])  # keys of one word, and of two
def test_the_shorter_keys_are_what_ngrams_end_in(V):
    ngrams = sorted({tuple(row) for row in np.random.default_rng(V).integers(V - 3, V, (60, 6))})
    prepared = Queries(pack(np.array(ngrams).T, V + 1).astype(np.uint64), 6, V)
    for n in range(5, 0, -1):
        shorter = sorted({ngram[1:] for ngram in ngrams})
        assert [shorter[place] for place in prepared.ending(n + 1)] == [g[1:] for g in ngrams]
        assert prepared.keys(n).tolist() == pack(np.array(shorter).T, V + 1).tolist()
        ngrams = shorter


@pytest.mark.parametrize("smoothing", ["modified-kneser-ney", "lidstone", "mle"])
def test_models_answer_the_same_queries_as_if_each_were_asked_for_the_rows(smoothing):
    held_out = lines(0, 50)
    prepared = kept_queries(held_out, 7, 4)
    for seed in (1, 2):
        model = NgramModel(lines(seed, 80), 7, order=4, smoothing=smoothing)
        assert (model.score_lines(held_out, prepared) == model.score_lines(held_out)).all()
        assert model.score(held_out, prepared) == model.score(held_out)


def test_queries_of_more_rows_than_are_read_at_a_time_are_not_kept(monkeypatch):
    rows = lines(3, 20)
    monkeypatch.setattr(queries, "BLOCK_WINDOWS", rows.size)
    assert len(kept_queries(rows, 7, 3)) == 1
    monkeypatch.setattr(queries, "BLOCK_WINDOWS", rows.size - 1)
    assert kept_queries(rows, 7, 3) is None


def test_each_predicted_symbol_has_the_place_of_its_ngram():
    rows = np.array([[1, 2, 0, 0], [1, 2, 1, 2]])
    (prepared,) = RowQueries.of(rows, 3, 2)
    start, V = 3, 4
    ngrams = [(start, 1), (1, 2), (2, 0), (start, 1), (1, 2), (2, 1), (1, 2)]
    assert prepared.scored.tolist() == [[True, True, True, False], [True] * 4]
    keys = prepared.queries.keys(2)[prepared.place, 0]
    assert keys.tolist() == [a * V + b for a, b in ngrams]
