"""Reference texts: a corpus, or the training and test text of a run."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import click

from cli.typed import refuse_given
from corpora.errors import InputError
from corpora.length_policy import LONG, NEARLY_ALL
from corpora.read_limit import ReadLimit
from corpora.sources import bundled
from textgan.evaluation.render.visible import visible
from textgan.evaluation.text.lines import Text
from textgan.evaluation.text.loading import lines_of, reference
from textgan.run_evaluation.text import corpus_lines, longest_line

__all__ = ["Reference", "is_run", "open_reference", "refuse_two_inputs", "text_of_run"]


class Reference(NamedTuple):
    """Training and held-out text, whether all lines are composed (NFC), and the name."""

    training: Text
    held_out: Iterable[str] | None
    normalise: bool
    name: str


def is_run(name: str, runs: Path, *, unknown: bool) -> bool:
    """Return whether `name` is a run: a folder, or the name or number of one in `runs`.

    A file, a pipe, - and a bundled corpus are not. `unknown` is the answer for all other names,
    and so decides whether the error says that there is no such run or no such file.
    """
    path = Path(name)
    if name == "-" or name in bundled() or (path.exists() and not path.is_dir()):
        return False
    return unknown or path.is_dir() or (runs / name).is_dir() or name.isdecimal()


def refuse_two_inputs(*names: str | None) -> None:
    """Raise InputError where more than one of the texts is standard input."""
    if names.count("-") > 1:
        raise InputError(
            "found - more than once, expected one text from standard input; name files for others"
        )


def open_reference(
    name: str,
    held_out: str | None,
    runs: Path,
    length: int | None,
    normalise: bool | None,
    encoding: str,
    limit: ReadLimit | None = None,
    *,
    unknown_is_run: bool = False,
) -> Reference:
    """Return the text of a corpus, or of a run with its test text; prints T to stderr.

    A run has its own `length` and `normalise`; for a corpus None chooses T as `train` does.

    Args:
        name: of a run or a corpus.
        held_out: the name of a text that replaces the test text of a run.
        runs: the folder of runs.
        length: T, the characters at which lines are cut.
        normalise: whether lines are composed (NFC); None: they are.
        encoding: of files.
        limit: how much of a file is read.
        unknown_is_run: as `unknown` of `is_run`.

    Raises:
        InputError: there is no such text, or a run has an option that goes with a corpus.
    """
    lines = None
    if held_out is not None:
        lines = lines_of(held_out, encoding=encoding, normalise=False, limit=limit)
    if not is_run(name, runs, unknown=unknown_is_run):
        composed = normalise is not False
        corpus = lines_of(name, encoding=encoding, normalise=composed, limit=limit)
        text = reference(corpus, length, normalise=False)
        if length is None:
            click.echo(_length_note(text.length, name), err=True)
        return Reference(text, lines, composed, name)
    refuse_given(
        {"--length": length, "--normalise": normalise},
        "goes with a CORPUS, and a run has its own setting: leave it out",
    )
    from textgan.runs import find

    run = find(name, runs)
    texts = text_of_run(run)
    note = f"lines are cut at {texts.training.length} characters, the T of {run.name}"
    click.echo(visible(note), err=True)
    return texts if lines is None else texts._replace(held_out=lines)


def text_of_run(run: Path) -> Reference:
    """Return the training text of a run, with its test text held out."""
    from corpora import open_corpus
    from textgan.runs import corpus_folder

    corpus = open_corpus(corpus_folder(run))
    training = reference(
        corpus_lines(corpus, "train"), longest_line(corpus), normalise=corpus.normalise
    )
    name = f"training text of {run.name}"
    return Reference(training, corpus_lines(corpus, "test"), corpus.normalise, name)


def _length_note(length: int, name: str) -> str:
    if length == LONG:
        return f"lines are cut at {length} characters, as in Gulrajani et al. 2017"
    return visible(
        f"lines are cut at {length} characters: at least {NEARLY_ALL:.1%} of the lines of {name} "
        f"fit (Gulrajani et al. 2017 use {LONG}: --length {LONG})"
    )
