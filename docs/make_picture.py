"""Draw the first screen of a page: of a report, for README.md, and of a generator, for export.md.

    textgan evaluate RUN --html report.html
    python docs/make_picture.py report.html docs/report.png
    textgan export RUN --page page.html
    python docs/make_picture.py page.html docs/page.png

It takes a Chromium or Chrome, which is looked for by its usual names.
"""

import argparse
import shutil
import subprocess
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SIZE = "1280,800"  # the screen that a page is laid out for


def main() -> None:
    """Draw the page that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "page", type=Path, help="what textgan evaluate --html or export --page wrote"
    )
    parser.add_argument("picture", type=Path, help="a PNG, which is replaced")
    parser.add_argument("--size", default=SIZE, help="of the window, 390,844 for a phone")
    options = parser.parse_args()
    if not options.page.is_file():
        parser.error(f"found no page {options.page}; textgan evaluate --html writes one")
    browser = find_browser()
    if browser is None:
        parser.error(f"found no browser, expected one of {', '.join(BROWSERS)}; install one")
    picture(browser, options.page, options.picture, options.size)


def find_browser() -> str | None:
    """Return the path of the first of BROWSERS that there is; None without any."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def picture(browser: str, page: Path, path: Path, size: str) -> None:
    """Write what `browser` shows of a page in a window of this size."""
    subprocess.run(
        [
            browser, "--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={size}",
            f"--screenshot={path.resolve()}", page.resolve().as_uri(),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip


if __name__ == "__main__":
    main()
