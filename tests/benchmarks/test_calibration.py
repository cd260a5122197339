"""The benchmark of intervals counts rightly, and goes on where it stopped."""

import numpy as np
import pytest

from benchmarks import calibration, made_up


def test_intervals_of_normal_figures_hold_their_mean_nineteen_times_in_twenty():
    rng = np.random.default_rng(0)
    values = rng.normal(3, 2, size=4_000)
    rows = np.stack([values, values - 1.96 * 2, values + 1.96 * 2], axis=1)
    held, width = calibration.calibration(rows)
    assert held == pytest.approx(0.95, abs=0.01)
    assert width == pytest.approx(1, abs=0.03)


def test_held_and_width_worked_by_hand():
    # The mean is 0, the deviation √2: 3 by 2 · 1.96 · √2
    held, width = calibration.calibration(np.array([[-1.0, -3.0, 1.0], [1.0, 0.5, 2.5]]))
    assert held == 0.5
    assert width == pytest.approx(3 / (3.92 * 2**0.5))


def test_a_cell_goes_on_where_it_stopped_and_its_table_counts_p(tmp_path, monkeypatch):
    drawn = []

    def trial(corpus, m, number):
        drawn.append((corpus, m, number))
        figure = {"x": [float(number), number - 1.0, number + 1.0]}
        return {"made up": {"excess": figure, "p": {"x": 0.04 if number % 2 else 0.5}}}

    monkeypatch.setitem(calibration.GROUPS, "fake", (trial, 5))
    path = tmp_path / "results" / "found.jsonl"
    calibration.run("made-up/fake/7", path, 2)
    calibration.run("made-up/fake/7", path, None)
    calibration.run("made-up/fake/7", path, None)
    assert drawn == [(None, 7, number) for number in range(5)]
    head, line = calibration.table(calibration.load(path), ["made-up/fake/7"])
    assert head.split() == ["cell", "source", "figure", "trials", "coverage", "width", "differ"]
    assert line.split()[-4:] == ["5", "60.0%", f"{2 / (3.92 * 2.5**0.5):.2f}", "2"]
    assert list(calibration.table(calibration.load(path), ["another"])) == [head]


def test_every_interval_made_up_is_around_its_figure():
    found = made_up.trial(60, 0)
    assert len(found) == 9
    for name, (value, low, high) in found.items():
        assert low <= value <= high, name


@pytest.mark.parametrize("cell", calibration.CELLS)
def test_every_cell_names_a_group(cell):
    name, group, m = cell.split("/")
    assert group in calibration.GROUPS
    assert name in {*calibration.CORPORA, "made-up"}
    assert int(m) >= 100
