"""JSON files: what is written comes back, and whatever is damaged is refused in one line."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import InputError
from corpora.json_files import MAX_EXACT_INTEGER, parse_object, read_json, write_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False, width=32),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def read(path: Path, **options: Any) -> dict[str, Any]:
    return read_json(path, expected="settings", remedy="train again", **options)


@settings(max_examples=25)
@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_what_is_written_comes_back(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any]
) -> None:
    path = tmp_path_factory.getbasetemp() / "values.json"
    try:
        write_json(path, values)
    except UnicodeEncodeError:  # a lone surrogate is no text
        return
    assert read(path) == values


def test_the_bytes_are_those_of_json_with_a_line_end(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_json(path, {"name": "é"})
    assert path.read_bytes() == '{\n  "name": "é"\n}\n'.encode()
    write_json(path, {"name": "é"}, indent=1, ensure_ascii=True)
    assert path.read_bytes() == b'{\n "name": "\\u00e9"\n}\n'


def test_a_number_that_is_not_finite_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_json(path, {"step": 1})
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(path, {"step": float("nan")})
    assert read(path) == {"step": 1}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "Expecting value"),
        ("[1]", "found a JSON list, expected an object"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": -Infinity}', "-Infinity is no number"),
        ('{"a": 1e999}', "1e999 is no number"),
        (f'{{"a": {"9" * 26}}}', "a number of 26 digits"),
        ("[" * 100_000, "nested too deep"),
        ('{"a": "' + "x" * 100 + '"}', "over 99 bytes"),
    ],
)
def test_damage_is_named_with_what_was_expected(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    limit = 99 if "over" in reason else 1 << 20
    message = rf"a\.json is damaged \({reason}.*\); expected settings: train again"
    with pytest.raises(InputError, match=message):
        read(path, max_bytes=limit)


def test_bytes_that_are_no_text_are_damage(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(InputError, match=r"is damaged \('utf-8' codec"):
        read(tmp_path / "a.json")


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.json is missing; expected settings: train again"):
        read(tmp_path / "a.json")
    with pytest.raises(InputError, match="is no regular file"):
        read(tmp_path)
    with pytest.raises(InputError, match=r"cannot read .+: Is a directory; train again"):
        read(tmp_path, named_by_user=True)


def test_only_a_file_that_the_user_named_may_be_a_link_or_a_pipe(tmp_path: Path) -> None:
    file, link, pipe = tmp_path / "file", tmp_path / "link", tmp_path / "pipe"
    write_json(file, {"a": 1})
    link.symlink_to(file)
    with pytest.raises(InputError, match="is a link"):
        read(link)
    with pytest.raises(InputError, match="is a link"):
        write_json(link, {})
    assert read(link, named_by_user=True) == {"a": 1}
    os.mkfifo(pipe)
    with pytest.raises(InputError, match="is no regular file"):
        read(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text('{"b": 2}'))
    writer.start()
    assert read(pipe, named_by_user=True) == {"b": 2}
    writer.join()
    with pytest.raises(InputError, match="is a device"):
        read(Path(os.devnull), named_by_user=True)


def test_above_the_largest_exact_integer_a_float_skips_whole_numbers() -> None:
    assert float(MAX_EXACT_INTEGER) == MAX_EXACT_INTEGER
    assert float(MAX_EXACT_INTEGER + 1) != MAX_EXACT_INTEGER + 1
    assert parse_object('{"a": 18446744073709551616}') == {"a": 1 << 64}
