import json
import math

import pytest

from corpora.errors import InputError
from textgan.evaluation.judge import evaluate
from textgan.evaluation.report import SCHEMA, Report


def report(held_out=("cd", "ac", "é\ud800")):
    return evaluate(["ab", "ab", "[red]\x1b"], ["ab", "cd", "ad"], held_out, length=6)


@pytest.mark.parametrize("held_out", [("cd", "ac", "é\ud800"), (), None])
def test_a_report_survives_json_unrounded(held_out):
    before = report(held_out)
    assert Report.from_dict(json.loads(json.dumps(before.to_dict()))) == before


def test_json_spells_out_bits_and_perplexity():
    plain = report().to_dict()
    for name in ("forward", "reverse"):
        score = plain[name]["samples"]
        bits = -score["log2_likelihood"] / score["characters"]
        assert score["bits_per_character"] == bits
        assert score["perplexity"] == pytest.approx(math.exp2(bits), rel=1e-15)


def test_the_fields_of_the_schema_are_those_that_were_promised():
    # A change here raises SCHEMA: scripts read these names.
    assert SCHEMA == 1
    plain = report().to_dict()
    assert set(plain) == {
        *("schema", "judged", "against", "length", "seed", "m", "reference_size", "held_out"),
        *("held_out_drawn", "floor_m", "divergences", "forward", "reverse", "unique", "copied"),
        *("repeated", "examples"),
    }
    assert set(plain["divergences"][0]) == {
        *("n", "jsd", "floor", "at_floor_size", "excess"),
        *("signature", "floor_signature", "excess_signature"),
    }
    assert set(plain["copied"]) == {"samples", "real", "signature", "real_signature"}
    assert set(plain["forward"]) == {"samples", "real", "signature", "real_signature"}
    assert set(plain["forward"]["samples"]) == {
        *("lines", "characters", "log2_likelihood", "bits_per_character", "perplexity"),
    }


def test_a_saved_report_is_whole_and_leaves_nothing_else(tmp_path):
    before = report()
    before.save(tmp_path / "report.json")
    before.save(tmp_path / "report.json")
    assert Report.load(tmp_path / "report.json") == before
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_report_that_cannot_be_written_is_one_line(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        report().save(tmp_path / "missing" / "report.json")


@pytest.mark.parametrize("content", ["", "{", "[]", "\ud800", "null"])
def test_what_is_no_json_report_is_refused(tmp_path, content):
    path = tmp_path / "report.json"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(InputError, match="not a report"):
        Report.load(path)
    with pytest.raises(InputError, match="no report"):
        Report.load(tmp_path / "other.json")


@pytest.mark.parametrize(
    "edit",
    [
        {"schema": 2},
        {"schema": None},
        {"forward": None},
        {"divergences": [{}]},
        {"repeated": 3},
        {"surprise": 1},
        {"copied": {"samples": 1}},
    ],
)
def test_an_edited_report_is_refused(edit):
    with pytest.raises(InputError, match="evaluate again") as caught:
        Report.from_dict(report().to_dict() | edit)
    assert "\n" not in str(caught.value)
