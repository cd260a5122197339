"""Random text, on which steps are timed, and textgan's trainers on it."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from benchmarks.operations import V
from textgan.config.settings import Config
from textgan.training.models import Models
from textgan.training.step import Trainer

__all__ = ["ROWS", "random_rows", "random_trainer"]

ROWS = 4096


def random_rows(T: int) -> np.ndarray:
    """Return rows of ids, (ROWS, T), always the same."""
    return np.random.default_rng(0).integers(0, V, (ROWS, T), dtype=np.uint8)


def random_trainer(config: Config, rows: np.ndarray, device: torch.device) -> Trainer:
    """Return a trainer of new networks on rows of ids, (N, T)."""
    encoder = SimpleNamespace(size=V, pad=0, emittable=np.ones(V, dtype=bool))
    text: Any = SimpleNamespace(
        train=rows, encoder=encoder, length=rows.shape[1], columns="text", labels=(),
        condition=lambda _: None,
    )  # fmt: skip
    return Trainer(config, text, Models.build(config, text, device))
