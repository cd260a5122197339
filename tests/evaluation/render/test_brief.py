"""What `print`, notebooks and files get of reports and their kind."""

import json
import re
from html.parser import HTMLParser

import pytest

from textgan.evaluation.compare import compare
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.metrics.character_error_rate import TranslationReport, first, restoration
from textgan.evaluation.metrics.registry import describe
from textgan.evaluation.render.comparison import answer, conclusions
from textgan.evaluation.render.html import page
from textgan.evaluation.render.verdict import verdict

TRAINING = [f"{a}{b}{c}{d}" for a in "abcd" for b in "efgh" for c in "ijkl" for d in "mnop"]
HOSTILE = "<b>\x1b[red]"
PAIRS = (["teh", "cat"], ["the", "cat"], ["the", "cat"])


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch):
    """Leave out the pictures of pages, which take a second each."""
    monkeypatch.setattr("textgan.evaluation.render.html.plots", lambda report: [])


@pytest.fixture(scope="module")
def report():
    return evaluate(TRAINING[::3], TRAINING, TRAINING[::5], length=4, evaluated=HOSTILE)


@pytest.fixture(scope="module")
def comparison():
    return compare([(HOSTILE, TRAINING[::3]), ("b", TRAINING[::4])], TRAINING, length=4)


@pytest.fixture(scope="module")
def translation():
    return TranslationReport(
        evaluated=HOSTILE, part="test", pairs=2, seed=0, restoration=restoration(*PAIRS),
        examples=first(*PAIRS, 10),
    )  # fmt: skip


@pytest.fixture(params=["report", "comparison", "translation"])
def any_kind(request):
    return request.getfixturevalue(request.param)


def test_a_report_prints_its_verdict_and_the_main_figures(report):
    text = str(report)
    lines = text.splitlines()
    assert lines[0] == "<b>␛[red] against training text"
    assert verdict(report) in " ".join(lines)
    for name in ("jsd4", "forward", "reverse", "unique", "copied", "found"):
        kind, n = describe(name)
        (line,) = [line for line in lines if line.startswith(kind.title.format(n=n))]
        assert kind.show(report.measures[name].excess) in line
    assert len(lines) < 20
    assert str(report) == f"{report}" != repr(report)


def test_a_comparison_prints_its_systems_and_conclusions(comparison):
    text = " ".join(str(comparison).split())
    assert "A: <b>␛[red] B: b" in text
    assert " ".join([*answer(comparison), *conclusions(comparison)]) in text


def test_a_translation_prints_what_it_is_worth(translation):
    assert "the character error rate of the outputs is 0.00%" in str(translation)


def test_what_is_printed_is_narrow_and_acts_on_no_terminal(any_kind):
    *lines, signature = str(any_kind).splitlines()
    assert max(map(len, lines)) <= 80
    assert re.match(r"[a-z]+\|.*\|v:.* \(sha256 of all: [0-9a-f]{8}\)$", signature)
    assert "\x1b" not in str(any_kind)


def test_json_is_everything_unrounded(any_kind):
    assert json.loads(any_kind.to_json()) == json.loads(json.dumps(any_kind.to_dict()))


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
