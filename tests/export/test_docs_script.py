"""The program of docs/export.md writes the lines of the model with onnxruntime and numpy alone."""

import ast
import re
from pathlib import Path

import numpy as np
import torch

from textgan.sampling.sampler import Sampler

PAGE = Path(__file__).parents[2] / "docs" / "export.md"


def program():
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return code


def test_it_needs_nothing_else():
    tree = ast.walk(ast.parse(program()))
    names = {alias.name for node in tree if isinstance(node, ast.Import) for alias in node.names}
    assert names == {"itertools", "json", "numpy", "onnxruntime"}
    assert "from" not in program()
    assert len([line for line in program().splitlines() if line]) <= 10


def test_its_lines_are_those_of_torch(exported, monkeypatch, capsys):
    folder = exported("text")
    monkeypatch.chdir(folder)
    exec(compile(program(), "export.md", "exec"), {})  # noqa: S102 - our own text
    sampler = Sampler.load(folder)
    z = np.random.default_rng(1).standard_normal((10, sampler.latents.size), "float32")
    ids = sampler.ids(torch.from_numpy(z), np.arange(10))
    assert capsys.readouterr().out.splitlines() == sampler.encoder.decode_rows(ids)
