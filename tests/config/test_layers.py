"""In which order settings come."""

import pytest

from corpora.errors import InputError
from textgan.config.presets import PRESETS
from textgan.config.settings import Config


def test_what_is_typed_comes_before_file_objective_and_preset():
    settings = {"corpus": "from-file", "critic_rate": 3e-4, "critic_steps": 7}
    config = Config.build(
        {"objective": "wgan", "critic_steps": 9}, preset="paper", settings=settings
    )
    assert config.critic_steps == 9  # typed
    assert config.critic_rate == 3e-4  # file
    assert config.generator_rate == 5e-5  # objective
    assert config.generator_width == 512  # preset
    assert config.corpus == "from-file"


@pytest.mark.parametrize("settings", [{"steps": 5}, {"minutes": 1.0}, {"steps": 5, "minutes": 1.0}])
def test_a_stop_that_is_given_removes_the_stop_of_the_preset(settings):
    config = Config.build({"corpus": "x", **settings})
    assert (config.steps, config.minutes) == (settings.get("steps"), settings.get("minutes"))


def test_a_typed_stop_removes_both_stops_of_the_file():
    config = Config.build({"corpus": "x", "steps": 5}, settings={"minutes": 3.0})
    assert (config.steps, config.minutes) == (5, None)


def test_the_numbers_of_an_objective_give_way_to_a_file_and_to_what_is_typed():
    config = Config.build(
        {"corpus": "x", "critic_steps": 3},
        settings={"objective": "sngan", "critic_steps": 2, "critic_rate": 1e-3},
    )
    assert (config.critic_steps, config.critic_rate, config.generator_rate) == (3, 1e-3, 2e-4)


def test_pairs_bring_their_networks_where_none_are_named():
    config = Config.build({"corpus": "x", "columns": "pairs"})
    assert (config.generator, config.critic) == ("unet", "patch")
    for preset in PRESETS:
        settings = {"columns": "pairs"}
        config = Config.build({"corpus": "x"}, preset=preset, settings=settings)
        assert (config.generator, config.critic) == ("unet", "patch")
    config = Config.build({"corpus": "x", "columns": "pairs", "critic": "conv"})
    assert (config.generator, config.critic) == ("unet", "conv")


def test_averaging_is_switched_off_by_either_of_its_settings_and_by_both():
    for settings in ({"average": 0.0}, {"average": 0.0, "average_share": 0.0}):
        assert Config.build({"corpus": "x", **settings}).average == 0


def test_the_file_of_a_run_says_more_than_has_an_effect_and_may():
    saved = Config.build({"corpus": "x"}).to_dict()
    assert Config.build({}, settings=saved).to_dict() == saved
    assert Config.build({"output": "softmax"}, settings=saved).output == "softmax"


def test_what_a_file_of_some_settings_says_without_effect_is_refused():
    with pytest.raises(InputError, match="clip has no effect where constraint is 'none'"):
        Config.build({"corpus": "x"}, settings={"clip": 0.1})
    with pytest.raises(InputError, match="sharpness has no effect where output is 'softmax'"):
        Config.build({"corpus": "x", "output": "softmax"}, settings={"sharpness": 5.0})


@pytest.mark.parametrize("name", ["objective", "columns"])
def test_a_name_in_a_file_that_is_no_text_is_refused(name):
    with pytest.raises(InputError, match=f"{name} is .*; it must be of type str"):
        Config.build({"corpus": "x"}, settings={name: ["gan"]})


def test_an_unknown_preset_is_refused():
    with pytest.raises(InputError, match="choose one of: quick, best, paper, passgan"):
        Config.build({"corpus": "x"}, preset="fast")
