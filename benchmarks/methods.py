"""What each method reaches in the same minutes: the table of README.

    python -m benchmarks.methods [--minutes 3] [--seeds 0 1 2] [--corpora NAME ...] [--rows ROW ...]
    python -m benchmarks.methods --table

Each run is of one thread, and its scores are added to `benchmarks/results/methods.jsonl` when it
is done; runs that stand there already are not made again, so that the table can be stopped and gone
on with. `--part 1/2` and `--part 2/2` share the runs between two processes, one a core
(`taskset -c 0 …`): nothing else should be running, as minutes are of the clock. `--table` prints
what there is: the median of JSD-4 of the last averaged generator over the seeds, and the range.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import textgan
from benchmarks.speed import machine
from textgan import runs
from textgan.configs import Config
from textgan.presets import OBJECTIVE_SETTINGS, OBJECTIVES
from textgan.training.run import train

RESULTS = Path(__file__).parent / "results" / "methods.jsonl"
CORPORA = ("us-baby-names", "sotu-1983-2021")

# The optimiser of the quick preset, in place of that of an objective's paper
TUNED: dict[str, Any] = {
    name: getattr(Config, name)
    for name in (
        "optimizer", "generator_rate", "critic_rate", "beta2", "critic_steps", "decay_steps",
    )
}  # fmt: skip

# row -> settings
ROWS: dict[str, dict[str, Any]] = {
    **{name: {"objective": name} for name in OBJECTIVES},
    **{
        f"{name}, quick's optimiser": {"objective": name, **TUNED}
        for name in OBJECTIVES
        if name in OBJECTIVE_SETTINGS
    },
    "symbol matching": {"symbol_matching": 1.0},
    "feature matching": {"feature_matching": 1.0},
    "instance noise": {"instance_noise": 0.1},
    "curriculum of lengths": {"curriculum": "length"},
    "curriculum of critics": {"curriculum": "critics"},
    "sharpness 20": {"sharpness": 20.0},
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
    options = parser.parse_args()
    if options.table:
        print(table(read(options.results), options.minutes, options.corpora))
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
                key = (row, corpus, seed, options.minutes)
                if key not in done:
                    yield dict(zip(names, key, strict=True))


def measured(row: str, corpus: str, seed: int, minutes: float) -> dict[str, Any]:
    """Return the last scores of a run of that row; a run that diverged has none."""
    given = {"corpus": corpus, "seed": seed, "minutes": minutes, "threads": 1, **ROWS[row]}
    result = {"row": row, "corpus": corpus, "seed": seed, "minutes": minutes, "machine": machine()}
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        try:
            train(Config.build(given), out=run)
        except textgan.InputError as error:
            return {**result, "error": str(error).partition(";")[0]}
        state = runs.read_state(run)
        last = {name: state["last"][name] for name in ("jsd1", "jsd4", "jsd4_floor", "unique")}
        return {**result, "version": textgan.__version__, "steps": state["step"], **last}


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


def table(results: list[dict[str, Any]], minutes: float, corpora: list[str]) -> str:
    """Return a Markdown table: JSD-4 of each row on each corpus, and the share of unique lines."""
    head = " | ".join(f"{corpus}: JSD-4 | unique | seeds" for corpus in corpora)
    lines = [f"| method | {head} |", "|---" * (3 * len(corpora) + 1) + "|"]
    for row in ROWS:
        cells = [
            cell([
                result
                for result in results
                if (result["row"], result["corpus"], result["minutes"]) == (row, corpus, minutes)
            ])
            for corpus in corpora
        ]  # fmt: skip
        if any(cells):
            lines.append(f"| {row} | " + " | ".join(one or " |  | 0" for one in cells) + " |")
    return "\n".join(lines)


def cell(found: list[dict[str, Any]]) -> str:
    """Return the median of JSD-4 with its range, the median of unique, and how many seeds."""
    whole = [result for result in found if "error" not in result]
    if not whole:
        return f"diverged |  | {len(found)}" if found else ""
    scores = [result["jsd4"] for result in whole]
    extent = f" ({min(scores):.3f} to {max(scores):.3f})" if len(scores) > 1 else ""
    unique = median(result["unique"] for result in whole)
    diverged = f", {len(found) - len(whole)} diverged" if len(whole) < len(found) else ""
    return f"{median(scores):.3f}{extent} | {unique:.0%} | {len(found)}{diverged}"


if __name__ == "__main__":
    main()
