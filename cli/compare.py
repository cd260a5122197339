"""`textgan compare`: runs and files against one text."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import completion, options, validity
from cli.checkpoints import choose_checkpoint
from cli.output import console
from cli.progress import progress
from cli.reference import Reference, is_run, open_reference, refuse_two_inputs, text_of_run
from cli.typed import refuse_given
from corpora.errors import InputError
from corpora.read_limit import ReadLimit
from corpora.sources import in_utf8
from textgan.evaluation.compare import compare as compare_lines
from textgan.evaluation.render.visible import visible
from textgan.evaluation.text.lines import Text
from textgan.evaluation.text.loading import lines_of
from textgan.run_evaluation.evaluate_run import RUN_SAMPLES
from textgan.run_evaluation.text import corpus_lines

if TYPE_CHECKING:
    from corpora import Corpus

__all__ = ["compare"]


@click.command()
@click.argument("targets", nargs=-1, metavar="[RUN | FILE]...", shell_complete=completion.runs)
@options.against("the first RUN")
@options.held_out()
@options.length()
@options.normalise()
@options.unit()
@options.seed(natural=True)
@click.option(
    "--samples",
    type=click.IntRange(min=2),
    metavar="M",
    help="Number of lines of each RUN and FILE.  [default: as many as the shortest FILE has; with "
    f"a RUN at most {RUN_SAMPLES}]",
)
@options.full()
@validity.valid()
@options.encoding("every FILE and the CORPUS")
@options.max_bytes("every FILE, and of the CORPUS")
@options.runs()
@options.checkpoint()
@options.tables()
@options.signatures()
@options.json_lines("Print the comparison as JSON, unrounded.")
def compare(
    targets: tuple[str, ...],
    against: str | None,
    held_out: str | None,
    length: int | None,
    normalise: bool | None,
    samples: int | None,
    unit: str,
    seed: int,
    full: bool,
    valid: str | None,
    valid_command: str | None,
    encoding: str,
    max_bytes: int | None,
    runs: Path,
    checkpoint: str | None,
    tables: bool,
    signatures: bool,
    as_json: bool,
) -> None:
    """Compare RUNs and FILEs with each other.

    All RUNs and FILEs are evaluated against the same text, with the same number of lines. Without
    --against this text is the training text of the first RUN, with its test text held out.
    docs/evaluation/compare.md defines the differences and their significance.
    """
    if len(targets) < 2:
        raise click.UsageError(f"found {len(targets)} to compare, expected at least 2")
    refuse_two_inputs(*targets, against, held_out)
    check_of_lines = validity.check_of(valid, valid_command)
    folders = _folders(targets, runs)
    limit = options.read_limit(max_bytes)
    opened = {
        place: lines_of(target, encoding=encoding, blank=True, normalise=False, limit=limit)
        for place, target in enumerate(targets)
        if place not in folders
    }
    with progress("reading the texts") as bar:
        text = _reference(folders, against, held_out, runs, length, normalise, encoding, limit)

        def cut(lines: Iterable[str]) -> Text:
            return Text(lines_of(lines, normalise=text.normalise), text.training.length)

        texts = {place: cut(lines) for place, lines in opened.items()}
        if folders:
            sizes = [len(text) for text in texts.values()]
            samples = min([RUN_SAMPLES if samples is None else samples, *sizes])
            for place, folder in folders.items():
                texts[place] = cut(_lines(folder, checkpoint, samples, seed))
        names = [folders[i].name if i in folders else target for i, target in enumerate(targets)]
        if len(set(names)) < len(names):  # numbered alike in two places
            names = list(targets)
        bar.stage("comparing")
        comparison = compare_lines(
            [(in_utf8(name), texts[place]) for place, name in enumerate(names)],
            text.training,
            text.held_out,
            normalise=text.normalise,
            unit=unit,
            m=samples,
            seed=seed,
            against=in_utf8(text.name),
            full=full,
            valid=check_of_lines,
        )
    for system in comparison.systems:
        if system.empty:
            note = f"{system.name}: {system.empty:,} of {comparison.m:,} lines are empty"
            click.echo(visible(note), err=True)
    if as_json:
        click.echo(json.dumps(comparison.to_dict(), indent=1))
    else:
        from textgan.evaluation.render.terminal.comparison import show

        show(comparison, console(), tables=tables, signatures=signatures)


def _folders(targets: tuple[str, ...], runs: Path) -> dict[int, Path]:
    """Return the folders of the runs among `targets`, by their place."""
    from textgan.runs import find, read_config

    folders = {
        place: find(target, runs).resolve()
        for place, target in enumerate(targets)
        if is_run(target, runs, unknown=True)
    }
    for run in folders.values():
        if read_config(run).columns == "pairs":
            raise InputError(
                f"{run.name} was trained on pairs and makes no lines without sources: compare "
                "files that textgan translate made with it, or evaluate it with textgan evaluate"
            )
    return folders


def _reference(
    folders: dict[int, Path],
    against: str | None,
    held_out: str | None,
    runs: Path,
    length: int | None,
    normalise: bool | None,
    encoding: str,
    limit: ReadLimit,
) -> Reference:
    """Return the text that all are evaluated against."""
    if against is not None:
        return open_reference(against, held_out, runs, length, normalise, encoding, limit)
    if not folders:
        raise InputError(
            "found files alone and no corpus to evaluate them against; add --against CORPUS, or a "
            "run"
        )
    refuse_given(
        {"--length": length, "--held-out": held_out, "--normalise": normalise},
        "goes with --against CORPUS, and a run has its own setting: leave it out",
    )
    from corpora import open_corpus
    from textgan.runs import corpus_folder

    first, *others = dict.fromkeys(folders.values())
    corpus = open_corpus(corpus_folder(first))
    for other in others:
        _check_same(first, corpus, other, open_corpus(corpus_folder(other)))
    return text_of_run(first)


def _check_same(first: Path, corpus: "Corpus", other: Path, its: "Corpus") -> None:
    """Raise InputError unless two runs have the same training and test text."""
    if corpus.sha256 != its.sha256:
        difference = (
            f"was trained on another text ({its.source}) than {first.name} ({corpus.source})"
        )
    elif any(_sha(corpus, part) != _sha(its, part) for part in ("train", "test")):
        difference = f"cuts or divides {its.source} in another way than {first.name}"
    else:
        return
    raise InputError(
        f"{other.name} {difference}; name a text to evaluate both against: --against CORPUS"
    )


def _sha(corpus: "Corpus", part: str) -> str:
    digest = hashlib.sha256()
    for line in corpus_lines(corpus, part):
        digest.update(line.encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()


def _lines(folder: Path, checkpoint: str | None, m: int, seed: int) -> Iterable[str]:
    checkpoint = choose_checkpoint(folder, checkpoint)
    from textgan.sampling.sampler import Sampler  # loads torch: not before there is a run to sample

    return Sampler.load(folder, checkpoint=checkpoint).lines(m, seed)
