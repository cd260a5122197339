"""What tests of training need: a trainer of new models, and the contents of a run."""

import json

import pytest
import torch


@pytest.fixture(scope="session")
def make_trainer():
    """(config, corpus) -> a trainer of new models."""
    from textgan.training.models import Models
    from textgan.training.step import Trainer

    def make(config, corpus):
        return Trainer(config, corpus, Models.build(config, corpus, torch.device("cpu")))

    return make


@pytest.fixture(scope="session")
def files():
    """(run) -> what its files hold, by their names, without the times."""

    def read(run):
        contents = {}
        for path in sorted(run.rglob("*")):
            if not path.is_file():
                continue
            contents[str(path.relative_to(run))] = path.read_bytes()
            if path.name in ("stats.jsonl", "state.json"):
                text = path.read_text(encoding="utf-8")
                lines = text.splitlines() if path.suffix == ".jsonl" else [text]
                objects = [{**json.loads(line), "seconds": None} for line in lines]
                contents[str(path.relative_to(run))] = objects
        return contents

    return read
