"""Curves are read from the log, with gaps where nothing was measured."""

import pytest

from corpora.errors import InputError
from textgan.run_evaluation.curves import read_curves
from textgan.runs.log import Log


def test_curves_have_the_scores_and_the_slope_of_each_validated_step(tmp_path):
    log = Log(tmp_path / "stats.jsonl")
    log.write({"step": 5, "seconds": 1.5, "slope": 1.0})
    scores = {"jsd1": 0.5, "unique": 0.75, "choice": 0.5, "wasserstein_held_out": None}
    log.write({"step": 10, "seconds": 3.0, "slope": 0.9, "scores": scores})
    log.write({"step": 20, "seconds": 6.0, "slope": 0.8, "scores": {**scores, "jsd1": 0.25}})
    curves = read_curves(tmp_path)
    assert curves.steps == (10, 20)
    assert curves.values["jsd1"] == (0.5, 0.25)
    assert curves.values["slope"] == (0.9, 0.8)
    assert curves.values["wasserstein_held_out"] == (None, None)


def test_the_step_of_a_line_is_its_own(tmp_path):
    scores = {"jsd1": 0.5, "choice": 0.5, "step": "unet", "seconds": "x"}
    Log(tmp_path / "stats.jsonl").write({"step": 10, "seconds": 3.0, "scores": scores})
    curves = read_curves(tmp_path)
    assert curves.steps == (10,)
    assert curves.values["seconds"] == (3.0,)


def test_without_scores_or_without_a_log_there_are_no_curves(tmp_path):
    assert read_curves(tmp_path) is None
    Log(tmp_path / "stats.jsonl").write({"step": 5, "seconds": 1.5})
    assert read_curves(tmp_path) is None


def test_a_damaged_log_is_refused(tmp_path):
    (tmp_path / "stats.jsonl").write_text("nonsense\n{}\n")
    with pytest.raises(InputError, match="line 1 is damaged"):
        read_curves(tmp_path)
