import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textgan.evaluation.metrics import edit_distance as edits
from textgan.evaluation.metrics.edit_distance import distances, nearest


def levenshtein(a, b):
    """The recursion of Wagner & Fischer 1974, a row at a time."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        before, row = row, [i + 1]
        for j, y in enumerate(b):
            row.append(min(before[j + 1] + 1, row[j] + 1, before[j] + (x != y)))
    return row[-1]


LINES = st.text("abé\0 ", max_size=7)


@settings(max_examples=100)
@given(
    samples=st.lists(LINES, max_size=4),
    text=st.lists(st.lists(LINES, max_size=5), min_size=1, max_size=4),
    words=st.booleans(),
)
def test_the_nearest_line_is_the_first_at_the_least_distance(samples, text, words):
    if words:
        samples = [tuple(line.split(" ")) for line in samples]
        text = [[tuple(line.split(" ")) for line in block] for block in text]
    lines = [line for block in text for line in block]
    if samples and not lines:
        with pytest.raises(ValueError, match="no line to compare with"):
            nearest(samples, text)
        return
    far = [[levenshtein(sample, line) for line in lines] for sample in samples]
    expected = [(lines[row.index(min(row))], min(row)) for row in far]
    assert nearest(samples, text) == expected


def test_kitten_is_three_edits_from_sitting():
    assert nearest(["kitten"], [["mittens!"], ["sitting"], ["bitten as"]]) == [("mittens!", 3)]
    assert nearest(["kitten"], [["sitting"]]) == [("sitting", 3)]


def test_words_are_symbols_too():
    text = [[("the", "cat", "sat"), ("a", "dog", "sat", "here")]]
    assert nearest([("a", "cat", "sat")], text) == [(("the", "cat", "sat"), 1)]


def test_lines_of_the_text_are_compared_with_all_others():
    text = [["abc", "abd"], ["xyz", "abc"]]
    assert nearest(["abc", "xyz"], text) == [("abc", 0), ("xyz", 0)]
    assert nearest(["abd", "xyz"], text, of_text=True) == [("abc", 1), ("abc", 3)]
    # "abc" stands there twice: the one is not the other.
    assert nearest(["abc"], text, of_text=True) == [("abc", 0)]
    # Both copies among the samples: each has the other.
    assert nearest(["abc", "abc"], text, of_text=True) == [("abc", 0), ("abc", 0)]
    with pytest.raises(ValueError, match="no line to compare with"):
        nearest(["abc"], [["abc"]], of_text=True)


def test_blocks_of_any_size_give_the_same(monkeypatch):
    rng = np.random.default_rng(0)
    lines = ["".join(rng.choice(list("abcd"), 6)) for _ in range(200)]
    whole = [nearest(lines[:20], [lines], of_text=apart) for apart in (False, True)]
    monkeypatch.setattr(edits, "BLOCK_PAIRS", 20 * 7)
    assert [nearest(lines[:20], [lines], of_text=apart) for apart in (False, True)] == whole
    assert whole[0] == [(line, 0) for line in lines[:20]]


@pytest.mark.parametrize("length", [254, 255, 256, 300])
def test_distances_over_255_are_exact(length):
    assert distances(["a" * length], ["b" * length, ""]).tolist() == [[length, length]]
    assert nearest(["a" * length], [["b" * length]]) == [("b" * length, length)]
