"""Translation: a line for each line; what the network does not know stays where it was."""

import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.encoders.byte import ByteEncoder
from corpora.encoders.char import CharEncoder
from corpora.encoders.subword import SubwordEncoder
from corpora.errors import InputError
from textgan.sampling.lines import every_line
from textgan.sampling.translator import Translator, pieces_and_spaces

ENCODER = CharEncoder("abcdefgABCDEFG ")
SUBWORDS = SubwordEncoder.fit([["to be or not to be", "that is the question"] * 20], 8, 60)


def translator(network, encoder=ENCODER, length=8, **options):
    """A translator whose network is a function from a source to a text."""

    def translate(sources, seed=None, *, first=0):
        texts = [network(line) for line in encoder.decode_rows(sources)]
        return encoder.encode_rows(texts, length)

    return Translator(SimpleNamespace(encoder=encoder, translate=translate), length, **options)


def texts(translate, lines):
    translations = list(translate(lines))
    assert [translation.source for translation in translations] == lines
    return [translation.text for translation in translations]


@pytest.mark.parametrize(
    ("encoder", "characters"),
    [
        (ENCODER, st.characters(exclude_categories=["Cs"])),
        (ByteEncoder(), st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
        (SUBWORDS, st.sampled_from("tobernhaisqu ")),
    ],
)
@given(data=st.data())
@settings(max_examples=25)
def test_a_network_that_copies_gives_every_line_back(encoder, characters, data):
    lines = data.draw(st.lists(st.text(characters)))
    for seen in (lines, [line * 3 for line in lines]):
        assert texts(translator(str, encoder, normalise=False), seen) == seen


def test_a_line_longer_than_a_row_is_translated_between_its_spaces():
    seen = []

    def network(line):
        seen.append(line)
        return line.upper()

    assert texts(translator(network), ["abc def ag abcdefgabc  d"]) == ["ABC DEF AG ABCDEFGABC  D"]
    assert seen == ["abc def", "ag", "abcdefga", "bc  d"]


def test_a_line_of_as_many_subwords_as_a_row_has_is_translated_whole():
    seen, line = [], "to be or not to be"
    (size,) = SUBWORDS.lengths([line])
    assert size < len(line)
    for length in (size, size - 1):
        translate = translator(lambda text: seen.append(text) or text, SUBWORDS, int(length))
        assert texts(translate, [line]) == [line]
    assert seen[0] == line
    assert len(seen) > 2


def test_what_the_run_has_no_symbol_for_stays_between_what_is_translated():
    assert texts(translator(str.upper), ["ab\tc", "é1", "a\ufffdb"]) == ["AB\tC", "é1", "A\ufffdB"]
    ended = translator(lambda line: line[:1])  # no more text behind what comes first
    assert texts(ended, ["axyb", "ab", "1"]) == ["axyb", "a", "1"]


def test_blank_lines_stay_and_are_not_translated():
    assert texts(translator(lambda line: "G"), ["", "a", "  ", "\t", "b"]) == [
        "", "G", "  ", "\t", "G",
    ]  # fmt: skip


def test_lines_are_composed_as_the_text_of_the_run_was():
    encoder = CharEncoder("é")
    assert texts(translator(str, encoder), ["e\u0301"]) == ["é"]
    assert texts(translator(str, encoder, normalise=False), ["e\u0301"]) == ["e\u0301"]


def test_noise_goes_by_the_place_of_a_piece_in_all_of_the_text():
    places = []

    def translate(sources, seed=None, *, first=0):
        places.extend((seed, first + i) for i in range(len(sources)))
        return sources

    sampler = SimpleNamespace(encoder=ENCODER, translate=translate)
    list(Translator(sampler, 8, seed=5)(["a", "", "abcdefg abc"] * 200))
    assert places == [(5, place) for place in range(600)]


def test_lines_are_read_no_further_than_a_block_ahead():
    read = []
    lines = (read.append(i) or "a" for i in range(100_000))
    next(iter(translator(str)(lines)))
    assert len(read) == 257  # a block, and the line that does not fit into it


@given(line=st.text("ab \t"), length=st.integers(1, 9))
def test_parts_joined_are_the_line_and_none_is_longer_than_a_row(line, length):
    split = pieces_and_spaces(line, length)
    assert "".join(split) == line
    assert all(0 < len(part) <= length for part in split)


def test_long_lines_are_read_and_translated_in_flat_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("textgan.sampling.lines.LONGEST", 500)
    monkeypatch.setattr("textgan.sampling.translator.MAX_CHARACTERS", 1_000)
    path = tmp_path / "text.txt"
    path.write_text("abc defg " * 3_000 + "\nab\n")
    translate = translator(str.upper)
    list(translate(every_line(path)))  # what is allocated once
    tracemalloc.start()
    text = [hash(translation.text) for translation in translate(every_line(path))]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(text) == 56  # 27,000 characters, broken behind spaces, and one line more
    assert peak < 6_000_000


def test_a_run_that_is_not_on_pairs_says_what_it_is_for(trained):
    with pytest.raises(InputError, match="textgan sample"):
        Translator.load(trained)


def test_a_run_on_pairs_translates_and_repeats_itself(pairs_run):
    lines = ["anna bert", "", "clara david " * 9, "Ωx"]
    usual, again = ([*Translator.load(pairs_run)(lines)] for _ in range(2))
    assert usual == again
    assert [translation.source for translation in usual] == lines
    assert usual[1].text == ""
    noisy = [[*Translator.load(pairs_run, seed=seed)(lines)] for seed in (1, 1, 2)]
    assert noisy[0] == noisy[1]
    assert len({*map(tuple, noisy), tuple(usual)}) == 3


def test_the_noise_of_a_text_that_comes_in_parts_is_that_of_the_whole(pairs_run):
    translate = Translator.load(pairs_run)
    sampler, rows = translate.sampler, translate.sampler.encoder.encode_rows(["anna b"] * 9, 16)
    whole = sampler.translate(rows, 3)
    split = [sampler.translate(rows[:4], 3), sampler.translate(rows[4:], 3, first=4)]
    assert (np.concatenate(split) == whole).all()


def test_noise_is_of_the_place_in_the_text_whatever_was_translated_before(monkeypatch):
    monkeypatch.setattr("textgan.sampling.translator.BATCH_ROWS", 2)
    places = []
    translate = translator(str)
    network = translate.sampler.translate
    translate.sampler.translate = lambda rows, seed=None, *, first=0: (
        places.extend(range(first, first + len(rows))) or network(rows, seed, first=first)
    )
    lines = ["abc", "", "d", "e1f", "g"]
    for _ in range(2):
        list(translate(lines))
    assert places == [0, 1, 2, 3, 4] * 2  # of pieces: 1 is no symbol of the run
    first, second = translate(lines), translate(lines)
    places.clear()
    assert [next(text) for _ in lines for text in (first, second)] == [
        translation for translation in translate(lines) for _ in range(2)
    ]
    assert sorted(places) == sorted([0, 1, 2, 3, 4] * 3)


def test_a_run_translates_what_is_no_text_as_it_is(pairs_run):
    assert list(Translator.load(pairs_run, seed=1)([" "])) == [(" ", " ")]
