"""Impossible settings are refused on creation."""

import pytest

import corpora
import corpora.build
import corpora.reader
from corpora.errors import InputError
from tests.corpora.texts import NAMES


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"length": 3}, "length 3"),
        ({"length": 2.5}, "length 2.5"),
        ({"long": "keep"}, "expected cut, drop, split"),
        ({"encoder": "word"}, "expected char, byte, subword"),
        ({"max_vocabulary": 0}, "max_vocabulary 0"),
        ({"encoding": "utf-99"}, "unknown encoding"),
        ({"columns": "csv"}, "expected text, labels, pairs"),
        ({"columns": "pairs", "long": "split"}, "would not belong together"),
    ],
)
def test_impossible_choices_are_refused(tmp_path, options, message):
    with pytest.raises(InputError, match=message):
        corpora.encode(NAMES, tmp_path / "c", **options)
    assert not list(tmp_path.iterdir())
