"""The pages name all that there is, and nothing else; their links lead somewhere."""

import re
import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path
from statistics import median
from types import SimpleNamespace

import click
import pytest

import textgan as library
from benchmarks import methods
from cli.limits import figures_of
from cli.main import COMMANDS, textgan
from textgan.config.presets import PRESETS
from textgan.diagnostics.registry import EXPERIMENTS
from textgan.evaluation.language_model.baselines import SAMPLERS
from textgan.evaluation.language_model.classifier import SETTING
from textgan.evaluation.language_model.smoothing import SMOOTHINGS
from textgan.evaluation.metrics import character_error_rate as restoration
from textgan.evaluation.metrics import label_accuracy as labelled
from textgan.evaluation.metrics.registry import CONDITIONAL, METRICS
from textgan.evaluation.render import conditions as condition_tables
from textgan.evaluation.report import comparison, measure, report, signature, warnings
from textgan.evaluation.report import conditions as asked
from textgan.evaluation.report.report import SCHEMA, Report
from textgan.evaluation.report.signature import Signature
from textgan.evaluation.statistics import proportions as shares
from textgan.evaluation.text.vocabulary import UNITS
from textgan.registry import OBJECTIVES

ROOT = Path(__file__).parent.parent
BUILT = {"docs/changelog.md", "docs/contributing.md"}  # copies that a build leaves
FILES = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = {
    name: file.read_text(encoding="utf-8")
    for file in FILES
    if (name := file.relative_to(ROOT).as_posix()) not in BUILT and "/_build/" not in name
}
README, FILE_FORMATS = PAGES["README.md"], PAGES["docs/files.md"]
INDEX = PAGES["docs/evaluation.md"]
EVALUATION = {  # in the order of the index
    name: PAGES[f"docs/evaluation/{name}.md"]
    for name in re.findall(r"\]\(evaluation/(\w+)\.md\)", INDEX)
}
CODE = re.compile(r"`([^`]+)`")
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]+")
LINK = re.compile(r"\]\(([^)\s]+)\)")
ALL = {**METRICS, **CONDITIONAL}
RECORDS = [
    kind
    for module in (measure, report, asked, shares, restoration)
    for name in module.__all__
    if isinstance(kind := getattr(module, name), type) and is_dataclass(kind) and kind is not Report
]


def sections(text):
    """Headings of the second depth, and the text below each."""
    return dict(re.findall(r"^## (.+)\n((?:(?!## ).*(?:\n|$))*)", text, re.MULTILINE))


def rows(text):
    """The cells of each row of the tables in a text."""
    return [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in text.splitlines()
        if line.startswith("| ")
    ]


def words(text):
    return " ".join(text.replace("*", "").split())


def anchors(text):
    """The headings of a page as GitHub names them in links."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)", prose, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in headings}


def flags(*commands):
    known = set()
    for name in commands:
        command = textgan.get_command(click.Context(textgan), name)
        assert command is not None
        known |= {flag for item in command.params for flag in item.opts + item.secondary_opts}
    return known


DEFINITIONS = {
    heading.strip("`"): text
    for page in EVALUATION.values()
    for heading, text in sections(page).items()
    if re.fullmatch(r"`[\w-]+`", heading)
}


@pytest.mark.parametrize("kind", ALL)
def test_every_metric_is_defined_and_says_what_it_is_blind_to(kind):
    text = words(DEFINITIONS[kind]).lower()
    assert "blind to" in text
    assert ("lower is better" in text) == (ALL[kind].better == "lower")


def test_no_metric_is_defined_that_is_not_measured():
    assert sorted(DEFINITIONS) == sorted(ALL)


def test_the_table_of_metrics_is_that_of_the_code():
    table = rows(sections(INDEX)["All metrics"])[1:]
    said = [(metric.unit, metric.better, metric.blind_to) for metric in ALL.values()]
    assert [tuple(cells[1:]) for cells in table] == said
    assert [CODE.findall(cells[0]) for cells in table] == [[name] for name in ALL]


def test_real_text_in_the_place_of_the_samples_is_defined_for_every_metric():
    text = sections(EVALUATION["intervals"])["What real text is for each measure"]
    named = [name for cells in rows(text) if len(cells) == 4 for name in CODE.findall(cells[0])]
    assert sorted(named) == sorted(METRICS)


def test_every_field_of_a_report_has_its_type_and_meaning():
    table = rows(sections(FILE_FORMATS)["The report"])[1:]
    named = [name for cells in table for name in CODE.findall(cells[0])]
    assert named == [item.name for item in fields(Report)]
    assert all(len(cells) == 3 and all(cells) for cells in table)


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_of_every_record_of_a_report_is_named(record):
    table = rows(sections(FILE_FORMATS)["The records of a report"])
    (named,) = [cells[1] for cells in table if cells[0] == record.__name__]
    assert {item.name for item in fields(record)} <= set(CODE.findall(named))


def test_the_schemas_are_those_that_are_written():
    assert f'`"schema": {SCHEMA}`' in FILE_FORMATS
    assert f'TranslationReport, `"schema": {restoration.SCHEMA}`' in FILE_FORMATS
    assert list(report.SINCE) == [2, 3, 4, 5, 6]
    assert f"schema, {comparison.SCHEMA} " in words(EVALUATION["compare"])
    for schema in report.SINCE:
        assert f"schema {schema}" in FILE_FORMATS


def test_every_field_of_a_signature_is_explained_under_the_name_it_is_printed_with():
    table = [cells for cells in rows(EVALUATION["signatures"])[1:] if len(cells) == 3]
    assert [CODE.findall(cells[1]) for cells in table] == [[f.name] for f in fields(Signature)]
    part = signature.Part(1, "0")
    values = {f.name: part if f.name in ("ref", "held_out") else "1" for f in fields(Signature)}
    printed = [field.partition(":")[0] for field in str(Signature(**values)).split("|")]
    assert [CODE.findall(cells[0]) for cells in table[1:]] == [[name] for name in printed[1:]]
    assert all(cells[2] for cells in table)


def test_every_interval_and_setting_of_the_signatures_is_listed():
    table = {cells[1].strip("`"): cells[2] for cells in rows(EVALUATION["signatures"])}
    for name in ("wilson", "wilson+delta", "jackknife", "normal"):
        assert f"`{name}`" in table["interval"]
    for part in ("labels=", "prior=training", "label=", "changed=", "levenshtein,exact=wilson"):
        assert f"`{part}`" in table["settings"]


@pytest.mark.parametrize("page", PAGES.keys() - {"CHANGELOG.md"})
def test_every_flag_that_a_page_names_exists(page):
    text = re.sub(
        r"^.*(?:\bpip |\bpipx |\buvx? |python -m|nox |pytest |torchrun ).*$",
        "",
        PAGES[page],
        flags=re.MULTILINE,
    )
    assert set(FLAG.findall(text)) <= flags(*COMMANDS) | {"--help"}


@pytest.mark.parametrize("page", EVALUATION)
def test_flags_on_a_page_of_the_evaluation_are_of_the_command_it_is_about(page):
    page = re.sub(r"^.*python -m .*$", "", EVALUATION[page], flags=re.MULTILINE)
    for heading, text in sections(page).items():
        command = re.search(r"textgan (compare|score)", heading)
        known = flags(command[1] if command else "evaluate")
        if "textgan train" in text:
            known |= flags("train")
        assert set(FLAG.findall(heading + text)) <= known


@pytest.mark.parametrize("name", [*SMOOTHINGS, *UNITS])
def test_every_choice_of_a_model_and_a_unit_is_named(name):
    text = EVALUATION["likelihood"] + EVALUATION["texts"]
    assert f"`{name}`" in text or f"--smoothing` {name}" in text


def test_every_unit_has_a_row():
    table = rows(sections(EVALUATION["texts"])["Units"])[1:]
    assert [cells[0].strip("`") for cells in table] == list(UNITS)


def test_every_warning_has_a_row_with_its_threshold():
    text = sections(EVALUATION["baselines"])["Warnings"]
    table = {cells[0].strip("`"): cells[1] for cells in rows(text)[1:]}
    source = Path(warnings.__file__).read_text()
    assert list(table) == re.findall(r'^ +"(\w+)": ', source, re.MULTILINE)
    assert f"more than {100 * warnings.EMPTY:.0f} points" in table["empty"]
    assert warnings.DIVERSITY == 0.5
    assert "half" in table["collapse"]
    assert f"more than {100 * warnings.REPEATS:.0f} points" in table["repeats"]
    assert f"at least {warnings.MIN_REPEATS} times" in table["repeats"]
    assert f"{warnings.COVER:g} bits" in table["cover"]
    assert f"{warnings.COPIES:.0%}" in table["copies"]


def test_the_numbers_of_labels_and_codes_are_those_of_the_code():
    from textgan.run_evaluation import codes, labels

    text = words(EVALUATION["labels"])
    assert f"| training lines | all, or {labels.MAX_TRAINING_LINES:,} drawn" in text
    assert f"all lines of the test text, or {labels.MAX_HELD_OUT_LINES:,} drawn" in text
    assert f"at least {labelled.MIN_LINES_PER_LABEL}" in text
    assert f"up to {condition_tables.MAX_LABELS} labels" in text
    assert f"the {condition_tables.COMMONEST} commonest" in text
    assert f"the {condition_tables.WORST} whose accuracy is lowest" in text
    assert f"{labelled.MIN_LINES_PER_LABEL} or more" in text
    assert f"model of order {SETTING.order}" in text
    assert f"of {codes.SWEPT_LINES} lines" in words(DEFINITIONS["changed"])


def test_the_figures_by_label_are_defined_and_say_what_they_are_blind_to():
    text = sections(EVALUATION["labels"])["By label"]
    assert {"jsd", "unique", "samples", "real"} <= set(CODE.findall(text))
    assert "*Blind to*" in text


def test_limits_of_a_run_on_pairs_are_named():
    restoration = SimpleNamespace(error_rate=1.0, difference=0.0, ratio=1.0)
    for name in figures_of(SimpleNamespace(restoration=restoration)):
        assert f"`{name}`" in sections(EVALUATION["baselines"])["Warnings"]
        assert f"`{name}`" in EVALUATION["pairs"]


def test_every_baseline_is_named():
    text = sections(EVALUATION["baselines"])["Baselines"]
    highest, *_, lowest = (f"{n}-gram" for n in SAMPLERS[:-1])
    for name in ("training lines", highest, lowest, "unigram", "uniform", "autoregressive"):
        assert f"`{name}`" in text


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_page_and_a_heading(page):
    for link in LINK.findall(re.sub(r"^```.*?^```", "", PAGES[page], flags=re.M | re.S)):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = ((ROOT / page).parent / path).resolve() if path else ROOT / page
        assert target.exists(), f"{link}: no such file"
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), f"{link}: no such heading"


def test_the_index_links_to_every_page():
    linked = {link.partition("#")[0] for link in LINK.findall(PAGES["docs/index.md"])}
    pages = {Path(name).name for name in PAGES if Path(name).parent == Path("docs")}
    assert pages - {"index.md"} <= linked
    inner = {Path(name).stem for name in PAGES if name.startswith("docs/evaluation/")}
    assert inner == set(EVALUATION)


def test_every_public_name_is_on_the_page_of_the_python_api():
    page = (ROOT / "docs" / "api.rst").read_text(encoding="utf-8")
    named = set(re.findall(r"^\.\. auto\w+:: textgan\.(\w+)$", page, re.MULTILINE))
    assert named == set(library.__all__) - {"__version__"}


def test_readme_is_short():
    assert len(README.splitlines()) <= 150


def test_the_map_in_readme_is_of_the_tree():
    _, _, block = README.partition("## Map of the code")
    for top, inner in (("", r"^(\w+)/"), ("textgan", r"^  (\w+)/")):
        base = ROOT / top
        for name in re.findall(inner, block, re.MULTILINE):
            assert (base / name).is_dir() or (ROOT / "corpora" / name).is_dir(), name
    packages = {path.parent.name for path in (ROOT / "textgan").glob("*/__init__.py")}
    assert packages == {name for name in packages if f"{name}/" in block}


def test_every_command_objective_and_preset_has_its_row():
    for name in COMMANDS:
        assert f"`textgan {name}" in PAGES["docs/commands.md"]
    for name in OBJECTIVES.built_in:
        assert f"| `{name}` |" in PAGES["docs/objectives.md"]
    for name in PRESETS:
        assert f"| `{name}`" in PAGES["docs/presets.md"]


@pytest.mark.parametrize("name", EXPERIMENTS.built_in)
def test_every_experiment_has_its_settings_and_what_was_measured(name):
    parts = sections(PAGES["docs/diagnose.md"])
    measured = {cells[0]: cells[1:] for cells in rows(parts["What was measured"])[1:]}
    assert all(measured[f"`{name}`"])
    (listed,) = [cells[1] for cells in rows(parts["Settings"]) if cells[0] == f"`{name}`"]
    shown = [
        f"{item.name}={','.join(map(str, item.default))}"
        if isinstance(item.default, tuple)
        else f"{item.name}={item.default}"
        for item in fields(EXPERIMENTS[name].settings)
        if item.name not in ("seed", "corpus")
    ]
    assert CODE.findall(listed) == shown


def test_every_check_of_a_run_has_its_row():
    from textgan.diagnostics.checkup import log_checks, network_checks

    text = sections(PAGES["docs/diagnose.md"])["Check-up of a run"]
    page = {cells[0]: cells[2] for cells in rows(text)[1:]}
    low, high = log_checks.SLOPE_RANGE
    for name, words in {
        "critic slope": f"below {low} K or above {high} K",
        "loss against JSD": f"below {log_checks.CORRELATED}",
        "collapse": f"fewer than {log_checks.UNIQUE:.0%}",
        "over-fitting": f"more than {log_checks.GAP:.0%}",
        "generator gradient": f"more than {network_checks.RATIO:,.0f}-fold",
        "critic weights": f"at least {network_checks.PILED:.0%}",
        "saturation": f"more than {network_checks.SATURATED:.0%}",
        "symbols that died": f"at least {network_checks.EXPECTED} times",
    }.items():
        assert words in page[name]


def test_the_table_of_methods_is_that_of_the_results():
    results = methods.read(methods.RESULTS)
    table = methods.table(results, 3, methods.CORPORA, ["jsd4", "unique"])
    assert table in PAGES["docs/results.md"]


def test_the_excess_of_every_method_is_that_of_the_results():
    results = methods.read(methods.RESULTS)
    table = rows(sections(PAGES["docs/results.md"])["The table of methods"])
    printed = {name: excess for name, *excess in table if len(excess) == len(methods.CORPORA)}
    for row in methods.ROWS.keys() - {"pairs"}:  # pairs have no excess
        expected = [
            median(
                result["jsd4_excess"]
                for result in results
                if (result["row"], result["corpus"], result["minutes"]) == (row, corpus, 3)
            )
            for corpus in methods.CORPORA
        ]
        assert printed[row] == [f"{value:.3f}" for value in expected]


def test_the_version_is_the_same_wherever_it_is_written():
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    version = project["version"]
    heading = re.escape(f"## [{version}] - ")
    (date,) = re.findall(rf"^{heading}([\d-]+)$", PAGES["CHANGELOG.md"], re.MULTILINE)
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {version}\ndate-released: {date}\n" in citation
    (torch,) = [item for item in project["optional-dependencies"]["dev"] if "torch" in item]
    assert f'pip install "{torch}"' in README


@pytest.mark.parametrize("name", ["LICENSE", "CHANGELOG.md", "docs/report.png", ".ci/run"])
def test_the_files_that_readme_and_packaging_need_are_there(name):
    assert (ROOT / name).is_file()
