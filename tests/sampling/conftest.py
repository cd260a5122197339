"""Samplers of runs of each kind."""

import dataclasses

import pytest

from textgan.config.presets import COLUMN_SETTINGS
from textgan.sampling.sampler import Sampler

KINDS = {
    "labels and codes": {"columns": "labels", "codes": "3,c1"},
    "labels, codes, batch norm and hard draws": {
        "columns": "labels", "codes": "3,c1", "generator": "dcgan", "output": "gumbel-hard",
    },
    "soft draws": {"output": "gumbel", "objective": "sngan"},
    "pairs": {"columns": "pairs", **COLUMN_SETTINGS["pairs"]},
    "small pairs": {"columns": "pairs", "generator": "unet", "critic": "patch"},
}  # fmt: skip


@pytest.fixture(scope="session")
def sampler(trained):
    return Sampler.load(trained)


@pytest.fixture(scope="session")
def run_of_kind(tiny, labelled_file, pairs_file, tmp_path_factory):
    """A function from a kind to the folder of such a run, trained two steps and then moved."""
    from textgan.training.run import train

    folder = tmp_path_factory.mktemp("kinds")
    files = {"text": tiny.corpus, "labels": str(labelled_file), "pairs": str(pairs_file)}
    made = {}

    def run(kind):
        if kind not in made:
            changes = KINDS[kind]
            corpus = files[changes.get("columns", "text")]
            config = dataclasses.replace(tiny, steps=2, corpus=corpus, **changes)
            made[kind] = train(config, out=folder / kind).rename(folder / f"{kind}, moved")
        return made[kind]

    return run


@pytest.fixture(scope="session")
def of_kind(run_of_kind):
    """A function from a kind to the sampler of such a run."""
    return lambda kind: Sampler.load(run_of_kind(kind))


@pytest.fixture
def labelled(of_kind):
    return of_kind("labels and codes")


@pytest.fixture(scope="session")
def pairs_run(run_of_kind):
    return run_of_kind("small pairs")
