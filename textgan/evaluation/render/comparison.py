"""A comparison in sentences and tables: who is nearer to real text, the figures, the differences.

Systems are called A, B and so on, in the order in which they were named.
"""

from collections.abc import Sequence
from string import ascii_uppercase

from corpora.counts import counted
from textgan.evaluation.render.headline import in_short
from textgan.evaluation.render.tables import Table
from textgan.evaluation.render.titles import direction, is_jsd, order, short_title, shown, title
from textgan.evaluation.report.comparison import Comparison, Difference
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.signature import combine

__all__ = [
    "answer",
    "conclusions",
    "differences",
    "figures",
    "letter",
    "overview",
    "signatures_of",
]

ALL_PAIRS = 3  # systems; of more, only the differences from the best are shown
WORDS = ("fidelity", "diversity", "originality")
HEADLINE = "1 to 6: n of the n-gram sampler that is level with it; copies: of training lines"
BEST = {
    "lower": "lowest is best",
    "higher": "highest is best",
    "real": "nearest to real text is best",
}


def letter(place: int) -> str:
    """Return what a system is called in tables: A to Z, and then A1, B1 and so on.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'A1')
    """
    round_number, place = divmod(place, len(ascii_uppercase))
    return f"{ascii_uppercase[place]}{round_number or ''}"


# Sentences


def answer(comparison: Comparison) -> list[str]:
    """Return a sentence for each pair: which system is nearer to real text, and by what.

    Of more than three systems the pairs are those of the best by the first measure.
    """
    differences = list(comparison.differences)
    if len(comparison.systems) > ALL_PAIRS and differences:
        best = _ranked(comparison, differences[0].measure)[0]
        differences = [d for d in differences if best in (d.first, d.second)]
    pairs = dict.fromkeys((d.first, d.second) for d in differences)
    return [_answer([d for d in differences if (d.first, d.second) == pair]) for pair in pairs]


def _answer(differences: Sequence[Difference]) -> str:
    """Return the sentence on one pair, from its differences by each measure."""
    pair = differences[0].first, differences[0].second
    better = {
        place: [d for d in differences if d.significant and d.better == place] for place in pair
    }
    first, second = sorted(pair, key=lambda place: -len(better[place]))
    level = [short_title(d.measure) for d in differences if not d.significant]
    if not better[first]:
        a, b = map(letter, pair)
        return f"{a} and {b} do not differ significantly by {_listed(level)}."
    text = f"{letter(first)} is nearer to real text than {letter(second)} by "
    text += _listed([_with_value(d) for d in better[first]])
    if better[second]:
        text += f", {letter(second)} by {_listed([_with_value(d) for d in better[second]])}"
    if level:
        text += f"; no significant difference by {_listed(level)}"
    return f"{text}."


def _with_value(difference: Difference) -> str:
    name = difference.measure
    return f"{short_title(name)} ({shown(name, abs(difference.value))})"


def _listed(items: Sequence[str]) -> str:
    *first_items, last_item = items
    return f"{', '.join(first_items)} and {last_item}" if first_items else last_item


def conclusions(comparison: Comparison) -> list[str]:
    """Return a sentence for each tested measure: the order, and what is significant of it."""
    return [_conclusion(comparison, name) for name in _tested(comparison)]


def _conclusion(comparison: Comparison, name: str) -> str:
    heading, ranked = short_title(name), _ranked(comparison, name)
    best = BEST[direction(name)]
    places = ", ".join(
        f"{letter(i)} ({shown(name, _measure(comparison, i, name).samples)})" for i in ranked
    )
    differences = [d for d in comparison.differences if d.measure == name]
    significant = [d for d in differences if d.significant]
    if not significant:
        result = "no significant difference"
    elif len(significant) == len(differences) > 1:
        result = "all differences are significant"
    else:
        result = f"significant: {', '.join(map(_below, significant))}"
    return f"{heading[0].upper()}{heading[1:]} ({best}): {places}; {result}."


def _below(difference: Difference) -> str:
    pair = [letter(difference.first), letter(difference.second)]
    return " below ".join(pair if difference.value < 0 else pair[::-1])


def _ranked(comparison: Comparison, name: str) -> list[int]:
    """Return the numbers of the systems, the nearest to real text first."""
    best = direction(name)

    def distance(i: int) -> float:
        measure = _measure(comparison, i, name)
        figure = measure.samples or 0.0
        if best == "real":
            return abs(figure - (measure.real or 0.0))
        return -figure if best == "higher" else figure

    return sorted(range(len(comparison.systems)), key=distance)


# Tables


def overview(comparison: Comparison, places: Sequence[int]) -> Table:
    """Return the figures of the systems at `places` and of real text, a row for each measure.

    The first rows are the headline of each system. JSD has the lowest order alone.
    """
    headlines = [comparison.systems[i].headline for i in places]
    rows: list[tuple[str, ...]] = []
    if all(headlines):
        for word in WORDS:
            cells = [in_short(getattr(headline, word)) for headline in headlines]
            rows.append((word, *cells, ""))
    first, *others = comparison.systems[0].measures
    for name in (first, *(name for name in others if not is_jsd(name))):
        measures = [_measure(comparison, i, name) for i in range(len(comparison.systems))]
        cells = [shown(name, measures[i].samples) for i in places]
        rows.append((short_title(name), *cells, _real(comparison, name, measures)))
    note = HEADLINE if all(headlines) else ""
    return Table(heads=("", *map(letter, places), "real text"), rows=tuple(rows), note=note)


def _real(comparison: Comparison, name: str, measures: Sequence[Measure]) -> str:
    """Return the figure of real text where it is the same for all, and of as many lines."""
    has_fewer_real = comparison.real_m < comparison.m and is_jsd(name)
    same = len({row.real for row in measures}) == 1
    return shown(name, measures[0].real) if same and not has_fewer_real else ""


def figures(comparison: Comparison, places: Sequence[int] | None = None) -> Table:
    """Return all figures of the systems at `places`, of all for None, and of real text."""
    systems = range(len(comparison.systems))
    places = systems if places is None else places
    rows: list[tuple[str, ...]] = []
    has_fewer_real = comparison.real_m < comparison.m
    for name in comparison.systems[0].measures:
        measures = [_measure(comparison, i, name) for i in systems]
        samples = (shown(name, measures[i].samples) for i in places)
        rows.append((title(name), *samples, _real(comparison, name, measures)))
        if has_fewer_real and is_jsd(name):  # figures of other numbers of lines are not comparable
            samples = (shown(name, measures[i].at_real_size) for i in places)
            real = shown(name, measures[0].real)
            rows.append((f"  of {counted(comparison.real_m, 'line')}", *samples, real))
        if len({row.real for row in measures}) > 1:
            real_figures = (shown(name, measures[i].real) for i in places)
            rows.append(("  expected of real text", *real_figures, ""))
        if name in _tested(comparison):
            rows.append(("  excess", *(shown(name, measures[i].excess) for i in places), ""))
            rows.append(("  ± (95%)", *(_half_width(measures[i], name) for i in places), ""))
    excess = f"of {comparison.real_m:,} lines of each, " if has_fewer_real else ""
    source = ", drawn from the corpus, against the rest of it" if comparison.held_out_drawn else ""
    return Table(
        title="Figures",
        heads=("", *map(letter, places), "real text"),
        rows=tuple(rows),
        note=f"{comparison.m:,} lines of each against {comparison.reference_size:,}, cut at "
        f"{comparison.length}; JSD in bits, likelihoods in bits per symbol; excess: {excess}above "
        f"the figure of real text; real text: {comparison.real_m:,} held-out lines{source}; for "
        "reverse likelihood, distinct lines and lines found in held-out text: training lines",
    )


def _half_width(measure: Measure, name: str) -> str:
    if measure.interval is None:
        return ""
    low, high = measure.interval
    return shown(name, (high - low) / 2)


def differences(comparison: Comparison) -> Table:
    """Return the differences of all pairs, or of many systems those from the best."""
    listed = list(comparison.differences)
    if len(comparison.systems) > ALL_PAIRS:
        best = {name: _ranked(comparison, name)[0] for name in _tested(comparison)}
        listed = [d for d in listed if best[d.measure] in (d.first, d.second)]
    rows = []
    for d in listed:
        low, high = d.interval
        rows.append(
            (
                short_title(d.measure) if order(d.measure) else d.measure,
                f"{letter(d.first)} − {letter(d.second)}",
                shown(d.measure, d.value),
                f"{shown(d.measure, low)} to {shown(d.measure, high)}",
                _p(d.p),
                _p(d.adjusted_p),
            )
        )
    pairs = len(comparison.differences) // max(1, len(_tested(comparison)))
    scope = "" if len(listed) == len(comparison.differences) else "from the best alone; "
    return Table(
        title="Differences",
        heads=("", "pair", "difference", "95% interval", "p", "adjusted p"),
        rows=tuple(rows),
        names=2,
        strong=frozenset((row, 5) for row, d in enumerate(listed) if d.significant),
        note=f"{scope}adjusted p: by Holm, over {counted(pairs, 'pair')}; significant below 0.05",
    )


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def signatures_of(comparison: Comparison) -> list[str]:
    """Return the signatures of each kind of measure; values that differ within it by commas."""
    groups: dict[tuple[str, str], list[str]] = {}
    for system in comparison.systems:
        for name, measure in system.measures.items():
            kind = name.rstrip("0123456789")
            groups.setdefault((kind, "samples"), []).append(measure.signature)
            if measure.real_signature is not None:
                metric = measure.real_signature.partition("|")[0]
                groups.setdefault((kind, metric), []).append(measure.real_signature)
    for d in comparison.differences:
        kind = d.measure.rstrip("0123456789")
        groups.setdefault((kind, "difference"), []).append(d.signature)
    return [combine(signatures) for signatures in groups.values()]


def _tested(comparison: Comparison) -> list[str]:
    return list(dict.fromkeys(d.measure for d in comparison.differences))


def _measure(comparison: Comparison, place: int, name: str) -> Measure:
    return comparison.systems[place].measures[name]
