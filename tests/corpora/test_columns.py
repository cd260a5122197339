"""A label or a source stays with its row, wherever the row goes; what is left out is counted."""

import os
import random
import tracemalloc

import numpy as np
import pytest

import corpora
from corpora.columns import parse_columns, split_columns
from corpora.errors import InputError
from corpora.inspection import inspect

PARTS = ("train", "valid", "test")
ENCODERS = ("char", "byte", "subword")


def labelled(count=3000):
    """Lines of which every word is made of its label alone, so that any piece tells the label."""
    draw = random.Random(0)
    for _ in range(count):
        label = draw.choice("abcdefgh")
        words = [label * draw.randint(1, 8) for _ in range(draw.randint(1, 6))]
        yield f"{label}\t{' '.join(words)}"


def paired(count=2000):
    """Lines of which the target is the source in capitals, each source three times."""
    draw = random.Random(1)
    for number in range(count):
        source = f"{number // 3:04}-{''.join(draw.choices('xyz', k=draw.randint(0, 12)))}"
        yield f"{source}\t{source.upper()}"


def given_rows(corpus):
    """(given, line) of all parts: the label's name or the source's text, and that of the row."""
    for name in PARTS:
        given = corpus.condition(name)
        assert len(given) == len(getattr(corpus, name))
        if corpus.columns == "labels":
            beside = [corpus.labels[index] for index in given]
        else:
            beside = corpus.encoder.decode_rows(given)
        yield from zip(beside, corpus.lines(name), strict=True)


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("long", ["cut", "drop", "split"])
def test_every_row_and_every_piece_of_a_line_has_the_label_of_the_line(tmp_path, encoder, long):
    lines, length = list(labelled()), 4 if encoder == "subword" else 12
    corpus = corpora.encode(
        lines, tmp_path, encoder=encoder, long=long, length=length, columns="labels"
    )
    assert corpus.labels == tuple("abcdefgh")
    assert all(len(getattr(corpus, name)) for name in PARTS)
    assert all(set(text) - {" "} == {label} for label, text in given_rows(corpus))
    assert (corpus.counts.rows < len(lines)) == (long == "drop")
    if long == "split":
        letters = sum(len(text.replace(" ", "")) for _, text in given_rows(corpus))
        assert letters == sum(len(line.replace(" ", "")) - 2 for line in lines)


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("long", ["cut", "drop"])
def test_every_target_has_its_own_source(tmp_path, encoder, long):
    corpus = corpora.encode(
        paired(), tmp_path, encoder=encoder, long=long, length=12, columns="pairs"
    )
    rows = list(given_rows(corpus))
    assert len(rows) == corpus.counts.rows > 500
    for source, target in rows:
        shorter = min(len(source), len(target))  # pieces of one text end where the other's do not
        assert shorter > 4
        assert source[:shorter].upper() == target[:shorter]
        assert encoder == "subword" or len(source) == len(target)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_equal_sources_never_stand_on_two_sides(tmp_path, encoder):
    draw = random.Random(2)
    lines = [f"name {draw.randrange(300)}\ttarget {number}" for number in range(3000)]
    corpus = corpora.encode(lines, tmp_path, encoder=encoder, length=16, columns="pairs")
    sides = [{tuple(row) for row in corpus.condition(name).tolist()} for name in PARTS]
    assert all(sides)
    assert sum(map(len, sides)) == len(set.union(*sides)) == 300


@pytest.mark.parametrize("encoder", ENCODERS)
def test_a_label_is_no_part_of_rows_vocabulary_length_or_split(tmp_path, encoder):
    names = corpora.bundled()["us-baby-names"].read_text(encoding="utf-8").split()[:3000]
    plain = corpora.encode(names, tmp_path / "plain", encoder=encoder)
    lines = [f" №{number % 3} with a long name \t{name}" for number, name in enumerate(names)]
    corpus = corpora.encode(lines, tmp_path / "labels", encoder=encoder, columns="labels")
    assert corpus.labels == tuple(f"№{number} with a long name" for number in range(3))
    assert corpus.encoder.signature == plain.encoder.signature
    assert corpus.length == plain.length
    for name in PARTS:
        assert (getattr(corpus, name) == getattr(plain, name)).all()


def test_both_sides_of_a_pair_share_a_vocabulary_and_a_length(tmp_path):
    lines = [f"ab{number % 10}\tXYZ {number} and" for number in range(500)]
    corpus = corpora.encode(lines, tmp_path, columns="pairs")
    assert set(corpus.encoder.characters) == set("ab0123456789XYZ nd")
    assert corpus.length == 16
    turned = ["\t".join(reversed(line.split("\t"))) for line in lines]
    assert corpora.encode(turned, tmp_path, columns="pairs").length == 16
    assert (
        corpora.encode([f"{n}\t{n * n}" for n in range(90)], tmp_path, columns="pairs").length == 4
    )


@pytest.mark.parametrize("encoder", ["char", "byte"])
def test_a_length_is_enough_for_nearly_all_of_each_side(tmp_path, encoder):
    # four of 1,000 sources are long, and four other targets: 0.4% of either side, under 0.5%
    lines = [
        f"{number}{'s' * 20 * (number < 4)}\t{number}{'t' * 20 * (number > 995)}"
        for number in range(1000)
    ]
    corpus = corpora.encode(lines, tmp_path, encoder=encoder, columns="pairs")
    assert (corpus.length, corpus.counts.long) == (4, 8)
    lines[4:6] = [f"{number}{'s' * 20}\tx" for number in (4, 5)]
    assert corpora.encode(lines, tmp_path, encoder=encoder, columns="pairs").length == 32


def test_a_pair_is_dropped_if_either_side_is_too_long(tmp_path):
    lines = ["short\tlong", "a\tmuch too long", "much too long\tb", "c\td"]
    corpus = corpora.encode(lines, tmp_path, length=5, long="drop", columns="pairs")
    assert sorted(given_rows(corpus)) == [("c", "d"), ("short", "long")]
    assert (corpus.counts.long, corpus.counts.dropped) == (2, 2)


def test_symbols_of_both_sides_are_counted(tmp_path):
    # aaab/c and aab/aa: 10 symbols, of which two b and one c are outside of a vocabulary of one
    corpus = corpora.encode(["aaab\tc", "aab\taa"], tmp_path, max_vocabulary=1, columns="pairs")
    assert (corpus.counts.symbols, corpus.counts.unknown, corpus.counts.rows) == (10, 3, 2)


LABELLED = [
    *(f"city\ttown {number}" for number in range(40)),
    "  river \tElbe\tand more",
    "no column",
    "neither",
    " \tno label",
    "no text\t ",
    "",
    "\t",
    *(f"river\tstream {number}" for number in range(40)),
]


def test_lines_that_lack_a_column_are_left_out_and_counted(tmp_path):
    corpus = corpora.encode(LABELLED, tmp_path, columns="labels")
    rows = sorted(given_rows(corpus))
    assert len(rows) == corpus.counts.rows == 81
    assert ("river", "Elbe\tand more") in rows
    counts = corpus.counts
    assert (counts.lines, counts.blank, counts.without_tab, counts.blank_column) == (87, 2, 2, 2)
    assert counts.usable == 81
    assert "2 lines (2.4%) left out: without a TAB" in corpus.notes()
    assert "2 lines (2.4%) left out: with an empty label or no text" in corpus.notes()


def test_pairs_have_exactly_two_columns(tmp_path):
    lines = [*(f"{n}\t{n * n}" for n in range(200)), "a\tb\tc", "none", "x\t ", "\ty", "é\te\u0301"]
    corpus = corpora.encode(lines, tmp_path, columns="pairs")
    rows = sorted(given_rows(corpus))
    assert len(rows) == 201
    assert (corpus.counts.without_tab, corpus.counts.blank_column) == (2, 2)
    assert corpus.counts.normalised == 1
    assert "2 lines (1.0%) left out: without exactly one TAB" in corpus.notes()
    assert "2 lines (1.0%) left out: with a blank side" in corpus.notes()
    assert any(note.startswith("split by content of the source: ") for note in corpus.notes())


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
    assert not set(held_out) & {text for _, text in given_rows(corpus)}
    assert set(corpus.lines("train")) == trained
    note = "4 rows (1.0%) left out: of labels that are not in the training part"
    assert note in corpus.notes()


def test_too_few_rows_to_hold_some_out_keep_all_their_labels(tmp_path):
    lines = [f"label {number}\ttext {number}" for number in range(30)]
    corpus = corpora.encode(lines, tmp_path, columns="labels")
    assert len(corpus.labels) == len(corpus.train) == 30
    assert corpus.counts.unseen_label == 0
    assert corpus.condition("valid").shape == (0,)


@pytest.mark.parametrize(("number", "dtype"), [(1, "u1"), (256, "u1"), (257, "u2"), (1000, "u2")])
def test_indices_of_labels_are_small(tmp_path, number, dtype):
    lines = [f"l{n % number:04}\t{n % number} {n}" for n in range(20 * number)]
    corpus = corpora.encode(lines, tmp_path, columns="labels")
    assert len(corpus.labels) == number
    for name in PARTS:
        assert corpus.condition(name).dtype == np.dtype(dtype)
    assert all(int(label[1:]) == int(text.split()[0]) for label, text in given_rows(corpus))


def test_sources_are_memory_mapped_like_rows(tmp_path):
    corpus = corpora.encode(paired(), tmp_path, columns="pairs")
    given = corpora.open_corpus(tmp_path).condition("train")
    assert isinstance(given, np.memmap)
    assert (given.shape, given.dtype) == (corpus.train.shape, corpus.train.dtype)
    with pytest.raises(ValueError, match="part 'all'"):
        corpus.condition("all")


BAD = {
    "no TAB in any": ("labels", [" Anna", "Bert"], r"of 2 lines .* \(the first is ' Anna'\)"),
    "no TAB in pairs": ("pairs", ["Anna", "Bert"], "or leave out --pairs to take the lines as"),
    "two TABs": ("pairs", ["a\tb\tc", "", "d\te\tf"], "expected source<TAB>target"),
    "no label": ("labels", ["\ta", "\tb"], "expected label<TAB>text"),
    "all labels differ": ("labels", [f"{n}\tx" for n in range(1001)], "1,001 different labels in"),
    "equal": ("labels", ["a\tx", "b\tx"], "all 2 rows are the same"),
    "too long": ("pairs", ["a\tlong line", "b\tlong text"], "T = 4, a greater --length would keep"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_parted_is_refused_in_one_line_and_nothing_is_left(tmp_path, kind):
    columns, lines, message = BAD[kind]
    with pytest.raises(InputError, match=message) as caught:
        corpora.encode(lines, tmp_path / "c", columns=columns, length=4, long="drop")
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_another_encoding_is_told_before_too_many_labels(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes("".join(f"café {n}\tla mère\n" for n in range(2000)).encode("latin-1"))
    with pytest.raises(InputError, match="perhaps --encoding cp1252"):
        corpora.encode(path, tmp_path / "c", columns="labels")


def test_a_text_that_is_blank_once_cut_is_a_row_as_in_plain_text(tmp_path):
    texts = ["a", "b", f"{' ' * 99}x"]
    plain = corpora.encode(texts, tmp_path, length=4)
    corpus = corpora.encode([f"l\t{text}" for text in texts], tmp_path, length=4, columns="labels")
    assert corpus.lines("train") == plain.lines("train") == ["a", "b", "    "]


@pytest.mark.parametrize("columns", ["labels", "pairs"])
def test_columns_that_were_joined_are_parted_again(columns):
    lines = ["a\tb", "label\ttext \tand more", "x\t y"]
    block, counts = parse_columns(columns, lines)
    assert split_columns(columns, block.join_columns()) == block
    assert len(block.lines) + counts.without_tab + counts.blank_column == 3


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize(
    ("columns", "long"), [("labels", "cut"), ("labels", "split"), ("pairs", "drop")]
)
def test_small_blocks_make_the_same_corpus(tmp_path, small_blocks, encoder, columns, long):
    lines = list(labelled(600) if columns == "labels" else paired(600))
    options = {"encoder": encoder, "long": long, "length": 12, "columns": columns}
    whole = corpora.encode(lines, tmp_path / "whole", **options)
    small_blocks(61, 100)
    parts = corpora.encode(lines, tmp_path / "parts", **options)
    assert (parts.counts, parts.labels) == (whole.counts, whole.labels)
    for name in PARTS:
        assert (getattr(parts, name) == getattr(whole, name)).all()
        assert (parts.condition(name) == whole.condition(name)).all()


@pytest.mark.parametrize("columns", ["labels", "pairs"])
def test_memory_does_not_grow_with_the_file(tmp_path, small_blocks, columns):
    small_blocks(1 << 16, 1 << 16)
    peaks = []
    for count in (10_000, 60_000):
        path = tmp_path / "text.txt"
        path.write_text("".join(f"{n % 100}\tsample number {n}\n" for n in range(count)))
        tracemalloc.start()
        corpora.encode(path, tmp_path / "c", columns=columns).notes()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.05 * peaks[0]


@pytest.mark.parametrize("columns", ["labels", "pairs"])
def test_a_cut_missing_or_edited_file_is_one_clear_line(tmp_path, columns):
    lines = list(labelled(600) if columns == "labels" else paired(600))
    corpus = corpora.encode(lines, tmp_path, columns=columns)
    path = tmp_path / "valid.given.npy"
    given = np.load(path)
    bound = len(corpus.labels) if columns == "labels" else corpus.encoder.size
    given.flat[-1] = bound
    np.save(path, given)
    with pytest.raises(InputError, match=f"found id {bound}, expected ids below {bound}"):
        corpora.open_corpus(tmp_path)
    np.save(path, given[1:])
    with pytest.raises(InputError, match=r"valid.given.npy: found \("):
        corpora.open_corpus(tmp_path)
    np.save(path, given)
    os.truncate(path, path.stat().st_size - 1)
    with pytest.raises(InputError, match=r"valid.given.npy: truncated"):
        corpora.open_corpus(tmp_path)
    path.unlink()
    with pytest.raises(InputError, match=r"valid.given.npy is missing"):
        corpora.open_corpus(tmp_path)


def test_encoding_again_as_plain_text_leaves_nothing_of_the_columns(tmp_path):
    corpora.encode(labelled(600), tmp_path, columns="labels")
    names = {path.name for path in tmp_path.iterdir()}
    corpora.encode(labelled(600), tmp_path)
    assert names - {path.name for path in tmp_path.iterdir()} == {
        f"{name}.given.npy" for name in PARTS
    }


def test_the_doctor_tells_rare_labels_and_lines_left_out():
    lines = [f"{'ab'[n % 2]}\ttext {n}" for n in range(1500)]
    found = inspect(
        [*lines, *(f"c\tother {n}" for n in range(5)), *["no column"] * 30], columns="labels"
    )
    assert found.settings.columns == "labels"
    assert set(found.labels) == {"a", "b", "c"}
    assert sum(found.labels.values()) == found.rows["train"]
    assert (found.kept, found.distinct_lines, found.distinct_rows) == (1505,) * 3
    assert (found.lengths["shortest"], found.lengths["longest"]) == (6, 9)
    assert any("1 of 3 labels have under 100 rows to train on; 'c'" in p for p in found.problems)
    assert any("30 lines (2.0%) lack one of their columns" in p for p in found.problems)
    assert any(note.startswith("3 labels, with ") for note in found.notes)


def test_one_text_under_two_labels_is_no_copy():
    lines = [f"{label}\ttext {n}" for n in range(700) for label in "ab"]
    found = inspect(lines, columns="labels")
    assert (found.distinct_lines, found.distinct_rows) == (1400, 1400)
    assert found.problems == []


def test_the_doctor_measures_both_sides_of_a_pair():
    # lines of 1 + 9 and 12 + 1 characters: their lengths are 9 and 12
    lines = [f"{n % 10}\ttext {n:04}" for n in range(1000)] + [
        f"long {n:07}\tx" for n in range(1000)
    ]
    found = inspect(lines, columns="pairs", length=10)
    assert found.histogram == [(1, 4, 0), (5, 8, 0), (9, 16, 2000)]
    assert found.characters == 10 * 1000 + 13 * 1000
    assert found.over_length == 0.5
    assert not any("--long split" in suggestion for suggestion in found.suggestions)


def test_the_doctor_says_why_text_without_columns_is_refused():
    found = inspect("us-baby-names", columns="pairs")
    assert found.refused.startswith("none of 104,819 lines has two columns (the first is 'James')")
    assert (found.kept, found.labels) == (0, {})
