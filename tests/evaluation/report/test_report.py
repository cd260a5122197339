import functools
import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from corpora.errors import InputError
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.label_accuracy import Labelled, per_label_report
from textgan.evaluation.metrics.mutual_information import (
    categorical_code,
    continuous_code,
    share_changed,
)
from textgan.evaluation.metrics.registry import describe
from textgan.evaluation.report.report import SCHEMA, Curves, Report


@functools.cache
def report(held_out=("cd", "ac", "é\ud800"), **settings):
    settings = {"length": 6, "model": Setting(order=2), **settings}
    return evaluate(["ab", "ab", "[red]\x1b"], ["ab", "cd", "ad"], held_out, **settings)


def of_labels(held_out=True):
    lines = Labelled(["ab", "ab", "cd", "\ud800"], [0, 0, 1, 1])
    return per_label_report(["[red]", "b"], lines, lines, lines if held_out else None, length=6)


def of_codes():
    changed = share_changed([["a", "b"], ["c", "b"]])
    halves = np.full((2, 2), 0.5)
    never = categorical_code("code 0", np.eye(2)[[0, 0]], np.array([0, 1]), length=6)
    return (
        never,
        categorical_code("code 1", halves, np.array([0, 1]), length=6, changed=changed, seed=3),
        continuous_code("code 2", halves[0], halves[0], halves[1] - 0.5, length=6),
    )


@pytest.mark.parametrize("held_out", [("cd", "ac", "é\ud800"), None])
@pytest.mark.parametrize("more", [False, True])
def test_a_report_survives_json_unrounded(held_out, more):
    before = report(held_out, full=more, sizes=more)
    curves = Curves(steps=(5, 10), values={"jsd1": (0.5, 0.25), "slope": (None, 1.0)})
    before = replace(before, curves=curves if more else None)
    if more:
        before = replace(before, labels=of_labels(held_out is not None), codes=of_codes())
    plain = json.loads(json.dumps(before.to_dict(), allow_nan=False))
    assert Report.from_dict(plain) == before


def test_a_report_of_the_schema_before_is_read_without_what_was_added():
    before = report()
    plain = before.to_dict() | {"schema": 2}
    del (
        plain["labels"],
        plain["codes"],
        plain["revealing"],
        plain["memorization"],
        plain["headline"],
    )
    assert Report.from_dict(plain) == before
    with pytest.raises(InputError, match="labels"):
        Report.from_dict(plain | {"schema": SCHEMA})
    plain = before.to_dict() | {"schema": 3}
    del plain["empty"], plain["revealing"], plain["memorization"], plain["headline"]
    assert Report.from_dict(plain) == replace(before, empty=None)
    plain = before.to_dict() | {"schema": 6}
    del plain["headline"], plain["frontier"]
    assert Report.from_dict(plain) == before
    plain = before.to_dict() | {"schema": 5}
    del plain["revealing"], plain["memorization"], plain["headline"]
    assert Report.from_dict(plain) == before
    plain |= {"schema": 4}
    plain["judged"], plain["alarms"] = plain.pop("evaluated"), plain.pop("warnings")
    assert Report.from_dict(plain) == before
    with pytest.raises(InputError, match="evaluated"):
        Report.from_dict(plain | {"schema": SCHEMA})


def test_a_report_of_an_earlier_schema_has_the_headline_of_its_measures():
    lines = [f"{a}{b}{c}{d}" for a in "abcd" for b in "efgh" for c in "ijkl" for d in "mnop"]
    before = evaluate(lines[::2], lines, lines[1::2], length=4)
    plain = before.to_dict() | {"schema": 5}
    del plain["revealing"], plain["memorization"], plain["headline"]
    assert Report.from_dict(plain).headline == before.headline is not None


def test_a_report_without_held_out_text_survives_json():
    before = evaluate(["ab"], ["ab"], [], length=6)
    assert before.matches is None
    assert Report.from_dict(json.loads(json.dumps(before.to_dict()))) == before


def test_the_fields_of_the_schema_are_those_that_were_promised():
    # A change here raises SCHEMA: scripts read these names.
    assert SCHEMA == 7
    lines = [f"{a}{b}cdef" for a in "xyz" for b in "uvw"]
    plain = evaluate(lines, lines, lines[::2], length=6, full=True, sizes=True).to_dict()
    assert set(plain) == {
        *("schema", "evaluated", "against", "unit", "length", "vocabulary_size", "seed", "m"),
        *("reference_size", "held_out", "held_out_drawn", "real_m", "measures", "warnings"),
        *("repeated", "examples", "lengths", "symbols", "matches", "sizes", "nearest"),
        *("transport", "curves", "labels", "codes", "empty", "revealing"),
        *("memorization", "headline", "frontier"),
    }
    assert list(plain)[:2] == ["schema", "headline"]
    orders = range(1, 7)
    assert set(plain["measures"]) == {
        *(f"jsd{n}" for n in orders),
        *(f"{kind}{n}" for kind in ("text-jsd", "cosine", "precision", "recall") for n in orders),
        *(f"distinct{n}" for n in orders),
        *("forward", "reverse", "unique", "copied", "found", "bleu4", "self-bleu4", "frechet"),
        *("piece-frechet", "nearest", "transport", "frontier4"),
    }
    assert set(plain["measures"]["jsd1"]) == {
        *("samples", "real", "at_real_size", "excess", "interval", "baselines"),
        *("signature", "real_signature"),
    }
    assert set(plain["examples"][0]) == {"symbols", "bits"}
    assert set(plain["symbols"]) == {"symbols", "samples", "real", "samples_at", "real_at"}
    assert set(plain["matches"]) == {"guesses", "samples", "real"}
    assert set(plain["sizes"]) == {"measure", "sizes", "samples", "real"}
    assert set(plain["nearest"][0]) == {"sample", "training", "edits"}
    assert set(plain["transport"]) == {"moves"}
    labels = asdict(of_labels())
    assert set(labels) == {
        *("samples", "real", "real_as_asked", "ratio", "ratio_interval", "labels"),
        *("signature", "real_signature"),
    }
    assert set(labels["samples"]) == {"lines", "right", "share", "interval", "confusion"}
    assert set(labels["labels"][0]) == {
        *("name", "lines", "training", "held_out", "samples", "real", "jsd", "unique"),
    }
    code = asdict(of_codes()[1])
    assert set(code) == {
        *("name", "values", "lines", "entropy", "information", "interval", "recovered"),
        *("correlation", "correlation_interval", "changed", "signature"),
    }
    assert set(code["changed"]) == {"lines", "values", "pairs", "interval", "any", "edits"}


def test_every_measure_of_a_report_is_described():
    for name, row in report(full=True).measures.items():
        metric, n = describe(name)
        assert ("{n}" in metric.title) == (n is not None)
        assert metric.show(row.samples) != "unknown"


def test_a_saved_report_is_whole_and_leaves_nothing_else(tmp_path):
    before = report()
    before.save(tmp_path / "report.json")
    before.save(tmp_path / "report.json")
    assert Report.load(tmp_path / "report.json") == before
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_report_that_cannot_be_written_is_one_line(tmp_path):
    with pytest.raises(InputError, match="cannot write"):
        report().save(tmp_path / "missing" / "report.json")


@pytest.mark.parametrize("content", ["", "{", "[]", "\ud800", "null", "[" * 10**5])
def test_what_is_no_json_report_is_refused(tmp_path, content):
    path = tmp_path / "report.json"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(InputError, match="not a report"):
        Report.load(path)
    with pytest.raises(InputError, match="no report"):
        Report.load(tmp_path / "other.json")


def test_what_a_damaged_report_holds_is_not_quoted_at_length():
    plain = report().to_dict()
    for field in ("schema", "evaluated", "measures"):
        with pytest.raises(InputError) as caught:
            Report.from_dict({**plain, field: [0] * 1000})
        assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "edit",
    [
        {"schema": 1},
        {"schema": None},
        {"measures": None},
        {"measures": {"jsd1": {}}},
        {"measures": {"jsd1": 3}},
        {"repeated": 3},
        {"repeated": ["a"]},
        {"m": "3"},
        {"m": True},
        {"warnings": "none"},
        {"lengths": {"samples": [], "real": ["1"]}},
        {"surprise": 1},
    ],
)
def test_an_edited_report_is_refused(edit):
    plain = json.loads(json.dumps(report().to_dict()))
    assert Report.from_dict(plain)
    with pytest.raises(InputError, match="evaluate again") as caught:
        Report.from_dict(plain | edit)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["m", "measures", "sizes"])
def test_a_report_that_lacks_a_field_is_refused(name):
    plain = report().to_dict()
    del plain[name]
    with pytest.raises(InputError, match=name):
        Report.from_dict(plain)
