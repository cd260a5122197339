"""Settings and state of a run: written, read, and refused when they are damaged."""

import json

import pytest

from corpora.errors import InputError
from textgan import runs
from textgan.config.settings import Config
from textgan.runs.state import is_step


def test_settings_and_state_come_back(tmp_path):
    config, state = (
        Config(corpus="café"),
        {"step": 3, "seconds": 1.5, "status": "new", "best": None},
    )
    runs.write_config(tmp_path, config)
    runs.write_state(tmp_path, state)
    assert (runs.read_config(tmp_path), runs.read_state(tmp_path)) == (config, state)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"format": 9, "textgan": "2.0"}, "has format 9 .textgan 2.0., expected 1"),
        ({"format": 1}, "has no settings"),
        ({"format": 1, "config": {"corpus": "x", "nonsense": 1}}, "config.json: .*nonsense"),
    ],
)
def test_settings_of_another_format_or_unknown_ones_are_refused(values, message, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(values))
    with pytest.raises(InputError, match=message):
        runs.read_config(tmp_path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"state\.json is missing"):
        runs.read_state(tmp_path)


def test_steps_are_whole_numbers_that_a_float_holds_exactly():
    assert is_step(0)
    assert is_step(2**53)
    assert not any(map(is_step, (-1, 2**53 + 1, 1.0, True, "1", None)))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"step": "x", "seconds": 1, "status": ""}', '{"step": 1}',
        '{"step": true, "seconds": 1, "status": ""}', '{"step": -1, "seconds": 1, "status": ""}',
        '{"step": 1, "seconds": Infinity, "status": ""}', "[" * 100_000,
        '{"step": 1, "seconds": 1, "status": "", "best": 3}',
        '{"step": 1, "seconds": 1%s, "status": ""}' % ("0" * 400),
    ],
)  # fmt: skip
def test_a_damaged_state_is_named(text, tmp_path):
    (tmp_path / "state.json").write_text(text)
    with pytest.raises(InputError, match=r"state\.json is damaged"):
        runs.read_state(tmp_path)
