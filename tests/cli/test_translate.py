"""`textgan translate` as a user meets it."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from cli.main import textgan
from corpora.errors import InputError

LINES = "anna bert\n\nclara\tdavid\n  \nzoe zoe zoe zoe zoe zoe zoe\n12 ⚑\n"


def translate(run, *arguments, text=LINES):
    arguments = ["translate", "--run", run, *arguments]
    return CliRunner().invoke(textgan, [*map(str, arguments)], input=text)


def test_one_line_for_each_line_in_order_blank_ones_blank(pairs_run):
    done = translate(pairs_run)
    assert done.exit_code == 0, done.output
    lines = done.stdout.split("\n")
    assert len(lines) == 7
    assert (lines[1], lines[3], lines[6]) == ("", "  ", "")
    for line in LINES.splitlines():
        alone = translate(pairs_run, text=line).stdout
        assert alone.removesuffix("\n") in lines


def test_without_a_seed_it_is_always_the_same_and_with_one_another(pairs_run):
    usual, seeded = translate(pairs_run).stdout, translate(pairs_run, "--seed", 1).stdout
    assert translate(pairs_run).stdout == usual
    assert translate(pairs_run, "--seed", 1).stdout == seeded
    assert len({usual, seeded, translate(pairs_run, "--seed", 0).stdout}) == 3


def test_json_gives_source_and_text(pairs_run):
    lines = [json.loads(line) for line in translate(pairs_run, "--json").stdout.splitlines()]
    assert [line["source"] for line in lines] == LINES.splitlines()
    assert [line["text"] for line in lines] == translate(pairs_run).stdout.splitlines()


def test_a_file_is_read_and_one_is_written_but_none_is_replaced_unasked(pairs_run, tmp_path):
    source, out = tmp_path / "in.txt", tmp_path / "out.txt"
    source.write_text(LINES)
    assert translate(pairs_run, source, "-o", out).exit_code == 0
    assert out.read_text() == translate(pairs_run).stdout
    done = translate(pairs_run, source, "-o", out)
    assert isinstance(done.exception, InputError)
    assert "--force" in str(done.exception)
    assert translate(pairs_run, source, "-o", out, "--force").exit_code == 0
    assert translate(pairs_run, source, "--force").exit_code == 2


def test_a_text_of_another_encoding_is_one_line_and_leaves_no_file(pairs_run, tmp_path):
    (tmp_path / "in.txt").write_bytes("André\n".encode("cp1252"))
    done = translate(pairs_run, tmp_path / "in.txt", "-o", tmp_path / "out.txt")
    assert isinstance(done.exception, InputError)
    assert [path.name for path in tmp_path.iterdir()] == ["in.txt"]
    done = translate(pairs_run, tmp_path / "in.txt", "--encoding", "cp1252")
    assert done.exit_code == 0


def test_a_run_that_does_not_translate_says_what_it_does(trained):
    done = translate(trained)
    assert isinstance(done.exception, InputError)
    assert f"textgan sample {trained}" in str(done.exception)
    assert "--pairs" in str(done.exception)


@pytest.mark.slow  # that of sample, which writes its lines in the same way, is fast
def test_a_closed_pipe_ends_quietly(pairs_run, tmp_path):
    (tmp_path / "in.txt").write_text("anna bert\n" * 50_000)
    command = (
        f"{sys.executable} -m cli.main translate {tmp_path / 'in.txt'} --run {pairs_run} "
        "--checkpoint best "
        "| head -n 2"
    )
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert done.stdout.count("\n") == 2
    assert done.stderr == ""
