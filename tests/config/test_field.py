"""What is known of one setting."""

import math

import pytest

from textgan.config.field import Setting, plugins_of, settings_of
from textgan.config.settings import Config


def setting(**known):
    return Setting(group="Text", help="A number.", **known)


@pytest.mark.parametrize(
    ("known", "inside", "outside", "words"),
    [
        ({"at_least": 1, "at_most": 3}, [1, 3], [0, 4, math.nan], "at least 1 and at most 3"),
        ({"above": 0, "below": 1}, [0.5], [0, 1, math.nan], "above 0 and below 1"),
        ({"at_most": 10**35}, [-1, 1e35], [1e36, math.inf], "at most 1e+35"),
        ({}, [-1, math.inf], [], ""),
    ],
)
def test_bounds_are_checked_and_said(known, inside, outside, words):
    about = setting(**known)
    assert about.bounds() == words
    assert all(map(about.contains, inside))
    assert not any(map(about.contains, outside))


def test_choices_are_fixed_names_and_registered_pieces():
    about = setting(choices=("none",), kind="penalty")
    assert about.names() == ("none", "gp", "lp", "fd", "r1r2")
    assert about.allows("none")
    assert about.allows("gp")
    assert not about.allows("clip")


def test_an_effect_depends_on_a_list_of_values_or_on_all_but_some():
    only, unless = setting(only={"penalty": ("fd",)}), setting(unless={"penalty": ("none",)})
    assert [only.has_effect("penalty", each) for each in ("fd", "gp", "none")] == [1, 0, 0]
    assert [unless.has_effect("penalty", each) for each in ("fd", "gp", "none")] == [1, 1, 0]
    assert only.has_effect("critic", "conv")


def test_what_is_known_is_found_by_name_for_a_class_and_an_instance():
    assert settings_of(Config) == settings_of(Config(corpus="x"))
    assert settings_of(Config)["batch_size"].at_least == 1


def test_settings_of_built_in_pieces_need_no_plug_in():
    assert plugins_of(Config(corpus="x")) == []
