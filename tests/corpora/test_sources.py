"""A source is a bundled name, a path, standard input, or lines from Python."""

import io
import os
import sys
import threading
import types
import unicodedata

import pytest

from corpora.errors import InputError
from corpora.sources import bundled, locate, name_of, open_source


@pytest.mark.parametrize(("name", "path"), bundled().items(), ids=bundled())
def test_a_bundled_corpus_has_its_notice_beside_it_and_is_as_that_says(name, path):
    notice = " ".join(path.with_suffix(".md").read_text(encoding="utf-8").split())
    assert notice.startswith(f"# {name} Source: ")
    assert "Licence, as read in the package: " in notice
    text = path.read_bytes().decode("utf-8")
    lines = text.removesuffix("\n").split("\n")
    assert f"MB, {len(lines):,} lines ({len(set(lines)):,} distinct," in notice
    assert f"{len(set(text) - {chr(10)})} distinct characters" in notice
    assert unicodedata.is_normalized("NFC", text)
    assert "\r" not in text


def test_a_bundled_name_is_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert locate("us-baby-names").is_file()
    (tmp_path / "us-baby-names").mkdir()  # such as a run folder
    assert locate("us-baby-names").is_file()


def test_a_file_in_the_way_of_a_bundled_name_is_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "us-baby-names").write_text("mine\n")
    with open_source("us-baby-names") as file:
        assert file.read() == b"mine\n"


def test_a_misspelt_name_is_answered_with_the_nearest():
    with pytest.raises(InputError, match=r"did you mean us-baby-names\?.*tang-poems"):
        locate("us-baby-name")


@pytest.mark.parametrize("name", ["no/such/file.txt", "a\0b", "x" * 5000, ""])
def test_what_is_not_there_is_an_input_error(name):
    with pytest.raises(InputError):
        open_source(name)


def test_a_name_that_begins_with_a_tilde_is_a_file_first_and_a_home_then(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "~$names.txt").write_text("a\n")  # as an office program locks names.txt
    (tmp_path / "at-home.txt").write_text("b\n")
    for name, content in (("~$names.txt", b"a\n"), ("~/at-home.txt", b"b\n")):
        with open_source(name) as file:
            assert file.read() == content
    with pytest.raises(InputError, match=r"~no-such-user/x: no such file"):
        open_source("~no-such-user/x")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all names are UTF-8")
def test_a_name_that_is_no_utf_8_is_read_and_shown_in_utf_8(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9.txt")
    path.write_text("a\n")
    with open_source(path) as file:
        assert file.read() == b"a\n"
    assert name_of(path) == r"caf\udce9"


def test_a_run_is_no_text(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(InputError, match="is a run folder; expected a text file"):
        open_source(tmp_path)


def test_standard_input_that_is_closed_is_told(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match="standard input is closed; name a file"):
        open_source("-")


@pytest.mark.skipif(sys.platform != "linux", reason="a file that opens and cannot be read")
def test_a_file_that_cannot_be_read_is_named():
    with pytest.raises(InputError, match=r"/proc/self/mem: cannot be read \(Input/output error\)"):
        open_source("/proc/self/mem")


def test_a_directory_is_refused(tmp_path):
    with pytest.raises(InputError, match="is a directory"):
        open_source(tmp_path)


def test_no_permission_is_told(as_nobody):
    path = as_nobody / "secret.txt"
    path.write_text("a\n")
    path.chmod(0)
    with pytest.raises(InputError, match="no permission"):
        open_source(path)


def test_no_permission_for_the_folder_is_told(as_nobody):
    (as_nobody / "closed").mkdir()
    (as_nobody / "closed" / "a.txt").write_text("a\n")
    (as_nobody / "closed").chmod(0)
    with pytest.raises(InputError, match=r"Permission denied|no permission"):
        open_source(as_nobody / "closed" / "a.txt")


def test_standard_input_can_be_read_twice(monkeypatch):
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(b"Anna\n")))
    with open_source("-") as file:
        assert file.read() == b"Anna\n"
        file.seek(0)
        assert file.read() == b"Anna\n"


def test_a_pipe_can_be_read_twice(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"Anna\n",))
    writer.start()
    with open_source(pipe) as file:
        assert file.read() == b"Anna\n"
        file.seek(0)
        assert file.read() == b"Anna\n"
    writer.join()


def test_lines_from_python_are_a_source():
    with open_source(["Zoë", "Bob"]) as file:
        assert file.read() == "Zoë\nBob\n".encode()


def test_a_source_is_called_by_its_name_alone():
    assert name_of("/some/where/names.txt.gz") == "names"
    assert name_of("us-baby-names") == "us-baby-names"
    assert name_of("-") == "stdin"
    assert name_of(["a"]) == "lines"
