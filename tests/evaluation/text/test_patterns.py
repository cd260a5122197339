"""Patterns for `--match`: the flags of `re`, composed text, and one error for all mistakes."""

import re

import pytest

from corpora.errors import InputError
from textgan.evaluation.text.patterns import compile_pattern


def test_flags_of_a_compiled_pattern_are_kept():
    pattern = compile_pattern(re.compile("a.É", re.IGNORECASE | re.DOTALL))
    assert pattern.search("A\né")
    assert not compile_pattern(re.compile("a.é")).search("a\né")
    assert not compile_pattern(re.compile(r"\w", re.ASCII)).search("é")


@pytest.mark.parametrize("pattern", ["(", "a{99999999999}", "(" * 5000 + ")" * 5000])
def test_what_is_not_a_pattern_is_an_input_error(pattern):
    with pytest.raises(InputError, match="is not a regular expression: "):
        compile_pattern(pattern)


def test_a_pattern_is_composed():
    assert compile_pattern("e\u0301").search("é")
