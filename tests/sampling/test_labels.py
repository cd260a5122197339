"""Labels are found by name, however their accents are written."""

import pytest

from corpora.errors import InputError
from textgan.sampling.labels import label_number


def test_a_label_is_found_as_it_is_written_or_composed():
    assert label_number("b", ("a", "b")) == 1
    assert label_number("e\u0301", ("a", "é")) == 1
    assert label_number("e\u0301", ("a", "e\u0301")) == 1  # as a file made elsewhere may have it


@pytest.mark.parametrize(
    ("label", "labels", "message"),
    [
        ("vowels", ("plain", "vowel"), "the run has no label 'vowels'; it has vowel …"),
        ("", ("plain", "rare"), "the run has no label ''; it has plain, rare$"),
        ("vowel", (), "train on labels with --labels"),
    ],
)
def test_an_unknown_label_is_refused_with_the_nearest_or_the_first(label, labels, message):
    with pytest.raises(InputError, match=message):
        label_number(label, labels)
