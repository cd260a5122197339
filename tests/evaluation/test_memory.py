"""Memory that does not follow the text, nor T: what is held is counted by tracemalloc."""

import random
from types import SimpleNamespace

import numpy as np
import pytest

from corpora.errors import InputError
from tests.evaluation.memory import peak_of
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.ngrams import equal_rows
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams import windows as window_pieces
from textgan.evaluation.ngrams.counts import count, count_orders
from textgan.evaluation.statistics import jackknife
from textgan.evaluation.text import lines as text_lines
from textgan.evaluation.text import texts as gathering
from textgan.evaluation.text.vocabulary import Vocabulary


def lines(seed, number):
    rng = random.Random(seed)
    return ("".join(rng.choices("abcdefghijkl", k=rng.randint(2, 16))) for _ in range(number))


@pytest.fixture
def small(monkeypatch):
    """Budgets so small that a text of a few hundred lines goes beyond all of them."""
    monkeypatch.setattr(external, "BUDGET", 1 << 14)
    monkeypatch.setattr(external, "RESULT_BYTES", 1 << 12)
    monkeypatch.setattr(external, "BLOCK_KEYS", 1 << 10)
    monkeypatch.setattr(external, "CELLS", 1 << 10)
    monkeypatch.setattr(window_pieces, "BLOCK_WINDOWS", 1 << 11)
    monkeypatch.setattr(jackknife, "PIECE_SYMBOLS", 1 << 11)
    monkeypatch.setattr(text_lines, "BLOCK_LINES", 1 << 7)
    monkeypatch.setattr(equal_rows, "GROUP", 1 << 7)
    monkeypatch.setattr(equal_rows, "CELLS", 1 << 10)
    # What is done beside something else makes the peak a matter of chance.
    monkeypatch.setattr("textgan.evaluation.evaluate.classify", lambda work: None)


def report(number, **settings):
    samples, reference = lines(0, number), lines(1, 400)
    settings = {"length": 16, "orders": (1, 3), "model": Setting(order=3), **settings}
    return evaluate(samples, reference, **settings)


def floats(value):
    if isinstance(value, dict):
        return [one for some in value.values() for one in floats(some)]
    if isinstance(value, list | tuple):
        return [one for some in value for one in floats(some)]
    return [value]


def test_the_report_is_the_same_however_little_is_held(request):
    whole = report(500, sizes=True).to_dict()
    request.getfixturevalue("small")
    for first, second in zip(floats(report(500, sizes=True).to_dict()), floats(whole), strict=True):
        assert first == (pytest.approx(second, rel=1e-9) if isinstance(second, float) else second)


def test_memory_does_not_grow_with_the_lines_judged(small):
    _, few = peak_of(lambda: report(200, orders=(3,)))
    _, many = peak_of(lambda: report(800, orders=(3,)))
    # A few numbers are held of each line, of 8 bytes; not its text, and not its n-grams.
    assert many - few < 600 * 8 * 4


def test_padding_that_is_not_stored_counts_all_the_same(monkeypatch):
    narrow = report(60, length=40, orders=(1, 4, 6), sizes=True).to_dict()

    class Wide(Vocabulary):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            self.columns = self.width

    monkeypatch.setattr(gathering, "Vocabulary", Wide)
    wide = report(60, length=40, orders=(1, 4, 6), sizes=True).to_dict()
    for first, second in zip(floats(narrow), floats(wide), strict=True):
        assert first == (pytest.approx(second, rel=1e-9) if isinstance(second, float) else second)


@pytest.mark.parametrize("n", [1, 2, 5, 8])
@pytest.mark.parametrize("width", [3, 4, 6, 20])
def test_rows_stand_for_wider_ones(n, width):
    rows = np.random.default_rng(n).integers(0, 4, (40, 3))
    wide = np.pad(rows, ((0, 0), (0, width - 3)))
    narrow, expected = (
        count_orders(some, (n, max(1, n - 1)), 4, width=width) for some in (rows, wide)
    )
    for k, counts in expected.items():
        assert narrow[k].keys.tolist() == counts.keys.tolist()
        assert narrow[k].counts.tolist() == counts.counts.tolist()
    if n > width:
        return
    q = count(wide[::2], n, 4)
    for name in jackknife.FUNCTIONALS:
        error = jackknife.standard_error(rows, q, name, width=width)
        assert error == pytest.approx(jackknife.standard_error(wide, q, name), rel=1e-9)


def test_memory_follows_the_text_and_not_t():
    samples = list(lines(2, 40))
    small, _ = peak_of(lambda: report(40, length=60))
    large, peak = peak_of(
        lambda: evaluate(samples, samples, length=50_000, orders=(1, 3), model=Setting(order=2))
    )
    assert peak < 60e6  # of 24 symbols the shares at 50,000 positions, twice, are 19 MB
    assert len(large.symbols.samples_at[0]) == 17  # the longest line, and its end
    assert len(small.symbols.samples_at[0]) == 60
    assert sum(large.symbols.samples) == pytest.approx(1)


def test_more_rows_than_the_disk_holds_are_refused_with_the_arithmetic(monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=10_000))
    with pytest.raises(InputError, match=r"500 rows of 30 symbols.*need 0.0 GB.*TMPDIR"):
        evaluate(["ab" * 15] * 500, ["ab"] * 20, length=30)


def test_orders_that_no_text_needs_are_refused():
    with pytest.raises(InputError, match="of order 33, expected 1 to 32"):
        Setting(order=33)
    with pytest.raises(InputError, match="found orders 1 to 10000, expected n-grams of 1 to 10"):
        evaluate(["a"], ["a"], orders=range(1, 10_001))
