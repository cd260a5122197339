"""Runs of each kind, and their exports."""

import dataclasses

import pytest

from textgan.config.presets import COLUMN_SETTINGS

KINDS = {
    "text": {},
    "labels and codes": {"columns": "labels", "codes": "3,c1", "generator": "dcgan"},
    "pairs": {"columns": "pairs", **COLUMN_SETTINGS["pairs"], "generator": "unet"},
    "bytes": {"encoder": "byte"},
    "draws": {"output": "gumbel-hard"},
}


@pytest.fixture(scope="session")
def run_of_kind(quick, labelled_file, pairs_file, tmp_path_factory):
    """A function from a kind to the folder of such a run, trained a few steps."""
    from textgan.training.run import train

    folder = tmp_path_factory.mktemp("exported-kinds")
    files = {"text": quick.corpus, "labels": str(labelled_file), "pairs": str(pairs_file)}
    made = {}

    def run(kind):
        if kind not in made:
            changes = KINDS[kind]
            changes = {"corpus": files[changes.get("columns", "text")], **changes}
            config = dataclasses.replace(quick, generator="deconv", steps=4)
            made[kind] = train(dataclasses.replace(config, **changes), out=folder / kind)
        return made[kind]

    return run


@pytest.fixture(scope="session")
def exported(run_of_kind, tmp_path_factory):
    """A function from a kind to the folder of the exported run, without ONNX where it is drawn."""
    from textgan.export.export_run import export_run

    folder = tmp_path_factory.mktemp("exported")

    def export(kind, *, onnx=True):
        if onnx:
            for package in ("onnx", "onnxruntime"):
                pytest.importorskip(package, reason="needs pip install 'textgan[export]'")
        to = folder / f"{kind} {onnx}"
        if not to.exists():
            export_run(run_of_kind(kind), to, licence="CC0-1.0", onnx=onnx)
        return to

    return export


@pytest.fixture(scope="session")
def card_of():
    """A function from a run to its model card, of which nothing was measured."""
    import corpora
    from textgan import runs
    from textgan.export.card import Card

    def card(run, **changes):
        values = {
            "name": run.name, "config": runs.read_config(run),
            "corpus": corpora.open_corpus(run / "corpus"), "step": 4, "version": "9.8",
            "scores": None, "copied": None, "samples": (), "report": None, "licence": None,
            "onnx": True,
        }  # fmt: skip
        return Card(**values | changes)

    return card
