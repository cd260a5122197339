"""What makes settings impossible, and which would be ignored."""

import dataclasses
import math

import pytest

from corpora.errors import InputError
from textgan.config.field import settings_of
from textgan.config.settings import Config
from textgan.config.validation import where_it_has_effect

SETTINGS = settings_of(Config)


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("length", 3, "at least 4"),
        ("batch_size", 0, "at least 1"),
        ("steps", -5, "at least 1"),
        ("minutes", 0, "above 0"),
        ("minutes", float("inf"), "above 0"),
        ("generator_rate", -1e-4, "above 0"),
        ("critic_rate", float("nan"), "above 0"),
        ("penalty_weight", -1, "at least 0"),
        ("penalty_weight", float("nan"), "at least 0"),
        ("average", 1.0, "at least 0 and below 1"),
        ("beta1", -0.1, "at least 0 and below 1"),
        ("clip", 0, "above 0"),
        ("objective", "gun", "wgan-gp, wgan-lp"),
        ("loss", "hinged", "wasserstein, minimax"),
        ("penalty", "r1", "none, gp, lp, fd, r1r2"),
        ("constraint", "", "none, clip"),
        ("normalisation", "group", "none, layer, instance, batch, spectral"),
        ("generator", None, "of type str"),
        ("columns", "three", "text, labels, pairs"),
        ("output", "argmax", "sharp, softmax, straight-through"),
        ("curriculum", "words", "none, length, critics"),
        ("codes", "1", "2 to 1000"),
        ("temperature", 0, "above 0"),
        ("sharpness", 0, "above 0"),
        ("instance_noise", -0.1, "at least 0"),
        ("instance_noise_steps", 1, "at least 2"),
        ("curriculum_steps", 1, "at least 2"),
        ("feature_matching", float("inf"), "at least 0"),
        ("code_weight", -1, "at least 0"),
        ("pair_weight", -1, "at least 0"),
        ("codes", "9" * 5000, "2 to 1000"),
        ("length", 10**20, "at most 65,536"),
        ("generator_width", 200_000, "at least 1 and at most 65,536"),
        ("generator_blocks", 10**5, "at most 256"),
        ("critic_steps", 10**9, "at most 1,000"),
        ("batch_size", 10**8, "at most 10,000,000"),
        ("noise", 10**9, "at most 1,000,000"),
        ("steps", 10**16, "at most 1,000,000,000,000,000"),
        ("minutes", 1e16, "at most 1,000,000,000,000,000"),
        ("generator_rate", 1e308, "at most 1,000"),
        ("long", "wrap", "cut, drop, split"),
        ("width", 3, "unknown setting"),
        ("penalty_wieght", 3, "did you mean 'penalty_weight'"),
        ("batch_size", "64", "of type int"),
        ("batch_size", True, "of type int"),
        ("batch_size", 6.5, "of type int"),
        ("normalise", 1, "of type bool"),
        ("length", "32", "of type int or nothing"),
        ("seed", None, "of type int"),
        ("seed", -1, "at least 0"),
        ("seed", 2**63, "at most 9,223,372,036,854,775,807"),
    ],
)
def test_what_cannot_be_is_one_line_that_names_it(setting, value, expected):
    with pytest.raises(InputError, match=expected) as caught:
        Config.from_dict({"corpus": "x", setting: value})
    assert "\n" not in str(caught.value)
    assert setting in str(caught.value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e308, 10**300])
def test_no_number_is_without_bounds(value):
    numbers = [field for field in dataclasses.fields(Config) if field.type not in (str, bool)]
    numbers = [field for field in numbers if "str" not in str(field.type)]
    assert len(numbers) > 30
    for field in numbers:
        with pytest.raises(InputError, match=f"^{field.name} is "):
            Config.from_dict({"corpus": "x", field.name: value})


def test_for_ever_is_a_number_of_steps_or_minutes():
    assert Config(corpus="x", steps=10**15, minutes=1e13).steps == 10**15


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"clip": 0.1}, "clip has no effect where constraint is 'none'"),
        (
            {"sharpness": 5.0, "output": "softmax"},
            "sharpness has no effect where output is 'softmax'; leave it out or choose output",
        ),
        ({"temperature": 0.5}, "temperature has no effect where output is 'sharp'"),
        ({"fd_step": 0.1}, "fd_step has no effect where penalty is 'gp'"),
        ({"objective": "wgan", "penalty_weight": 3.0}, "penalty_weight has no effect"),
        ({"objective": "wgan", "beta1": 0.5}, "beta1 has no effect where optimizer"),
        (
            {"objective": "wgan-fd", "fd_points": "chord", "fd_step": 0.1},
            "fd_step has no effect where fd_points",
        ),
        ({"pair_weight": 2.0}, "leave it out or add --pairs"),
        ({"average": 0.0, "average_share": 0.1}, "average_share has no effect without average"),
        ({"code_weight": 2.0}, "code_weight has no effect without codes"),
    ],
)
def test_a_flag_without_effect_is_refused(settings, named):
    with pytest.raises(InputError, match=named):
        Config.build({"corpus": "x", **settings})


HOMES = [
    (name, home, wrong)
    for name, setting in SETTINGS.items()
    for home in (*setting.only, *setting.unless)
    for wrong in SETTINGS[home].names(built_in=True)
    if not setting.has_effect(home, wrong)
]


@pytest.mark.parametrize(("name", "home", "wrong"), HOMES)
def test_a_setting_is_taken_where_it_belongs_and_refused_elsewhere(name, home, wrong):
    value = getattr(Config(corpus="x"), name)
    settings = {"corpus": "x", name: 1.0 if value is None else value, "objective": "gan"}
    others = (*SETTINGS[name].only, *SETTINGS[name].unless)
    at_home = settings | {each: where_it_has_effect(SETTINGS, name, each)[0] for each in others}
    assert getattr(Config.build(at_home), name) == settings[name]
    with pytest.raises(InputError, match=f"{name} has no effect where {home} is '{wrong}'"):
        Config.build(at_home | {home: wrong})


@pytest.mark.parametrize(
    ("name", "needed"),
    [("instance_noise_steps", {"instance_noise": 0.1}), ("code_weight", {"codes": "10"})],
)
def test_a_setting_that_needs_another_is_refused_without_it(name, needed):
    settings = {"corpus": "x", name: 7}
    assert getattr(Config.build(settings | needed), name) == 7
    with pytest.raises(InputError, match=f"{name} has no effect without {next(iter(needed))}"):
        Config.build(settings)


@pytest.mark.parametrize("settings", [{"fd_points": "chord"}, {"objective": "wgan", "beta2": 0.9}])
def test_more_flags_without_effect_are_refused(settings):
    with pytest.raises(InputError, match="has no effect"):
        Config.build({"corpus": "x", **settings})
