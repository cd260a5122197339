"""Every notebook of docs/ runs, with small values of its parameters."""

import json
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
PARAMETERS = {"first-steps": {"STEPS": 10, "SAMPLES": 300}}


@pytest.fixture(autouse=True)
def path_of_the_checkout(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(DOCS.parent))
    monkeypatch.setenv("JPY_NO_WARNINGS", "1")


def test_every_notebook_is_listed_in_the_contents():
    assert {path.stem for path in DOCS.glob("notebooks/*.ipynb")} == set(PARAMETERS)
    text = (DOCS / "index.md").read_text(encoding="utf-8")
    assert all(f"(notebooks/{name}.ipynb)" in text for name in PARAMETERS)


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_notebook_runs(name):
    pytest.importorskip("nbclient")
    from docs.run_notebooks import executed

    path = DOCS / "notebooks" / f"{name}.ipynb"
    notebook = executed(path, **PARAMETERS[name])
    stored = json.loads(path.read_text(encoding="utf-8"))
    for cell, kept in zip(notebook.cells, stored["cells"], strict=True):
        assert cell.source == "".join(kept["source"])
        if cell.cell_type == "code":  # the stored outputs are of this code
            assert [o.output_type for o in cell.outputs] == [
                o["output_type"] for o in kept["outputs"]
            ]
    assert "Fidelity: " in str(stored["cells"])  # which a report says now


def test_a_parameter_that_is_not_there_is_refused():
    pytest.importorskip("nbclient")
    from docs.run_notebooks import executed

    with pytest.raises(KeyError):
        executed(DOCS / "notebooks" / "first-steps.ipynb", STEP=3)
