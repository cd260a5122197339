"""What tests of reading need: blocks so small that a short text has many."""

import pytest

import corpora.cleaning
import corpora.reader
import corpora.rows


@pytest.fixture
def small_blocks(monkeypatch):
    """Read so many bytes and handle so many ids at once."""

    def set_to(block, cells):
        defaults = {**corpora.reader.read_blocks.__kwdefaults__, "block": block}
        monkeypatch.setattr(corpora.reader.read_blocks, "__kwdefaults__", defaults)
        monkeypatch.setattr(corpora.cleaning, "BLOCK", block)
        monkeypatch.setattr(corpora.rows, "CELLS", cells)

    return set_to
