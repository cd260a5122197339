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
from dataclasses import asdict, dataclass
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


@dataclass(frozen=True)
class Row:
    """A method: `wgan-gp` by the quick preset with some settings of its own."""

    settings: dict[str, Any]
    source: str
    when: str

    @property
    def flags(self) -> str:
        """What `textgan train` is to be given."""
        if self.settings == PRESETS["best"]:
            return "--preset best"
        typed = (f"--{name.replace('_', '-')} {value}" for name, value in self.settings.items())
        return " ".join(typed)


def pieces(name: str) -> dict[str, Any]:
    """Return what makes `wgan-gp` another objective, the rest of the quick preset as it is."""
    own, base = asdict(OBJECTIVES[name]), asdict(OBJECTIVES["wgan-gp"])
    return {piece: value for piece, value in own.items() if value != base[piece]}


_HOUR = "[the hour](docs/recipe.md#the-hour---preset-best)"
_SOURCES = {
    "wgan-gp": ("Gulrajani et al. 2017", "nearly always: slopes are pulled to 1"),
    "wgan-lp": ("Petzka et al. 2018", "slopes below 1 are left alone"),
    "wgan-fd": ("[below](#the-finite-difference-penalty)", "no second derivatives"),
    "wgan": ("Arjovsky et al. 2017", "to show why clipping fails"),
    "gan-minimax": ("Goodfellow et al. 2014, eq. 1", "to show how it saturates"),
    "gan": ("Goodfellow et al. 2014, §3", "the classic, to compare with"),
    "lsgan": ("Mao et al. 2017", "regression to 1 and 0, to compare with"),
    "sngan": ("Miyato et al. 2018", "a bound without a penalty"),
    "rpgan": ("Huang et al. 2024", "real lines against generated ones"),
}

ROWS: dict[str, Row] = {
    **{name: Row({"objective": name}, *_SOURCES[name]) for name in OBJECTIVES},
    **{
        f"{name}, quick's settings": Row(
            pieces(name), _SOURCES[name][0], "the loss alone in place of that of `wgan-gp`"
        )
        for name in OBJECTIVES
        if name in OBJECTIVE_SETTINGS
    },
    "preset best": Row(PRESETS["best"], _HOUR, "an hour, not minutes"),
    "plain softmax": Row({"output": "softmax"}, "Gulrajani et al. 2017", "the published rows"),
    "straight-through": Row(
        {"output": "straight-through"}, "Bengio et al. 2013", "the critic is to see text alone"
    ),
    "gumbel": Row({"output": "gumbel"}, "Jang et al. 2017", "text is to be a draw"),
    "gumbel-hard": Row({"output": "gumbel-hard"}, "Jang et al. 2017", "the same, in whole symbols"),
    "symbol matching": Row(
        {"output": "softmax", "symbol_matching": 1.0},
        _HOUR,
        "plain rows lose rare symbols",
    ),
    "feature matching": Row(
        {"feature_matching": 1.0}, "Salimans et al. 2016", "losses without a bound oscillate"
    ),
    "instance noise": Row(
        {"instance_noise": 0.1}, "Arjovsky and Bottou 2017", "losses without a bound saturate"
    ),
    "curriculum of lengths": Row(
        {"curriculum": "length"}, "Press et al. 2017", "long lines do not begin to train"
    ),
    "curriculum of critics": Row(
        {"curriculum": "critics"}, "Sharma et al. 2018", "the critic wins at the start"
    ),
    "no averaging": Row(
        {"average": 0.0, "average_share": 0.0},
        "Gulrajani et al. 2017",
        "to see what it is worth",
    ),
    "generator resnet": Row(
        {"generator": "resnet"}, "Gulrajani et al. 2017", "the published network"
    ),
    "generator mlp": Row({"generator": "mlp"}, "Gulrajani et al. 2017", "no convolutions"),
    "generator dcgan": Row({"generator": "dcgan"}, "Radford et al. 2016", "to compare with"),
    "generator attention": Row(
        {"generator": "attention"}, "Zhang et al. 2018", "what is far apart must fit"
    ),
    "critic strided": Row({"critic": "strided"}, "Radford et al. 2016", "few positions to compute"),
    "critic mlp": Row({"critic": "mlp"}, "Goodfellow et al. 2014", "no convolutions"),
    "critic attention": Row(
        {"critic": "attention"}, "Zhang et al. 2018", "what is far apart must fit"
    ),
    "critic patch": Row({"critic": "patch"}, "Isola et al. 2017", "pairs; local likeness suffices"),
    "both mlp": Row(
        {"generator": "mlp", "critic": "mlp"}, "Goodfellow et al. 2014", "no convolutions at all"
    ),
    "layer normalisation": Row(
        {"normalisation": "layer"}, "Gulrajani et al. 2017, §4", "in place of batch normalisation"
    ),
    "instance normalisation": Row(
        {"normalisation": "instance"}, "Ulyanov et al. 2016", "to compare with"
    ),
    "spectral normalisation": Row(
        {"normalisation": "spectral"}, "Miyato et al. 2018", "a second bound beside the penalty"
    ),
}


def main() -> None:
    """Make the runs that are missing and print the table."""
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
    if not options.table:
        make(options)
    print(table(read(options.results), options.minutes, options.corpora, options.show))


def make(options: argparse.Namespace) -> None:
    """Make this process's share of the missing runs, and add each to the results."""
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
    given = {"corpus": corpus, "seed": seed, "minutes": minutes, "threads": 1, **ROWS[row].settings}
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
            lines.append(f"| {about} | " + " | ".join(one or empty for one in cells) + " |")
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
