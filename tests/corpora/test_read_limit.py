"""Reading stops at a number of bytes: of endless streams, and of archives that unpack to much."""

import contextlib
import gzip
import io
import itertools
import os
import sys
import threading
import tracemalloc
import types
from collections import namedtuple

import pytest

import corpora
import corpora.read_limit
from corpora.corruption import corrupted
from corpora.errors import InputError, UnreadableError
from corpora.inspection import inspect
from corpora.read_limit import ReadLimit
from corpora.sources import open_source

Usage = namedtuple("Usage", "total used free")
READERS = {
    "encode": lambda source, size, folder: corpora.encode(source, folder, max_bytes=size),
    "inspect": lambda source, size, folder: inspect(source, max_bytes=size),
    "read_lines": lambda source, size, folder: list(
        corpora.read_lines(source, limit=ReadLimit(max_bytes=size), block=1 << 10)
    ),
    "corrupted": lambda source, size, folder: list(
        corrupted(source, "case", limit=ReadLimit(max_bytes=size))
    ),
}


class Endless(io.RawIOBase):
    """What `yes` writes."""

    def __init__(self):
        self.given = 0

    def readable(self):
        return True

    def readinto(self, buffer):
        assert self.given < 1 << 30, "read without end"
        buffer[:] = b"y\n" * (len(buffer) // 2) + b"y" * (len(buffer) % 2)
        self.given += len(buffer)
        return len(buffer)


@pytest.fixture
def endless(monkeypatch):
    """Standard input without end."""
    stream = Endless()
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BufferedReader(stream)))
    return stream


@pytest.fixture
def bomb(tmp_path):
    """A gzip file of 30 kB that unpacks to 30 MB of lines."""
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"yes\nno\n" * (30_000_000 // 7)))
    assert path.stat().st_size < 100_000
    return path


@pytest.fixture
def disk(monkeypatch):
    """The free bytes of each folder that is asked for: (folder, bytes) of a rule."""
    free, asked = {"bytes": 0}, []

    def usage(path):
        asked.append(path)
        return Usage(1 << 60, 0, free["bytes"])

    monkeypatch.setattr(corpora.read_limit.shutil, "disk_usage", usage)
    free["asked"] = asked
    return free


@pytest.mark.parametrize("reader", READERS)
def test_a_stream_without_end_is_read_to_the_limit(tmp_path, endless, reader):
    with pytest.raises(
        UnreadableError,
        match=r"^standard input: found over 5 MB, the limit set by --max-bytes; if the text has "
        r"an end, raise the limit \(--max-bytes 10M\), or cut the text \(head -c 5000000\)$",
    ):
        READERS[reader]("-", 5_000_000, tmp_path / "c")
    assert 5_000_000 < endless.given < 8_000_000
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize("reader", READERS)
def test_an_archive_is_unpacked_to_the_limit(tmp_path, bomb, reader):
    with pytest.raises(UnreadableError, match=r"bomb.gz: found over 9.* MB, the limit set by"):
        READERS[reader](bomb, 9_000_000, tmp_path / "c")
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize("reader", READERS)
def test_lines_from_python_are_taken_to_the_limit(tmp_path, reader):
    taken = itertools.count()
    with pytest.raises(UnreadableError, match=r"^lines: found over 10 kB,"):
        READERS[reader]((f"{n:09}" for n in taken), 10_000, tmp_path / "c")
    assert next(taken) == 1001  # of 10 bytes each: the one beyond the limit was the last


@pytest.mark.parametrize("kind", ["stream", "archive", "lines"])
def test_memory_stays_flat_up_to_the_limit(tmp_path, endless, bomb, kind):
    peaks = []
    for size in (9_000_000, 27_000_000):
        lines = (f"{n:099}" for n in itertools.count())
        source = {"stream": "-", "archive": bomb, "lines": lines}[kind]
        tracemalloc.start()
        with pytest.raises(UnreadableError, match="found over"):
            corpora.encode(source, tmp_path / "c", max_bytes=size)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0] + 1_000_000


def test_the_limit_is_half_of_the_free_space_where_the_text_goes(tmp_path, endless, bomb, disk):
    temporary, there = tmp_path.parent, tmp_path
    disk["bytes"] = 8_000_000
    with pytest.raises(
        UnreadableError,
        match=r"^standard input: found over 4.* MB, half of the free space in .*; if the text "
        r"has an end, raise the limit \(--max-bytes 8M\), or set TMPDIR to a larger disk$",
    ):
        corpora.encode("-", tmp_path / "new" / "folder")
    with pytest.raises(UnreadableError, match=r"bomb.gz: found over 4.* MB, half of the free"):
        corpora.encode(bomb, tmp_path / "new" / "folder")
    assert disk["asked"][-1] == tmp_path  # the nearest folder that there is
    assert disk["asked"][0] not in (tmp_path, temporary, there / "new")
    disk["bytes"] = 100_000_000
    assert corpora.encode(bomb, tmp_path / "c").counts.bytes == 30_000_000 // 7 * 7


def test_a_folder_that_is_not_temporary_is_told_without_tmpdir(bomb, disk, tmp_path, monkeypatch):
    monkeypatch.setattr(corpora.read_limit.tempfile, "gettempdir", lambda: "/nowhere")
    with pytest.raises(UnreadableError, match=r"\(--max-bytes 1M\), or write to a larger disk$"):
        open_source(bomb, ReadLimit(folder=tmp_path)).read(1)


def test_a_limit_may_be_raised_above_half_of_the_free_space(bomb, disk, tmp_path):
    assert disk["bytes"] == 0
    assert corpora.encode(bomb, tmp_path / "c", max_bytes=30_000_000).counts.lines > 8_000_000


def test_a_plain_file_has_no_limit_but_one_that_is_set(tmp_path, disk):
    path = tmp_path / "names.txt"
    path.write_text("Anna\nBert\n")
    assert corpora.encode(path, tmp_path / "c").counts.bytes == 10
    assert corpora.encode(path, tmp_path / "c", max_bytes=10).counts.bytes == 10
    message = r"names.txt: found over 9 bytes, the limit set by --max-bytes; raise the limit"
    with pytest.raises(UnreadableError, match=message):
        corpora.encode(path, tmp_path / "d", max_bytes=9)
    assert not (tmp_path / "d").exists()


def test_a_stream_of_just_the_limit_is_read(tmp_path):
    lines = [f"{n:09}" for n in range(100)]
    assert corpora.encode(lines, tmp_path, max_bytes=1000).counts.lines == 100
    with pytest.raises(UnreadableError):
        corpora.encode(lines, tmp_path, max_bytes=999)


def test_an_archive_in_a_stream_has_both_limits(tmp_path, bomb):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for size, error in ((9_000_000, "found over 9 MB"), (10_000, "found over 10 kB")):
        writer = threading.Thread(target=_write, args=(pipe, bomb.read_bytes()))
        writer.start()
        with pytest.raises(UnreadableError, match=f"pipe: {error}"):
            list(corpora.read_lines(pipe, limit=ReadLimit(max_bytes=size)))
        writer.join()


def _write(pipe, data):
    with contextlib.suppress(BrokenPipeError):  # the reader had enough
        pipe.write_bytes(data)


def test_the_bytes_of_a_stream_are_reported(tmp_path, endless):
    stages = []
    with pytest.raises(UnreadableError):
        corpora.encode(
            "-", tmp_path / "c", max_bytes=3 << 20,
            progress=lambda stage, portion: stages.append((stage, portion)),
        )  # fmt: skip
    sizes = ("1.05", "2.1", "3.15")
    assert stages == [(f"reading standard input, {size} MB so far", None) for size in sizes]


@pytest.mark.skipif(sys.platform != "linux", reason="other devices elsewhere")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom", "/dev/full"])
def test_a_device_without_end_is_refused(device, tmp_path):
    with pytest.raises(InputError, match=rf"^{device} is a device; expected a text file: .*head"):
        corpora.encode(device, tmp_path / "c")
    with pytest.raises(InputError, match="null: the file is empty"):
        corpora.encode(os.devnull, tmp_path / "c")  # has an end, and no text


def test_nothing_is_left_of_a_stream_that_was_too_long(tmp_path, endless, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with pytest.raises(UnreadableError):
        open_source("-", ReadLimit(max_bytes=50_000_000))
    assert not list(tmp_path.iterdir())
