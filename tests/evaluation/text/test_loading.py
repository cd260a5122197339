"""One loader for whatever takes text: names, blank lines, forms of Unicode, and T."""

import gzip
import unicodedata

import pytest

from corpora.errors import InputError
from textgan.evaluation.compare import compare
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.language_model.scoring import LineScorer
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.text.loading import lines_of, read, reference

CORPUS = [f"{a}{b}" for a in "abcdef" for b in "abcdef"]
SAMPLES = ["ab", "", "ab", " ", "zz"]
SMALL = {"orders": (1,), "model": Setting(order=1)}  # a report in a fraction of the time


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, lines in {"corpus": [*CORPUS, ""], "samples": SAMPLES, "held": ["af", "fa"]}.items():
        (tmp_path / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines))
    return tmp_path


def test_a_str_or_path_is_a_name_and_never_lines(files):
    expected = evaluate(
        SAMPLES,
        CORPUS,
        ["af", "fa"],
        evaluated="samples.txt",
        against="corpus.txt",
        length=4,
        **SMALL,
    )
    assert (
        evaluate("samples.txt", files / "corpus.txt", "held.txt", against="corpus.txt", **SMALL)
        == expected
    )
    assert evaluate(SAMPLES, CORPUS, length=4, **SMALL).evaluated == "samples"
    scores = list(LineScorer("corpus.txt")(files / "held.txt"))
    assert scores == list(LineScorer(CORPUS)(["af", "fa"]))
    side = compare([("a", "samples.txt"), ("b", SAMPLES)], "corpus.txt")
    assert side.systems[0].measures == side.systems[1].measures
    assert side.against == "corpus.txt"


@pytest.mark.parametrize("wrong", ["nosuch.txt", "us-baby-name", ".", ""])
def test_what_names_nothing_is_refused_everywhere(files, wrong):
    for call in (
        lambda: evaluate(wrong, CORPUS),
        lambda: evaluate(SAMPLES, wrong),
        lambda: evaluate(SAMPLES, CORPUS, wrong),
        lambda: evaluate(SAMPLES, CORPUS, also={"x": wrong}),
        lambda: compare([("a", SAMPLES), ("b", wrong)], CORPUS),
        lambda: LineScorer(wrong),
        lambda: next(LineScorer(CORPUS)(wrong)),
    ):
        with pytest.raises(InputError):
            call()


def test_what_is_no_line_is_refused():
    with pytest.raises(InputError, match="found a line of type int, expected str"):
        evaluate(b"ab", CORPUS)
    with pytest.raises(InputError, match="found a line of type list"):
        evaluate([SAMPLES], CORPUS)


def test_blank_lines_of_a_corpus_are_no_text_and_those_of_samples_count(files):
    assert list(lines_of("samples.txt", blank=True)) == SAMPLES
    assert list(lines_of("samples.txt")) == ["ab", "ab", "zz"]
    (files / "windows.txt").write_bytes(b"\xef\xbb\xbfa\r\n\r\nb")  # the last line has no end
    assert list(lines_of("windows.txt", blank=True)) == ["a", "", "b"]
    (files / "gone.txt").write_text("\n\n")
    report = evaluate("gone.txt", "corpus.txt", **SMALL)
    assert (report.m, report.empty, report.repeated) == (2, 2, ("", 2))


def test_empty_samples_are_counted_and_raise_an_alarm(files):
    report = evaluate("samples.txt", "corpus.txt", **SMALL)
    assert (report.m, report.empty) == (5, 2)  # one of a space alone
    assert "empty" in {alarm.name for alarm in report.warnings}
    few = evaluate([*CORPUS, ""], CORPUS, **SMALL)
    assert (few.empty, few.m) == (1, 37)
    assert "empty" not in {alarm.name for alarm in few.warnings}  # 1 of 37 is below 5 in 100
    alike = evaluate(["", *CORPUS] * 2, ["", *CORPUS] * 4, **SMALL)  # real text has as many
    assert "empty" not in {alarm.name for alarm in alike.warnings}
    side = compare([("a", "samples.txt"), ("b", CORPUS)], "corpus.txt", m=5, model=Setting(order=1))
    assert [system.empty for system in side.systems] == [2, 0]


@pytest.mark.parametrize(
    ("sizes", "length"),
    [
        ([4] * 200, 4),
        ([4] * 199 + [5], 4),
        ([4] * 198 + [5] * 2, 8),
        ([16] * 6, 16),
        ([17] * 6, 32),
    ],
)
def test_t_is_that_which_train_would_choose(sizes, length):
    text = reference(["x" * size for size in sizes], None)
    assert text.length == length
    assert text.lines() == ["x" * min(size, length) for size in sizes]
    assert text.sha == reference(["x" * size for size in sizes], length).sha
    lines = ["y" * size for size in sizes]
    assert LineScorer(lines, setting=Setting(order=1)).length == length
    if length == 8:
        report = evaluate(lines, lines, **SMALL)
        assert report.length == length
        assert f"|T:{length}|" in report.measures["jsd1"].signature
        assert compare([("a", lines), ("b", lines)], lines, model=Setting(order=1)).length == length


def test_a_letter_and_its_accent_are_one_character_whichever_way_they_are_written():
    composed = [f"{a}é{b}ü" for a in "abcdef" for b in "abcdef"]
    parted = [unicodedata.normalize("NFD", line) for line in composed]
    assert parted[0] != composed[0]
    first, second = evaluate(composed[:9], parted, **SMALL), evaluate(parted[:9], composed, **SMALL)
    assert first == second == evaluate(composed[:9], composed, **SMALL)
    assert first.measures["copied"].samples == 1.0
    assert (first.length, "|form:NFC|" in first.measures["jsd1"].signature) == (4, True)
    as_it_stands = evaluate(composed[:9], parted, normalise=False, **SMALL)
    assert as_it_stands.measures["copied"].samples == 0.0
    assert "form" not in as_it_stands.measures["jsd1"].signature
    pair = compare([("a", composed), ("b", parted)], parted, model=Setting(order=1))
    assert pair.systems[0].measures == pair.systems[1].measures
    setting = Setting(order=2)
    scorer = LineScorer(parted, setting=setting)
    (of_composed,), (of_parted,) = scorer(composed[:1]), scorer(parted[:1])
    assert of_composed.bits == of_parted.bits
    assert None not in of_parted.symbols
    assert (of_parted.line, of_parted.cut) == (parted[0], False)


def test_a_file_is_read_as_it_stands(tmp_path):
    text = " kept \n\n   \ntwice\ntwice\r\ne\u0301 is not composed"
    (tmp_path / "a.txt").write_bytes(text.encode())
    expected = [" kept ", "twice", "twice", "e\u0301 is not composed"]
    assert list(read(tmp_path / "a.txt")) == expected
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(text.encode()))
    assert list(read(tmp_path / "a.txt.gz")) == expected


@pytest.mark.parametrize("content", [b"", b"\n  \n"])
def test_a_file_without_text_is_refused(tmp_path, content):
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(InputError, match="found no text"):
        list(read(tmp_path / "a.txt"))


@pytest.mark.parametrize("content", [bytes(range(256)) * 9, "Zoë\n".encode("latin-1") * 9])
def test_what_is_no_text_is_refused(content, tmp_path):
    path = tmp_path / "data"
    path.write_bytes(content)
    with pytest.raises(InputError, match="lines are no utf-8 text; name another --encoding"):
        list(read(str(path)))


def test_one_bad_line_in_many_is_read_unchanged(tmp_path):
    path = tmp_path / "data"
    path.write_bytes(b"fine\n" * 200 + b"b\xe4d\n")
    assert list(read(str(path)))[-1] == "b\ufffdd"
