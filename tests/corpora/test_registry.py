"""A registry is a mapping from names to pieces, whose built-in names nobody takes."""

import pytest

from corpora import encoders
from corpora.encoders.char import CharEncoder
from corpora.errors import InputError
from corpora.registry import ENCODERS, Registry


def test_a_dotted_path_is_imported_when_it_is_read():
    registry = Registry("piece", {"char": "corpora.encoders.char:CharEncoder", "none-such": "no:X"})
    assert registry["char"] is CharEncoder
    assert "none-such" in registry
    with pytest.raises(ModuleNotFoundError):  # built in: a bug
        registry["none-such"]


def test_pieces_are_a_mapping_in_the_order_of_their_registration():
    registry = Registry("piece", {"b": 1, "a": 2})
    registry.add("c", 3)
    assert dict(registry) == {"b": 1, "a": 2, "c": 3}
    assert registry.built_in == ("b", "a")
    assert "d" not in registry
    with pytest.raises(KeyError):
        registry["d"]


def test_a_program_may_register_a_name_again_but_no_built_in_one():
    registry = Registry("piece", {"mine": 1})
    registry.add("yours", 2)
    registry.add("yours", 3)
    assert registry["yours"] == 3
    with pytest.raises(InputError, match="the piece 'mine' is built in; choose another name"):
        registry.add("mine", 2)


@pytest.mark.parametrize("name", ["", "Mine", "my_piece", "../x", "-a", "a-", "none", None, "ä"])
def test_a_name_is_small_letters_digits_and_hyphens(name):
    with pytest.raises(InputError, match="expected small letters, digits and hyphens"):
        Registry("piece", {}).add(name, 1)


def test_an_unknown_encoder_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(InputError, match=f"expected {', '.join(ENCODERS)}"):
        encoders.fit("words", [["a b"]], 8)
