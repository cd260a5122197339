"""The pages of `docs/` as HTML: `nox -s docs`.

The pages are plain Markdown, so that they read well unbuilt. What Sphinx needs in addition is made
here: the lists of `index.md`, `evaluation.md` and `theory.md` become the table of contents, and the
files above `docs/` that pages link to become pages.
"""

import re
import sys
import tomllib
from collections.abc import Set
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

with (HERE.parent / "pyproject.toml").open("rb") as file:
    release = tomllib.load(file)["project"]["version"]
project = "textgan"
html_title = f"textgan {release}"
html_theme = "furo"
html_show_copyright = False
html_show_sourcelink = False
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
myst_heading_anchors = 4
autodoc_typehints = "description"
autodoc_member_order = "bysource"
suppress_warnings = ["misc.highlighting_failure"]  # console blocks with cut output

INNER = ("evaluation", "theory")  # pages with a folder of pages
ABOVE = {"../CONTRIBUTING.md": "contributing", "../CHANGELOG.md": "changelog"}


def contents(text: str, pages: Set[str]) -> str:
    """Return a hidden table of contents: those of `pages` that list items link to, in order."""
    linked = re.findall(r"^- \[.+?\]\(([\w/.-]+)\.(?:md|rst)(?:#[\w-]*)?\)", text, re.MULTILINE)
    listed = [page for page in dict.fromkeys(linked) if page in pages]
    return "\n\n```{toctree}\n:hidden:\n\n" + "\n".join(listed) + "\n```\n"


def prepare(app: Sphinx, page: str, source: list[str]) -> None:
    """Point the links of a page at the copies of files above, and add its table of contents."""
    for path, copy in ABOVE.items():
        source[0] = source[0].replace(f"]({path}", f"]({copy}.md")
    inner = {name for name in app.env.found_docs if name.split("/")[0] in INNER and "/" in name}
    if page == "index":
        source[0] += contents(source[0], app.env.found_docs - inner)
    if page in INNER:
        source[0] += contents(source[0], {name for name in inner if name.startswith(f"{page}/")})


def copy_files_above(_: Sphinx) -> None:
    """Copy the files above `docs/` into it, with their links as seen from there."""
    for path, copy in ABOVE.items():
        text = (HERE / path).read_text(encoding="utf-8").replace("](docs/", "](")
        for other, page in ABOVE.items():
            text = text.replace(f"]({other.removeprefix('../')}", f"]({page}.md")
        (HERE / f"{copy}.md").write_text(text, encoding="utf-8")


def mark_code(
    _: Sphinx, kind: str, name: str, member: object, options: object, lines: list[str]
) -> None:
    """Mark indented blocks of a docstring, equations and code, as such: put `::` before them."""
    for n in range(len(lines) - 1, 1, -1):
        after_text = lines[n - 2] and not lines[n - 2].startswith((" ", ">>>"))
        if lines[n].startswith("    ") and not lines[n - 1] and after_text:
            lines[n:n] = ["::", ""]


def setup(app: Sphinx) -> None:
    """Have all of this done in every build."""
    app.connect("autodoc-process-docstring", mark_code, priority=1)  # before sections are parsed
    app.connect("builder-inited", copy_files_above)
    app.connect("source-read", prepare)
