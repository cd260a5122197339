"""Counts add up, keep their names in files, and are said in sentences."""

import pytest

from corpora.counts import ADDED_LATER, Counts, quoted
from corpora.errors import InputError


def test_the_counts_of_two_parts_add_up():
    a, b = Counts(lines=3, blank=1, without_tab=1), Counts(lines=4, blank_column=2, rows=5)
    assert a + b == Counts(lines=7, blank=1, without_tab=1, blank_column=2, rows=5)
    assert (a + b).usable == 7 - 1 - 1 - 2


def test_counts_come_back_under_the_names_that_files_have():
    counts = Counts(lines=9, without_tab=1, blank_column=2, unseen_label=3)
    plain = counts.to_plain()
    assert (plain["unparted"], plain["lacking"], plain["untrained"]) == (1, 2, 3)
    assert "without_tab" not in plain
    assert Counts.from_plain(plain, "header.json") == counts


def test_counts_that_earlier_versions_lack_are_none():
    plain = {name: n for name, n in Counts(lines=9).to_plain().items() if name not in ADDED_LATER}
    assert Counts.from_plain(plain, "header.json") == Counts(lines=9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lines": -1}, "not natural numbers; encode the corpus again"),
        ({"lines": True}, "not natural numbers"),
        ({"lines": 1.0}, "not natural numbers"),
        ({"more": 1}, "not those this version writes; encode the corpus again"),
    ],
)
def test_counts_that_were_edited_are_refused(change, message):
    with pytest.raises(InputError, match=f"header.json: its counts are {message}"):
        Counts.from_plain({**Counts().to_plain(), **change}, "header.json")


@pytest.mark.parametrize(
    "change",
    [{"blank": 9}, {"lacking": 9}, {"long": 9}, {"invisible": 9}, {"unknown": 9}, {"unparted": 9}],
)
def test_a_part_that_is_more_than_the_whole_is_refused(change):
    plain = Counts(lines=8, blank=1, symbols=8).to_plain()
    assert Counts.from_plain({**plain, "long": 7, "invisible": 7, "unknown": 8}, "").usable == 7
    with pytest.raises(InputError, match=r"header.json: its counts do not add up; encode"):
        Counts.from_plain({**plain, **change}, "header.json")


def test_what_is_no_object_or_lacks_a_count_is_refused():
    plain = Counts().to_plain()
    del plain["rows"]
    for values in (plain, [], None):
        with pytest.raises(InputError, match="not those this version writes"):
            Counts.from_plain(values, "header.json")


def test_a_sentence_for_each_thing_that_happened():
    assert Counts(lines=1, bytes=5).sentences() == ["1 line read (5 bytes)"]
    counts = Counts(lines=200, bytes=2_000, blank=2, cr=1, crlf=2, nuls=3, overlong=1)
    assert counts.sentences() == [
        "200 lines read (2,000 bytes)",
        "3 lines ended in a carriage return, which is removed",
        "2 blank lines skipped (1.0%)",
        "3 NUL bytes removed",
        "1 line over 1,048,576 characters; the rest of each is ignored",
    ]


def test_a_long_text_is_quoted_to_its_fortieth_character():
    assert quoted("a\tb\x1b") == r"'a\tb\x1b'"
    assert quoted("x" * 41) == f"'{'x' * 40}…'"
