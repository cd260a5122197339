"""Train a GAN on a real task for some minutes, and measure it beside what needs no GAN.

    python -m benchmarks.case_studies passwords
    python -m benchmarks.case_studies molecules --text smiles-moses.txt --minutes 12

n-gram samplers of order 6 to 2 need no training; a recurrent network trains for as many minutes as
the GAN. All learn from the training part of the text alone, 90% of it; the validation part chooses
a checkpoint, and the test part is what is held out. Finished rows are in `--results` and are not
made again; a GAN that was stopped goes on from its last checkpoint.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

import corpora
from benchmarks import records
from benchmarks.case_studies.pictures import write_picture
from benchmarks.case_studies.rows import STUDIES, SYSTEMS, encoded, lines_of, measured
from benchmarks.methods import digest_of
from benchmarks.study_cells import provenance
from corpora.errors import InputError
from textgan import runs

RESULTS = Path(__file__).parent.parent / "results" / "case_studies.jsonl"
RUNS = Path("runs") / "case-studies"
WIDTH = 160  # of what is printed into a file
SHARES = ("valid", "unique", "novel", "distinct", "copied")


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the rows that are missing, and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.case_studies", description=__doc__.splitlines()[0]
    )
    add = parser.add_argument
    add("name", choices=STUDIES)
    add("--text", type=Path, metavar="FILE", help="of molecules: SMILES, one a line")
    add("--minutes", type=float, default=10.0, help="of each training [default: 10]")
    add("--lines", type=int, help="that each writes [default: the study's]")
    add("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS), metavar="SYSTEM")
    add("--results", type=Path, default=RESULTS, metavar="FILE")
    add("--runs", type=Path, default=RUNS, metavar="DIR", help="of the GAN's runs")
    add("--picture", type=Path, metavar="FILE", help="of the rows, an SVG")
    options = parser.parse_args(arguments)
    try:
        with records.locked(options.results):
            made = rows(options)
            print_table(options.name, made)
            if options.picture:
                write_picture(made, options.picture)
    except InputError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit("stopped; the same command goes on")


def rows(options: argparse.Namespace) -> list[records.Record]:
    """Return the rows of a study, in the order of the systems; those that are missing are made."""
    study = STUDIES[options.name]
    count = options.lines or study.lines
    run, source = encoded(
        study, options.text, options.runs / f"{options.name}-{options.minutes:g}", options.minutes
    )
    corpus = corpora.open_corpus(runs.corpus_folder(run))
    key = {
        "study": options.name, "minutes": options.minutes, "asked": count,
        "text": corpus.sha256[:8], "settings": digest_of(runs.read_config(run)),
    }  # fmt: skip
    stored = records.read(options.results)
    rows_made = []
    for system in options.systems:
        wanted = {**key, "system": system}
        row = next((r for r in stored if wanted.items() <= r.items()), None)
        if row is None:
            sys.stderr.write(f"{options.name}: {system}\n")
            lines = lines_of(system, run, count, options.minutes)
            row = {**wanted, "source": source, **provenance(), **measured(study, run, lines),
                   "examples": study.shown(lines)}  # fmt: skip
            records.append(options.results, row)
        rows_made.append(row)
    return rows_made


def print_table(name: str, rows_made: Sequence[Mapping[str, object]]) -> None:
    """Print rows as a table, published ones below them, and some lines of each."""
    hidden = {"study", "minutes", "asked", "text", "settings", "system", "source", "machine",
              "commit", "lines", "seconds", "examples"}  # fmt: skip
    columns = list(dict.fromkeys(key for row in rows_made for key in row if key not in hidden))
    table = Table(title=f"{name}: {STUDIES[name].about}; {rows_made[0]['source']}")
    table.add_column("", no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    for row in rows_made:
        table.add_row(str(row["system"]), *(_shown(column, row.get(column)) for column in columns))
    for system, figures in STUDIES[name].published.items():
        table.add_row(system, *(_shown(column, figures.get(column)) for column in columns))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    console.print(table)
    for row in rows_made:
        console.print(f"{row['system']}: {'  '.join(map(str, row['examples']))}", markup=False)


def _shown(column: str, value: object) -> str:
    if not isinstance(value, int | float):
        return ""
    if column in SHARES or column.startswith("found"):
        return f"{value:.1%}"
    return f"{value:.3f}"


if __name__ == "__main__":
    main()
