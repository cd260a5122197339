"""What a case study measures of lines, beside the measures of `evaluate`."""

from collections.abc import Collection, Sequence
from itertools import islice

import numpy as np

from benchmarks.molecules import read
from corpora.errors import InputError

__all__ = ["GUESSES", "MOSES", "found_shares", "molecules", "valid_lines"]

GUESSES = (10**4, 10**5, 10**6)
REFERENCE = 5_000  # training lines of the FCD
COMPARED = 2_000  # molecules of which all pairs are compared, for IntDiv
# Of 30,000 samples each, trained on 1.6 million molecules; FCD against 176,000 test molecules
# (https://github.com/molecularsets/moses, README).
MOSES = {
    "MOSES: n-gram": {
        "valid": 0.238, "unique": 0.922, "novel": 0.969, "IntDiv": 0.874, "FCD": 5.51,
    },
    "MOSES: LatentGAN": {
        "valid": 0.897, "unique": 0.997, "novel": 0.950, "IntDiv": 0.857, "FCD": 0.297,
    },
    "MOSES: CharRNN": {
        "valid": 0.975, "unique": 0.999, "novel": 0.842, "IntDiv": 0.856, "FCD": 0.073,
    },
}  # fmt: skip
FINGERPRINT = {"radius": 2, "fpSize": 1024}  # as MOSES has it


def found_shares(lines: Sequence[str], held_out: Collection[str]) -> dict[str, float]:
    """Return the share of distinct held-out lines that are among the first 10⁴, 10⁵, 10⁶ lines.

    A line that is drawn twice is two guesses.
    """
    wanted = set(held_out)
    return {
        f"found in {n:,}": len(wanted.intersection(lines[:n])) / len(wanted)
        for n in GUESSES
        if n <= len(lines)
    }


def valid_lines(lines: Sequence[str], count: int) -> list[str]:
    """Return the first lines that are molecules, at most `count`."""
    valid = (line for line in lines if read([line])[0] is not None)
    return list(islice(valid, count))


def molecules(lines: Sequence[str], training: Sequence[str]) -> dict[str, float]:
    """Return the measures of MOSES (Polykovskiy et al. 2020) of SMILES.

    valid: the share that rdkit reads and sanitises; an empty line is none. unique, novel: of the
    valid ones, by canonical SMILES; MOSES has novel of the distinct ones. IntDiv: 1 − the mean
    Tanimoto similarity of Morgan fingerprints of all pairs, each molecule with itself included.
    FCD: the Fréchet distance of ChemNet's features to 5,000 training lines (Preuer et al. 2018), of
    all that are valid.

    Raises:
        InputError: rdkit or fcd is not installed.
    """
    try:
        from fcd import get_fcd, load_ref_model
        from rdkit import Chem, DataStructs
        from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator
    except ImportError as error:
        raise InputError(
            f"{error.name} is not installed; install it: pip install -e '.[case-studies]'"
        ) from error
    valid = [molecule for molecule in read(lines) if molecule is not None]
    canonical = [Chem.MolToSmiles(molecule) for molecule in valid]
    known = {Chem.CanonSmiles(line) for line in training}
    figures = {"valid": len(valid) / len(lines)}
    if len(valid) > 1:
        prints = list(map(GetMorganGenerator(**FINGERPRINT).GetFingerprint, valid[:COMPARED]))
        similar = [np.mean(DataStructs.BulkTanimotoSimilarity(each, prints)) for each in prints]
        reference = training[:: max(1, len(training) // REFERENCE)][:REFERENCE]
        figures |= {
            "unique": len(set(canonical)) / len(valid),
            "novel": sum(smiles not in known for smiles in canonical) / len(valid),
            "IntDiv": 1 - float(np.mean(similar)),
            "FCD": float(get_fcd(canonical, list(reference), load_ref_model())),
        }
    return figures
