"""Findings are plain JSON values, with the counts under the names that files have."""

import json

from corpora.counts import Counts
from corpora.inspection import inspect


def test_findings_are_json_of_which_the_counts_come_back():
    findings = inspect(["a\tx", "b\ty", "a\tz", "no column"] * 5, columns="labels")
    plain = json.loads(json.dumps(findings.to_plain()))
    assert Counts.from_plain(plain["counts"], "findings") == findings.counts
    assert plain["counts"]["unparted"] == 5
    assert (plain["kept"], plain["settings"]["columns"]) == (15, "labels")
    assert set(plain["labels"]) == {"a", "b"}
    assert set(plain) == set(vars(findings))
