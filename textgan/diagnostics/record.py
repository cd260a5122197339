"""The record of an experiment: what was expected, what was measured, the figure, and its files."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from corpora.errors import InputError
from corpora.files import atomic, write_text
from textgan.evaluation.render.plots.style import styled

__all__ = ["SCHEMA", "Finding", "Record", "make_folder"]

SCHEMA = 1  # of the JSON form
DOTS_PER_INCH = 200  # of the PNG; figures are six inches wide


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A part of the claim, and whether the numbers meet it.

    Attributes:
        expectation: what was expected, a clause with its threshold.
        measured: what the numbers are, a clause.
        seen: whether they meet the expectation.
    """

    expectation: str
    measured: str
    seen: bool

    def __str__(self) -> str:
        """Return one sentence."""
        verdict = "Seen" if self.seen else "Not seen here"
        return f"{verdict}: {self.expectation} ({self.measured})."


@dataclass(frozen=True, kw_only=True)
class Record:
    """What an experiment found.

    Attributes:
        experiment: its name.
        claim: what theory says.
        source: of the claim.
        settings: all of them, plain values.
        findings: the parts of the claim, each with whether it was seen.
        notes: sentences on how the numbers were measured.
        measured: all numbers of the figure; `"infinity"` stands for ∞.
        figure: of matplotlib.
    """

    experiment: str
    claim: str
    source: str
    settings: Mapping[str, Any]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    measured: Mapping[str, Any]
    figure: Figure

    @property
    def conclusion(self) -> str:
        """One paragraph: the claim, and of each of its parts whether it was seen."""
        return " ".join([f"{self.experiment}: {self.claim}", *map(str, self.findings), *self.notes])

    def __str__(self) -> str:
        """Return the conclusion."""
        return self.conclusion

    def _repr_svg_(self) -> str:
        """Return the figure as a notebook shows it."""
        with styled(self.experiment):
            return self._drawn("svg", {"Date": None, "Creator": None}).decode()

    def to_dict(self) -> dict[str, Any]:
        """Return all but the figure as plain values, unrounded."""
        return {
            "schema": SCHEMA,
            "experiment": self.experiment,
            "claim": self.claim,
            "source": self.source,
            "settings": dict(self.settings),
            "findings": [
                {**vars(finding), "seen": bool(finding.seen)} for finding in self.findings
            ],
            "notes": list(self.notes),
            "conclusion": self.conclusion,
            "measured": dict(self.measured),
        }

    def save(self, folder: str | Path) -> list[Path]:
        """Write NAME.svg, NAME.png and NAME.json into `folder`, and return their paths.

        Each file appears as a whole. The same record gives the same bytes.

        Raises:
            InputError: The folder or a file cannot be written.
        """
        folder = make_folder(folder)
        paths = [folder / f"{self.experiment}.{suffix}" for suffix in ("svg", "png", "json")]
        with styled(self.experiment):
            drawings = [
                self._drawn("svg", {"Date": None, "Creator": None}),
                self._drawn("png", {"Software": None}),
            ]
        for path, drawing in zip(paths, drawings, strict=False):
            _write(path, drawing)
        values = json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)
        write_text(paths[2], f"{values}\n")
        return paths

    def _drawn(self, form: str, metadata: Mapping[str, None]) -> bytes:
        """Return the figure as the bytes of a file."""
        file = io.BytesIO()
        self.figure.savefig(file, format=form, dpi=DOTS_PER_INCH, metadata=dict(metadata))
        return file.getvalue()


def make_folder(folder: str | Path) -> Path:
    """Return `folder`, made if it is missing; InputError where it cannot be."""
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"cannot make the folder {folder}: {error.strerror}; name another with --out"
        ) from error
    return folder


def _write(path: Path, content: bytes) -> None:
    try:
        with atomic(path) as file:
            file.write(content)
    except OSError as error:
        raise InputError(
            f"cannot write {path}: {error.strerror}; check its folder and the disk"
        ) from error
