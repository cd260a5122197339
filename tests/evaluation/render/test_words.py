import pytest

from textgan.evaluation.render.words import columns, shorten, symbol_name


@pytest.mark.parametrize(
    ("symbol", "shown"),
    [(" ", "␣"), ("\x1b", "␛"), ("\ufe0f", "\\ufe0f"), ("\u200d", "\\u200d"), ("", "end of line")],
)
def test_a_symbol_alone_has_a_name(symbol, shown):
    assert symbol_name(symbol) == shown


@pytest.mark.parametrize("most", range(1, 12))
def test_shortened_text_fits(most):
    assert columns(shorten("春眠不覺曉abc", most)) <= most
