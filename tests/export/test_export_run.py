"""An exported folder: complete, repeatable, without text, and the same lines by onnxruntime."""

import dataclasses
import json
import shutil
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import corpora
from corpora.errors import InputError
from tests.plugins import forgotten
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.report.report import Report
from textgan.export import export_run as module
from textgan.export.export_run import COMPARED_LINES, export_run
from textgan.inputs.noise import one_hot
from textgan.run_evaluation.curves import read_curves
from textgan.sampling.sampler import Sampler
from textgan.sampling.seeds import line_seeds

FILES = {"README.md", "config.json", "encoder.json", "model.safetensors", "samples.txt"}
LINES = 10_000


def session_of(folder):
    onnxruntime = pytest.importorskip("onnxruntime", reason="needs pip install 'textgan[export]'")
    return onnxruntime.InferenceSession(folder / "model.onnx")


def ids_of(logits):
    """The text of logits: a line ends at its first padding."""
    ids = logits.argmax(axis=2)
    return np.where(np.maximum.accumulate(ids == 0, axis=1), 0, ids)


@pytest.mark.parametrize("kind", ["text", "labels and codes", "bytes"])
def test_onnxruntime_writes_the_lines_of_ten_thousand_seeds(kind, run_of_kind, exported):
    session, sampler = session_of(exported(kind)), Sampler.load(run_of_kind(kind))
    seeds = line_seeds(5, 0, LINES)
    (logits,) = session.run(None, {"latent": sampler.latent(seeds).numpy()})
    expected = sampler.batch(seeds).ids
    assert len(np.unique(expected, axis=0)) > 10
    assert (ids_of(logits) != expected).sum() <= expected.size / 100_000
    metadata = session.get_modelmeta().custom_metadata_map
    vocabulary = json.loads(metadata["vocabulary"])
    texts = ["".join(vocabulary[i] for i in row) for row in expected[:100]]
    if kind == "bytes":
        texts = [text.encode("latin-1").decode("utf-8", "replace") for text in texts]
    assert texts == sampler.encoder.decode_rows(expected[:100])
    assert metadata["encoder"] == sampler.encoder.signature


def test_the_metadata_says_how_a_latent_is_made_up(exported, run_of_kind):
    session = session_of(exported("labels and codes"))
    metadata = session.get_modelmeta().custom_metadata_map
    corpus = corpora.open_corpus(run_of_kind("labels and codes") / "corpus")
    assert json.loads(metadata["labels"]) == ["plain", "rare", "vowel"]
    assert json.loads(metadata["label_lines"]) == [*corpus.rows_of_labels("train").values()]
    assert json.loads(metadata["codes"]) == {"categorical": [3], "continuous": 1}
    assert int(metadata["noise"]) + 3 + 1 + 3 == int(metadata["latent"])
    assert session.get_inputs()[0].shape == ["lines", int(metadata["latent"])]


def test_a_run_on_pairs_is_its_translator(exported, run_of_kind):
    session, run = session_of(exported("pairs")), run_of_kind("pairs")
    sources = corpora.open_corpus(run / "corpus").condition("train")
    sampler = Sampler.load(run)
    source = one_hot(sources, sampler.encoder.size, sampler.device).numpy()
    (logits,) = session.run(None, {"source": source})
    expected = sampler.translate(sources)
    assert (ids_of(logits) != expected).sum() <= expected.size / 100_000


def test_the_folder_has_each_file_that_the_page_names(exported):
    names = {path.name for path in exported("text").iterdir()}
    assert names == {*FILES, "model.onnx"}
    assert {path.name for path in exported("draws", onnx=False).iterdir()} == FILES
    labelled = {path.name for path in exported("labels and codes", onnx=False).iterdir()}
    assert labelled == {*FILES, "labels.npy"}


@pytest.mark.parametrize("kind", ["text", "labels and codes"])
def test_the_same_run_gives_the_same_bytes(kind, run_of_kind, exported, tmp_path):
    first, again = exported(kind), tmp_path / "again"
    export_run(run_of_kind(kind), again, licence="CC0-1.0")
    for path in first.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name


@pytest.mark.parametrize("kind", ["text", "labels and codes", "pairs"])
def test_no_training_text_is_exported(kind, run_of_kind, exported, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(run_of_kind(kind), run)
    corpus = corpora.open_corpus(run / "corpus")
    real = [line for part in ("train", "valid", "test") for line in corpus.lines(part)]
    if kind == "text":
        train, held_out = corpus.lines("train")[:60], corpus.lines("test")
        report = evaluate(["qqq ppp", "Anna Berta"], train, held_out, length=16, full=True)
        report = dataclasses.replace(report, curves=read_curves(run))
        assert report.nearest
        assert report.transport is not None
        report.save(run / "report.json")
    export_run(run, tmp_path / "to", onnx=False)
    if kind == "text":
        kept = Report.load(tmp_path / "to" / "report.json")
        assert kept == dataclasses.replace(report, nearest=None, transport=None)
        assert "jsd|n:1|" in (tmp_path / "to" / "README.md").read_text()
    for path in (tmp_path / "to").iterdir():
        content = path.read_bytes().decode("utf-8", "replace")
        assert not [line for line in real if len(line) > 6 and line in content], path.name
    assert str(run.parent) not in (tmp_path / "to" / "config.json").read_text()


def test_a_report_of_an_earlier_state_is_left_out_and_said(run_of_kind, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(run_of_kind("text"), run)
    report = evaluate(["ab", "cd"], ["ab", "ac"], ["ad"], length=4)
    curves = read_curves(run)
    earlier = dataclasses.replace(curves, steps=(1, *curves.steps[1:]))
    dataclasses.replace(report, curves=earlier).save(run / "report.json")
    notes = []
    export_run(run, tmp_path / "to", onnx=False, note=notes.append)
    assert len(notes) == 1
    assert "add --evaluate" in notes[0]
    assert not (tmp_path / "to" / "report.json").exists()


def test_a_report_is_made_where_it_is_asked_for(run_of_kind, tmp_path):
    export_run(run_of_kind("pairs"), tmp_path / "to", onnx=False, evaluate=True)
    report = json.loads((tmp_path / "to" / "report.json").read_text())
    assert report["examples"] == []
    card = (tmp_path / "to" / "README.md").read_text()
    assert report["restoration"]["signature"] in card


def test_half_of_the_lines_copied_are_half(run_of_kind):
    run = run_of_kind("text")
    known = corpora.open_corpus(run / "corpus").lines("train", 0, 1)[0]
    lines = [known, "nowhere"] * (COMPARED_LINES // 2)
    sampler = SimpleNamespace(lines=lambda n, seed: iter(lines[:n]))
    copied = module._copied(corpora.open_corpus(run / "corpus"), sampler)
    assert (copied.right, copied.lines) == (COMPARED_LINES // 2, COMPARED_LINES)


def test_a_folder_that_is_there_is_kept_unless_it_is_an_export_and_forced(run_of_kind, tmp_path):
    run, to = run_of_kind("text"), tmp_path / "to"
    export_run(run, to, onnx=False)
    with pytest.raises(InputError, match="to exists; name another folder with --to, or add"):
        export_run(run, to, onnx=False)
    (to / "samples.txt").write_text("changed")
    export_run(run, to, onnx=False, force=True)
    assert (to / "samples.txt").read_text() != "changed"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine").touch()
    for other in (tmp_path / "other", run):
        with pytest.raises(InputError, match="is no exported model; --force replaces"):
            export_run(run, other, onnx=False, force=True)
    assert (tmp_path / "other" / "mine").exists()


def test_after_an_error_there_is_no_folder(run_of_kind, tmp_path, monkeypatch):
    def fail(*_):
        raise InputError("the disk is full")

    monkeypatch.setattr(module, "write_card", fail)
    with pytest.raises(InputError, match="the disk is full"):
        export_run(run_of_kind("text"), tmp_path / "to", onnx=False)
    assert list(tmp_path.iterdir()) == []


def test_what_has_no_graph_is_refused_with_the_reason(run_of_kind, tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"found output gumbel-hard, .*; .* --no-onnx"):
        export_run(run_of_kind("draws"), tmp_path / "to")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # as where it is not installed
    with pytest.raises(InputError, match=r"onnx.*pip install 'textgan\[export\]', or .*--no-onnx"):
        export_run(run_of_kind("text"), tmp_path / "to")
    assert list(tmp_path.iterdir()) == []


def test_a_generator_of_a_plug_in_has_no_graph():
    from textgan.export.onnx_file import check_exportable
    from textgan.registry import register

    with forgotten():
        register("generator", "mine", "textgan.networks.generators.mlp:MlpGenerator")
        config = SimpleNamespace(output="sharp", generator="mine", encoder="char")
        with pytest.raises(
            InputError, match=r"the generator mine is that of a plug-in, .*--no-onnx"
        ):
            check_exportable(config)


def test_logits_of_another_network_are_refused(run_of_kind, tmp_path, monkeypatch):
    pytest.importorskip("onnxruntime", reason="needs pip install 'textgan[export]'")
    from textgan.export import networks

    monkeypatch.setattr(networks, "SCALE", 0.2)  # of a residual block
    with pytest.raises(InputError, match="computes logits that differ by"):
        export_run(run_of_kind("text"), tmp_path / "to")
