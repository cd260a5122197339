"""Systems side by side on a terminal: what can be told apart, the figures, the differences."""

from collections.abc import Sequence
from dataclasses import replace
from string import ascii_uppercase

from rich.console import Console
from rich.text import Text

from corpora.counts import counted
from textgan.evaluation.metrics.registry import describe
from textgan.evaluation.render.signatures import print_signatures
from textgan.evaluation.render.tables import Table, print_table
from textgan.evaluation.render.visible import visible
from textgan.evaluation.report.comparison import Comparison, Difference
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.signature import combine

__all__ = ["conclusions", "differences", "figures", "letter", "show", "signatures_of"]

ALL_PAIRS = 3  # systems; of more, only the differences from the best are shown
LABEL, COLUMN = 38, 10  # characters of a row's name and real text's figure, and of a system's


def show(comparison: Comparison, console: Console, *, signatures: bool = False) -> None:
    """Print the figures, the differences, the conclusions, and a signature or all of them."""
    heading = f"{len(comparison.systems)} systems against {visible(comparison.against)}"
    console.print(Text(heading, style="bold"), soft_wrap=True)
    for place, system in enumerate(comparison.systems):
        console.print(Text(f"  {letter(place)}  {visible(system.name)}"), soft_wrap=True)
    console.print()
    at_once = max(1, (console.width - LABEL) // COLUMN)
    places = range(len(comparison.systems))
    starts = range(0, len(places), at_once)
    for start in starts:
        some = figures(comparison, places[start : start + at_once])
        first, last = start == starts[0], start == starts[-1]
        title, note = some.title if first else "", some.note if last else ""
        print_table(replace(some, title=title, note=note), console)
    print_table(differences(comparison), console)
    console.print(Text("Conclusions", style="bold"))
    console.print(Text("\n".join(conclusions(comparison))))
    console.print()
    print_signatures(signatures_of(comparison), console, every=signatures)


def letter(place: int) -> str:
    """Return what a system is called in tables: A to Z, and then A1, B1 and so on.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'A1')
    """
    again, place = divmod(place, len(ascii_uppercase))
    return f"{ascii_uppercase[place]}{again or ''}"


def conclusions(comparison: Comparison) -> list[str]:
    """Return a sentence for each tested measure: the order, and what is significant of it."""
    return [_conclusion(comparison, name) for name in _tested(comparison)]


def _conclusion(comparison: Comparison, name: str) -> str:
    kind, n = describe(name)
    title = f"JSD-{n}" if name.startswith("jsd") else kind.title
    ranked = _ranked(comparison, name)
    best = "nearest to real text is best" if kind.better == "real" else "lowest is best"
    order = ", ".join(
        f"{letter(i)} ({kind.show(_measure(comparison, i, name).samples)})" for i in ranked
    )
    differences = [one for one in comparison.differences if one.measure == name]
    surely = [one for one in differences if one.significant]
    if not surely:
        told = "no significant difference"
    elif len(surely) == len(differences) > 1:
        told = "all differences are significant"
    else:
        told = f"significant: {', '.join(map(_below, surely))}"
    return f"{title[0].upper()}{title[1:]} ({best}): {order}; {told}."


def _below(one: Difference) -> str:
    pair = [letter(one.first), letter(one.second)]
    return " below ".join(pair if one.value < 0 else pair[::-1])


def _ranked(comparison: Comparison, name: str) -> list[int]:
    """Return the numbers of the systems, the nearest to real text first."""
    real = describe(name)[0].better == "real"

    def key(i: int) -> float:
        measure = _measure(comparison, i, name)
        return abs((measure.samples or 0.0) - (measure.real or 0.0 if real else 0.0))

    return sorted(range(len(comparison.systems)), key=key)


def figures(comparison: Comparison, places: Sequence[int] | None = None) -> Table:
    """Return the figures of the systems at `places`, of all for None, and of real text."""
    everyone = range(len(comparison.systems))
    places = everyone if places is None else places
    rows: list[tuple[str, ...]] = []
    for name in comparison.systems[0].measures:
        kind, n = describe(name)
        measures = [_measure(comparison, i, name) for i in everyone]
        shared = len({row.real for row in measures}) == 1
        real = kind.show(measures[0].real) if shared else ""
        fewer = comparison.real_m < comparison.m and name.startswith("jsd")
        samples = (kind.show(measures[i].samples) for i in places)
        rows.append((kind.title.format(n=n), *samples, "" if fewer else real))
        if fewer:  # of other numbers of lines nothing stands beside the other
            samples = (kind.show(measures[i].at_real_size) for i in places)
            rows.append((f"  of {counted(comparison.real_m, 'line')}", *samples, real))
        if not shared:
            rows.append(
                ("  expected of real text", *(kind.show(measures[i].real) for i in places), "")
            )
        if name in _tested(comparison):
            rows.append(("  excess", *(kind.show(measures[i].excess) for i in places), ""))
            rows.append(("  ± (95%)", *(_half(measures[i], name) for i in places), ""))
    fewer = comparison.real_m < comparison.m
    excess = f"of {comparison.real_m:,} lines of each, " if fewer else ""
    source = ", drawn from the corpus, against the rest of it" if comparison.held_out_drawn else ""
    return Table(
        title="Figures",
        heads=("", *map(letter, places), "real text"),
        rows=tuple(rows),
        note=f"{comparison.m:,} lines of each against {comparison.reference_size:,}, cut at "
        f"{comparison.length}; JSD in bits, likelihoods in bits a symbol; excess: {excess}above "
        f"what real text shows in their place; real text: {comparison.real_m:,} held-out lines"
        f"{source}; for reverse likelihood, distinct lines and found ones: training lines",
    )


def _half(measure: Measure, name: str) -> str:
    if measure.interval is None:
        return ""
    low, high = measure.interval
    return describe(name)[0].show((high - low) / 2)


def differences(comparison: Comparison) -> Table:
    """Return the differences of all pairs, or of many systems those from the best."""
    shown = list(comparison.differences)
    if len(comparison.systems) > ALL_PAIRS:
        best = {name: _ranked(comparison, name)[0] for name in _tested(comparison)}
        shown = [one for one in shown if best[one.measure] in (one.first, one.second)]
    rows = []
    for one in shown:
        kind, n = describe(one.measure)
        low, high = one.interval
        rows.append(
            (
                f"JSD-{n}" if n else one.measure,
                f"{letter(one.first)} − {letter(one.second)}",
                kind.show(one.value),
                f"{kind.show(low)} to {kind.show(high)}",
                _p(one.p),
                _p(one.adjusted_p),
            )
        )
    pairs = len(comparison.differences) // max(1, len(_tested(comparison)))
    which = "" if len(shown) == len(comparison.differences) else "from the best alone; "
    return Table(
        title="Differences",
        heads=("", "pair", "difference", "95% interval", "p", "adjusted p"),
        rows=tuple(rows),
        names=2,
        strong=frozenset((row, 5) for row, one in enumerate(shown) if one.significant),
        note=f"bits; {which}adjusted p: by Holm, over {counted(pairs, 'pair')}; "
        "significant below 0.05",
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
    for one in comparison.differences:
        kind = one.measure.rstrip("0123456789")
        groups.setdefault((kind, "difference"), []).append(one.signature)
    return [combine(signatures) for signatures in groups.values()]


def _tested(comparison: Comparison) -> list[str]:
    return list(dict.fromkeys(one.measure for one in comparison.differences))


def _measure(comparison: Comparison, place: int, name: str) -> Measure:
    return comparison.systems[place].measures[name]
