"""What is taken from a line depends on the line alone, and nothing else is touched."""

import math
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpora
from corpora.corruption import KINDS, NEIGHBOURS, corrupt, corrupted
from corpora.errors import InputError

# All characters but surrogates; of ideographs and Hangul, which have no case and no mark that comes
# off, one in fifty, and none of the planes in which nothing is assigned but ideographs.
EVERY = [
    chr(code)
    for code in (*range(1, 0x20000), *range(0x2F800, 0x2FA20))
    if not 0xD800 <= code < 0xE000
    and (code % 50 == 0 or not (0x3400 <= code < 0xA000 or 0xAC00 <= code < 0xD800))
]
NAMES = corpora.bundled()["us-baby-names"].read_text(encoding="utf-8").split()


@pytest.mark.parametrize("kind", ["case", "accents"])
def test_every_character_of_unicode_becomes_one_and_does_not_change_again(kind):
    (once,) = corrupt(["".join(EVERY)], kind)
    assert len(once) == len(EVERY)
    assert corrupt([once], kind) == [once]


@pytest.mark.parametrize("kind", ["case", "accents"])
@settings(max_examples=40)
@given(line=st.text())
def test_each_character_stands_for_itself(kind, line):
    assert corrupt([line], kind) == ["".join(corrupt(list(line), kind))]


@pytest.mark.parametrize(
    ("line", "small"),
    [
        ("ANNA Maria 3", "anna maria 3"), ("ÉCOLE ΣΟΦΟΣ", "école σοφοσ"),
        ("İstanbul", "İstanbul"), ("STRAßE ẞ", "straße ß"), ("漢字", "漢字"),
    ],
)  # fmt: skip
def test_case_is_lost_character_by_character(line, small):
    assert corrupt([line], "case") == [small]


@pytest.mark.parametrize(
    ("line", "bare"),
    [
        ("Zoë Crème Ñandú", "Zoe Creme Nandu"), ("Tiếng Việt", "Tieng Viet"),
        ("Łódź Østerbro Đorđe", "Lodz Osterbro Dorde"), ("Ǿ", "O"), ("Straße æ þ", "Straße æ þ"),
        ("ёлка", "елка"), ("한국어", "한국어"), ("plain", "plain"), ("ﬁ ½ Ａ", "ﬁ ½ Ａ"),
    ],
)  # fmt: skip
def test_diacritics_are_lost_and_letters_of_their_own_stay(line, bare):
    assert corrupt([line], "accents") == [bare]


def test_no_letter_but_one_with_a_mark_or_a_stroke_loses_an_accent():
    (bare,) = corrupt(["".join(EVERY)], "accents")
    for before, after in zip(EVERY, bare, strict=True):
        if before != after and before not in "ØøŁłĐđĦħŦŧ":
            letter, mark = unicodedata.normalize("NFD", before)[:2]
            assert unicodedata.combining(mark)
            assert not unicodedata.combining(letter)


def test_neighbouring_keys_are_those_of_the_keyboard():
    assert sorted(NEIGHBOURS["s"]) == sorted("adwezx")
    assert sorted(NEIGHBOURS["p"]) == sorted("ol")
    assert sorted(NEIGHBOURS["Q"]) == sorted("WA")
    assert len(NEIGHBOURS) == 52
    for key, beside in NEIGHBOURS.items():
        assert key not in beside
        assert all(key in NEIGHBOURS[other] for other in beside)


@settings(max_examples=30)
@given(st.lists(st.text(max_size=30), max_size=8), st.integers(-5, 2**70))
def test_no_rate_no_typos(lines, seed):
    assert corrupt(lines, "typos", seed=seed, rate=0) == lines


@settings(max_examples=30)
@given(
    st.lists(st.text(max_size=30), max_size=8),
    st.integers(0, 99),
    st.floats(0, 1, allow_subnormal=False),
)
def test_equal_lines_are_mistyped_equally_in_any_company(lines, seed, rate):
    together = corrupt(lines, "typos", seed=seed, rate=rate)
    alone = [corrupt([line], "typos", seed=seed, rate=rate)[0] for line in lines]
    assert together == alone


def test_batches_do_not_matter(monkeypatch):
    lines = [*NAMES[:300], "a very long line " * 40, *NAMES[300:400]]
    whole = corrupt(lines, "typos")
    monkeypatch.setattr("corpora.corruption.CELLS", 50)
    assert corrupt(lines, "typos") == whole


def test_another_seed_makes_other_typos():
    assert corrupt(NAMES[:100], "typos", seed=1) != corrupt(NAMES[:100], "typos", seed=2)


def test_the_four_mistakes_are_equally_likely_where_all_are_possible():
    # "ab" and 7 digits: a mistake at a, which has all four, and none at the other 8 keys, in
    # 0.05 · 0.95^8 of the lines; where a and b are swapped, b is not asked
    lines = [f"ab{number:07}" for number in range(16_000)]
    met = {"aab": 0, "b": 0, "ba": 0, "neighbour": 0}
    for line, typed in zip(lines, corrupt(lines, "typos", rate=0.05), strict=True):
        if typed[1:] == line[1:] and typed[0] in NEIGHBOURS["a"]:
            met["neighbour"] += 1
        elif typed.removesuffix(line[2:]) in met:
            met[typed.removesuffix(line[2:])] += 1
    for mistake, number in met.items():
        expected = len(lines) * 0.05 / 4 * 0.95 ** (7 if mistake == "ba" else 8)
        assert abs(number - expected) < 4 * math.sqrt(expected), mistake


def test_neighbours_are_equally_likely_and_equal_keys_are_not_swapped():
    # "aa" and 7 digits: three mistakes are possible at the first key, one of them four neighbours
    lines = [f"aa{number:07}" for number in range(16_000)]
    met = dict.fromkeys(NEIGHBOURS["a"], 0)
    for line, typed in zip(lines, corrupt(lines, "typos", rate=0.05), strict=True):
        if typed[1:] == line[1:] and typed[0] in met:
            met[typed[0]] += 1
    expected = len(lines) * 0.05 / 3 * 0.95**8
    assert abs(sum(met.values()) - expected) < 4 * math.sqrt(expected)
    assert all(abs(number - expected / 4) < 4 * math.sqrt(expected / 4) for number in met.values())


def test_two_keys_that_are_both_mistyped_worked_by_hand():
    # the first is swapped (1/3), which is the end of it, or twice, or missed; then the last is
    # twice or missed (1/6 each); where both are missed the line stays
    typed = [corrupt(["漢字"], "typos", seed=seed, rate=1)[0] for seed in range(600)]
    assert set(typed) == {"字漢", "漢漢字字", "漢漢", "字字", "漢字"}
    for line in set(typed):
        expected = 600 / (3 if line == "字漢" else 6)
        assert abs(typed.count(line) - expected) < 4 * math.sqrt(expected)


def test_a_mistake_is_made_at_the_rate_that_was_set():
    # a line of n characters stays as it is with probability (1 − rate)^n, but for rare mistakes
    # that undo each other
    names = NAMES[:8000]
    for rate in (0.02, 0.1, 0.5):
        kept = [(1 - rate) ** len(name) for name in names]
        spread = math.sqrt(sum(p * (1 - p) for p in kept))
        same = sum(a == b for a, b in zip(names, corrupt(names, "typos", rate=rate), strict=True))
        assert abs(same - sum(kept)) < 4 * spread + 0.002 * len(names)


def test_every_key_is_mistyped_equally_often():
    line = "漢字" * 10  # no neighbours, and two the same never meet: twice, missed or swapped
    lines = [f"{line}{chr(0x5000 + number)}" for number in range(4000)]
    first = [0] * 10
    for before, after in zip(lines, corrupt(lines, "typos", rate=0.01), strict=True):
        at = next((k for k in range(10) if before[: k + 1] != after[: k + 1]), None)
        if at is not None:
            first[at] += 1
    assert sum(first) > 300
    assert max(first) < 3 * min(first)


def test_a_line_is_never_mistyped_away():
    lines = [*"abcdefgh", " x", "漢"]
    for seed in range(30):
        assert all(line.strip() for line in corrupt(lines, "typos", seed=seed, rate=1))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "vowels"}, "expected case, accents, typos"),
        ({"kind": "typos", "rate": 1.1}, "rate 1.1"),
        ({"kind": "typos", "rate": math.nan}, "rate nan"),
    ],
)
def test_impossible_choices_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        corrupt(["a"], **options)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_becomes_pairs_that_a_corpus_is_made_of(tmp_path, kind):
    lines = [*NAMES[:500], "Jose\u0301 Peña", "with\ta TAB", "", "bell\x07"]
    blocks = list(corrupted(lines, kind))
    pairs = [pair for block, *_ in blocks for pair in block]
    assert [sum(counts) for counts in zip(*((b, c) for _, b, c in blocks), strict=True)] == [1, 0]
    assert [target for _, target in pairs] == [*NAMES[:500], "José Peña", "bell"]
    assert [source for source, _ in pairs] == corrupt([target for _, target in pairs], kind)
    corpus = corpora.encode(map("\t".join, pairs), tmp_path, columns="pairs")
    assert corpus.counts.rows == corpus.counts.usable == len(pairs)


def test_text_that_cannot_be_used_is_refused_before_anything_is_made(tmp_path):
    path = tmp_path / "text.txt"
    for data, message in (
        (b"", "the file is empty"),
        (b"\n \n", "all 2 lines are blank"),
        ("Zoë\nRené\n".encode("latin-1"), "perhaps --encoding cp1252"),
        (b"a\tb\nc\td\n", "all 2 lines hold a TAB"),
    ):
        path.write_bytes(data)
        with pytest.raises(InputError, match=message):
            assert not any(pairs for pairs, *_ in corrupted(path, "case"))
