"""The published numbers of the presets."""

from textgan.config.objectives import other_settings
from textgan.config.presets import COLUMN_SETTINGS, PRESETS
from textgan.config.settings import Config
from textgan.registry import OBJECTIVES


def test_every_preset_stops_by_itself_so_that_it_is_the_same_each_time():
    for name in PRESETS:
        config = Config.build({"corpus": "x"}, preset=name)
        assert config.steps is not None
        assert config.minutes is None


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


def test_rows_are_sharp_in_minutes_and_plain_where_a_paper_says_so():
    def output(**settings):
        return Config.build({"corpus": "x", **settings.pop("settings", {})}, **settings).output

    assert {name: output(preset=name) for name in PRESETS} == {
        "quick": "sharp", "best": "sharp", "paper": "softmax", "passgan": "softmax",
    }  # fmt: skip
    sharp = {name for name in OBJECTIVES if output(settings={"objective": name}) == "sharp"}
    assert sharp == {"wgan-gp", "wgan-lp", "wgan-fd"}
    assert output(settings={"objective": "gan", "output": "gumbel"}) == "gumbel"


def test_tables_name_only_settings_that_exist():
    settings = set(Config(corpus="x").to_dict())
    for table in (*PRESETS.values(), *COLUMN_SETTINGS.values(), *map(other_settings, OBJECTIVES)):
        assert set(table) <= settings
