"""docs/evaluation.md defines what there is."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from cli.evaluate import _figures
from cli.main import textgan
from textgan.evaluation.language_model.baselines import SAMPLERS
from textgan.evaluation.language_model.classifier import SETTING
from textgan.evaluation.language_model.smoothing import SMOOTHINGS
from textgan.evaluation.metrics import character_error_rate as restoration
from textgan.evaluation.metrics import label_accuracy as labelled
from textgan.evaluation.metrics.registry import CONDITIONAL, METRICS
from textgan.evaluation.render import conditions as condition_tables
from textgan.evaluation.report import conditions as asked
from textgan.evaluation.report import measure, report, signature, warnings
from textgan.evaluation.report.report import SCHEMA, Report
from textgan.evaluation.report.signature import Signature
from textgan.evaluation.statistics import proportions as shares
from textgan.evaluation.text.vocabulary import UNITS

PAGE = (Path(__file__).parent.parent / "docs" / "evaluation.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`([^`]+)`")
ALL = {**METRICS, **CONDITIONAL}
RECORDS = [
    kind
    for module in (measure, report, asked, shares, restoration)
    for name in module.__all__
    if isinstance(kind := getattr(module, name), type) and is_dataclass(kind) and kind is not Report
]


def sections(depth):
    """Headings of a depth, and the text below each up to the next heading of it or above."""
    mark = "#" * depth
    found = re.findall(rf"^{mark} (.+)\n((?:(?!#{{1,{depth}}} ).*(?:\n|$))*)", PAGE, re.MULTILINE)
    return dict(found)


def rows(text):
    """The cells of each row of the tables in a text."""
    return [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in text.splitlines()
        if line.startswith("| ")
    ]


def flags(command):
    found = textgan.get_command(click.Context(textgan), command)
    assert found is not None
    return {flag for option in found.params for flag in option.opts + option.secondary_opts}


def words(text):
    return " ".join(text.replace("*", "").split())


@pytest.mark.parametrize("kind", ALL)
def test_every_kind_is_defined_and_says_what_it_is_blind_to(kind):
    text = words(sections(4)[f"`{kind}`"]).lower()
    assert "blind to" in text
    assert ("lower is better" in text) == (ALL[kind].better == "lower")


def test_no_kind_is_defined_that_is_not_measured():
    assert sorted(heading.strip("`") for heading in sections(4)) == sorted(ALL)


def test_what_real_text_is_in_its_place_is_told_of_every_kind():
    text = sections(2)["Floor, excess and interval"]
    told = [name for cells in rows(text) if len(cells) == 4 for name in NAMED.findall(cells[0])]
    assert sorted(told) == sorted(METRICS)


def test_every_field_of_a_report_is_in_the_schema_section_with_its_type_and_meaning():
    text, _, _ = sections(2)["The JSON form"].partition("**The records in it**")
    table = rows(text)[1:]
    named = [name for cells in table for name in NAMED.findall(cells[0])]
    assert named == [item.name for item in fields(Report)]
    assert all(len(cells) == 3 and all(cells) for cells in table)


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_of_every_record_is_in_the_schema_section(record):
    _, _, text = sections(2)["The JSON form"].partition("**The records in it**")
    (told,) = [cells[1] for cells in rows(text) if cells[0] == record.__name__]
    assert {item.name for item in fields(record)} <= set(NAMED.findall(told))


def test_the_schema_is_the_one_that_is_written():
    assert f'`"schema": {SCHEMA}`' in PAGE


def test_every_field_of_a_signature_is_explained_under_the_name_it_is_printed_with():
    table = [cells for cells in rows(sections(2)["Signatures"])[1:] if len(cells) == 3]
    assert [NAMED.findall(cells[1]) for cells in table] == [[f.name] for f in fields(Signature)]
    part = signature.Part(1, "0")
    given = {f.name: part if f.name in ("ref", "held_out") else "1" for f in fields(Signature)}
    printed = [one.partition(":")[0] for one in str(Signature(**given)).split("|")]
    assert [NAMED.findall(cells[0]) for cells in table[1:]] == [[name] for name in printed[1:]]
    assert all(cells[2] for cells in table)


@pytest.mark.parametrize("heading", sections(2))
def test_every_flag_that_it_names_exists(heading):
    command = re.search(r"textgan (compare|score)", heading)
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", heading + sections(2)[heading]))
    known = flags(command[1] if command else "evaluate")
    assert named <= (known | flags("train") if "textgan train" in sections(2)[heading] else known)


@pytest.mark.parametrize("name", [*SMOOTHINGS, *UNITS])
def test_every_choice_of_a_model_and_a_unit_is_named(name):
    assert f"`{name}`" in PAGE or f"--smoothing` {name}" in PAGE


def test_every_unit_has_a_row():
    table = rows(sections(2)["Units, cutting and padding"])[1:]
    assert [cells[0].strip("`") for cells in table] == list(UNITS)


def test_every_alarm_has_a_row_with_its_threshold():
    table = {cells[0].strip("`"): cells[1] for cells in rows(sections(2)["Alarms"])[1:]}
    assert list(table) == re.findall(
        r'ReportWarning\(name="(\w+)"', Path(warnings.__file__).read_text()
    )
    assert f"more than {100 * warnings.EMPTY:.0f} points" in table["empty"]
    assert warnings.DIVERSITY == 0.5
    assert "half" in table["collapse"]
    assert f"more than {100 * warnings.REPEATS:.0f} points" in table["repeats"]
    assert f"at least {warnings.MIN_REPEATS} times" in table["repeats"]
    assert f"{warnings.COVER:g} bits" in table["cover"]
    assert f"{warnings.COPIES:.0%}" in table["copies"]


def test_what_is_drawn_for_labels_and_codes_is_told():
    from textgan.run_evaluation import codes, labels

    text = words(sections(3)["Labels"])
    assert f"Training lines ({labels.MAX_TRAINING_LINES:,} at most)" in text
    assert f"held-out lines ({labels.MAX_HELD_OUT_LINES:,} at most" in text
    assert f"at least {labelled.MIN_LINES_PER_LABEL}" in text
    assert f"up to {condition_tables.MAX_LABELS} labels" in text
    assert f"the {condition_tables.COMMONEST} commonest" in text
    assert f"the {condition_tables.WORST} whose accuracy is lowest" in text
    assert f"{labelled.MIN_LINES_PER_LABEL} or more" in text
    assert f"model of order {SETTING.order}" in text
    assert f"of {codes.SWEPT_LINES} lines" in words(sections(4)["`changed`"])


def test_what_is_had_by_label_is_defined_and_says_what_it_is_blind_to():
    _, _, text = sections(3)["Labels"].partition("**By label**")
    assert {"jsd", "unique", "samples", "real"} <= set(NAMED.findall(text))
    assert "*Blind to*" in text


def test_every_interval_and_setting_of_the_signatures_is_listed():
    table = {cells[1].strip("`"): cells[2] for cells in rows(sections(2)["Signatures"])}
    for name in ("wilson", "wilson+delta", "jackknife", "normal"):
        assert f"`{name}`" in table["interval"]
    for part in ("labels=", "prior=training", "label=", "changed=", "levenshtein,exact=wilson"):
        assert f"`{part}`" in table["settings"]


def test_the_schema_of_a_translation_is_the_one_that_is_written():
    assert f'TranslationReport, `"schema": {restoration.SCHEMA}`' in PAGE
    assert list(report.ADDED) == [2, 3, 4]
    older = "schema 3, which lack `empty`, and of schema 2, which also lack `labels` and `codes`"
    assert older in words(PAGE)


def test_limits_of_a_run_on_pairs_are_named():
    found = SimpleNamespace(error_rate=1.0, difference=0.0, ratio=1.0)
    for name in _figures(SimpleNamespace(restoration=found)):
        assert f"`{name}`" in sections(2)["Alarms"]
        assert f"`{name}`" in sections(3)["Pairs"]


def test_every_baseline_is_named():
    text = sections(2)["Baselines"]
    highest, *_, lowest = (f"{n}-gram" for n in SAMPLERS[:-1])
    for name in ("training lines", highest, lowest, "unigram", "uniform", "autoregressive"):
        assert f"`{name}`" in text


def test_every_link_leads_to_a_heading_and_every_section_has_one():
    def anchor(heading):
        return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")

    headings = re.findall(r"^#{2,3} (.+)", PAGE, re.MULTILINE)
    linked = re.findall(r"\]\(#([^)]+)\)", PAGE)
    assert set(linked) <= set(map(anchor, headings))
    assert {anchor(one) for one in sections(2)} <= set(linked)
