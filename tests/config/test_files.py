"""Settings from a file, which may be anything."""

import json
import os
import threading
from pathlib import Path

import pytest

from corpora.errors import InputError
from textgan.config.files import read_settings
from textgan.config.settings import Config


def test_a_settings_file_may_be_flat_or_a_run_s_own(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"seed": 3}')
    assert read_settings(path) == {"seed": 3}
    path.write_text('{"format": 1, "config": {"seed": 4}}')
    expected = Config(corpus="x", seed=4, ngram_matching=0.0)  # earlier runs had none
    assert {"corpus": "x", **read_settings(path)} == expected.to_dict()


def test_a_run_of_an_earlier_version_has_the_defaults_of_what_came_later(tmp_path):
    saved = Config.build({"corpus": "x", "objective": "wgan", "critic_steps": 7}).to_dict()
    path = tmp_path / "config.json"
    for later in ((), ("initialisation", "lipschitz"), ("threads",)):
        earlier = {name: saved[name] for name in saved if name not in later}
        path.write_text(json.dumps({"format": 1, "textgan": "0.1.0", "config": earlier}))
        config = Config.build({"seed": 3}, settings=read_settings(path))  # beta2 has no effect
        assert config.to_dict() == {**saved, "seed": 3}
    path.write_text(json.dumps({"format": 1, "config": {**saved, "depth": 3}}))
    with pytest.raises(InputError, match="unknown setting 'depth'"):
        Config.build({}, settings=read_settings(path))


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", "3"])
def test_a_settings_file_that_is_no_object_is_refused(content, tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(content)
    with pytest.raises(InputError, match=r"settings\.json"):
        read_settings(path)


@pytest.mark.parametrize("name", ["zero", "null"])
def test_a_settings_file_that_is_a_device_is_refused(name):
    with pytest.raises(InputError, match=f"/dev/{name} is a device"):
        read_settings(Path("/dev") / name)


@pytest.mark.parametrize(
    ("content", "expected"),
    [(" " * 1_000_001, "over 1,000,000 bytes"), ("[" * 10**5, "nested too deep")],
)
def test_a_settings_file_without_end_or_without_bottom_is_refused(content, expected, tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(content)
    with pytest.raises(InputError, match=expected):
        read_settings(path)


def test_settings_may_come_from_a_pipe(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=('{"seed": 3}',))
    writer.start()
    assert read_settings(path) == {"seed": 3}
    writer.join()


def test_a_missing_settings_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.json"):
        read_settings(tmp_path / "none.json")
