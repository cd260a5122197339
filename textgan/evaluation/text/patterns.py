"""Regular expressions that users write, made safe to search lines with; loads no torch."""

import re

import regex

from corpora.errors import InputError
from textgan.evaluation.text.loading import composed

__all__ = ["MATCH_SECONDS", "compile_pattern"]

MATCH_SECONDS = 2.0  # for one line: a pattern takes microseconds, or practically for ever
SHARED_FLAGS = ("ASCII", "IGNORECASE", "MULTILINE", "DOTALL", "VERBOSE")


def compile_pattern(pattern: "str | re.Pattern[str]") -> "regex.Pattern[str]":
    """Return a pattern of the package `regex`, composed (Unicode NFC).

    A search with it can have a time limit, which one of `re` cannot.

    Raises:
        InputError: It is not a regular expression; says why.
    """
    flags = 0
    if isinstance(pattern, re.Pattern):
        for name in SHARED_FLAGS:  # the two packages give them different numbers
            flags |= getattr(regex, name) if pattern.flags & getattr(re, name) else 0
        pattern = pattern.pattern
    try:
        return regex.compile(composed(pattern), flags)
    except (regex.error, OverflowError, RecursionError) as error:
        raise InputError(f"{pattern!r:.80} is not a regular expression: {error}") from error
