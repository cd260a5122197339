"""The pages of docs/theory: each is of one run, whose command, output and numbers it has."""

import dataclasses
import json
import re

import pytest

from docs import make_theory
from docs.make_theory import BLOCK, LARGEST_SVG, NOTEBOOK, PAGES, arguments_of, command_of
from tests.test_docs import sections
from textgan.diagnostics.diagnose import diagnose
from textgan.diagnostics.registry import EXPERIMENTS, find_experiment

NUMBER = re.compile(r"(?<![\w.,^])\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?")
PARTS = ["Measured", "Where practice departs", "Question"]


def read(name):
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def record_of(name):
    return json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))


def test_every_experiment_has_its_page_and_its_place_in_the_index():
    index = PAGES.with_suffix(".md").read_text(encoding="utf-8")
    listed = re.findall(r"\]\(theory/(\w+)\.md\)", index)
    assert sorted(listed) == sorted(path.stem for path in PAGES.glob("*.md"))
    assert sorted(listed) == sorted(EXPERIMENTS.built_in)


@pytest.mark.parametrize("name", EXPERIMENTS.built_in)
def test_a_page_has_the_settings_and_the_output_of_its_run(name):
    text, record = read(name), record_of(name)
    experiment, arguments = arguments_of(command_of(text))
    assert experiment == record["experiment"] == name
    quick = arguments.pop("quick", False)
    settings = find_experiment(name).build_settings(arguments, quick=quick)
    assert json.loads(json.dumps(dataclasses.asdict(settings))) == record["settings"]
    ((_, output),) = BLOCK.findall(text)
    assert " ".join(output.split()) == " ".join(record["conclusion"].split())


@pytest.mark.parametrize("name", EXPERIMENTS.built_in)
def test_every_number_under_measured_is_one_of_the_run(name):
    record = record_of(name)
    settings = " ".join(f"{value:,}" for value in numbers_in(record["settings"]))
    known = set(NUMBER.findall(f"{record['conclusion']} {settings}"))
    measured = sections(read(name))["Measured"]
    quoted = NUMBER.findall(re.sub(r"`[^`]*`", "", measured))
    assert quoted
    assert set(quoted) <= known


def numbers_in(value):
    if isinstance(value, dict):
        return [number for part in value.values() for number in numbers_in(part)]
    if isinstance(value, list):
        return [number for part in value for number in numbers_in(part)]
    return [value] if isinstance(value, int | float) else []


@pytest.mark.parametrize("name", EXPERIMENTS.built_in)
def test_a_page_has_all_parts_and_a_figure_that_is_described(name):
    text = read(name)
    assert text.splitlines()[2].startswith("**Claim.** ")
    assert list(sections(text)) == PARTS
    assert all(part.strip() for part in sections(text).values())
    ((described, figure),) = re.findall(r"^!\[(.+)\]\((.+)\)$", text, re.MULTILINE)
    assert len(described) > 100
    assert (PAGES / figure).stem == name
    assert figure.endswith(".svg") or not (PAGES / f"{name}.svg").exists()
    assert (PAGES / figure).stat().st_size < 2 * LARGEST_SVG


def test_making_a_page_writes_figure_numbers_and_output(tmp_path, monkeypatch, corpus_file):
    command = f"lines --corpus {corpus_file} --set points=5 --set steps=2 --set text-lines=5"
    page = tmp_path / "lines.md"
    text = f"# Lines\n\n```console\n$ textgan diagnose {command}\nold\n```\n\n![Two](lines.svg)\n"
    page.write_text(text, encoding="utf-8")
    make_theory.make(page)
    record = json.loads((tmp_path / "lines.json").read_text(encoding="utf-8"))
    assert record["settings"]["points"] == 5
    ((_, output),) = BLOCK.findall(page.read_text(encoding="utf-8"))
    assert " ".join(output.split()) == " ".join(record["conclusion"].split())
    assert (tmp_path / "lines.svg").read_text().startswith("<?xml")
    monkeypatch.setattr(make_theory, "LARGEST_SVG", 100)
    monkeypatch.setattr(make_theory, "LARGEST_VALUE", 40)
    make_theory.make(page)
    assert not (tmp_path / "lines.svg").exists()
    assert (tmp_path / "lines.png").read_bytes().startswith(b"\x89PNG")
    assert "![Two](lines.png)" in page.read_text(encoding="utf-8")
    record = json.loads((tmp_path / "lines.json").read_text(encoding="utf-8"))
    assert record["measured"]["theta"] == [-1, 0, 1]
    assert "text_wasserstein" not in record["measured"]


def test_a_page_is_made_of_what_its_command_wrote_before_and_of_no_other(tmp_path, corpus_file):
    settings = {"corpus": str(corpus_file), "points": 5, "steps": 2, "text_lines": 5}
    folder = tmp_path / "made"
    record = diagnose("lines", **settings)
    record.save(folder)
    page = tmp_path / "lines.md"
    command = f"lines --corpus {corpus_file} --set points=5 --set steps=2 --set text-lines=5"
    text = f"# Lines\n\n```console\n$ textgan diagnose {command}\nold\n```\n\n![Two](lines.svg)\n"
    page.write_text(text, encoding="utf-8")
    make_theory.store(page, folder)
    assert record.conclusion[:40] in page.read_text(encoding="utf-8")
    page.write_text(text.replace("points=5", "points=6"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"'points': 5.*expected.*'points': 6"):
        make_theory.store(page, folder)


def test_a_command_is_a_call_with_the_same_settings():
    typed = "lines --quick --seeds 2 --corpus x --set steps=4 --set text-lines=5"
    name, settings = arguments_of(typed)
    assert name == "lines"
    assert settings == {
        "quick": True, "repeats": 2, "corpus": "x", "steps": 4, "text_lines": 5
    }  # fmt: skip
    assert arguments_of("layers --seed 3 --set clips=1,0.5") == (
        "layers", {"seed": 3, "clips": (1.0, 0.5)}
    )  # fmt: skip


def code_cells():
    stored = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in stored if cell["cell_type"] == "code"}


def test_the_notebook_is_that_of_the_pages():
    assert NOTEBOOK.read_text(encoding="utf-8") == make_theory.notebook()
    assert code_cells()["lines"] == 'record = diagnose("lines")\nprint(record)\nrecord'
    assert set(code_cells()) == {"import", *EXPERIMENTS.built_in}
