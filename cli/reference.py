"""The texts that lines are judged by: a corpus, or a run's own."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import click

from corpora.errors import InputError
from corpora.length_policy import LONG, NEARLY_ALL
from corpora.sources import bundled
from textgan.evaluation.render.visible import visible
from textgan.evaluation.text.loading import lines_of, reference
from textgan.evaluation.text.rows import Text
from textgan.run_evaluation.evaluate_run import decoded, longest

__all__ = ["Reference", "is_run", "open_reference", "text_of_run"]


class Reference(NamedTuple):
    """The texts that lines are judged by, whether all are composed (NFC), and their name."""

    training: Text
    held_out: Iterable[str] | None
    normalise: bool
    name: str


def is_run(target: str, runs: Path, against: str | None) -> bool:
    """Return whether `target` is a run: a folder, or the name or number of one in `runs`.

    What is neither a folder nor a file is a run, unless there is a corpus to evaluate it against.
    """
    if target == "-" or target in bundled() or _is_file(target):
        return False
    return against is None or Path(target).is_dir() or (runs / target).is_dir()


def _is_file(target: str) -> bool:
    """Return whether there is a file of that name, a pipe or a device among them."""
    return Path(target).exists() and not Path(target).is_dir()


def open_reference(
    against: str,
    held_out: str | None,
    runs: Path,
    length: int | None,
    normalise: bool | None,
    encoding: str,
) -> Reference:
    """Return the text of a corpus, or of a run with its test text held out; says what T is.

    A run has its own `length` and `normalise`; of a corpus T is chosen as `train` chooses it where
    it is None. Another text that is `held_out` takes the place of a run's.
    """
    given = None if held_out is None else lines_of(held_out, encoding=encoding, normalise=False)
    if not _of_a_run(against, runs):
        composed = normalise is not False
        lines = lines_of(against, encoding=encoding, normalise=composed)
        text = reference(lines, length, normalise=False)
        if length is None:
            click.echo(_length_note(text.length, against), err=True)
        return Reference(text, given, composed, against)
    for option, value in (("--length", length), ("--normalise", normalise)):
        if value is not None:
            raise InputError(
                f"{option} goes with a CORPUS, and a run has its own setting: leave it out"
            )
    from textgan.runs.folder import find

    run = find(against, runs)
    found = text_of_run(run)
    note = f"lines are cut at {found.training.length} characters, the T of {run.name}"
    click.echo(visible(note), err=True)
    return found if given is None else found._replace(held_out=given)


def text_of_run(run: Path) -> Reference:
    """Return the training text of a run, with its test text held out."""
    from corpora import open_corpus
    from textgan.runs.folder import corpus_folder

    corpus = open_corpus(corpus_folder(run))
    training = reference(decoded(corpus, "train"), longest(corpus), normalise=corpus.normalise)
    name = f"training text of {run.name}"
    return Reference(training, decoded(corpus, "test"), corpus.normalise, name)


def _of_a_run(against: str, runs: Path) -> bool:
    """Return whether `against` is the folder, the name or the number of a run."""
    if against == "-" or Path(against).is_file() or against in bundled():
        return False
    return Path(against).is_dir() or (runs / against).is_dir() or against.isdecimal()


def _length_note(length: int, name: str) -> str:
    if length == LONG:
        return f"lines are cut at {length} characters, as in Gulrajani et al. 2017"
    return visible(
        f"lines are cut at {length} characters, which is enough for {NEARLY_ALL:.1%} of the lines "
        f"of {name} or more (--length {LONG}: as in Gulrajani et al. 2017)"
    )
