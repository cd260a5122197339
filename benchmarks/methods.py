"""What each method reaches in the same minutes: the table in docs/results.md.

    python -m benchmarks.methods [--minutes 3] [--seeds 0 1 2] [--corpora NAME ...] [--rows ROW ...]
    python -m benchmarks.methods --table

Each run is of one thread, and its scores are added to `benchmarks/results/methods.jsonl` when it
is done; runs that stand there already, of the same settings, are not made again, so that the table
can be stopped and gone on with. A corpus is a bundled name or a file, which the results call by its
stem; its lines are cut as `textgan train` would. Beside JSD-4 against the training text as it was
watched there is what `evaluate` says of the last averaged generator with the validation text held
out: the excess of JSD-4, and the reverse likelihood. Labels, codes and pairs have what it says of
those, labels and pairs by test text.

`--part 1/2` and `--part 2/2` share the runs between two processes, one a core (`taskset -c 0 …`):
nothing else should be running, as minutes are of the clock. `--table` prints what there is of
`--rows`: the median over the seeds of JSD-4 of the last averaged generator, or of what `--show`
names, and the range.
"""

import argparse
import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice, product
from pathlib import Path
from statistics import median
from typing import Any

import corpora
from benchmarks import records
from benchmarks.machine import commit, machine
from benchmarks.rows import FOR_ALL, ROWS
from corpora import Corpus
from corpora.corruption import corrupted
from textgan import runs
from textgan.config.files import BEFORE
from textgan.config.settings import Config
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.report.report import Report
from textgan.run_evaluation.codes import evaluate_codes
from textgan.run_evaluation.labels import evaluate_labels
from textgan.run_evaluation.pairs import evaluate_pairs
from textgan.run_evaluation.text import corpus_lines
from textgan.sampling.sampler import Sampler
from textgan.training.divergence import DivergenceError
from textgan.training.run import train

RESULTS = Path(__file__).parent / "results" / "methods.jsonl"
CORPORA = ("us-baby-names", "sotu-1983-2021")
SAMPLES = 5120
# setting -> its value before there was one
LATER = {"initialisation": "torch", "lipschitz": 1.0, "execution": "eager", **BEFORE}

# measure -> its name in the table
SHOWN = {
    "jsd4": "JSD-4",
    "unique": "unique",
    "jsd4_excess": "excess of JSD-4",
    "reverse": "reverse likelihood",
    "labels_kept": "label accuracy, relative to real text",
    "codes_recovered": "codes recovered",
    "codes_change": "lines that a code changes",
    "errors": "error rate, relative to copying",
}


def main() -> None:
    """Make the runs that are missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--corpora", nargs="+", default=CORPORA)
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), metavar="NAME")
    parser.add_argument(
        "--part", default="1/1", type=part, help="this process's share, such as 1/2"
    )
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--table", action="store_true", help="print what there is, run nothing")
    parser.add_argument("--show", nargs="+", choices=SHOWN, default=["jsd4", "unique"])
    options = parser.parse_args()
    if not options.table:
        make(options)
    results = [result for result in read(options.results) if result["row"] in options.rows]
    print(table(results, options.minutes, options.corpora, options.show))


def make(options: argparse.Namespace) -> None:
    """Make this process's share of the missing runs, and add each to the results."""
    for key in missing(options):
        result = measured(**key)
        records.append(options.results, result)
        print(f"{result['row']}, {result['corpus']}, seed {result['seed']}: {described(result)}")


def missing(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield the runs of this process that no line of the results is of.

    First come all of one seed and corpus. Shares are of all runs, those with a result too, so they
    stay the same while another process adds results.
    """
    names = ("row", "corpus", "seed", "minutes")
    done = {tuple(result[name] for name in names) for result in read(options.results)}
    number, parts = options.part
    runs_of_all = product(options.seeds, options.corpora, options.rows)
    for seed, corpus, row in islice(runs_of_all, number - 1, None, parts):
        if (row, Path(corpus).stem, seed, options.minutes) not in done:
            yield dict(zip(names, (row, corpus, seed, options.minutes), strict=True))


def part(text: str) -> tuple[int, int]:
    """Return the share that `1/2` stands for: its number, and the number of shares."""
    number, parts = map(int, text.split("/"))
    if not 1 <= number <= parts:
        raise ValueError(text)
    return number, parts


def run_settings(row: str, minutes: float) -> dict[str, Any]:
    """Return the settings of a row's runs, without text and seed."""
    return {"minutes": float(minutes), "threads": 1, **FOR_ALL, **ROWS[row].settings}


@cache
def settings_of(row: str, minutes: float) -> str:
    """Return a digest of all settings of a row but its text and seed, defaults among them."""
    return digest_of(Config.build({"corpus": "", **run_settings(row, minutes)}))


def digest_of(config: Config) -> str:
    """Return a digest of all settings but the text and the seed.

    A setting that came after the first results is left out at the value that those runs had.
    """
    values = {**config.to_dict(), "corpus": "", "seed": 0}.items()
    compared = {name: value for name, value in values if LATER.get(name, ...) != value}
    return hashlib.sha256(json.dumps(compared, sort_keys=True).encode()).hexdigest()[:8]


def measured(row: str, corpus: str, seed: int, minutes: float) -> dict[str, Any]:
    """Return the last scores of a run of that row; a run that diverged has none."""
    settings = {"seed": seed, **run_settings(row, minutes)}
    result = {"row": row, "corpus": Path(corpus).stem, "seed": seed, "minutes": minutes}
    result |= {"settings": settings_of(row, minutes), "machine": machine(), "commit": commit()}
    with tempfile.TemporaryDirectory() as folder:
        text = prepared(corpus, settings.get("columns"), Path(folder) / "corpus.tsv")
        run = Path(folder) / "run"
        try:
            train(Config.build({"corpus": text, **settings}), out=run)
        except DivergenceError as error:
            return {**result, "error": str(error).partition(";")[0]}
        state = runs.read_state(run)
        last = {name: state["last"][name] for name in ("jsd1", "jsd4", "jsd4_floor", "unique")}
        result |= {"precision": runs.read_config(run).precision, "steps": state["step"], **last}
        return result | scores_of(run, seed)


def prepared(corpus: str, columns: str | None, path: Path) -> str:
    """Return a text, or where lines of two columns are wanted the file at `path` that has them.

    Labels are the first letters of lines; pairs are of a line in small letters and the line.
    """
    if columns is None:
        return corpus
    pairs = (pair for block, *_ in corrupted(corpus, "case") for pair in block)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for small, line in pairs:
            file.write(f"{line[0] if columns == 'labels' else small}\t{line}\n")
    return str(path)


def scores_of(run: Path, seed: int) -> dict[str, float | None]:
    """Return what held-out text says of the last averaged generator of a run."""
    corpus = corpora.open_corpus(run / "corpus")
    sampler = Sampler.load(run, checkpoint="last")
    if corpus.columns == "pairs":
        report_on_pairs = evaluate_pairs(sampler, corpus, SAMPLES, seed, run.name)
        return {"errors": report_on_pairs.restoration.ratio}
    report = validation_report(sampler.lines(SAMPLES, seed), corpus, [4])
    jsd4, reverse = report.measures["jsd4"], report.measures["reverse"]
    return {
        "jsd4_excess": jsd4.excess,
        "reverse": reverse.samples,
        "reverse_real": reverse.real,
        **by_condition(sampler, corpus, seed),
    }


def validation_report(lines: Iterable[str], corpus: Corpus, orders: Sequence[int]) -> Report:
    """Return the report on lines against the training text, with the validation text held out."""
    return evaluate(
        lines,
        corpus_lines(corpus, "train"),
        corpus_lines(corpus, "valid"),
        length=corpus.length,
        orders=orders,
    )


def by_condition(sampler: Sampler, corpus: Corpus, seed: int) -> dict[str, float | None]:
    """Return how lines of a run follow their labels or codes."""
    if corpus.labels:
        label_report = evaluate_labels(sampler, corpus, SAMPLES, seed, corpus.length)
        return {"labels_kept": label_report.ratio}
    if sampler.latents.codes.categorical:
        code = evaluate_codes(sampler, SAMPLES, seed, corpus.length)[0]
        assert code.recovered is not None
        assert code.changed is not None
        return {"codes_recovered": code.recovered.share, "codes_change": code.changed.pairs}
    return {}


def read(path: Path) -> list[dict[str, Any]]:
    """Return the results of the rows as they are now; those of other settings count for nothing."""
    return [
        result
        for result in records.read(path)
        if result["row"] in ROWS
        and result.get("settings") == settings_of(result["row"], result["minutes"])
    ]


def described(result: dict[str, Any]) -> str:
    """Return the scores of one run in words."""
    if "error" in result:
        return f"diverged ({result['error']})"
    return (
        f"JSD-4 {result['jsd4']:.3f} (floor {result['jsd4_floor']:.3f}), "
        f"{result['unique']:.0%} unique, {result['steps']:,} steps"
    )


def table(
    results: list[dict[str, Any]],
    minutes: float,
    texts: Iterable[str],
    measures: Sequence[str] = ("jsd4", "unique"),
) -> str:
    """Return a Markdown table: each row, and measures of it on each corpus, of how many seeds."""
    names = [Path(text).stem for text in texts]
    head = [
        f"{name}: {' | '.join(SHOWN[measure] for measure in measures)} | seeds" for name in names
    ]
    columns = len(names) * (len(measures) + 1) + 4
    about = "method | `textgan train` with | source | when"
    lines = [f"| {about} | {' | '.join(head)} |", "|---" * columns + "|"]
    for row, what in ROWS.items():
        cells = [
            cell([
                result
                for result in results
                if (result["row"], result["corpus"], result["minutes"]) == (row, name, minutes)
            ], measures)
            for name in names
        ]  # fmt: skip
        if any(cells):
            empty = " | ".join([*[" "] * len(measures), "0"])
            about = f"{row} | `{what.flags}` | {what.source} | {what.when}"
            lines.append(f"| {about} | " + " | ".join(scores or empty for scores in cells) + " |")
    return "\n".join(lines)


def cell(results: list[dict[str, Any]], measures: Sequence[str]) -> str:
    """Return the median of each measure with its range, and of how many seeds they are."""
    finished = [result for result in results if "error" not in result]
    if not finished:
        return " | ".join(
            ["diverged", *[" "] * (len(measures) - 1), f"{len(results)}"] * bool(results)
        )
    diverged = f", {len(results) - len(finished)} diverged" if len(finished) < len(results) else ""
    shown = [
        spread(
            [result[measure] for result in finished if measure in result],
            *((".0%", False) if measure == "unique" else ()),
        )
        for measure in measures
    ]
    return " | ".join([*shown, f"{len(results)}{diverged}"])


def spread(values: Sequence[float], form: str = ".3f", has_range: bool = True) -> str:
    """Return the median of some values, and from where to where they go where that is known."""
    if not values:  # of results that an earlier version left
        return " "
    value_range = f" ({min(values):{form}} to {max(values):{form}})"
    return f"{median(values):{form}}{value_range if has_range and len(values) > 1 else ''}"


if __name__ == "__main__":
    main()
