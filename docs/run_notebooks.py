"""Run the notebooks of docs/ and store what they print and draw in them.

python docs/run_notebooks.py docs/notebooks/first-steps.ipynb

`pip install -e '.[dev]'` installs what runs them.
"""

import argparse
import ast
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

SECONDS = 1_800  # for a cell


def main() -> None:
    """Run the notebooks that the command line names, in place."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", type=Path, nargs="+")
    for path in parser.parse_args().notebooks:
        nbformat.write(executed(path), path)


def executed(path: Path, **parameters: object) -> nbformat.NotebookNode:
    """Return a notebook with the outputs of its cells, run in an empty folder.

    The names that its cell with the tag `parameters` assigns can be given other values, as
    papermill does.

    Raises:
        KeyError: The cell does not assign such a name.
        nbclient.exceptions.CellExecutionError: A cell raised an exception.
    """
    notebook = nbformat.read(path, as_version=4)
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    source, cell.source = cell.source, _with_values(cell.source, parameters)
    execute(notebook)
    cell.source = source
    return notebook


def execute(notebook: nbformat.NotebookNode) -> None:
    """Run the cells of a notebook in an empty folder, and store their outputs in it.

    Raises:
        nbclient.exceptions.CellExecutionError: A cell raised an exception.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = {"metadata": {"path": folder}}
        NotebookClient(notebook, timeout=SECONDS, resources=place, coalesce_streams=True).execute()
    for cell in notebook.cells:  # times of execution, which change with each run
        cell.metadata.pop("execution", None)


def _with_values(source: str, values: dict[str, object]) -> str:
    """Return assignments with other values; KeyError for a name that has none."""
    lines = source.splitlines()
    rows = {
        node.targets[0].id: node.lineno - 1
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for name, value in values.items():
        lines[rows[name]] = f"{name} = {value!r}"
    return "\n".join(lines)


if __name__ == "__main__":
    main()
