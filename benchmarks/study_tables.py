"""The tables of the study: medians, ranges over seeds, and paired differences to a baseline.

A pair is two runs of one corpus and one seed, of a variant and of the baseline, of equal seconds.
A difference is the variant's figure less the baseline's; what a seed or a corpus adds to both is
not in it. "3 of 3" is a sign count: in how many of the pairs the variant is better; equal is not
better. A variant that diverged is worse than any other; pairs whose baseline diverged are left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import inf
from statistics import median
from typing import Any, NamedTuple

from benchmarks.methods import spread

__all__ = ["MEASURES", "Figure", "decision", "decisions", "differences", "sign_count", "table"]

Runs = Mapping[int, Mapping[str, Any]]  # seed -> its result
Results = Mapping[str, Runs]  # variant -> its runs on one corpus


class Figure(NamedTuple):
    """A measure of the tables: its heading, how it is written, and which way is better, if any."""

    title: str
    form: str
    better: str = ""  # lower or higher: it has differences


MEASURES = {
    "jsd4_excess": Figure("excess of JSD-4", ".4f", "lower"),
    "jsd6_excess": Figure("excess of JSD-6", ".4f", "lower"),
    "reverse": Figure("reverse likelihood", ".3f", "lower"),
    "valid": Figure("valid molecules", ".1%", "higher"),
    "unique": Figure("unique", ".1%"),
    "copied_excess": Figure("copied beyond expectation", ".2%"),
}
DECISIVE = ("jsd4_excess", "reverse")
MIN_SEEDS = 3  # fewer decide nothing


def differences(variant: Runs, baseline: Runs, measure: str) -> list[float]:
    """Return variant − baseline of each seed that both have, in the order of seeds."""
    worst = inf if MEASURES[measure].better == "lower" else -inf
    return [
        worst if "error" in variant[seed] else variant[seed][measure] - baseline[seed][measure]
        for seed in sorted(variant.keys() & baseline.keys())
        if "error" not in baseline[seed]
        and baseline[seed][measure] is not None
        and ("error" in variant[seed] or variant[seed][measure] is not None)
    ]


def sign_count(values: Sequence[float], better: str) -> tuple[int, int]:
    """Return how many differences are better, and of how many.

    >>> sign_count([-0.1, 0.0, 0.2], "lower")
    (1, 3)
    """
    return sum(value < 0 if better == "lower" else value > 0 for value in values), len(values)


def table(
    results: Results,
    about: Mapping[str, str],
    baseline: str,
    measures: Sequence[str] = tuple(MEASURES),
) -> str:
    """Return a Markdown table of one corpus, the lowest difference of excess JSD-4 first.

    Args:
        results: Of all variants, the baseline among them.
        about: Variant -> cells of what it is: its flags, steps, and the cost of a step.
        baseline: Its name.
        measures: Of MEASURES.
    """
    heads = ["variant", "`textgan train` with", "steps", "cost of a step", "seeds"]
    for figure in (MEASURES[measure] for measure in measures):
        heads += [figure.title, *(["difference", "better"] if figure.better else [])]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    base = results.get(baseline, {})

    def place(name: str) -> float:
        values = differences(results[name], base, "jsd4_excess")
        return -inf if name == baseline else median(values) if values else inf

    for name in sorted(filter(results.get, results), key=place):
        cells = [name, about[name], _seeds(results[name].values())]
        for measure in measures:
            cells += _cells(results[name], base if name != baseline else {}, measure)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _seeds(runs: Iterable[Mapping[str, Any]]) -> str:
    errors = ["error" in run for run in runs]
    return f"{len(errors)}, {sum(errors)} diverged" if any(errors) else f"{len(errors)}"


def _cells(runs: Runs, baseline: Runs, measure: str) -> list[str]:
    """Return a measure of a variant: its median and range, and where it has them differences."""
    figure = MEASURES[measure]
    finished = [run[measure] for run in runs.values() if "error" not in run]
    values = [value for value in finished if value is not None]
    cells = [spread(values, figure.form) if values else "not measured" if finished else "diverged"]
    if figure.better:
        pairs = differences(runs, baseline, measure)
        better, count = sign_count(pairs, figure.better)
        signed = f"+{figure.form}"
        cells += [spread(pairs, signed), f"{better} of {count}"] if pairs else [" ", " "]
    return cells


def decisions(corpora: Mapping[str, Results], baseline: str) -> str:
    """Return a Markdown table over all corpora: sign counts, and what they decide."""
    heads = ["variant", *(f"{MEASURES[measure].title}: better" for measure in DECISIVE)]
    lines = [f"| {' | '.join([*heads, 'decision'])} |", "|---" * (len(heads) + 1) + "|"]
    names = dict.fromkeys(name for results in corpora.values() for name in results)
    for name in names:
        pairs = {
            measure: [
                differences(results.get(name, {}), results.get(baseline, {}), measure)
                for results in corpora.values()
            ]
            for measure in DECISIVE
        }
        if name == baseline or not any(pairs[DECISIVE[0]]):
            continue
        counts = [sign_count(list(chain(*by_corpus)), "lower") for by_corpus in pairs.values()]
        cells = [f"{better} of {count}" for better, count in counts]
        lines.append(f"| {' | '.join([name, *cells, decision(pairs.values())])} |")
    return "\n".join(lines)


def decision(pairs: Iterable[Sequence[Sequence[float]]]) -> str:
    """Return what differences decide: of each decisive measure, of each corpus, of each seed.

    `better`: each pair of each corpus is better by each measure, and each corpus has MIN_SEEDS.
    `worse`: the opposite, of as many. `mixed`: neither. `too few seeds`: what it says.
    """
    by_corpus = list(chain(*pairs))
    if min(map(len, by_corpus)) < MIN_SEEDS:
        return "too few seeds"
    values = list(chain(*by_corpus))
    if all(value < 0 for value in values):
        return "better"
    return "worse" if all(value > 0 for value in values) else "mixed"
