"""Exported models: the folder that `textgan export` makes of a run, without a text.

us-baby-names/
  config.json         every setting of the run, and what was exported
  model.safetensors   the averaged generator and the critic
  encoder.json        the symbols; subwords have encoder.model too
  labels.npy          the label of each training line, of a run on labels
  model.onnx          the averaged generator; README.md, samples.txt, report.json, report.html
"""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from corpora.columns import are_labels, label_dtype
from corpora.errors import InputError
from corpora.files import check_regular
from corpora.json_files import read_json
from corpora.row_files import RowWriter, open_rows
from textgan.runs.state import is_step

__all__ = ["WEIGHTS", "Exported", "is_exported", "read_exported", "write_labels"]

WEIGHTS = "model.safetensors"
LABELS = "labels.npy"
REMEDY = "export the run again"


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What was exported, as `config.json` has it under `model`.

    Attributes:
        step: The step of the checkpoint.
        encoder: Signature of the encoder.
        labels: Names of the labels; empty for a run without labels.
        training_lines: Number of training lines.
    """

    step: int
    encoder: str
    labels: tuple[str, ...]
    training_lines: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    def weights(self, folder: Path) -> Path:
        """Return the path of the weights; InputError for a link."""
        return check_regular(folder / WEIGHTS)

    def training_labels(self, folder: Path) -> NDArray[Any] | None:
        """Return the label of each training line, (N,); None without labels."""
        if not self.labels:
            return None
        dtype, size = label_dtype(len(self.labels)), len(self.labels)
        return open_rows(
            folder / LABELS, (self.training_lines,), dtype, size,
            header="config.json", remedy=REMEDY,
        )  # fmt: skip


def is_exported(folder: Path) -> bool:
    """Return whether a folder is an exported model: has settings, and weights next to them."""
    return all(os.path.lexists(folder / name) for name in ("config.json", WEIGHTS))


def read_exported(folder: Path) -> Exported:
    """Return what was exported to a folder.

    Raises:
        InputError: `config.json` is missing or damaged.
    """
    path = folder / "config.json"
    values = read_json(path, expected="the config.json of an exported model", remedy=REMEDY)
    model: Any = values.get("model")
    if not isinstance(model, Mapping):
        raise InputError(f"{path} does not say what was exported (model); {REMEDY}")
    labels: Any = model.get("labels")
    valid = {
        "step": is_step(model.get("step")),
        "training_lines": is_step(model.get("training_lines")),
        "encoder": isinstance(model.get("encoder"), str),
        "labels": are_labels(labels),
    }
    for name, is_valid in valid.items():
        if not is_valid:
            raise InputError(
                f"{path} is damaged (model: {name} is {model.get(name)!r:.80}); {REMEDY}"
            )
    return Exported(**{**{name: model[name] for name in valid}, "labels": tuple(labels)})


def write_labels(folder: Path, labels: NDArray[Any]) -> None:
    """Write the label of each training line, (N,), in its own type."""
    with RowWriter(folder / LABELS, (), labels.dtype) as file:
        file.append(labels)
