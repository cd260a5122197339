from itertools import permutations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.stats import t as student

from textgan.evaluation.harness import measure
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics import earth_mover
from textgan.evaluation.metrics.earth_mover import TRANSPORT, transport
from textgan.evaluation.metrics.edit_distance import distances
from textgan.evaluation.metrics.workspace import Workspace
from textgan.evaluation.text.texts import gather


def some_lines(seed, m, alphabet="abcd", longest=6):
    rng = np.random.default_rng(seed)
    return ["".join(rng.choice(list(alphabet), rng.integers(0, longest))) for _ in range(m)]


@pytest.mark.parametrize("seed", range(5))
def test_no_permutation_is_cheaper(seed):
    samples, real = some_lines(seed, 6), some_lines(100 + seed, 6)
    cost = distances(samples, real).astype(int)
    cheapest = min(sum(cost[i, j] for i, j in enumerate(to)) for to in permutations(range(6)))
    distance, moves = transport(samples, real)
    assert distance == cheapest / 6
    assert sum(edits for *_, edits in moves) == cheapest


@pytest.mark.parametrize("seed", range(3))
def test_no_plan_that_divides_lines_is_cheaper(seed):
    # Kantorovich's linear program: rows and columns of the plan sum to 1/m.
    m = 9
    samples, real = some_lines(seed, m), some_lines(50 + seed, m)
    cost = distances(samples, real).astype(float)
    sums = np.concatenate([np.kron(np.eye(m), np.ones(m)), np.kron(np.ones(m), np.eye(m))])
    program = linprog(cost.ravel(), A_eq=sums, b_eq=np.full(2 * m, 1 / m))
    assert transport(samples, real)[0] == pytest.approx(program.fun, abs=1e-9)


def test_the_plan_worked_by_hand():
    # Greedily "ab" stays "ab" and "abc" becomes "xyzw" at 4 edits; or "abc" becomes "abcd" at 1,
    # which leaves "ab" to "ab" at 0 and "q" to "xyzw" at 4: 5 edits for 3 lines.
    distance, moves = transport(["ab", "abc", "q"], ["abcd", "xyzw", "ab"])
    assert distance == 5 / 3
    assert moves == (("q", "xyzw", 4), ("abc", "abcd", 1), ("ab", "ab", 0))


def test_every_line_is_moved_once_and_the_dearest_come_first():
    samples, real = some_lines(7, 30), some_lines(8, 30)
    distance, moves = transport(samples, real)
    assert sorted(sample for sample, *_ in moves) == sorted(samples)
    assert sorted(line for _, line, _ in moves) == sorted(real)
    edits = [edits for *_, edits in moves]
    assert edits == sorted(edits, reverse=True)
    assert distance == sum(edits) / 30
    assert transport(samples, real) == (distance, moves)


def test_it_is_a_distance_of_sets():
    a, b, c = some_lines(1, 12), some_lines(2, 12), some_lines(3, 12)
    assert transport(a, a[::-1])[0] == 0
    assert transport(a, b)[0] == transport(b, a)[0] > 0
    assert transport(a, c)[0] <= transport(a, b)[0] + transport(b, c)[0]


def test_equal_costs_keep_the_order_of_the_samples():
    assert transport(["a", "b"], ["c", "c"])[1] == (("a", "c", 1), ("b", "c", 1))


def test_sets_of_other_sizes_are_refused():
    with pytest.raises(ValueError, match="found 1 samples and 2 real lines"):
        transport(["a"], ["a", "b"])
    with pytest.raises(ValueError, match="found 0 samples"):
        transport([], [])


@pytest.mark.parametrize("draws", [2, 10])
def test_the_interval_of_draws_is_students(draws, monkeypatch):
    # Ten draws of 100 lines: the quantile of Student's t of 9 degrees of freedom is 2.262.
    values = np.random.default_rng(1).normal(size=(2, draws))
    plans = iter(values.ravel().tolist())
    monkeypatch.setattr(earth_mover, "transport", lambda *_: (next(plans), ()))
    m = 100 if draws == 10 else 30
    texts = gather(
        some_lines(0, draws * m), some_lines(1, 3_000), some_lines(2, draws * m), {},
        length=6, unit="char", m=None, seed=0,
    )  # fmt: skip
    work = Workspace(texts, Setting(), 0, (1,))
    found = measure(TRANSPORT, work, work.samples, None)
    apart = values[0] - values[1]
    wide = student.ppf(0.975, draws - 1) * apart.std(ddof=1) / np.sqrt(draws)
    if draws == 10:
        assert wide == pytest.approx(2.262 * apart.std(ddof=1) / np.sqrt(10), rel=1e-3)
    assert found.excess == pytest.approx(apart.mean())
    assert found.interval == pytest.approx((apart.mean() - wide, apart.mean() + wide))
