"""The share of lines that are molecules, by rdkit, which the extra `molecules` installs."""

from collections.abc import Iterable

__all__ = ["valid_share"]


def valid_share(lines: Iterable[str]) -> float | None:
    """Return the share of SMILES that rdkit reads and sanitises; None where rdkit is missing.

    An empty line is no molecule, though rdkit reads it as one without atoms.
    """
    try:
        from rdkit import Chem, RDLogger
    except ImportError:
        return None
    RDLogger.DisableLog("rdApp.*")  # it reports each line that it cannot read
    valid = [bool(line) and Chem.MolFromSmiles(line) is not None for line in lines]
    return sum(valid) / len(valid)
