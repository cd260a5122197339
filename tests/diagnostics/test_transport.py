"""The experiment `transport`: three computations of one cost, and its plan."""

import numpy as np
import pytest

from textgan.diagnostics.experiments.transport import TRANSPORT, measure_costs, shuffle_letters


def test_costs_agree_and_another_plan_is_dearer():
    costs, plan = measure_costs(np.array([[2.0, 1.0], [1.0, 3.0]]))
    assert costs.assignment == costs.program == 1
    assert costs.potentials == pytest.approx(1)
    assert costs.excess <= 1e-12
    assert costs.other == 2.5
    assert plan.weights.tolist() == [[0, 0.5], [0.5, 0]]


def test_shuffled_lines_keep_their_letters():
    lines = ["Mississippi", "", "a", "Kreuzberg"]
    shuffled = shuffle_letters(lines, seed=1)
    assert [sorted(line) for line in shuffled] == [sorted(line) for line in lines]
    assert shuffled != lines
    assert shuffle_letters(lines, seed=1) == shuffled != shuffle_letters(lines, seed=2)


def test_the_record_finds_all_parts_of_the_claim(corpus_file):
    record = TRANSPORT({"corpus": str(corpus_file), "repeats": 2, "points": 10, "text_lines": 5})
    assert all(finding.seen for finding in record.findings)
    assert len(record.measured["points"]) == 2
    edits = [edits for _, _, edits in record.measured["moves"]]
    assert np.mean(edits) == pytest.approx(record.measured["text_by_metric"][0])
