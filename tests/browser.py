"""A Chromium or Chrome without a window, for tests of pages: what a page has become."""

import html
import re
import subprocess
import tempfile

import pytest

from docs.make_picture import find_browser


def dump(page):
    """The document of a page after its scripts ran, as HTML; skips where there is no browser."""
    browser = find_browser()
    if browser is None:
        pytest.skip("needs a browser: install chromium")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        done = subprocess.run(
            [
                browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                f"--user-data-dir={profile}", "--dump-dom", page.resolve().as_uri(),
            ],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
    return done.stdout.decode("utf-8")


def text_of(document, name):
    """The text of the element with this id."""
    (content,) = re.findall(rf'id="{name}"[^>]*>(.*?)</', document, re.DOTALL)
    return html.unescape(content)
