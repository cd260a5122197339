"""The networks of a run as the start of another (`--init`), if they fit its text."""

import textwrap
from collections.abc import Sequence
from pathlib import Path

import corpora
from corpora.errors import InputError
from textgan import runs
from textgan.runs.tensors import load_weights
from textgan.training.models import Models

__all__ = ["load_starting_weights"]


def load_starting_weights(init: Path, corpus: corpora.Corpus, models: Models) -> None:
    """Load the networks of the run `init` into new models for a text.

    Raises:
        InputError: `init` was trained on text of other symbols, length or labels, or has networks
            of other shapes.
    """
    _check_fit(init, corpus)
    load_weights(
        runs.checkpoint(init, "last"),
        generator=models.generator,
        critic=models.critic,
        average=models.average,
    )


def _check_fit(init: Path, corpus: corpora.Corpus) -> None:
    """Refuse weights of other symbols, length or labels: their columns mean something else."""
    other = corpora.open_corpus(runs.corpus_folder(init))
    differences = []  # what differs, as it is of `init` and of the new run
    if other.encoder.signature != corpus.encoder.signature:
        differences.append(("encoder", other.encoder.signature, corpus.encoder.signature))
    if other.length != corpus.length:
        differences.append(("length", str(other.length), str(corpus.length)))
    if other.labels != corpus.labels:
        only_there = _difference(other.labels, corpus.labels)
        differences.append(("labels", only_there, _difference(corpus.labels, other.labels)))
    for name, found, expected in differences:
        raise InputError(
            f"{init} has {name} {found}, the new run {expected}; --init needs a run on text of the "
            "same characters, length and labels"
        )


def _difference(labels: Sequence[str], others: Sequence[str]) -> str:
    """Return the labels that are not among `others`, as many as fit into a line."""
    names = ", ".join(label for label in labels if label not in set(others))
    return textwrap.shorten(names, 100, placeholder=" ...") or "no others"
