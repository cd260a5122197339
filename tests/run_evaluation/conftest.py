"""Samplers whose networks follow known rules."""

import pytest
import torch
from torch import nn

from textgan.config.codes import NO_CODES
from textgan.inputs.latents import Latents
from textgan.sampling.sampler import Sampler


class Writer(nn.Module):
    """A generator that follows a rule: latents (B, Z') -> ids (B, T), or sources -> rows."""

    output = "softmax"

    def __init__(self, rule, vocabulary):
        super().__init__()
        self.rule, self.vocabulary = rule, vocabulary
        self.weight = nn.Parameter(torch.zeros(1))  # by which its device is known

    def logits(self, latent, source=None):
        if source is not None:
            return self.rule(source)
        ids = torch.tensor(self.rule(latent).tolist())
        return 0.5 * nn.functional.one_hot(ids, self.vocabulary)  # far from certain


class Reader(nn.Module):
    """A critic that recovers codes from one-hot text (B, T, V) by a rule."""

    def __init__(self, rule=None):
        super().__init__()
        self.rule = rule

    def recover(self, text):
        assert set(text.unique().tolist()) <= {0.0, 1.0}
        return self.rule(text)


@pytest.fixture(scope="session")
def make_sampler():
    """A function that makes a sampler of these rules; Z is 3."""

    def make(corpus, rule, *, reader=None, codes=NO_CODES, conditional=False):
        writer = Writer(rule, corpus.encoder.size)
        return Sampler(
            writer,
            Reader(reader),
            corpus.encoder,
            Latents(3, codes, len(corpus.labels) if conditional else 0),
            labels=corpus.labels if conditional else (),
            training_labels=corpus.condition("train") if conditional else None,
        )

    return make
