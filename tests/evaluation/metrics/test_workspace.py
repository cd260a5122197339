from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.workspace import Case, Workspace
from textgan.evaluation.statistics.seeding import choose
from textgan.evaluation.text.texts import gather

LINES = [f"{a}{b}" for a in "abcde" for b in "fghij"]


@pytest.fixture
def work():
    texts = gather(LINES, LINES * 2, LINES[:9], {}, length=4, unit="char", m=None, seed=3)
    return Workspace(texts, Setting(order=2), 3, (1, 2))


def test_what_threads_ask_for_together_is_made_once(work):
    made = []

    def make():
        sleep(0.01)
        made.append(1)
        return len(made)

    with ThreadPoolExecutor(4) as pool:
        values = list(pool.map(lambda _: work.cached("key", make), range(8)))
    assert values == [1] * 8


def test_what_is_not_lasting_is_forgotten_all_or_of_some_lines(work):
    for key in ("a", ("a", work.samples), ("a", work.held_out)):
        work.cached(key, lambda: 1)
    work.cached("lasting", lambda: 1, lasting=True)
    work.forget(work.samples)
    assert [work.cached(key, lambda: 2) for key in ("a", ("a", work.samples))] == [1, 2]
    work.forget()
    assert work.cached(("a", work.held_out), lambda: 3) == 3
    assert work.cached("lasting", lambda: 3, lasting=True) == 1


def test_equal_numbers_are_drawn_from_the_larger_by_the_seed(work):
    ours, real = work.of_equal_size(work.samples, work.held_out)
    assert real is work.held_out
    assert (ours.rows == work.samples.rows[choose(25, 9, 3, "excess")]).all()
    assert work.of_equal_size(work.samples, work.held_out)[0] is ours
    assert work.of_equal_size(work.samples, work.matched) == (work.samples, work.matched)
    assert len(work.at_most(work.samples, 4, "x")) == 4
    assert work.at_most(work.samples, None, "x") is work.samples


def test_lines_are_text_where_they_are_a_part_or_a_baseline(work):
    work.add_baselines()
    for lines in (work.samples, work.samples.take(choose(25, 5, 0, "x"))):
        symbols = work.texts.vocabulary.read(lines.rows)
        assert Case(lines, work).text() == ["".join(line) for line in symbols]
    assert set(Case(work.baselines["training lines"], work).text()) <= set(LINES)


def test_the_reference_is_the_training_text_and_the_drawn_lines():
    texts = gather(LINES, LINES * 3, None, {}, length=4, unit="char", m=None, seed=0)
    work = Workspace(texts, Setting(order=2), 0, (1,))
    totals = [work.reference_counts(padded=False, whole=whole)[1].total for whole in (False, True)]
    assert totals == [2 * (75 - len(texts.held_out)), 2 * 75]
