import json
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.errors import InputError
from textgan.evaluation.metrics.character_error_rate import (
    Places,
    Translated,
    TranslationReport,
    first,
    restoration,
)
from textgan.evaluation.metrics.edit_distance import distances
from textgan.evaluation.statistics.proportions import share

LINES = st.lists(st.tuples(*[st.text("abé😀\0", max_size=6)] * 3), min_size=1, max_size=8)


def test_error_rates_by_hand_on_three_lines():
    sources = ["hallu", "wrld", "now"]
    outputs = ["hellu", "wrd", "no!?"]
    targets = ["hello", "wrd", "now"]
    # Edits of the outputs 1 (u), 0 and 2 (w, ?); of the sources 2 (a, u), 1 (l) and 0.
    found = restoration(sources, outputs, targets)
    assert found.lines == 3
    assert found.characters == 11
    assert found.error_rate == found.copying == 3 / 11
    assert (found.difference, found.ratio) == (0, 1)
    assert found.exact == share(1, 3)
    assert found.exact_copying == share(1, 3)


def test_intervals_are_the_jackknife_by_hand():
    # Edits 0, 1, 1 of outputs and 1, 2, 1 of sources; characters 2, 3, 4.
    found = restoration(["xb", "xyc", "abcx"], ["ab", "xbc", "abcx"], ["ab", "abc", "abcd"])
    assert found.difference == pytest.approx(-2 / 9)
    without = np.array([-1 / 7, -1 / 6, -2 / 5])
    error = sqrt(2 / 3 * ((without - without.mean()) ** 2).sum())
    expected = (-2 / 9 - 1.96 * error, -2 / 9 + 1.96 * error)
    assert found.difference_interval == pytest.approx(expected)
    assert found.ratio == 2 / 4
    without = np.array([2 / 3, 1 / 2, 1 / 3])
    error = sqrt(2 / 3 * ((without - without.mean()) ** 2).sum())
    assert found.ratio_interval == pytest.approx((0.5 - 1.96 * error, 0.5 + 1.96 * error))


@given(texts=LINES)
def test_copying_equals_itself(texts):
    sources, _, targets = (list(side) for side in zip(*texts, strict=True))
    if not any(targets):
        return
    found = restoration(sources, sources, targets)
    assert found.difference == 0
    assert found.difference_interval in ((0, 0), None)
    assert found.ratio == (1 if found.copying else None)
    assert found.ratio_interval in ((1, 1), None)
    assert found.exact == found.exact_copying
    assert found.places.mended == found.places.introduced == 0


@given(texts=LINES)
def test_error_rates_are_those_of_all_pairs_and_places_add_up(texts):
    sources, outputs, targets = (list(side) for side in zip(*texts, strict=True))
    if not any(targets):
        return
    found = restoration(sources, outputs, targets)
    edits = np.diag(distances(outputs, targets).astype(int)).sum()
    assert found.error_rate == edits / sum(map(len, targets))
    aligned = [three for three in texts if len({*map(len, three)}) == 1]
    places = found.places
    assert places.lines == len(aligned)
    assert places.right + places.mended + places.left + places.introduced == sum(
        len(target) for _, _, target in aligned
    )
    wrong = [(a != c, b != c) for three in aligned for a, b, c in zip(*three, strict=True)]
    assert places.mended == wrong.count((True, False))
    assert places.left == wrong.count((True, True))
    assert places.introduced == wrong.count((False, True))


def test_errors_are_mended_left_and_introduced():
    # Of b c d in the place of x y z: mended, left as it is, changed and still wrong; a is spoilt.
    found = restoration(["axyz", "longer"], ["?bye", "long"], ["abcd", "longe"])
    assert found.places == Places(lines=1, right=0, mended=1, left=2, introduced=1)


def test_perfect_outputs_have_no_error_and_none_to_compare_with_is_unknown():
    found = restoration(["teh", "cat"], ["the", "cat"], ["the", "cat"])
    assert (found.error_rate, found.ratio, found.exact.share) == (0, 0, 1)
    assert found.copying == 2 / 6
    nothing = restoration(["the", "cat"], ["teh", "cat"], ["the", "cat"])
    assert (nothing.copying, nothing.ratio, nothing.ratio_interval) == (0, None, None)
    assert nothing.difference == 2 / 6


def test_a_single_line_and_a_line_with_all_errors_have_no_interval():
    alone = restoration(["ab"], ["ac"], ["ad"])
    assert (alone.difference_interval, alone.ratio_interval) == (None, None)
    found = restoration(["ab", "x"], ["ac", "y"], ["ad", "x"])
    assert found.difference_interval is not None
    assert (found.ratio, found.ratio_interval) == (2, None)


def test_the_interval_holds_the_difference_19_times_in_20():
    # A source is wrong in one place of eight, an output, by itself, in one of sixteen.
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(300):
        lengths = rng.integers(3, 12, size=120)
        target = ["a" * end for end in lengths]
        source, output = (
            ["".join(row[:end]) for row, end in zip(rows, lengths, strict=True)]
            for rows in (np.where(rng.random((120, 12)) < p, "b", "a") for p in (1 / 8, 1 / 16))
        )
        low, high = restoration(source, output, target).difference_interval
        hits += low <= -1 / 16 <= high
    assert hits / 300 == pytest.approx(0.95, abs=0.035)


def test_lines_are_cut_where_asked():
    found = restoration(["abcdef"], ["abcxyz"], ["abcuvw"], length=3)
    assert (found.characters, found.error_rate, found.exact.share) == (3, 0, 1)
    assert found.signature.startswith("cer|unit:char|T:3|m:1|ref:1@")
    whole = restoration(["abcdef"], ["abcxyz"], ["abcuvw"])
    assert whole.error_rate == 3 / 6
    assert "|T:6|" in whole.signature


def test_the_signature_is_of_the_task_and_not_of_the_outputs():
    one, two, three = (
        restoration([source], [output], ["ab"]).signature
        for source, output in (("xb", "ab"), ("xb", "a!"), ("ax", "ab"))
    )
    assert one == two != three


def test_examples_are_the_first_pairs_with_wrong_ones_before_others():
    sources, outputs = ["a", "b", "c", "d"], ["x", "yy", "c", "w"]
    targets = ["x", "y", "c", "v"]
    examples = first(sources, outputs, targets, 3)
    assert examples[0] == Translated(source="b", output="yy", target="y", edits=1)
    assert [one.source for one in examples] == ["b", "d", "a"]
    assert [one.source for one in first(sources, outputs, targets, 9)] == ["b", "d", "a", "c"]


def test_the_saved_form_is_json(tmp_path):
    texts = ["ab", "cd"], ["ad", "cd"], ["ae", "cd"]
    found = TranslationReport(
        evaluated="0001-x", part="test", pairs=2, seed=0, restoration=restoration(*texts),
        examples=first(*texts, 10),
    )  # fmt: skip
    found.save(tmp_path / "restoration.json")
    plain = json.loads((tmp_path / "restoration.json").read_text())
    assert plain == json.loads(json.dumps(found.to_dict()))
    assert set(plain) == {
        *("schema", "evaluated", "part", "pairs", "seed", "restoration", "examples"),
    }
    assert plain["schema"] == 2
    assert plain["restoration"]["places"]["left"] == 1
    assert plain["restoration"]["exact"]["right"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["restoration.json"]


def test_lines_without_their_pair_are_refused():
    with pytest.raises(InputError, match="found 1 sources, 2 outputs and 1 targets"):
        restoration(["a"], ["a", "b"], ["a"])
    with pytest.raises(InputError, match="found a str in place of lines"):
        restoration("ab", "ac", "ad")
    with pytest.raises(InputError, match="found 0 sources"):
        restoration([], [], [])
    with pytest.raises(InputError, match="found targets without a character"):
        restoration(["a"], ["a"], [""])
