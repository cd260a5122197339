"""The fuzz targets, each on its seeds and on a few inputs more; `nox -s fuzz` runs many."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import command_lines, encoders, reader, run_folders
from tests.fuzz.draws import Draws, damaged
from tests.fuzz.sandbox import OutsideError, Sandbox

EXAMPLES = 15


@pytest.mark.parametrize("number", range(len(reader.SEEDS)))
def test_reading_keeps_its_laws_on_the_seeds(number):
    reader.target(reader.SEEDS[number])


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(reader.SEEDS), st.binary(max_size=200))
def test_reading_keeps_its_laws_on_any_bytes(seed, data):
    reader.target(seed[:9] + data)
    reader.target(data)


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(encoders.SEEDS), st.binary(max_size=200))
def test_encoders_keep_their_laws_on_any_lines(seed, data):
    encoders.target(seed[:1] + data)
    encoders.target(data)


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(run_folders.SEEDS), st.binary(max_size=60))
def test_runs_with_one_damaged_file_open_or_are_refused(seed, data):
    run_folders.target(seed[:3] + data)


@settings(max_examples=EXAMPLES)
@given(st.binary(min_size=10, max_size=80))
def test_any_command_line_ends_in_order(data):
    command_lines.target(data)


def test_equal_bytes_give_equal_choices():
    first, second = Draws(b"\x07abc"), Draws(b"\x07abc")
    assert first.integer(0, 9) == second.integer(0, 9) == 7
    assert first.rest() == second.rest() == b"abc"
    assert first.choice("xyz") == "x"  # behind the end
    assert not first.one_in(2)


def test_damage_changes_the_bytes():
    content = b"0123456789"
    assert any(damaged(content, Draws(bytes([0, 0, n, 0, 0, 0, n]))) != content for n in range(7))


@pytest.fixture
def sandbox(tmp_path):
    (tmp_path / "one.txt").write_text("Anna\n")
    return Sandbox(tmp_path)


def test_a_command_runs_in_a_fresh_copy(sandbox):
    arguments = ["corrupt", "one.txt", "--kind", "case", "-o", "new.txt"]
    for _ in range(2):  # the second would find new.txt
        assert sandbox.run(arguments, b"").status == 0
        assert (sandbox.folder / "new.txt").read_text() == "anna\tAnna\n"


def test_a_command_reads_what_stdin_has(sandbox):
    result = sandbox.run(["corrupt", "-", "--kind", "case"], b"Bert\n")
    assert (result.status, result.out) == (0, b"bert\tBert\n")
    assert result.err == "1 line, 1 of them changed (100%)\n"


def test_a_command_that_writes_elsewhere_is_stopped(sandbox, tmp_path):
    path = tmp_path / "stray.txt"
    with pytest.raises(OutsideError, match=r"stray\.txt"):
        sandbox.run(["corrupt", "one.txt", "--kind", "case", "-o", str(path)], b"")
    assert not path.exists()
    path.write_text("and only commands are stopped")


def test_no_fast_test_needs_the_fuzzer():
    assert "atheris" not in sys.modules
