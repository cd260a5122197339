"""docs/make_picture.py, with a browser that writes what it was called with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "docs" / "make_picture.py"
BROWSER = """#!/bin/sh
for argument in "$@"; do
  case $argument in --screenshot=*) path=${argument#--screenshot=};; esac
done
echo "$@" > "$path"
"""


def make(folder, *arguments):
    environment = {**os.environ, "PATH": f"{folder}:/usr/bin:/bin"}
    return subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="the browser is a shell script")
def test_a_page_is_drawn_in_the_window_it_is_laid_out_for(tmp_path):
    (tmp_path / "chromium").write_text(BROWSER)
    (tmp_path / "chromium").chmod(0o755)
    (tmp_path / "report.html").write_text("<p>")
    done = make(tmp_path, tmp_path / "report.html", tmp_path / "report.png")
    assert done.returncode == 0, done.stderr
    called = (tmp_path / "report.png").read_text()
    assert "--window-size=1280,800" in called
    assert (tmp_path / "report.html").as_uri() in called
    missing = make(tmp_path, tmp_path / "missing.html", tmp_path / "report.png")
    assert missing.returncode == 2
    assert "found no page" in missing.stderr
