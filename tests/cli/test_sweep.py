"""`textgan sample --sweep`: the same lines for each value of a code."""

import json

import pytest
from click.testing import CliRunner

from cli.main import textgan


def sample(run, *arguments):
    return CliRunner().invoke(textgan, ["sample", str(run), *map(str, arguments)])


def test_a_sweep_gives_the_lines_of_each_value_of_the_code(coded_run):
    swept = sample(coded_run, "--sweep", 0, "--seeds", "4,5", "--json").stdout.splitlines()
    values = [json.loads(line) for line in swept]
    assert [(value["code"], value["value"]) for value in values] == [(0, 0), (0, 1), (0, 2)]
    for value in values:
        fixed = sample(coded_run, "--seeds", "4,5", "--code", f"0={value['value']}")
        assert fixed.stdout.splitlines() == value["texts"]


def test_a_continuous_code_is_swept_from_end_to_end(coded_run):
    swept = sample(coded_run, "--sweep", 1, "-n", 3, "--seed", 0, "--json").stdout.splitlines()
    values = [json.loads(line) for line in swept]
    assert [value["value"] for value in values] == pytest.approx(
        [-1, -2 / 3, -1 / 3, 0, 1 / 3, 2 / 3, 1]
    )
    assert all(len(value["texts"]) == 3 for value in values)


def test_a_sweep_is_a_table_with_a_line_a_column(coded_run):
    table = sample(coded_run, "--sweep", 0, "--seed", 1).stdout.splitlines()
    head, *rows = table
    places = [head.index(name) for name in ("code 0", *(f"line {n}" for n in range(1, 6)))]
    values = sample(coded_run, "--sweep", 0, "--seed", 1, "--json").stdout.splitlines()
    for row, value in zip(rows, map(json.loads, values), strict=True):
        cells = [row[a:b].strip() for a, b in zip(places, [*places[1:], None], strict=True)]
        assert cells == [str(value["value"]), *(text.strip() for text in value["texts"])]
