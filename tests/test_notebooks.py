"""Every notebook of docs/ runs, with small values of its parameters."""

import json
import re
from pathlib import Path

import pytest

from textgan.diagnostics.registry import EXPERIMENTS

DOCS = Path(__file__).parent.parent / "docs"
PARAMETERS = {"first-steps": {"STEPS": 10, "SAMPLES": 300}}


@pytest.fixture(autouse=True)
def path_of_the_checkout(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(DOCS.parent))
    monkeypatch.setenv("JPY_NO_WARNINGS", "1")


@pytest.fixture
def run_notebooks():
    pytest.importorskip("nbclient")
    from docs import run_notebooks

    return run_notebooks


def test_every_notebook_is_listed_in_the_contents():
    assert {path.stem for path in DOCS.glob("notebooks/*.ipynb")} == set(PARAMETERS)
    text = (DOCS / "index.md").read_text(encoding="utf-8")
    assert all(f"(notebooks/{name}.ipynb)" in text for name in PARAMETERS)


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_notebook_runs(name, run_notebooks):
    path = DOCS / "notebooks" / f"{name}.ipynb"
    notebook = run_notebooks.executed(path, **PARAMETERS[name])
    stored = json.loads(path.read_text(encoding="utf-8"))
    for cell, kept in zip(notebook.cells, stored["cells"], strict=True):
        assert cell.source == "".join(kept["source"])
        if cell.cell_type == "code":  # the stored outputs are of this code
            assert [o.output_type for o in cell.outputs] == [
                o["output_type"] for o in kept["outputs"]
            ]
    assert "Fidelity: " in str(stored["cells"])  # which a report says now


def test_a_parameter_that_is_not_there_is_refused(run_notebooks):
    with pytest.raises(KeyError):
        run_notebooks.executed(DOCS / "notebooks" / "first-steps.ipynb", STEP=3)


def conclusions(run_notebooks, names):
    """Run cells of the notebook of the theory, quickly, and return the conclusions they print."""
    notebook = run_notebooks.nbformat.read(DOCS / "theory" / "theory.ipynb", as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id in ("import", *names)]
    first, *cells = notebook.cells
    assert first.id == "import"
    for cell in cells:
        shortened = rf'diagnose("{cell.id}", quick=True, repeats=1)'
        cell.source, number = re.subn(rf'diagnose\("{cell.id}".*\)', shortened, cell.source)
        assert number == 1
    run_notebooks.execute(notebook)
    for cell in cells:
        printed, figure = cell.outputs
        assert printed.text.startswith(f"{cell.id}: ")
        assert figure.data["image/svg+xml"].startswith("<?xml")
    return {cell.id: cell.outputs[0].text for cell in cells}


def test_the_shortest_cells_of_the_notebook_of_the_theory_run(run_notebooks):
    printed = conclusions(run_notebooks, ["lines", "transport"])
    assert set(printed) == {"lines", "transport"}
    assert all("Seen: " in text and "Not seen" not in text for text in printed.values())


@pytest.mark.slow
def test_all_cells_of_the_notebook_of_the_theory_run(run_notebooks):
    assert set(conclusions(run_notebooks, EXPERIMENTS.built_in)) == set(EXPERIMENTS.built_in)
