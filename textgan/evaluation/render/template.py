"""How the templates of pages are filled: texts from outside are made visible and escaped."""

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from textgan.evaluation.render.words import printable

__all__ = ["environment"]


def environment() -> Environment:
    """Return the environment of a page's template; a name that it is not given is an error."""
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["thousands"] = lambda number: f"{number:,}"
    return made


def _finalize(value: object) -> object:
    """Return what a template prints for `value`: text from outside, made visible."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
