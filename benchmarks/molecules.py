"""The share of lines that are molecules, by rdkit, which the extra `molecules` installs."""

from collections.abc import Iterable
from typing import Any

__all__ = ["read", "valid_share"]


def valid_share(lines: Iterable[str]) -> float | None:
    """Return the share of SMILES that rdkit reads and sanitises; None where rdkit is missing."""
    try:
        valid = [molecule is not None for molecule in read(lines)]
    except ImportError:
        return None
    return sum(valid) / len(valid)


def read(lines: Iterable[str]) -> list[Any]:
    """Return the molecule of each SMILES; None for a line that is none. ImportError without rdkit.

    An empty line is no molecule, though rdkit reads it as one without atoms.
    """
    from rdkit import Chem, RDLogger

    RDLogger.DisableLog("rdApp.*")  # it reports each line that it cannot read
    return [Chem.MolFromSmiles(line) if line else None for line in lines]
