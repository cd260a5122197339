"""What sampling reads of a folder: of a run, or of an exported model."""

from pathlib import Path
from typing import NamedTuple

from corpora import encoders, open_corpus
from corpora.errors import InputError
from corpora.store import open_encoder
from textgan import runs
from textgan.config.settings import Config
from textgan.runs.exported import read_exported
from textgan.sampling.batch import Ids

__all__ = ["ModelFiles", "open_model"]


class ModelFiles(NamedTuple):
    """The parts of a model that are on disk.

    Attributes:
        config: The run's settings.
        checkpoint: The name of the checkpoint; None in an exported model, which has one.
        weights: Path of its weights.
        encoder: Encoder of the training text.
        labels: Names of the labels; empty for a run without labels.
        training_labels: The label of each training row, (N,); None for a run without labels.
    """

    config: Config
    checkpoint: str | None
    weights: Path
    encoder: encoders.Encoder
    labels: tuple[str, ...] = ()
    training_labels: Ids | None = None


def open_model(folder: Path, checkpoint: str | None) -> ModelFiles:
    """Return what sampling needs of a run folder or an exported model.

    Raises:
        InputError: A file is missing, damaged, edited or of another format; or a checkpoint is
            named and the folder is an exported model.
    """
    if runs.is_exported(folder):
        model = _of_export(folder, checkpoint)
    else:
        model = _of_run(folder, checkpoint)
    if model.config.length is None:
        raise InputError(f"{folder / 'config.json'} has no length; restore the file")
    return model


def _of_run(run: Path, checkpoint: str | None) -> ModelFiles:
    config = runs.read_config(run)
    checkpoint = checkpoint or runs.default_checkpoint(run)
    encoder = open_encoder(runs.corpus_folder(run))
    model = ModelFiles(config, checkpoint, runs.checkpoint(run, checkpoint), encoder)
    if config.columns != "labels":
        return model
    corpus = open_corpus(runs.corpus_folder(run))
    return model._replace(labels=corpus.labels, training_labels=corpus.condition("train"))


def _of_export(folder: Path, checkpoint: str | None) -> ModelFiles:
    if checkpoint is not None:
        raise InputError(f"{folder} is an exported model, which has one checkpoint: name none")
    config, exported = runs.read_config(folder), read_exported(folder)
    encoder = encoders.load(folder)
    if encoder.signature != exported.encoder:
        raise InputError(
            f"{folder}: the encoder is {encoder.signature}, the model was exported with "
            f"{exported.encoder:.80}; export the run again"
        )
    if bool(exported.labels) != (config.columns == "labels"):
        raise InputError(
            f"{folder / 'config.json'} is damaged ({len(exported.labels)} labels, columns is "
            f"{config.columns!r}); export the run again"
        )
    return ModelFiles(
        config,
        None,
        exported.weights(folder),
        encoder,
        exported.labels,
        exported.training_labels(folder),
    )
