"""The texts of an evaluation: which lines are held out, and over which vocabulary."""

import pytest

from corpora.errors import InputError
from textgan.evaluation.text.texts import gather, rows_at

REFERENCE = [f"{a}{b}" for a in "abcdefgh" for b in "abcdefgh"]
SAMPLES = ["ab", "zz", "", "abcdef"]


def texts_of(samples=SAMPLES, reference=REFERENCE, held_out=None, also=None, **settings):
    settings = {"length": 4, "unit": "char", "m": None, "seed": 0, **settings}
    return gather(samples, reference, held_out, also or {}, **settings)


def lines(texts, rows):
    return ["".join(line) for line in texts.vocabulary.read(rows)]


def test_held_out_lines_are_drawn_from_the_reference_and_not_trained_on():
    texts = texts_of()
    held_out, training = texts.held_out.text.lines(), lines(texts, texts.training.array())
    assert texts.drawn
    assert len(held_out) == 32  # half: of at least 1,000 there are not twice as many
    assert sorted(held_out + training) == sorted(REFERENCE)
    assert held_out == [REFERENCE[i] for i in texts.drawn_at]
    assert lines(texts, texts.held_out.rows) == held_out
    assert texts_of(seed=1).drawn_at.tolist() != texts.drawn_at.tolist()


def test_held_out_lines_of_a_run_leave_the_reference_whole():
    texts = texts_of(held_out=["xy", "yx"])
    assert not texts.drawn
    assert texts.held_out.text.lines() == ["xy", "yx"]
    assert lines(texts, texts.training.array()) == REFERENCE
    assert not len(texts.drawn_at)
    assert str(texts.with_held_out(texts.base(0))) != str(texts.base(0))


def test_samples_are_cut_and_drawn_and_others_are_no_more():
    texts = texts_of(also={"other": ["q"] * 9})
    assert texts.samples.text.lines() == ["ab", "zz", "", "abcd"]
    assert (texts.samples.empty, len(texts.also["other"])) == (1, 4)
    two = texts_of(m=2, also={"other": ["q"] * 9})
    assert len(two.samples) == len(two.also["other"]) == 2
    assert set(two.samples.text.lines()) < {"ab", "zz", "", "abcd"}


def test_all_texts_have_one_vocabulary_and_rows_as_wide_as_the_longest_line():
    texts = texts_of(length=32, held_out=["xy"], also={"other": ["q"]})
    assert set(texts.vocabulary.symbols) == {"", *"abcdefghqxyz"}
    assert texts.samples.rows.shape == (4, 7)  # abcdef, and one padding
    assert texts.vocabulary.width == 32


def test_rows_at_places_are_in_their_order():
    rows = texts_of().samples.rows
    assert rows_at(rows, [3, 0, 0]).tolist() == rows[[3, 0, 0]].tolist()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"samples": []}, "found no samples"),
        ({"reference": []}, "found no reference text"),
        ({"also": {"other": []}}, "found no lines of other"),
    ],
)
def test_a_text_without_lines_is_refused(changes, message):
    with pytest.raises(InputError, match=message):
        texts_of(**changes)
