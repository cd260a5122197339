"""`textgan runs`: one bad run hides no other, and no name or status reaches the terminal raw."""

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.runs import runs as command
from textgan import runs
from textgan.config.settings import Config


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("0001-good", "0002-bad"):
        (tmp_path / name).mkdir()
        runs.write_config(tmp_path / name, Config(corpus="x"))
        runs.write_state(
            tmp_path / name,
            {"step": 7, "seconds": 60.0, "status": "finished", "best": {"step": 4, "jsd4": 0.25}},
        )
    return tmp_path


def listed(folder: Path, *options: str) -> Result:
    done = CliRunner().invoke(command, ["--runs", str(folder), *options], catch_exceptions=False)
    assert done.exit_code == 0
    assert "0001-good" in done.stdout
    assert "0.250" in done.stdout or options
    return done


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("file", "harm"),
    [
        ("config.json", lambda path: path.write_text("[" * 100_000)),
        ("config.json", lambda path: path.write_bytes(b'{"format": 1, "config": "\xff"}')),
        ("config.json", lambda path: path.write_text('{"format": 1, "config": {"width": [{}]}}')),
        ("config.json", pipe),
        ("state.json", pipe),
        ("state.json", lambda path: path.write_text('{"seconds": 1' + "0" * 400 + "}")),
        ("state.json", lambda path: path.write_text('{"step": 1e999}')),
        ("state.json", lambda path: shutil.move(path, path.with_name("x"))),
    ],
)
def test_a_bad_run_is_one_line_and_the_others_are_listed(file, harm, folder: Path) -> None:
    harm(folder / "0002-bad" / file)
    done = listed(folder)
    assert "unreadable" in done.stdout
    assert [line for line in done.stderr.splitlines() if line] == [done.stderr.strip()]
    assert done.stderr.startswith("0002-bad: ")
    assert [json.loads(line)["run"] for line in listed(folder, "--json").stdout.splitlines()] == [
        "0001-good", "0002-bad",
    ]  # fmt: skip


def test_scores_that_are_no_numbers_are_left_out(folder: Path) -> None:
    path = folder / "0002-bad" / "state.json"
    state = json.loads(path.read_text())
    path.write_text(json.dumps({**state, "best": {"step": "x", "jsd4": [1], "unique": True}}))
    assert listed(folder).stderr == ""


def test_names_status_and_version_are_shown_without_their_escape_sequences(folder: Path) -> None:
    sequence = "\x1b]0;title\x07\x9b31m"
    (folder / "0002-bad").rename(folder / f"0002-{sequence}")
    path = folder / "0001-good" / "state.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "status": sequence}))
    (folder / "0003-new").mkdir()
    (folder / "0003-new" / "config.json").write_text(json.dumps({"format": 9, "textgan": sequence}))
    for options in ((), ("--json",)):
        done = listed(folder, *options)
        assert not set("\x1b\x07\x9b") & set(done.stdout + done.stderr)
