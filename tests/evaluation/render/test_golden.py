"""The first screens as they are printed, kept in golden/*.txt.

After a change that is meant, renew them and read the difference:

    TEXTGAN_RENEW=1 pytest tests/evaluation/render/test_golden.py && git diff tests
"""

import os
import re
from pathlib import Path

import pytest

from tests.evaluation.render.terminal.printed import printed
from textgan.evaluation.render.terminal import comparison, report, translation

GOLDEN = Path(__file__).parent / "golden"
SHOWS = {
    "report": report.show,
    "conditioned": report.show,
    "comparison": comparison.show,
    "translation": translation.show,
}


@pytest.mark.parametrize("width", [80, 60])
@pytest.mark.parametrize("name", SHOWS)
def test_a_first_screen_is_that_of_the_golden_file(name, width, request):
    text = printed(SHOWS[name], request.getfixturevalue(name), width)
    screen = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    screen = re.sub(r"v:[\w.+]+", "v:VERSION", screen)  # which the digest depends on too
    screen = re.sub(r"(sha256 of all) [0-9a-f]{8}", r"\1 DIGEST", screen)
    path = GOLDEN / f"{name}-{width}.txt"
    if os.environ.get("TEXTGAN_RENEW"):
        path.write_text(screen, encoding="utf-8")
    assert screen == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SHOWS)
def test_a_first_screen_fits_24_lines_of_80_columns(name):
    rows = 0
    for line in (GOLDEN / f"{name}-80.txt").read_text(encoding="utf-8").splitlines():
        rows += max(1, -(-len(line) // 80))  # a signature is broken by the terminal
    assert rows <= 24
