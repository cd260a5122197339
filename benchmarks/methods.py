"""What each method reaches in the same minutes: the table of README.

    python -m benchmarks.methods [--minutes 3] [--seeds 0 1 2] [--corpora NAME ...] [--rows ROW ...]
    python -m benchmarks.methods --table

Each run is of one thread, and its scores are added to `benchmarks/results/methods.jsonl` when it
is done; runs that stand there already are not made again, so that the table can be stopped and gone
on with. A corpus is a bundled name or a file, which the results call by its stem; its lines are cut
as `textgan train` would. Beside JSD-4 against the training text as it was watched there is what
`evaluate` says of the last averaged generator with the validation text held out: the excess of
JSD-4, and the reverse likelihood.

`--part 1/2` and `--part 2/2` share the runs between two processes, one a core (`taskset -c 0 …`):
nothing else should be running, as minutes are of the clock. `--table` prints what there is: the
median over the seeds of JSD-4 of the last averaged generator, or of what `--show` names, and the
range.
"""

import argparse
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import corpora
import textgan
from benchmarks.speed import machine
from corpora.errors import InputError
from textgan import runs
from textgan.configs import Config
from textgan.evaluation.judge import evaluate
from textgan.judging import decoded
from textgan.presets import OBJECTIVE_SETTINGS, OBJECTIVES, PRESETS
from textgan.sampling import Sampler
from textgan.training.run import train

RESULTS = Path(__file__).parent / "results" / "methods.jsonl"
CORPORA = ("us-baby-names", "sotu-1983-2021")
SAMPLES = 5120

# measure -> its name in the table
SHOWN = {
    "jsd4": "JSD-4",
    "unique": "unique",
    "jsd4_excess": "excess of JSD-4",
    "reverse": "reverse likelihood",
}

# The rows and the optimiser of the quick preset, in place of those of an objective's paper
TUNED: dict[str, Any] = {
    name: getattr(Config, name)
    for name in (
        "output", "optimizer", "generator_rate", "critic_rate", "beta2", "critic_steps",
        "decay_steps",
    )
}  # fmt: skip

# row -> settings
ROWS: dict[str, dict[str, Any]] = {
    **{name: {"objective": name} for name in OBJECTIVES},
    **{
        f"{name}, quick's settings": {"objective": name, **TUNED}
        for name in OBJECTIVES
        if name in OBJECTIVE_SETTINGS
    },
    "preset best": PRESETS["best"],
    "symbol matching": {"symbol_matching": 1.0},
    "feature matching": {"feature_matching": 1.0},
    "instance noise": {"instance_noise": 0.1},
    "curriculum of lengths": {"curriculum": "length"},
    "curriculum of critics": {"curriculum": "critics"},
    "plain softmax": {"output": "softmax"},
    "straight-through": {"output": "straight-through"},
    "gumbel": {"output": "gumbel"},
    "gumbel-hard": {"output": "gumbel-hard"},
    "no averaging": {"average": 0.0, "average_share": 0.0},
    "generator resnet": {"generator": "resnet"},
    "generator mlp": {"generator": "mlp"},
    "generator dcgan": {"generator": "dcgan"},
    "generator attention": {"generator": "attention"},
    "critic strided": {"critic": "strided"},
    "critic mlp": {"critic": "mlp"},
    "critic attention": {"critic": "attention"},
    "critic patch": {"critic": "patch"},
    "both mlp": {"generator": "mlp", "critic": "mlp"},
    "layer normalisation": {"normalisation": "layer"},
    "instance normalisation": {"normalisation": "instance"},
    "spectral normalisation": {"normalisation": "spectral"},
}


def main() -> None:
    """Make the runs that are missing, or print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--corpora", nargs="+", default=CORPORA)
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), metavar="NAME")
    parser.add_argument("--part", default="1/1", help="this process's share, such as 1/2")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--table", action="store_true", help="print what there is, run nothing")
    parser.add_argument("--show", nargs="+", choices=SHOWN, default=["jsd4", "unique"])
    options = parser.parse_args()
    if options.table:
        print(table(read(options.results), options.minutes, options.corpora, options.show))
        return
    number, parts = map(int, options.part.split("/"))
    wanted = list(missing(options))
    for key in wanted[number - 1 :: parts]:
        result = measured(**key)
        options.results.parent.mkdir(exist_ok=True)
        with options.results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(result) + "\n")
        print(f"{result['row']}, {result['corpus']}, seed {result['seed']}: {described(result)}")


def missing(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield the runs that no line of the results is of: first all of one seed and corpus."""
    names = ("row", "corpus", "seed", "minutes")
    done = {tuple(result[name] for name in names) for result in read(options.results)}
    for seed in options.seeds:
        for corpus in options.corpora:
            for row in options.rows:
                if (row, Path(corpus).stem, seed, options.minutes) not in done:
                    yield dict(zip(names, (row, corpus, seed, options.minutes), strict=True))


def measured(row: str, corpus: str, seed: int, minutes: float) -> dict[str, Any]:
    """Return the last scores of a run of that row; a run that diverged has none."""
    given = {"corpus": corpus, "seed": seed, "minutes": minutes, "threads": 1, **ROWS[row]}
    result = {"row": row, "corpus": Path(corpus).stem, "seed": seed, "minutes": minutes}
    result |= {"machine": machine(), "version": textgan.__version__}
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        try:
            train(Config.build(given), out=run)
        except InputError as error:
            return {**result, "error": str(error).partition(";")[0]}
        state = runs.read_state(run)
        last = {name: state["last"][name] for name in ("jsd1", "jsd4", "jsd4_floor", "unique")}
        return {**result, "steps": state["step"], **last, **judged(run, seed)}


def judged(run: Path, seed: int) -> dict[str, float | None]:
    """Return what validation text says of the last averaged generator of a run."""
    corpus = corpora.open_corpus(run / "corpus")
    report = evaluate(
        Sampler.load(run, checkpoint="last").lines(SAMPLES, seed),
        decoded(corpus, "train"),
        decoded(corpus, "valid"),
        length=corpus.length,
        orders=[4],
    )
    jsd4, reverse = report.measures["jsd4"], report.measures["reverse"]
    return {
        "jsd4_excess": jsd4.excess,
        "reverse": reverse.samples,
        "reverse_real": reverse.real,
    }


def read(path: Path) -> list[dict[str, Any]]:
    """Return all results there are."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


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
    """Return a Markdown table: measures of each row on each corpus, and of how many seeds."""
    names = [Path(text).stem for text in texts]
    head = [
        f"{name}: {' | '.join(SHOWN[measure] for measure in measures)} | seeds" for name in names
    ]
    columns = len(names) * (len(measures) + 1) + 1
    lines = [f"| method | {' | '.join(head)} |", "|---" * columns + "|"]
    for row in ROWS:
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
            lines.append(f"| {row} | " + " | ".join(one or empty for one in cells) + " |")
    return "\n".join(lines)


def cell(found: list[dict[str, Any]], measures: Sequence[str]) -> str:
    """Return the median of each measure with its range, and of how many seeds they are."""
    whole = [result for result in found if "error" not in result]
    if not whole:
        return " | ".join(["diverged", *[" "] * (len(measures) - 1), f"{len(found)}"] * bool(found))
    diverged = f", {len(found) - len(whole)} diverged" if len(whole) < len(found) else ""
    shown = [
        spread([result[measure] for result in whole if measure in result], measure)
        for measure in measures
    ]
    return " | ".join([*shown, f"{len(found)}{diverged}"])


def spread(values: list[float], measure: str) -> str:
    """Return the median of some values, and from where to where they go where that is known."""
    if not values:  # of results that an earlier version left
        return " "
    if measure == "unique":
        return f"{median(values):.0%}"
    extent = f" ({min(values):.3f} to {max(values):.3f})" if len(values) > 1 else ""
    return f"{median(values):.3f}{extent}"


if __name__ == "__main__":
    main()
