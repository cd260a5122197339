"""The frame: settings, findings, the conclusion, and files that are the same each time."""

import json
from dataclasses import dataclass

import numpy as np
import pytest

import textgan
from corpora.errors import InputError
from textgan.diagnostics.charts import new_figure
from textgan.diagnostics.experiment import Experiment, Outcome, Settings
from textgan.diagnostics.record import Finding
from textgan.diagnostics.registry import EXPERIMENTS, find_experiment


@dataclass(frozen=True, kw_only=True)
class CoinSettings(Settings):
    flips: int = 10
    bias: float = 0.5
    sides: tuple[float, ...] = (0.0, 1.0)


def flip(settings, work):
    work.progress("flipping", 0.5)
    rng = np.random.default_rng(settings.seed)
    heads = int((rng.random(settings.flips) < settings.bias).sum())
    figure, (axes,) = new_figure(2)
    axes.plot(range(settings.flips))
    finding = Finding(expectation="heads", measured=f"{heads} heads", seen=np.bool_(heads > 0))
    return Outcome(findings=[finding], measured={"heads": heads}, figure=figure, notes=["A note."])


COIN = Experiment(
    name="coin", claim="coins fall.", source="none", settings=CoinSettings, quick={"flips": 2},
    run=flip,
)  # fmt: skip


def test_changes_win_over_quick_which_wins_over_defaults():
    assert COIN({}).settings["flips"] == 10
    assert COIN({}, quick=True).settings["flips"] == 2
    assert COIN({"flips": "7", "seed": 3}, quick=True).settings["flips"] == 7


def test_texts_are_read_as_the_type_of_the_default():
    settings = COIN.build_settings({"flips": "3", "bias": "1e-1", "sides": "1,2.5", "corpus": "x"})
    assert (settings.flips, settings.bias, settings.sides) == (3, 0.1, (1.0, 2.5))
    assert settings.corpus == "x"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"flops": 1}, "coin has no setting 'flops', expected one of seed, repeats, corpus, flips"),
        ({"flips": "few"}, "found flips 'few', expected a whole number"),
        ({"flips": 2.5}, "found flips 2.5, expected a whole number"),
        ({"flips": 0}, "found flips 0, expected 1 or more"),
        ({"seed": -1}, "found seed -1, expected 0 or more"),
        ({"bias": "nan"}, "found bias nan, expected 0 or more"),
        ({"bias": -1.0}, "found bias -1.0, expected 0 or more"),
        ({"sides": ()}, "found no value of sides"),
    ],
)
def test_impossible_settings_are_refused(changes, message):
    with pytest.raises(InputError, match=message):
        COIN.build_settings(changes)


def test_seeds_are_those_after_the_first():
    assert list(CoinSettings(seed=5, repeats=3).seeds) == [5, 6, 7]


def test_the_conclusion_follows_the_numbers():
    assert COIN({}).conclusion == "coin: coins fall. Seen: heads (3 heads). A note."
    record = COIN({"bias": 0.0})
    assert str(record) == "coin: coins fall. Not seen here: heads (0 heads). A note."


def test_the_same_record_gives_the_same_bytes(tmp_path):
    first = COIN({}).save(tmp_path / "a")
    second = COIN({}).save(tmp_path / "b" / "c")
    assert [path.name for path in first] == ["coin.svg", "coin.png", "coin.json"]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert COIN({})._repr_svg_().encode() == first[0].read_bytes()  # in a notebook
    plain = json.loads(first[2].read_text(encoding="utf-8"))
    assert plain["measured"] == {"heads": 3}
    assert plain["findings"] == [{"expectation": "heads", "measured": "3 heads", "seen": True}]


def test_another_seed_gives_other_numbers():
    heads = {COIN({"seed": seed}).measured["heads"] for seed in range(5)}
    assert len(heads) > 1


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot make the folder .*file"):
        COIN({}).save(tmp_path / "file" / "below")


def test_every_experiment_has_its_name_and_can_be_imported():
    for name in EXPERIMENTS.built_in:
        experiment = find_experiment(name)
        assert experiment.name == name
        assert experiment.claim.endswith(".")
        experiment.build_settings(experiment.quick)


def test_an_unknown_experiment_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="found no experiment 'circles', expected one of lines, "):
        textgan.diagnose("circles")


def test_from_python_a_record_has_its_figure(corpus_file):
    stages = []
    record = textgan.diagnose(
        "lines", quick=True, corpus=str(corpus_file), points=10, steps=4, text_lines=5,
        progress=lambda stage, portion: stages.append((stage, portion)),
    )  # fmt: skip
    assert record.figure.axes
    assert record.measured["theta"] == [-1, -0.5, 0, 0.5, 1]
    assert stages
