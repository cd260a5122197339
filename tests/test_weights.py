"""Tensors on disk: what was changed behind our back is found."""

import json

import pytest
import torch
from safetensors.torch import save

from corpora.errors import InputError
from textgan.weights import load_weights, read_tensors, write_tensors


@pytest.fixture
def path(tmp_path):
    write_tensors(tmp_path / "w.safetensors", {"a": torch.arange(3.0), "b": torch.ones(3)}, 5)
    return tmp_path / "w.safetensors"


def rewrite(path, tensors=None, **header):
    """Write the file anew, with the digest that it had, other tensors or another header."""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        old = json.loads(file.metadata()["textgan"])
        found = {name: file.get_tensor(name) for name in ("a", "b")}
    text = json.dumps({**old, **header})
    path.write_bytes(save(tensors or found, metadata={"textgan": text}))


def test_what_is_written_is_read(path):
    tensors, step = read_tensors(path)
    assert step == 5
    assert torch.equal(tensors["a"], torch.arange(3.0))
    rewrite(path)
    assert read_tensors(path)[1] == 5


@pytest.mark.parametrize(
    "tensors",
    [
        {"a": torch.ones(3), "b": torch.arange(3.0)},  # the two exchanged
        {"a": torch.arange(3.0), "c": torch.ones(3)},
        {"a": torch.arange(3.0)},
    ],
)
def test_other_tensors_or_other_names_are_found(tensors, path):
    rewrite(path, tensors)
    with pytest.raises(InputError, match="was changed since it was written"):
        read_tensors(path)


def test_another_step_is_found(path):
    rewrite(path, step=3)
    with pytest.raises(InputError, match="was changed since it was written"):
        read_tensors(path)


def test_another_format_is_named(path):
    rewrite(path, format=2)
    with pytest.raises(InputError, match="has format 2, expected 1; use the version that wrote it"):
        read_tensors(path)


def test_weights_of_another_shape_are_refused(path):
    network = torch.nn.Linear(2, 2)
    with pytest.raises(InputError, match=r"holds nothing as a.weight, expected shape \(2, 2\)"):
        load_weights(path, a=network)
