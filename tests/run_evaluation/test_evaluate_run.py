"""A run is evaluated by its folder alone."""

import shutil
from dataclasses import replace

import pytest

from corpora import open_corpus
from corpora.errors import InputError
from textgan.evaluation.evaluate import evaluate
from textgan.run_evaluation.curves import read_curves
from textgan.run_evaluation.evaluate_run import evaluate_run
from textgan.sampling.sampler import Sampler


def test_samples_are_compared_with_the_training_text_and_the_test_text_is_held_out(trained):
    corpus = open_corpus(trained / "corpus")
    stages = []
    report = evaluate_run(trained, m=20, seed=7, orders=[2], stage=stages.append)
    expected = evaluate(
        Sampler.load(trained).lines(20, 7),
        corpus.lines("train"),
        corpus.lines("test"),
        length=corpus.length,
        seed=7,
        orders=[2],
        evaluated=trained.name,
        against=f"training text of {trained.name}",
    )
    assert replace(report, curves=None) == expected
    assert report.curves == read_curves(trained)
    assert stages[:2] == ["loading the run", "reading the texts"]


def test_a_run_is_found_by_number_and_a_checkpoint_by_name(trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "0001-run")
    report = evaluate_run("1", folder=tmp_path, checkpoint="best", m=20, orders=[2])
    assert report.evaluated == "0001-run"
    (run / "checkpoints" / "last.safetensors").unlink()
    with pytest.raises(InputError, match=r"no checkpoint .*last\.safetensors"):
        evaluate_run("1", folder=tmp_path, checkpoint="last", m=20)
    with pytest.raises(InputError, match="no run '2'"):
        evaluate_run("2", folder=tmp_path)


@pytest.mark.parametrize("numbers", [{"m": 0}, {"seed": -1}])
def test_numbers_out_of_range_are_refused(numbers, trained):
    with pytest.raises(InputError, match="expected"):
        evaluate_run(trained, **numbers)
