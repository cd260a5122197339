"""n-gram counts and models against nltk.lm and a dictionary: times, ratios, memory.

    python -m benchmarks.ngrams [CORPUS] [--length 32] [--only memory models jsd]

CORPUS is a text file or the name of a bundled corpus. Rows are its lines, cut into pieces of
`--length` characters; where more are needed than there are, they are repeated. Both sides of a
ratio run in this process, one after the other, on the same rows, and their numbers are compared
before their times are. Times are CPU seconds of one thread, which other work on the machine hardly
changes, and medians of `--repeats` runs; the references, which take seconds, run once.

`memory` counts all orders from 1 to 6, padding included, in a process of its own: of the corpus,
of three times the corpus, and of random lines, whose n-grams grow with their number. The text is
read anew for each order; `reading` is the part of the seconds that this takes.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from math import log2
from statistics import median
from typing import Any

import numpy as np

from corpora.reader import read_lines
from textgan.evaluation.language_model.model import NgramModel
from textgan.evaluation.metrics.jsd import jsd
from textgan.evaluation.ngrams.counts import NgramCounts, count_orders
from textgan.evaluation.ngrams.windows import Rows

CORPUS = "sotu-1983-2021"
ORDERS = (1, 2, 3, 4, 5, 6)
MODEL_ORDER, MODEL_LINES, NLTK_LINES = 4, 5_000, 20
JSD_ORDERS, SAMPLES, REFERENCE = (1, 2, 3, 4), 640, 250_000
END = 0
RANDOM_SYMBOLS, RANDOM_LINES = 80, 300_000


def main() -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", nargs="?", default=CORPUS)
    parser.add_argument("--length", type=int, default=32)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="+", default=["memory", "models", "jsd"])
    parser.add_argument("--count", nargs=2, metavar=("TEXT", "TIMES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.count:
        text, times = options.count
        print(json.dumps(counted(options.corpus, text, int(times), options.length)))
        return
    if "memory" in options.only:  # before this process grows: a child starts with its peak
        memory(options.corpus, options.length)
    if "models" in options.only:
        models(options.corpus, options.length, options.repeats)
    if "jsd" in options.only:
        divergences(options.corpus, options.length, options.repeats)


def memory(corpus: str, length: int) -> None:
    """Print how long counting takes and how much memory, beside text of three times the size."""
    print(f"\nCounting orders {ORDERS[0]} to {ORDERS[-1]}, rows of {length}")
    head = f"{'text':<16}{'rows':>12}{'distinct 6-grams':>18}{'in files':>10}{'s':>8}"
    print(f"{head}{'reading':>9}{'peak MB':>9}")
    for text in ("corpus", "random"):
        for times in (1, 3):
            command = [sys.executable, "-m", "benchmarks.ngrams", corpus, "--length", str(length)]
            command += ["--count", text, str(times)]
            result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
            print(
                f"{f'{text}, {times} times':<16}{result['rows']:>12,}{result['distinct']:>18,}"
                f"{result['mapped']:>10}{result['seconds']:>8.2f}{result['reading']:>9.2f}{result['peak']:>9.0f}"
            )
    print(f"before anything is counted{result['idle']:>56.0f}")


def counted(corpus: str, text: str, times: int, length: int) -> dict[str, Any]:
    """Return what counting a text took; `random` is made of as many lines as are asked for."""
    characters = "" if text == "random" else alphabet(corpus)
    V = len(characters) + 1 if characters else RANDOM_SYMBOLS
    idle = peak()

    def pieces() -> Iterator[Rows]:
        if text == "random":
            for seed in range(30 * times):
                rng = np.random.default_rng(seed)
                yield rng.integers(0, V, (RANDOM_LINES // 30, length), dtype=np.uint8)
        else:
            for _ in range(times):
                yield from stream(corpus, characters, length)

    rows, reading = timed(lambda: sum(map(len, pieces())), 1)
    started = time.process_time()
    counts = count_orders(Again(pieces), ORDERS, V)
    seconds = time.process_time() - started
    return {
        "rows": rows,
        "reading": reading * len(ORDERS),
        "distinct": len(counts[ORDERS[-1]].keys),
        "mapped": sum(isinstance(count.keys, np.memmap) for count in counts.values()),
        "seconds": seconds,
        "peak": peak(),
        "idle": idle,
    }


def models(corpus: str, length: int, repeats: int) -> None:
    """Print the speed of fitting and scoring beside that of nltk.lm."""
    from nltk.lm import KneserNeyInterpolated

    rows = first(corpus, length, 2 * MODEL_LINES)
    known, new = rows[:MODEL_LINES], rows[MODEL_LINES:]
    V = int(rows.max()) + 1

    def fit() -> NgramModel:
        return NgramModel(
            known, V, order=MODEL_ORDER, smoothing="kneser-ney", discount=0.1, uniform=False
        )

    # nltk gets its n-grams ready made: only what it does with them is timed.
    text = [list(nltk_ngrams(row, number)) for number, row in enumerate(known)]
    oracle = KneserNeyInterpolated(MODEL_ORDER, discount=0.1)
    lines = [f"line {number}" for number in range(len(known))]
    nltk_fit = timed(lambda: oracle.fit(text, ["<s>", *lines, *map(str, range(V))]), 1)[1]
    model, our_fit = timed(fit, repeats)

    new_few = new[:NLTK_LINES]
    expected, nltk_score = timed(
        lambda: [oracle.unmasked_score(w, context) for row in new_few for context, w in steps(row)],
        1,
    )
    bits = model.log2_probabilities(new_few)
    scored = [
        b for row, line in zip(bits, new_few, strict=True) for b in row[: len(list(steps(line)))]
    ]
    for b, p in zip(scored, expected, strict=True):
        assert abs(b - log2(p)) < 1e-9 if p else b == -np.inf
    score, our_score = timed(lambda: model.score(new), repeats)
    per_second = len(expected) / nltk_score, score.characters / our_score

    print(f"\nKneser-Ney of order {MODEL_ORDER} on {MODEL_LINES:,} rows of {length}; same numbers")
    print(f"{'':<32}{'nltk.lm':>12}{'textgan':>12}{'ratio':>10}")
    print(f"{'fit, s':<32}{nltk_fit:>12.2f}{our_fit:>12.4f}{nltk_fit / our_fit:>10,.0f}")
    print(
        f"{'score, characters per second':<32}{per_second[0]:>12,.0f}{per_second[1]:>12,.0f}"
        f"{per_second[1] / per_second[0]:>10,.0f}"
    )
    print(f"nltk scored {NLTK_LINES} rows ({len(expected)} characters), textgan {len(new):,}.")


class Again:
    """A stream that can be gone through as often as need be."""

    def __init__(self, stream: Callable[[], Iterator[Rows]]) -> None:
        self.stream = stream

    def __iter__(self) -> Iterator[Rows]:
        return self.stream()


def divergences(corpus: str, length: int, repeats: int) -> None:
    """Print the speed of the divergence beside that of the published way, a dictionary."""
    rows = first(corpus, length, REFERENCE + SAMPLES)
    V = int(rows.max()) + 1
    samples, reference = rows[:SAMPLES], rows[SAMPLES:]
    tuples = [tuple(row) for row in rows.tolist()]
    print(f"\nJSD of {SAMPLES} rows against {len(reference):,}, orders 1 to 4; same numbers")
    print(f"{'':<32}{'dictionary':>12}{'textgan':>12}{'ratio':>10}")

    def dictionaries(lines: list[tuple[int, ...]]) -> list[Counter[tuple[int, ...]]]:
        return [dictionary(lines, n) for n in JSD_ORDERS]

    def counts(lines: Rows) -> list[NgramCounts]:
        return list(count_orders(lines, JSD_ORDERS, V).values())

    theirs, their_count = timed(lambda: dictionaries(tuples[SAMPLES:]), 1)
    ours, our_count = timed(lambda: counts(reference), repeats)
    expected, their_jsd = timed(
        lambda: [
            js_of_dictionaries(p, q)
            for p, q in zip(dictionaries(tuples[:SAMPLES]), theirs, strict=True)
        ],
        1,
    )
    values, our_jsd = timed(
        lambda: [jsd(p, q) for p, q in zip(counts(samples), ours, strict=True)], repeats
    )
    assert np.allclose(values, expected, rtol=0, atol=1e-12), (
        values,
        expected,
    )
    for task, their, our in (
        ("count the reference, s", their_count, our_count),
        ("score the samples, s", their_jsd, our_jsd),
        ("both, s", their_count + their_jsd, our_count + our_jsd),
    ):
        print(f"{task:<32}{their:>12.2f}{our:>12.4f}{their / our:>10,.0f}")


def dictionary(rows: Iterable[tuple[int, ...]], n: int) -> Counter[tuple[int, ...]]:
    """Return the n-grams of `rows` as Gulrajani et al. 2017 count them."""
    return Counter(row[i : i + n] for row in rows for i in range(len(row) - n + 1))


def js_of_dictionaries(p: Counter[tuple[int, ...]], q: Counter[tuple[int, ...]]) -> float:
    """Return the Jensen-Shannon divergence in bits of two dictionaries of counts."""
    p_total, q_total = sum(p.values()), sum(q.values())

    def half(text: Counter[tuple[int, ...]]) -> float:
        shares = np.array([(p[ngram] / p_total, q[ngram] / q_total) for ngram in text])
        shares_of_text = shares[:, 0] if text is p else shares[:, 1]
        return float(np.sum(shares_of_text * np.log2(shares_of_text / shares.mean(axis=1))))

    return (half(p) + half(q)) / 2


def alphabet(corpus: str) -> str:
    """Return the characters of a corpus in order."""
    return "".join(sorted(set().union(*map(set, map("".join, read_lines(corpus))))))


def stream(corpus: str, characters: str, length: int) -> Iterator[Rows]:
    """Yield the lines of a corpus as padded rows of ids, each cut into pieces of `length`."""
    ids = np.zeros(0x110000, dtype=np.min_scalar_type(len(characters)))
    ids[[ord(c) for c in characters]] = np.arange(1, len(characters) + 1)
    for lines in read_lines(corpus, block=1 << 20):
        parts = [line[i : i + length] for line in lines for i in range(0, len(line), length)]
        yield ids[np.array(parts, dtype=f"<U{length}").view("<u4").reshape(-1, length)]


def first(corpus: str, length: int, rows: int) -> Rows:
    """Return that many rows of a corpus, from its beginning again where it has fewer."""
    characters = alphabet(corpus)

    def again() -> Iterator[Rows]:
        while True:
            yield from stream(corpus, characters, length)

    def enough() -> Iterator[Rows]:
        wanted = rows
        for piece in again():
            yield piece[:wanted]
            wanted -= len(piece)
            if wanted <= 0:
                return

    return np.concatenate(list(enough()))


def steps(row: Rows) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each predicted symbol of a row with its context, as the strings that nltk wants."""
    line = [str(s) for s in row.tolist()]
    line = line[: line.index(str(END)) + 1] if str(END) in line else line
    padded = ["<s>"] * (MODEL_ORDER - 1) + line
    for i, symbol in enumerate(line):
        yield tuple(islice(padded, i, i + MODEL_ORDER - 1)), symbol


def nltk_ngrams(row: Rows, number: int) -> Iterator[tuple[str, ...]]:
    """Yield the n-grams of a row, all orders, so that nltk counts one start symbol alone.

    Of those that begin with two, the first is made the line's own: no context of a query has it,
    and nltk has as many continuations of what begins a line as there are such lines.
    """
    for context, w in steps(row):
        for n in range(MODEL_ORDER):
            ngram = (*context[len(context) - n :], w)
            yield (f"line {number}", *ngram[1:]) if ngram[:2] == ("<s>", "<s>") else ngram


def timed(function: Callable[[], Any], repeats: int) -> tuple[Any, float]:
    """Return the result and the median of the seconds it took."""
    seconds = []
    for _ in range(repeats):
        started = time.process_time()
        result = function()
        seconds.append(time.process_time() - started)
    return result, median(seconds)


def peak() -> float:
    """Return the peak of this process's resident memory in MB, pages of mapped files included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
