"""The registry of pieces: built-in ones are all there, and are imported on use."""

import subprocess
import sys

import pytest

from corpora.errors import InputError
from textgan.registry import KINDS, register, registry_of


@pytest.mark.parametrize("kind", KINDS)
def test_every_built_in_piece_can_be_imported(kind):
    registry = registry_of(kind)
    for name in registry.built_in:
        assert not isinstance(registry[name], str)


def test_an_unknown_kind_is_refused_with_those_there_are():
    with pytest.raises(InputError, match=r"found 'network' .* expected one of objective, loss, "):
        register("network", "mine", object())


def test_names_are_listed_without_importing_pieces():
    code = (
        "import sys; from textgan.registry import KINDS, registry_of\n"
        "assert all(list(registry_of(kind)) for kind in KINDS if kind != 'metric')\n"
        "assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
