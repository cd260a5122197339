"""The table of settings is whole, and goes to JSON and back."""

import json

from corpora.columns import COLUMNS
from corpora.length_policy import POLICIES
from textgan.config.field import settings_of
from textgan.config.settings import Config


def test_settings_survive_the_way_to_json_and_back():
    config = Config.build({"corpus": "x", "seed": 7, "minutes": 2})
    assert Config.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_lines_are_read_in_the_ways_that_the_corpus_knows():
    settings = settings_of(Config)
    assert settings["columns"].choices == COLUMNS
    assert settings["long"].choices == POLICIES


def test_every_setting_has_a_group_and_a_help_text():
    for name, setting in settings_of(Config).items():
        assert setting.group, name
        assert setting.help.endswith("."), name


def test_every_setting_that_another_depends_on_exists():
    settings = settings_of(Config)
    for name, setting in settings.items():
        for other, values in (*setting.only.items(), *setting.unless.items()):
            assert set(values) <= set(settings[other].names(built_in=True)), (name, other)
        assert setting.needs in {None, *settings}, name
