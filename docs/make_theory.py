"""Make figures, numbers and output of the pages in `docs/theory/`, each by the command on it.

    python -m docs.make_theory
    python -m docs.make_theory lines noise
    python -m docs.make_theory robustness --made DIR    # what its command wrote before

A page `NAME.md` has one console block, `$ textgan diagnose NAME ...`. The command is run; its
figure and its numbers are written beside the page, its conclusion into the block. So all three are
of the same run. `theory.ipynb` is written anew, from all pages.
"""

import argparse
import json
import re
import shlex
import tempfile
import textwrap
from dataclasses import asdict
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from PIL import Image

from cli.diagnose import diagnose
from textgan.diagnostics.registry import EXPERIMENTS, find_experiment

PAGES = Path(__file__).parent / "theory"
NOTEBOOK = PAGES / "theory.ipynb"
BLOCK = re.compile(r"^```console\n\$ textgan diagnose (.+)\n((?:(?!```).*\n)*)```$", re.MULTILINE)
CLAIM = re.compile(r"^# (.+)\n\n((?:.+\n)+)", re.MULTILINE)  # the heading and its first paragraph
COLUMNS = 88  # of the output on a page
LARGEST_SVG = 150_000  # bytes: a figure with a larger one is stored as PNG
COLOURS = 64  # of the PNG
LONG = ("robustness",)  # takes hours as on its page; quick in the notebook
LARGEST_VALUE = 20_000  # characters: what is larger, such as a surface, is not stored
FIRST_CELLS = (
    "# From GAN to WGAN-GP, by experiment\n\nEach cell runs an experiment of "
    "[the pages](../theory.md) and shows its conclusion and its figure. The longest take two or "
    "three minutes on an idle core; of `robustness`, which takes 100, this is the quick version. "
    "`record.measured` has the numbers.",
    "from textgan import diagnose",
)


def main() -> None:
    """Make the pages that the command line names, or all."""
    names = [name for name in EXPERIMENTS.built_in if (PAGES / f"{name}.md").is_file()]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"pages: {', '.join(names)}")
    parser.add_argument("--made", type=Path, metavar="DIR", help="of the command of the one page")
    options = parser.parse_args()
    if options.made and len(options.names) != 1:
        parser.error("--made goes with one page")
    for name in options.names:
        if name not in names:
            parser.error(f"found no page {name}, expected one of {', '.join(names)}")
    for name in options.names or names:
        if options.made:
            store(PAGES / f"{name}.md", options.made)
        else:
            make(PAGES / f"{name}.md")
    NOTEBOOK.write_text(notebook(), encoding="utf-8")


def make(page: Path) -> None:
    """Run the command of a page, and write its figure, its numbers and its conclusion."""
    command = command_of(page.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        arguments = [*shlex.split(command), "--out", folder]
        CliRunner().invoke(diagnose, arguments, catch_exceptions=False)
        store(page, Path(folder))


def store(page: Path, folder: Path) -> None:
    """Write what a page's command wrote into a folder: figure, numbers and conclusion.

    Raises:
        ValueError: the folder is of a command with other settings.
    """
    text = page.read_text(encoding="utf-8")  # only now: the command may take minutes
    command = command_of(text)
    record = json.loads((folder / f"{page.stem}.json").read_text(encoding="utf-8"))
    name, changes = arguments_of(command)
    quick = changes.pop("quick", False)
    settings = asdict(find_experiment(name).build_settings(changes, quick=quick))
    if record["settings"] != json.loads(json.dumps(settings)):
        raise ValueError(f"found {record['settings']} in {folder}, expected {settings}")
    figure = store_figure(folder / f"{page.stem}.svg", page)
    record["measured"] = without_large(record["measured"])
    page.with_suffix(".json").write_text(to_json(record), encoding="utf-8")
    text = BLOCK.sub(lambda _: block(command, record["conclusion"]), text)
    text = re.sub(rf"\]\({page.stem}\.(svg|png)\)", f"]({figure.name})", text)
    page.write_text(text, encoding="utf-8")


def command_of(text: str) -> str:
    """Return the one command of a page, what follows `textgan diagnose`."""
    ((command, _),) = BLOCK.findall(text)
    return str(command)


def arguments_of(command: str) -> tuple[str, dict[str, Any]]:
    """Return the same command as arguments of `textgan.diagnose`: the name, and all others.

    >>> arguments_of("lines --quick --seeds 2 --set steps=4")
    ('lines', {'quick': True, 'repeats': 2, 'steps': 4})
    """
    typed = diagnose.make_context("diagnose", shlex.split(command)).params
    settings = {name: typed[name] for name in ("seed", "repeats", "corpus") if typed[name]}
    settings |= dict(change.split("=") for change in typed["changes"])
    settings = {name.replace("-", "_"): value for name, value in settings.items()}
    built = find_experiment(typed["name"]).build_settings(settings)
    quick = {"quick": True} if typed["quick"] else {}
    return typed["name"], quick | {name: getattr(built, name) for name in settings}


def block(command: str, conclusion: str) -> str:
    """Return the console block of a command and its output, in lines of 88 columns."""
    lines = textwrap.fill(conclusion, COLUMNS, break_on_hyphens=False, break_long_words=False)
    return f"```console\n$ textgan diagnose {command}\n{lines}\n```"


def store_figure(svg: Path, page: Path) -> Path:
    """Copy the figure beside its page, as SVG unless that is too large, and return its path."""
    for suffix in (".svg", ".png"):
        page.with_suffix(suffix).unlink(missing_ok=True)
    if svg.stat().st_size <= LARGEST_SVG:
        path = page.with_suffix(".svg")
        path.write_bytes(svg.read_bytes())
        return path
    path = page.with_suffix(".png")
    with Image.open(svg.with_suffix(".png")) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
    return path


def without_large(measured: dict[str, Any]) -> dict[str, Any]:
    """Return the numbers without those that are too long to store."""
    return {
        name: value for name, value in measured.items() if len(json.dumps(value)) <= LARGEST_VALUE
    }


def notebook() -> str:
    """Return the notebook of all pages, in the order of the index, without outputs."""
    index = PAGES.with_suffix(".md").read_text(encoding="utf-8")
    cells = [cell("title", FIRST_CELLS[0]), cell("import", code=FIRST_CELLS[1])]
    for name in re.findall(r"\]\(theory/(\w+)\.md\)", index):
        text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
        heading, claim = CLAIM.findall(text)[0]
        experiment, arguments = arguments_of(command_of(text))
        if experiment in LONG:
            arguments["quick"] = True
        typed = ", ".join(
            [f'"{experiment}"', *(f"{key}={value!r}" for key, value in arguments.items())]
        )
        code = f"record = diagnose({typed})\nprint(record)\nrecord"
        plain = " ".join(claim.split())
        cells += [cell(f"{name}-claim", f"## [{heading}]({name}.md)\n\n{plain}")]
        cells += [cell(name, code=code)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return to_json({
        "cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5
    })  # fmt: skip


def cell(name: str, text: str = "", *, code: str = "") -> dict[str, Any]:
    """Return a cell of text or of code."""
    lines = (code or text).splitlines(keepends=True)
    if not code:
        return {"cell_type": "markdown", "id": name, "metadata": {}, "source": lines}
    return {
        "cell_type": "code", "id": name, "metadata": {}, "source": lines, "outputs": [],
        "execution_count": None,
    }  # fmt: skip


def to_json(value: dict[str, Any]) -> str:
    """Return a value as a file of JSON."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
