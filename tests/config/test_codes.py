"""Codes as they are written."""

import pytest

from corpora.errors import InputError
from textgan.config.codes import NO_CODES, Codes, parse_codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", NO_CODES),
        ("10", Codes((10,))),
        ("2,1000", Codes((2, 1000))),
        ("c1", Codes((), 1)),
        ("10,10,c2", Codes((10, 10), 2)),
    ],
)
def test_codes_are_sizes_and_a_number_of_continuous_ones(text, codes):
    assert parse_codes(text) == codes


@pytest.mark.parametrize(
    "text",
    [
        "1", "0", "-2", "1001", "c0", "c", "c-1", "c1001", "c2,10", "c1,c1", "10,", ",10", "10,,2",
        ",", "10;2", "ten", "2.5", " 10", "10, 2", "٣", "²", "C2", "10c2",
    ],
)  # fmt: skip
def test_what_is_no_list_of_codes_is_shown_with_what_would_be(text):
    with pytest.raises(InputError, match="as in 10,10,c2") as caught:
        parse_codes(text)
    assert repr(text) in str(caught.value)


def test_a_value_is_a_number_in_the_noise_and_a_continuous_code_two_to_recover_it():
    codes = Codes((3, 4), 2)
    assert codes.size == 3 + 4 + 2
    assert codes.outputs == 3 + 4 + 2 * 2
    assert (NO_CODES.size, NO_CODES.outputs) == (0, 0)
