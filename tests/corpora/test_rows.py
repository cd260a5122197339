"""Long lines are cut, dropped or split; each row is in one part, with its condition."""

import random

import pytest

import corpora
import corpora.build
import corpora.reader
from tests.corpora.texts import (
    ENCODERS,
    NAMES,
    PARTS,
    all_conditions,
    all_lines,
    labelled_lines,
    paired_lines,
)


@pytest.mark.parametrize("encoder", ["char", "byte", "subword"])
@pytest.mark.parametrize("long", ["cut", "drop", "split"])
def test_equal_rows_are_in_one_part(tmp_path, encoder, long):
    words = ["red", "green", "blue", "violet", "한국어", "orange"]
    draw = random.Random(0)
    lines = [" ".join(draw.choices(words, k=draw.randint(1, 6))) for _ in range(1500)]
    corpus = corpora.encode(lines, tmp_path, encoder=encoder, long=long, length=12)
    parts = [{tuple(row) for row in corpus.rows(part).tolist()} for part in PARTS]
    assert all(parts)
    assert not parts[0] & parts[1]
    assert not parts[0] & parts[2]
    assert not parts[1] & parts[2]


def test_a_line_keeps_its_part_when_others_come_or_go(tmp_path):
    few = corpora.encode(NAMES, tmp_path / "few", length=12)
    many = corpora.encode([*NAMES[::-1], *map(str, range(900))], tmp_path / "many", length=12)
    for part in PARTS:
        assert set(few.lines(part)) <= set(many.lines(part))


LONG = ["short", "exactly ten", "a line that is too long", "unbreakableword", "other"]


def test_long_lines_are_cut(tmp_path):
    corpus = corpora.encode(LONG, tmp_path, length=11)
    expected = ["short", "exactly ten", "a line that", "unbreakable", "other"]
    assert sorted(all_lines(corpus)) == sorted(expected)
    assert (corpus.counts.long, corpus.counts.dropped, corpus.counts.rows) == (2, 0, 5)
    assert "2 lines (40.0%) over 11 characters: cut there" in corpus.notes()


def test_long_lines_are_dropped(tmp_path):
    corpus = corpora.encode(LONG, tmp_path, length=11, long="drop")
    assert sorted(all_lines(corpus)) == ["exactly ten", "other", "short"]
    assert (corpus.counts.long, corpus.counts.dropped, corpus.counts.rows) == (2, 2, 3)
    assert "2 lines (40.0%) over 11 characters: left out" in corpus.notes()


def test_long_lines_are_split(tmp_path):
    corpus = corpora.encode(LONG, tmp_path, length=11, long="split")
    expected = [
        "short",
        "exactly ten",
        "a line that",
        "is too long",
        "unbreakable",
        "word",
        "other",
    ]
    assert sorted(all_lines(corpus)) == sorted(expected)
    assert (corpus.counts.long, corpus.counts.dropped, corpus.counts.rows) == (2, 0, 7)
    assert "2 lines (40.0%) over 11 characters: split at word boundaries" in corpus.notes()


def test_lengths_are_in_the_units_of_the_encoder(tmp_path):
    lines = ["한국어", "abcd", "abcdefgh", "abcdefghi"]  # 9, 4, 8 and 9 bytes
    corpus = corpora.encode(lines, tmp_path, encoder="byte", length=8, long="drop")
    assert all_lines(corpus) == ["abcd", "abcdefgh"]
    assert corpus.counts.dropped == 2


def test_lines_are_measured_in_pieces_when_rows_are_pieces(tmp_path):
    names = corpora.bundled()["us-baby-names"].read_text(encoding="utf-8").split()[:2000]
    corpus = corpora.encode(names, tmp_path, encoder="subword", length=4, long="drop")
    short = [name for name in names if len(corpus.encoder.encode(name)) <= 4]
    assert 0 < len(short) < len(names)
    assert any(len(name) > 4 for name in short)
    assert sorted(all_lines(corpus)) == sorted(short)
    assert corpus.counts.long == corpus.counts.dropped == len(names) - len(short)


def test_short_subword_rows_with_few_beginnings_are_split_by_their_whole_lines(tmp_path):
    lines = [f"password{number:04}" for number in range(2000)]
    corpus = corpora.encode(lines, tmp_path / "corpus", encoder="subword", length=4)
    assert 60 < len(corpus.valid) < 140
    assert 60 < len(corpus.test) < 140


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("long", ["cut", "drop", "split"])
def test_every_row_and_every_piece_of_a_line_has_the_label_of_the_line(tmp_path, encoder, long):
    lines, length = list(labelled_lines(1200)), 4 if encoder == "subword" else 12
    corpus = corpora.encode(
        lines, tmp_path, encoder=encoder, long=long, length=length, columns="labels"
    )
    assert corpus.labels == tuple("abcdefgh")
    assert all(len(corpus.rows(name)) for name in PARTS)
    assert all(set(text) - {" "} == {label} for label, text in all_conditions(corpus))
    assert (corpus.counts.rows < len(lines)) == (long == "drop")
    if long == "split":
        letters = sum(len(text.replace(" ", "")) for _, text in all_conditions(corpus))
        assert letters == sum(len(line.replace(" ", "")) - 2 for line in lines)


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("long", ["cut", "drop"])
def test_every_target_has_its_own_source(tmp_path, encoder, long):
    corpus = corpora.encode(
        paired_lines(900), tmp_path, encoder=encoder, long=long, length=12, columns="pairs"
    )
    rows = list(all_conditions(corpus))
    assert len(rows) == corpus.counts.rows > 500
    for source, target in rows:
        shorter = min(len(source), len(target))  # pieces of one text end where the other's do not
        assert shorter > 4
        assert source[:shorter].upper() == target[:shorter]
        assert encoder == "subword" or len(source) == len(target)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_equal_sources_are_in_one_part(tmp_path, encoder):
    draw = random.Random(2)
    lines = [f"name {draw.randrange(300)}\ttarget {number}" for number in range(3000)]
    corpus = corpora.encode(lines, tmp_path, encoder=encoder, length=16, columns="pairs")
    parts = [{tuple(row) for row in corpus.condition(name).tolist()} for name in PARTS]
    assert all(parts)
    assert sum(map(len, parts)) == len(set.union(*parts)) == 300


@pytest.mark.parametrize("encoder", ENCODERS)
def test_a_label_is_no_part_of_rows_vocabulary_length_or_split(tmp_path, encoder):
    names = corpora.bundled()["us-baby-names"].read_text(encoding="utf-8").split()[:900]
    plain = corpora.encode(names, tmp_path / "plain", encoder=encoder)
    lines = [f" №{number % 3} with a long name \t{name}" for number, name in enumerate(names)]
    corpus = corpora.encode(lines, tmp_path / "labels", encoder=encoder, columns="labels")
    assert corpus.labels == tuple(f"№{number} with a long name" for number in range(3))
    assert corpus.encoder.signature == plain.encoder.signature
    assert corpus.length == plain.length
    for name in PARTS:
        assert (corpus.rows(name) == plain.rows(name)).all()


def test_a_pair_is_dropped_if_either_text_is_too_long(tmp_path):
    lines = ["short\tlong", "a\tmuch too long", "much too long\tb", "c\td"]
    corpus = corpora.encode(lines, tmp_path, length=5, long="drop", columns="pairs")
    assert sorted(all_conditions(corpus)) == [("c", "d"), ("short", "long")]
    assert (corpus.counts.long, corpus.counts.dropped) == (2, 2)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_labels_that_are_not_in_the_training_part_are_left_out(tmp_path, encoder):
    texts = [f"text {number}" for number in range(400)]
    plain = corpora.encode(texts, tmp_path, encoder=encoder, length=16)
    trained, held_out = (
        set(plain.lines("train")),
        plain.lines("valid")[:3] + plain.lines("test")[:1],
    )
    lines = [f"{'rare' if text in held_out else 'usual'}\t{text}" for text in texts]
    corpus = corpora.encode(lines, tmp_path, encoder=encoder, length=16, columns="labels")
    assert corpus.labels == ("usual",)
    assert corpus.counts.unseen_label == 4
    assert corpus.counts.rows == 396
    assert not set(held_out) & {text for _, text in all_conditions(corpus)}
    assert set(corpus.lines("train")) == trained
    note = "4 rows (1.0%) left out: of labels that are not in the training part"
    assert note in corpus.notes()


def test_too_few_rows_to_hold_some_out_keep_all_their_labels(tmp_path):
    lines = [f"label {number}\ttext {number}" for number in range(30)]
    corpus = corpora.encode(lines, tmp_path, columns="labels")
    assert len(corpus.labels) == len(corpus.train) == 30
    assert corpus.counts.unseen_label == 0
    assert corpus.condition("valid").shape == (0,)
