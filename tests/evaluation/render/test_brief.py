"""What `print`, notebooks and files get of reports and their kind."""

import json
import re
from dataclasses import asdict, replace
from html.parser import HTMLParser

import pytest

from textgan.evaluation.metrics.registry import describe
from textgan.evaluation.render.comparison import answer, conclusions
from textgan.evaluation.render.html import page
from textgan.evaluation.render.verdict import verdict

HOSTILE = "<b>\x1b[red]"

pytestmark = pytest.mark.usefixtures("no_pictures")


@pytest.fixture
def report(report):
    return replace(report, evaluated=HOSTILE)


@pytest.fixture
def comparison(comparison):
    first, second = comparison.systems
    return replace(comparison, systems=(replace(first, name=HOSTILE), second))


@pytest.fixture
def translation(translation):
    return replace(translation, evaluated=HOSTILE)


@pytest.fixture(params=["report", "comparison", "translation"])
def any_kind(request):
    return request.getfixturevalue(request.param)


def test_a_report_prints_its_verdict_and_the_main_figures(report):
    text = str(report)
    lines = text.splitlines()
    assert lines[0] == "<b>␛[red] against training.txt"
    assert verdict(report) in " ".join(lines)
    for name in ("jsd4", "forward", "reverse", "unique", "copied", "found"):
        kind, n = describe(name)
        (line,) = [line for line in lines if line.startswith(kind.title.format(n=n))]
        assert kind.show(report.measures[name].excess) in line
    assert len(lines) < 20
    assert str(report) == f"{report}" != repr(report)


def test_a_comparison_prints_its_systems_and_conclusions(comparison):
    text = " ".join(str(comparison).split())
    assert "A: <b>␛[red] B: false.txt" in text
    assert " ".join([*answer(comparison), *conclusions(comparison)]) in text


def test_a_translation_prints_what_it_is_worth(translation):
    assert "the character error rate of the outputs is 1.54%" in str(translation)


def test_what_is_printed_is_narrow_and_acts_on_no_terminal(any_kind):
    *lines, signature = str(any_kind).splitlines()
    assert max(map(len, lines)) <= 80
    assert re.match(r"[a-z]+\|.*\|v:.* \(sha256 of all: [0-9a-f]{8}\)$", signature)
    assert "\x1b" not in str(any_kind)


def test_json_is_everything_unrounded(any_kind, tmp_path):
    plain = {"schema": any_kind.schema, **asdict(any_kind)}
    assert json.loads(any_kind.to_json()) == json.loads(json.dumps(plain))
    any_kind.save(tmp_path / "kind.json")
    assert (tmp_path / "kind.json").read_text() == any_kind.to_json() + "\n"


def test_a_notebook_gets_tables_in_which_every_text_is_escaped(any_kind):
    html = any_kind._repr_html_()
    HTMLParser().feed(html)
    assert "&lt;b&gt;␛[red]" in html
    assert "<table>" in html
    assert re.search(r"(jsd|cer)\|.*\|v:", html)
    assert not {"<b>", "\x1b", "<script", "<style", "<html"} & {
        part for part in ("<b>", "\x1b", "<script", "<style", "<html") if part in html
    }


def test_html_is_a_page_of_its_own_that_fetches_nothing(any_kind):
    html = any_kind.to_html()
    assert html.startswith("<!doctype html>")
    assert html.rstrip().endswith("</html>")
    assert "<b>" not in html.split("</h2>")[0].split("</h1>")[0]
    assert "src=" not in html.replace('src="data:', "")
    assert "url(" not in html


def test_html_of_a_report_is_that_of_the_command(report):
    assert report.to_html() == page(report)
