"""What tests of reading and writing need: small blocks, and a disk that is soon full."""

import contextlib
import resource
import signal
from collections.abc import Callable, Iterator

import pytest

import corpora.cleaning
import corpora.reader
import corpora.row_files
import corpora.rows


@pytest.fixture
def small_blocks(monkeypatch):
    """Read so many bytes and handle so many ids at once: then a short text has many blocks."""

    def set_to(block, cells):
        defaults = {**corpora.reader.read_blocks.__kwdefaults__, "block": block}
        monkeypatch.setattr(corpora.reader.read_blocks, "__kwdefaults__", defaults)
        monkeypatch.setattr(corpora.cleaning, "BLOCK", block)
        monkeypatch.setattr(corpora.rows, "CELLS", cells)
        monkeypatch.setattr(corpora.row_files, "CELLS", cells)

    return set_to


@pytest.fixture
def full_disk() -> Callable[[], contextlib.AbstractContextManager[None]]:
    """Within it no file may grow beyond 100 bytes, what the tests print to among them."""

    @contextlib.contextmanager
    def within() -> Iterator[None]:
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, handler)

    return within
