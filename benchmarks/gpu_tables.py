"""What the benchmark of a GPU prints: its records of one run as markdown."""

from collections.abc import Iterable, Sequence

from benchmarks.records import Record

__all__ = ["table"]


def table(records: Sequence[Record]) -> str:
    """Return the records of one run, a table for each stage, failures last."""
    first: Record = next((record for record in records if "card" in record), {})
    head = f"{first.get('card', 'no device was reached')}; {first.get('versions', '')}"
    where = f"{first.get('machine', '')}; commit {first.get('commit') or 'unknown'}"
    parts = [head, where, tests(records), steps(records), trainings(records), lines(records)]
    return "\n\n".join(part for part in [*parts, failures(records)] if part)


def of_kind(records: Iterable[Record], kind: str) -> list[Record]:
    """Return the records of a kind."""
    return [record for record in records if record["kind"] == kind]


def tests(records: Sequence[Record]) -> str:
    """Return how many tests passed, and which did not."""
    rows = []
    for record in of_kind(records, "tests"):
        stopped = f"; {record['error']}" if record["error"] else ""
        rows.append(
            f"Tests on the card: {record['passed']} passed, {record['failed']} failed, "
            f"{record['skipped']} skipped{stopped}"
        )
        rows += [f"- {failure}" for failure in record["failures"]]
    return "\n".join(rows)


def steps(records: Sequence[Record]) -> str:
    """Return what steps took: medians of rounds in turns with the reference."""
    rows = []
    vendor = None
    for record in of_kind(records, "peak"):
        vendor = record["vendor"]
        peaks = ", ".join(f"{rate:,.1f} in {kind}" for kind, rate in record["teraflops"].items())
        said = f"; by the vendor {vendor:,.1f} in bfloat16" if vendor else ""
        rows += [f"Products of matrices, TFLOP/s: {peaks}{said}", ""]
    timed = of_kind(records, "step")
    if timed:
        rows += [
            "| preset | precision | execution | ms per step | speed relative to the reference | "
            "GFLOP | TFLOP/s | of the measured bfloat16 peak | of the vendor's |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
    for record in timed:
        rate = record["teraflops"]
        cells = [
            record["preset"], record["precision"], record["execution"],
            f"{1e3 * record['seconds']:.2f}", f"{record['ratio']:.2f}",
            shown(record["gflop"], ".1f"), shown(rate, ".2f"), shown(record["share"], ".1%"),
            shown(rate / vendor if rate and vendor else None, ".1%"),
        ]  # fmt: skip
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def trainings(records: Sequence[Record]) -> str:
    """Return the distance from real text along each training; in brackets that of real text."""
    rows = [
        f"{record['recipe']} on {record['corpus']}: {record['steps']:,} steps in "
        f"{record['seconds']:.0f} s, {record['precision']}, {record['execution']}"
        + (f"; {record['error']}" if record["error"] else "")
        for record in of_kind(records, "training")
    ]
    points = of_kind(records, "score")
    if points:
        rows += [
            "", "| recipe | seconds | step | m | JSD-4 | JSD-6 |", "|---|---|---|---|---|---|"
        ]  # fmt: skip
    for record in points:
        jsd = [f"{record[f'jsd{n}']:.4f} ({shown(record[f'jsd{n}_floor'], '.4f')})" for n in (4, 6)]
        cells = [record["recipe"], f"{record['seconds']:.0f}", f"{record['step']:,}"]
        rows.append(f"| {' | '.join([*cells, format(record['m'], ','), *jsd])} |")
    return "\n".join(rows)


def lines(records: Sequence[Record]) -> str:
    """Return lines per second."""
    sampled = of_kind(records, "sampling")
    if not sampled:
        return ""
    rows = ["| networks | lines at a time | lines per second | reference, ids alone |"]
    rows.append("|---|---|---|---|")
    rows += [
        f"| {r['recipe']} | {r['batch']:,} | {r['lines_a_second']:,.0f} | {r['reference']:,.0f} |"
        for r in sampled
    ]
    return "\n".join(rows)


def failures(records: Sequence[Record]) -> str:
    """Return what failed, a line each."""
    names = ("stage", "preset", "precision", "execution")
    return "\n".join(
        f"failed: {' '.join(str(r[name]) for name in names if name in r)}: {r['error']}"
        for r in of_kind(records, "failure")
    )


def shown(value: float | None, form: str) -> str:
    """Return a number in a form, a dash where it is unknown."""
    return "-" if value is None else format(value, form)
