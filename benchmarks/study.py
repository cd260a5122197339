"""Which settings are better at equal seconds: a study of variants, corpora and seeds.

    python -m benchmarks.study --screen --texts DIR          # one seed, 60 seconds
    python -m benchmarks.study --texts DIR --variants NAME ...  # three seeds, 180 seconds
    python -m benchmarks.study --table

A cell is a variant (`benchmarks.variants`), a corpus, a seed and a budget of seconds. The seconds
are steps (`benchmarks.costs`): first the cost of a step of each variant is measured, once, in turns
with the baseline `quick`; then every run has a number of steps. So a cell does not depend on what
else the computer does, and can be repeated. Each run has one thread. It is validated ten times, at
equal parts of its steps, and chooses a checkpoint by its validation text. `--samples` fresh lines
of this checkpoint are evaluated against the training text, with the validation text held out. The
test text is not read.

Costs and finished cells are appended to `--results`, and what stands there is not made again. A run
that was stopped half-way is in `--runs`, and goes on from its last checkpoint.
"""

import argparse
import hashlib
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from benchmarks import costs, records
from benchmarks.study_cells import (
    CORPORA,
    MOLECULES,
    Cell,
    Record,
    config_of,
    provenance,
    result_of,
)
from benchmarks.study_tables import MEASURES, decisions, table
from benchmarks.variants import BASELINE, VARIANTS
from corpora.errors import InputError
from corpora.sources import bundled, locate
from textgan.training.divergence import DivergenceError

RESULTS = Path(__file__).parent / "results" / "study.jsonl"
RUNS = Path("runs") / "study"
SAMPLES = 5_000  # as `textgan evaluate RUN`
SCREEN, FULL = (60.0, [0]), (180.0, [0, 1, 2])  # seconds and seeds


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure costs, make the runs that are missing, and print the tables."""
    options = parse(arguments)
    try:
        if not options.table:
            with records.locked(options.results):
                measure_costs(options)
                if not options.costs:
                    make(options)
        print(tables(options))
    except InputError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit("stopped; the same command goes on")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    about = __doc__.splitlines()[0]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.study", description=about)
    add = parser.add_argument
    add("--screen", action="store_true", help="60 seconds and seed 0, where not said otherwise")
    add("--seconds", type=float, help="of each run, in steps of quick [default: 180]")
    add("--seeds", nargs="+", type=int, help="[default: 0 1 2]")
    add("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS), metavar="NAME")
    add("--corpora", nargs="+", default=list(CORPORA), metavar="TEXT", help="name or file")
    add("--texts", type=Path, metavar="DIR", help="of NAME.txt of corpora that are not bundled")
    add("--baseline", choices=VARIANTS, default=BASELINE, metavar="NAME", help="of the differences")
    add("--samples", type=int, default=SAMPLES, help="that are evaluated [default: 5,000]")
    add("--processes", type=int, default=1, help="that train at a time, one a core [default: 1]")
    add("--results", type=Path, default=RESULTS, metavar="FILE")
    add("--runs", type=Path, default=RUNS, metavar="DIR", help="of unfinished runs")
    add("--keep-runs", action="store_true", help="keep finished ones too")
    add("--costs", action="store_true", help="measure the costs of steps, and train nothing")
    add("--table", action="store_true", help="print what FILE has, run nothing")
    options = parser.parse_args(arguments)
    seconds, seeds = SCREEN if options.screen else FULL
    options.seconds = seconds if options.seconds is None else options.seconds
    options.seeds = seeds if options.seeds is None else options.seeds
    options.variants = list(dict.fromkeys([BASELINE, options.baseline, *options.variants]))
    if options.seconds <= 0 or options.samples < 1 or options.processes < 1:
        parser.error("expected --seconds above 0, and --samples and --processes of at least 1")
    return options


def cost_of(variant: str, corpus: str) -> Record:
    """Return what names the cost of a variant's steps in the results."""
    key = costs.cost_key(config_of(variant, corpus, ""))
    return {"kind": "cost", "corpus": corpus, "cost": key}


def first(stored: Sequence[Record], wanted: Record) -> Record | None:
    """Return the first of the records that has all that is wanted."""
    return next((record for record in stored if wanted.items() <= record.items()), None)


def located(text: str, folder: Path | None) -> tuple[str, str]:
    """Return the name and the file of a corpus: a bundled one, a file, or one in a folder.

    Raises:
        InputError: There is none.
    """
    if text in bundled() or Path(text).is_file():
        return Path(text).stem, str(locate(text))
    if folder is None or not (folder / f"{text}.txt").is_file():
        raise InputError(
            f"found no corpus {text}; name a folder that has {text}.txt with --texts, or other "
            "corpora with --corpora"
        )
    return text, str(folder / f"{text}.txt")


def texts_of(options: argparse.Namespace) -> dict[str, tuple[str, str]]:
    """Return the file of each corpus by its name, and the first digits of its SHA-256.

    Raises:
        InputError: There is no such file, or stored results are of another one of this name.
    """
    stored = records.read(options.results)
    texts = {}
    for corpus, file in (located(text, options.texts) for text in options.corpora):
        with Path(file).open("rb") as opened:
            sha = hashlib.file_digest(opened, "sha256").hexdigest()[:8]
        earlier = first(stored, {"corpus": corpus})
        if earlier is not None and earlier["text"] != sha:
            raise InputError(
                f"{file} has SHA-256 {sha}…, and results in {options.results} are of "
                f"{earlier['text']}…; take that text, or name another file with --results"
            )
        texts[corpus] = file, sha
    return texts


def measure_costs(options: argparse.Namespace) -> None:
    """Measure what steps cost where no record has it, first the baseline's, and append each."""
    for corpus, (file, sha) in texts_of(options).items():
        baseline = config_of(BASELINE, corpus, file)
        for variant in options.variants:
            wanted = cost_of(variant, corpus)
            if first(records.read(options.results), wanted) is not None:
                continue
            config = None if variant == BASELINE else config_of(variant, corpus, file)
            try:
                times = costs.measure(baseline, config)
            except DivergenceError as error:
                raise InputError(
                    f"{variant}, {corpus}: {error}; leave it out of --variants"
                ) from error
            record = {**wanted, "variant": variant, "text": sha, **provenance()}
            record |= {"baseline": times[0], "seconds": times[-1]}
            records.append(options.results, record)
            say(f"{variant}, {corpus}: a step costs {costs.relative_cost(record):.2f}")


def say(text: str) -> None:
    """Print how far it is."""
    print(text, file=sys.stderr, flush=True)


def cells_of(
    options: argparse.Namespace, stored: Sequence[Record], texts: Mapping[str, tuple[str, str]]
) -> Iterator[Cell]:
    """Yield the cells whose steps are known: all of one seed and corpus, then the next."""
    for seed in options.seeds:
        for corpus, (file, sha) in texts.items():
            baseline = first(stored, cost_of(BASELINE, corpus))
            for variant in options.variants:
                cost = first(stored, cost_of(variant, corpus))
                if baseline is None or cost is None:
                    continue
                steps = costs.steps_for(options.seconds, baseline, cost)
                every = steps // costs.VALIDATIONS
                config = config_of(
                    variant, corpus, file, seed=seed, steps=steps, evaluate_every=every,
                    checkpoint_every=every,
                )  # fmt: skip
                yield Cell(variant, corpus, sha, options.seconds, options.samples, config)


def make(options: argparse.Namespace) -> None:
    """Make the runs that are missing, and append each result."""
    stored, texts = records.read(options.results), texts_of(options)
    cells = [cell for cell in cells_of(options, stored, texts) if first(stored, cell.key) is None]
    hours = len(cells) * options.seconds / 3600
    say(f"{len(cells)} runs to make: {hours:.1f} hours of a core, and validation")
    for cell, result in results_of(cells, options.runs, options.processes):
        records.append(options.results, result)
        if not options.keep_runs:
            shutil.rmtree(options.runs / cell.folder, ignore_errors=True)
        say(f"{cell.variant}, {cell.corpus}, seed {cell.config.seed}: {described(result)}")


def described(result: Record) -> str:
    """Return the result of a run in words."""
    if "error" in result:
        return f"diverged ({result['error']})"
    return (
        f"excess of JSD-4 {result['jsd4_excess']:.4f}, reverse {result['reverse']:.3f}, "
        f"{result['steps']:,} steps"
    )


def results_of(
    cells: Sequence[Cell], folder: Path, processes: int
) -> Iterator[tuple[Cell, Record]]:
    """Yield the result of each cell when it is there."""
    if processes == 1:
        yield from ((cell, result_of(cell, folder)) for cell in cells)
        return
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    try:
        futures = {pool.submit(result_of, cell, folder): cell for cell in cells}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def measures_of(corpus: str) -> list[str]:
    """Return the measures of a corpus: only one of molecules has valid ones."""
    return [name for name in MEASURES if name != "valid" or corpus in MOLECULES]


def tables(options: argparse.Namespace) -> str:
    """Return a table for each corpus, and the decisions over all of them."""
    stored = records.read(options.results)
    names = {Path(text).stem: ("", "") for text in options.corpora}
    by_corpus: dict[str, dict[str, dict[int, Record]]] = {name: {} for name in names}
    about: dict[str, dict[str, str]] = {name: {} for name in names}
    for cell in cells_of(options, stored, names):
        cost = first(stored, cost_of(cell.variant, cell.corpus))
        assert cost is not None
        about[cell.corpus][cell.variant] = (
            f"`{VARIANTS[cell.variant].flags}` | {cell.config.steps:,} | "
            f"{costs.relative_cost(cost):.2f}"
        )
        result = first(stored, cell.key)
        if result is not None:
            by_corpus[cell.corpus].setdefault(cell.variant, {})[cell.config.seed] = result
    parts = [
        f"{corpus}, {options.seconds:g} seconds, m = {options.samples:,}\n\n"
        f"{table(results, about[corpus], options.baseline, measures_of(corpus))}"
        for corpus, results in by_corpus.items()
        if results
    ]
    if not parts:
        return f"no runs of {options.seconds:g} seconds in {options.results}"
    found = {corpus: results for corpus, results in by_corpus.items() if results}
    return "\n\n".join([*parts, decisions(found, options.baseline)])


if __name__ == "__main__":
    main()
