"""Settings: what is refused, in which order they come, and the published numbers."""

import dataclasses
import json
import math
import os
import threading
from pathlib import Path

import pytest

from corpora.columns import COLUMNS
from corpora.errors import InputError
from corpora.length_policy import POLICIES
from textgan.config.compatibility import Pieces
from textgan.config.presets import (
    COLUMN_SETTINGS,
    OBJECTIVE_SETTINGS,
    OBJECTIVES,
    PENALTY_WEIGHTS,
    PRESETS,
)
from textgan.config.settings import _BELONGS_TO, CHOICES, Config, read_settings
from textgan.networks.outputs import OUTPUTS
from textgan.networks.registry import CRITICS, GENERATORS
from textgan.objectives import LOSSES, PENALTIES

FIELDS = {field.name for field in dataclasses.fields(Config)}


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
        ("average", 1.0, r"\[0, 1\)"),
        ("beta1", -0.1, r"\[0, 1\)"),
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
        ("seed", -1, "from 0"),
        ("seed", 2**63, "from 0"),
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


def test_settings_survive_the_way_to_json_and_back():
    config = Config.build({"corpus": "x", "seed": 7, "minutes": 2})
    assert Config.from_dict(json.loads(json.dumps(config.to_dict()))) == config


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


@pytest.mark.parametrize("given", [{"steps": 5}, {"minutes": 1.0}, {"steps": 5, "minutes": 1.0}])
def test_a_stop_that_is_given_removes_the_stop_of_the_preset(given):
    config = Config.build({"corpus": "x", **given})
    assert (config.steps, config.minutes) == (given.get("steps"), given.get("minutes"))


def test_every_preset_stops_by_itself_so_that_it_is_the_same_each_time():
    for name in PRESETS:
        config = Config.build({"corpus": "x"}, preset=name)
        assert config.steps is not None
        assert config.minutes is None


@pytest.mark.parametrize(
    ("given", "named"),
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
def test_a_flag_without_effect_is_refused(given, named):
    with pytest.raises(InputError, match=named):
        Config.build({"corpus": "x", **given})


def test_averaging_is_switched_off_by_either_of_its_settings_and_by_both():
    for given in ({"average": 0.0}, {"average": 0.0, "average_share": 0.0}):
        assert Config.build({"corpus": "x", **given}).average == 0


def test_the_paper_preset_has_the_published_numbers():
    # Gulrajani et al. 2017: algorithm 1, section 5, and gan_language.py
    paper = Config.build({"corpus": "x"}, preset="paper")
    assert (paper.generator, paper.critic, paper.objective) == ("resnet", "conv", "wgan-gp")
    assert (paper.generator_width, paper.critic_width) == (512, 512)
    assert (paper.generator_blocks, paper.critic_blocks) == (5, 5)
    assert (paper.batch_size, paper.critic_steps, paper.length) == (64, 10, 32)
    assert (paper.pieces.penalty_weight, paper.noise, paper.steps) == (10.0, 128, 200_000)
    assert (paper.generator_rate, paper.critic_rate) == (1e-4, 1e-4)
    assert (paper.beta1, paper.beta2, paper.average) == (0.5, 0.9, 0.0)
    assert (paper.decay_steps, paper.samples) == (0, 640)


def test_the_passgan_preset_has_the_published_numbers():
    passgan = Config.build({"corpus": "x"}, preset="passgan")
    assert (passgan.generator_width, passgan.critic_width, passgan.length) == (128, 128, 10)
    assert (passgan.batch_size, passgan.critic_steps, passgan.steps) == (64, 10, 200_000)


def test_tables_name_only_settings_that_exist():
    for table in (
        *PRESETS.values(),
        *OBJECTIVE_SETTINGS.values(),
        *COLUMN_SETTINGS.values(),
        CHOICES,
    ):
        assert set(table) <= FIELDS


def test_all_settings_of_an_earlier_version_may_be_given_again():
    """Such as `config.json` of a run that has none of those that came later."""
    whole = Config(corpus="x", critic_steps=7).to_dict()
    given = {key: whole[key] for key in whole if key not in ("initialisation", "lipschitz")}
    for settings in (given, whole):
        config = Config.build({"seed": 3}, preset="paper", settings=settings)
        assert config.to_dict() == {**whole, "seed": 3}


def test_a_settings_file_may_be_flat_or_a_run_s_own(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"seed": 3}')
    assert read_settings(path) == {"seed": 3}
    path.write_text('{"format": 1, "config": {"seed": 4}}')
    assert read_settings(path) == {"seed": 4}


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
    [(" " * 1_000_001, "longer than 1,000,000 bytes"), ("[" * 10**5, "nested too deep")],
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


def test_what_can_be_chosen_is_what_there_is():
    assert set(CHOICES["objective"]) == set(OBJECTIVES)
    assert set(CHOICES["generator"]) == set(GENERATORS)
    assert set(CHOICES["critic"]) == set(CRITICS)
    assert set(CHOICES["loss"]) == set(LOSSES)
    assert set(CHOICES["penalty"]) == {"none", *PENALTIES} == set(PENALTY_WEIGHTS)
    assert CHOICES["output"] == OUTPUTS
    assert CHOICES["columns"] == COLUMNS
    assert CHOICES["long"] == POLICIES


def test_the_wgan_objective_brings_its_published_numbers():
    config = Config.build({"corpus": "x", "objective": "wgan"})
    assert (config.optimizer, config.critic_steps, config.decay_steps) == ("rmsprop", 5, 0)
    assert (config.generator_rate, config.critic_rate, config.clip) == (5e-5, 5e-5, 0.01)


@pytest.mark.parametrize(
    ("objective", "rate", "betas", "critic_steps"),
    [
        ("gan", 2e-4, (0.5, 0.999), 1),  # Goodfellow et al. 2014; Radford et al. 2016
        ("gan-minimax", 2e-4, (0.5, 0.999), 1),
        ("lsgan", 1e-3, (0.5, 0.999), 1),  # Mao et al. 2017, section 4.1
        ("sngan", 2e-4, (0.0, 0.9), 5),  # Miyato et al. 2018, published code
        ("rpgan", 2e-4, (0.0, 0.99), 1),  # Huang et al. 2024
    ],
)
def test_other_objectives_bring_their_published_numbers(objective, rate, betas, critic_steps):
    config = Config.build({"corpus": "x", "objective": objective})
    assert (config.optimizer, config.critic_steps, config.decay_steps) == ("adam", critic_steps, 0)
    assert (config.generator_rate, config.critic_rate) == (rate, rate)
    assert (config.beta1, config.beta2) == betas


def test_rows_are_sharp_in_minutes_and_plain_where_a_paper_says_so():
    def output(**given):
        return Config.build({"corpus": "x", **given.pop("settings", {})}, **given).output

    assert {name: output(preset=name) for name in PRESETS} == {
        "quick": "sharp", "best": "sharp", "paper": "softmax", "passgan": "softmax",
    }  # fmt: skip
    sharp = {name for name in OBJECTIVES if output(settings={"objective": name}) == "sharp"}
    assert sharp == {"wgan-gp", "wgan-lp", "wgan-fd"}
    assert output(settings={"objective": "gan", "output": "gumbel"}) == "gumbel"


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


PIECES = {  # loss, penalty, its weight, constraint, normalisation
    "wgan-gp": ("wasserstein", "gp", 10.0, "none", "none"),
    "wgan-lp": ("wasserstein", "lp", 10.0, "none", "none"),
    "wgan-fd": ("wasserstein", "fd", 10.0, "none", "none"),
    "wgan": ("wasserstein", "none", 0.0, "clip", "none"),
    "gan-minimax": ("minimax", "none", 0.0, "none", "none"),
    "gan": ("non-saturating", "none", 0.0, "none", "none"),
    "lsgan": ("least-squares", "none", 0.0, "none", "none"),
    "sngan": ("hinge", "none", 0.0, "none", "spectral"),
    "rpgan": ("relativistic", "r1r2", 0.5, "none", "none"),
}


@pytest.mark.parametrize("objective", CHOICES["objective"])
def test_an_objective_is_made_of_its_pieces(objective):
    assert Config(corpus="x", objective=objective).pieces == Pieces(*PIECES[objective])


@pytest.mark.parametrize("objective", CHOICES["objective"])
@pytest.mark.parametrize("piece", ["loss", "penalty", "constraint", "normalisation"])
def test_each_piece_can_be_exchanged_and_the_others_stay(objective, piece):
    own = Config(corpus="x", objective=objective).pieces
    allowed = []
    for choice in CHOICES[piece]:
        try:
            pieces = Config.from_dict({"corpus": "x", "objective": objective, piece: choice}).pieces
        except InputError:
            continue
        allowed.append(choice)
        weight = PENALTY_WEIGHTS[choice] if piece == "penalty" else own.penalty_weight
        changed = {piece: choice, "penalty_weight": weight}
        assert pieces == dataclasses.replace(own, **changed)
    assert getattr(own, piece) in allowed


def test_a_weight_that_is_given_is_that_of_whatever_penalty():
    for penalty in PENALTIES:
        config = Config(corpus="x", penalty=penalty, penalty_weight=0.3)
        assert config.pieces.penalty_weight == 0.3


def test_none_takes_away_what_the_objective_has_of_its_own():
    assert (
        Config(corpus="x", objective="sngan", normalisation="none").pieces.normalisation == "none"
    )
    assert Config(corpus="x", objective="rpgan", penalty="none").pieces.penalty == "none"


HOMES = [
    (name, home, wrong)
    for name, homes in _BELONGS_TO.items()
    for home, choices in homes.items()
    for wrong in CHOICES[home]
    if wrong not in choices
]


@pytest.mark.parametrize(("name", "home", "wrong"), HOMES)
def test_a_setting_is_taken_where_it_belongs_and_refused_elsewhere(name, home, wrong):
    value = getattr(Config(corpus="x"), name)
    given = {"corpus": "x", name: 1.0 if value is None else value, "objective": "gan"}
    at_home = given | {where: choices[0] for where, choices in _BELONGS_TO[name].items()}
    assert getattr(Config.build(at_home), name) == given[name]
    with pytest.raises(InputError, match=f"{name} has no effect where {home} is '{wrong}'"):
        Config.build(at_home | {home: wrong})


@pytest.mark.parametrize(
    ("name", "needed"),
    [("instance_noise_steps", {"instance_noise": 0.1}), ("code_weight", {"codes": "10"})],
)
def test_a_setting_of_an_addition_is_refused_without_it(name, needed):
    given = {"corpus": "x", name: 7}
    assert getattr(Config.build(given | needed), name) == 7
    with pytest.raises(InputError, match=f"{name} has no effect without {next(iter(needed))}"):
        Config.build(given)


def test_the_file_of_a_run_says_more_than_has_an_effect_and_may():
    saved = Config.build({"corpus": "x"}).to_dict()
    assert Config.build({}, settings=saved).to_dict() == saved
    assert Config.build({"output": "softmax"}, settings=saved).output == "softmax"


def test_what_a_file_of_some_settings_says_without_effect_is_refused():
    with pytest.raises(InputError, match="clip has no effect where constraint is 'none'"):
        Config.build({"corpus": "x"}, settings={"clip": 0.1})
    with pytest.raises(InputError, match="sharpness has no effect where output is 'softmax'"):
        Config.build({"corpus": "x", "output": "softmax"}, settings={"sharpness": 5.0})


def test_a_typed_stop_removes_both_stops_of_the_file():
    config = Config.build({"corpus": "x", "steps": 5}, settings={"minutes": 3.0})
    assert (config.steps, config.minutes) == (5, None)


@pytest.mark.parametrize("given", [{"fd_points": "chord"}, {"objective": "wgan", "beta2": 0.9}])
def test_more_flags_without_effect_are_refused(given):
    with pytest.raises(InputError, match="has no effect"):
        Config.build({"corpus": "x", **given})
