"""Tensors on disk: what was changed behind our back is found."""

import json
import struct

import pytest
import torch
from safetensors.torch import save

from corpora.errors import InputError
from textgan.runs.tensors import load_weights, read_tensors, write_tensors


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


def write_raw(path, header, **forms):
    """Write a file of these tensors, name -> (type, shape, bytes), the last ones not on disk."""
    start, table = 0, {"__metadata__": {"textgan": header}}
    for name, (dtype, shape, size) in forms.items():
        table[name] = {"dtype": dtype, "shape": shape, "data_offsets": [start, start + size]}
        start += size
    text = json.dumps(table).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + start)


HEADER = json.dumps({"format": 1, "step": 5, "sha256": "x"})
LINEAR = {"average.weight": ("F32", [2, 2], 16), "average.bias": ("F32", [2], 8)}


@pytest.mark.parametrize(
    ("forms", "message"),
    [
        ({"average.other": ("F32", [10**8], 4 * 10**8)}, r"shape \(100000000,\) F32 as average.o"),
        ({"a": ("F32", [10**8], 4 * 10**8)}, "as a, expected nothing"),
        ({"average.bias": ("BF16", [2], 4)}, r"shape \(2,\) BF16 as average.bias, expected shape"),
        ({"generator.bias": ("F32", [3], 12)}, r"as generator.bias, expected shape \(2,\) F32"),
        ({"generator_optimizer.0.step": ("F32", [10**8], 4 * 10**8)}, "as generator_optimizer.0"),
        ({"generator_optimizer.9.step": ("F32", [], 4)}, "as generator_optimizer.9"),
        ({"generator_optimizer.0.a.b": ("F32", [], 4)}, "as generator_optimizer.0.a.b"),
        (
            {f"generator_optimizer.0.x{i}": ("F32", [], 4) for i in range(9)},
            "9 tensors of generator_optimizer.0, expected at most 8",
        ),
    ],
)
def test_the_header_is_checked_before_a_tensor_is_read(forms, message, tmp_path, monkeypatch):
    monkeypatch.setattr("textgan.runs.tensors.digest", pytest.fail)
    write_raw(tmp_path / "w", HEADER, **{**LINEAR, **forms})
    with pytest.raises(InputError, match=message):
        load_weights(tmp_path / "w", average=torch.nn.Linear(2, 2))


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("[" * 100_000, r"damaged \(nested too deep"),
        ('{"format": 1, "step": Infinity, "sha256": ""}', r"damaged \(Infinity is no number"),
        ('{"format": 1, "step": -1, "sha256": ""}', r"damaged \(its step is -1"),
        ('{"format": 1, "step": 1e3, "sha256": ""}', r"damaged \(its step is 1000.0"),
        ('{"format": 1, "sha256": ""}', r"damaged \('step'"),
        ("", "damaged"),
    ],
)
def test_damaged_metadata_are_one_line(header, message, tmp_path):
    write_raw(tmp_path / "w", header, **LINEAR)
    with pytest.raises(InputError, match=message):
        read_tensors(tmp_path / "w")


def test_weights_that_are_not_finite_are_refused_when_read(path):
    write_tensors(path, {"a": torch.tensor([1.0, float("nan")])}, 5)
    with pytest.raises(InputError, match=r"is damaged \(a is not finite\)"):
        read_tensors(path)
