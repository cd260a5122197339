"""An exported model samples as its run does, and damaged ones are refused in one line."""

import json
import shutil

import numpy as np
import pytest

from corpora.errors import InputError
from textgan import runs
from textgan.export.export_run import export_run
from textgan.sampling.sampler import Sampler
from textgan.sampling.translator import Translator

LABELLED = "labels, codes, batch norm and hard draws"


@pytest.fixture(scope="module")
def exported(run_of_kind, tmp_path_factory):
    """A function from a kind to the folder of the exported run, without ONNX."""
    folder, made = tmp_path_factory.mktemp("exported"), {}

    def export(kind):
        if kind not in made:
            made[kind] = folder / kind
            export_run(run_of_kind(kind), made[kind], onnx=False)
        return made[kind]

    return export


@pytest.fixture
def copy(exported, tmp_path):
    """A copy of an exported run on labels, to be damaged."""
    return shutil.copytree(exported(LABELLED), tmp_path / "copy")


def test_lines_labels_and_scores_are_those_of_the_run(exported, of_kind):
    run, model = of_kind(LABELLED), Sampler.load(exported(LABELLED))
    assert list(model.lines(300, seed=4)) == list(run.lines(300, seed=4))
    expected, batch = next(run.batches(4)), next(model.batches(4))
    np.testing.assert_array_equal(batch.labels, expected.labels)
    assert len(set(batch.labels.tolist())) == 3
    assert model.from_seeds([1, 2], label="rare") == run.from_seeds([1, 2], label="rare")
    assert list(model.lines(9, 1, codes={0: 2})) == list(run.lines(9, 1, codes={0: 2}))


def test_an_exported_translator_translates_as_the_run(exported, run_of_kind):
    lines = ["anna bert", "", "zoe zoe zoe zoe zoe"]
    expected = list(Translator.load(run_of_kind("small pairs"), seed=2)(lines))
    assert list(Translator.load(exported("small pairs"), seed=2)(lines)) == expected


def test_several_processes_write_the_same_lines(exported):
    expected = list(Sampler.load(exported(LABELLED)).lines(20, seed=1))
    several = Sampler.load(exported(LABELLED), workers=2)
    assert list(several.lines(20, seed=1, batch_size=8)) == expected


def test_only_commands_that_sample_take_an_exported_model(exported, tmp_path):
    folder = exported(LABELLED)
    assert runs.find(str(folder), tmp_path, exported=True) == folder
    assert runs.find(folder.name, folder.parent, exported=True) == folder
    with pytest.raises(InputError, match="is an exported model, without a text: textgan sample"):
        runs.find(str(folder), tmp_path)
    assert folder not in runs.listed(folder.parent)
    with pytest.raises(InputError, match="exported model, which has one checkpoint"):
        Sampler.load(folder, "best")


def change(folder, **changes):
    path = folder / "config.json"
    values = json.loads(path.read_text())
    values["model"] |= changes
    path.write_text(json.dumps(values))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"step": -1}, r"damaged \(model: step is -1\)"),
        ({"training_lines": 2.5}, r"damaged \(model: training_lines is 2.5\)"),
        ({"training_lines": 3}, r"labels.npy: found .* expected \(3,\) .* by config.json; export"),
        ({"labels": ["b", "a"]}, r"damaged \(model: labels is \['b', 'a'\]\)"),
        ({"labels": []}, r"damaged \(0 labels, columns is 'labels'\)"),
        ({"labels": ["a", "b"]}, r"labels.npy: found id 2, expected ids below 2"),
        ({"encoder": "char:9:abcdef"}, "the model was exported with char:9:abcdef; export"),
    ],
)
def test_an_edited_config_is_refused(copy, changes, message):
    change(copy, **changes)
    with pytest.raises(InputError, match=message):
        Sampler.load(copy)


def test_missing_and_foreign_files_are_refused(copy, tmp_path):
    weights = copy / "model.safetensors"
    weights.rename(tmp_path / "weights")
    weights.symlink_to(tmp_path / "weights")
    with pytest.raises(InputError, match="is a link; expected a file"):
        Sampler.load(copy)
    weights.unlink()
    weights.write_bytes((tmp_path / "weights").read_bytes()[:-1])
    with pytest.raises(InputError, match=r"model\.safetensors"):
        Sampler.load(copy)
    (tmp_path / "weights").replace(weights)
    (copy / "labels.npy").unlink()
    with pytest.raises(InputError, match=r"labels\.npy is missing; export the run again"):
        Sampler.load(copy)
    values = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**values, "model": None}))
    with pytest.raises(InputError, match="does not say what was exported"):
        Sampler.load(copy)
