"""What a report says in sentences: the headline, warnings, figures, and what to do next."""

import shlex

from textgan.evaluation.render.headline import words
from textgan.evaluation.render.sentences import copies, distance, diversity, empty, labels, nearer
from textgan.evaluation.report.headline import LEVELS, MIN_SAMPLES, REAL, Headline
from textgan.evaluation.report.report import Report

__all__ = ["answer", "details", "next_step", "verdict", "warnings_of"]

GOOD = "4-gram"  # the sampler from which on there is no more to be gained by training longer
SERIOUS = ("empty", "collapse", "repeats", "cover", "copies")  # warnings of what no figure mends


def verdict(report: Report, *, warnings: bool = True) -> str:
    """Return headline, warnings, distance from real text, diversity and memorization in sentences.

    Without `warnings` their sentences are left out, for a page that shows them by themselves.
    """
    sentences = [word.sentence(full=True) for word in words(report)]
    sentences += [text for _, text in warnings_of(report) if warnings]
    return " ".join([*sentences, *details(report)])


def details(report: Report) -> list[str]:
    """Return the sentences that follow headline and warnings, of what these have not said."""
    warned = {name for name, _ in warnings_of(report)}
    sentences = [distance(report)]
    if "empty" not in warned:
        sentences.append(empty(report))
    if "collapse" not in warned:
        sentences.append(diversity(report))
    if "copies" not in warned and not (report.headline and report.headline.originality):
        sentences.append(copies(report))
    sentences += [nearer(report), labels(report)]
    return [sentence for sentence in sentences if sentence]


def answer(report: Report) -> list[str]:
    """Return the headline, a sentence for each word, and warnings; without them the distance."""
    sentences = [word.sentence() for word in words(report)]
    sentences += [text for _, text in warnings_of(report)]
    return sentences or [text for text in [distance(report)] if text]


def warnings_of(report: Report) -> list[tuple[str, str]]:
    """Return the name and the sentence of each warning."""
    return [(warning.name, warning.text) for warning in report.warnings]


def next_step(report: Report, run: str | None = None) -> str:
    """Return in a sentence what to do next; of a run, called `run`, how to make it better."""
    warned = {name for name, _ in warnings_of(report)}
    if "copies" in warned:
        return "train on more lines, or leave out training lines: textgan sample --novel."
    if report.headline is None and report.m < MIN_SAMPLES:
        return f"give at least {MIN_SAMPLES} lines; fewer have no headline."
    if report.headline is not None and not warned & set(SERIOUS) and _is_good(report.headline):
        return "read some samples, and compare with other systems: textgan compare."
    if report.curves is None:
        return "see where the samples differ: --tables, or --html PAGE for pictures."
    if warned & set(SERIOUS):
        return "train again with another --seed or --objective (docs/objectives.md)."
    steps = report.curves.steps[-1]
    if _still_falls(report):
        name = shlex.quote(report.evaluated if run is None else run)
        return f"train longer: textgan train --resume {name} --steps {2 * steps}."
    return "a larger network and more steps: textgan train CORPUS --preset best."


def _is_good(headline: Headline) -> bool:
    """Return whether the samples are on no level below GOOD, and no copies."""
    reached = [word[0].worse for word in (headline.fidelity, headline.diversity) if word]
    places = [-1 if level is None else LEVELS.index(level) for level in reached]
    new = not headline.originality or headline.originality[0].worse == REAL
    return bool(places) and min(places) >= LEVELS.index(GOOD) and new


def _still_falls(report: Report) -> bool:
    """Return whether JSD-4 during training was lowest in the last tenth of the steps."""
    curves = report.curves
    assert curves is not None
    pairs = zip(curves.values.get("jsd4", ()), curves.steps, strict=False)
    scores = [(value, step) for value, step in pairs if value is not None]
    return bool(scores) and min(scores)[1] >= 0.9 * curves.steps[-1]
