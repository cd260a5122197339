"""The state of an encoder is checked when it is read."""

import pytest

from corpora import encoders
from corpora.errors import InputError


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("", "is damaged"),
        ('{"format": 1, "name": "char", "charac', "is damaged"),
        ("[]", "found a JSON list, expected an object"),
        ('{"format": 2, "name": "char", "characters": "ab"}', "this version reads 1"),
        ('{"format": 1, "name": "word"}', "expected char, byte, subword"),
        ('{"format": 1, "name": ["char"]}', "expected char, byte, subword"),
        ('{"format": 1, "name": "char"}', "different characters"),
        ('{"format": 1, "name": "char", "characters": "aba"}', "different characters"),
        ('{"format": 1, "name": "char", "characters": "a\\n"}', "line break"),
        ('{"format": 1, "name": "subword", "sha256": "00"}', "encoder.model"),
    ],
)
def test_an_edited_or_cut_file_is_one_clear_line(tmp_path, state, message):
    (tmp_path / "encoder.json").write_text(state)
    with pytest.raises(InputError, match=message):
        encoders.load(tmp_path)


def test_a_missing_file_is_one_clear_line(tmp_path):
    with pytest.raises(InputError, match="is missing"):
        encoders.load(tmp_path)
