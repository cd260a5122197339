"""What tests of training need: a trainer of new models."""

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
