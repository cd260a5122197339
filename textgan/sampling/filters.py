"""Lines that pass filters: `--unique`, `--novel` and `--match`."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import regex
from numpy.typing import NDArray

from corpora import Corpus, open_corpus
from corpora.errors import InputError
from corpora.split import hashes
from textgan import runs
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.packing import Keys, find, tally
from textgan.evaluation.text.loading import composed
from textgan.evaluation.text.patterns import MATCH_SECONDS, compile_pattern
from textgan.sampling.batch import Ids, Sample
from textgan.sampling.memory import check_batch_size
from textgan.sampling.sampler import BATCH_ROWS, FixedCodes, Sampler

__all__ = ["FilterExhaustedError", "RunawayPatternError", "TrainingText", "select"]

MAX_REJECTED = 50_000  # lines in a row, before a filter counts as exhausted
HASHED_ROWS = 1 << 19  # rows whose hashes are sorted at a time


class FilterExhaustedError(InputError):
    """No more lines pass the filters; `passed` of the lines wanted did."""

    def __init__(self, passed: int, n: int, rejected: int) -> None:
        super().__init__(
            f"found {passed} of {n} lines, then none in {rejected:,} tries; reduce -n or loosen "
            "the filters"
        )
        self.passed = passed


class RunawayPatternError(FilterExhaustedError):
    """A pattern takes too long on a line; `passed` of the lines wanted passed before it."""

    def __init__(self, passed: int, n: int, lines_read: int, line: str, pattern: object) -> None:
        InputError.__init__(
            self,
            f"found {passed:,} of {n:,} lines, then the pattern {pattern!r} took more than "
            f"{MATCH_SECONDS:g} seconds on line {lines_read:,}, of {len(line):,} characters; avoid "
            "nested repeats such as (.*)*",
        )
        self.passed = passed


class TrainingText:
    """The training text of a run, in which lines are looked up.

    Args:
        corpus: The text of the run.
    """

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.hashes = sorted_hashes(self.corpus.train)

    def contains(self, lines: Sequence[str]) -> NDArray[np.bool_]:
        """Return which lines are in the training text, in any Unicode form, (B,).

        Lines are encoded again: one text has many encodings in subwords.
        """
        encoder = self.corpus.encoder
        contained = np.zeros(len(lines), dtype=bool)
        for form in _unicode_forms(lines):
            rows = encoder.encode_rows(form, self.corpus.length)
            hits = find(self.hashes, hashes(rows)[:, None]) >= 0
            if encoder.unknown is not None:  # one id for many symbols: no evidence of a copy
                hits &= (rows != encoder.unknown).all(axis=1)
            contained |= hits
        return contained


def sorted_hashes(rows: Ids) -> Keys:
    """Return the distinct hashes of rows (N, T), ascending, (K, 1); mapped from a file if many.

    Hashes are sorted HASHED_ROWS at a time, so that memory does not grow with the text.
    """
    with external.Runs() as sorted_runs:
        for part in external.slices(len(rows), HASHED_ROWS):
            sorted_runs.add(*tally(hashes(rows[part])[:, None]))
            external.release(rows)
        (keys,) = external.join((keys,) for keys, _ in sorted_runs.merged())
    return keys


def select(
    sampler: Sampler,
    n: int,
    seed: int,
    *,
    label: str | None = None,
    codes: FixedCodes | None = None,
    unique: bool = False,
    novel_to: Path | None = None,
    match: str | re.Pattern[str] | None = None,
    scored: bool = False,
    batch_size: int = BATCH_ROWS,
) -> Iterator[Sample]:
    """Yield exactly n lines that pass all filters.

    Filters leave lines of the seed out and never change them. Memory grows only with `unique`.

    Args:
        sampler: Where the lines come from.
        n: Number of lines.
        seed: Seed of all lines.
        label: Label of all lines, as of `Sampler.lines`.
        codes: Codes of all lines, as of `Sampler.lines`.
        unique: Leave out lines that came before.
        novel_to: A run folder: leave out lines of its training text, in any Unicode form.
        match: Leave out lines in which this regular expression is not found. Its syntax is that of
            the package `regex`, an extension of `re`. It and the lines are composed (NFC).
        scored: Whether to compute the critic's scores.
        batch_size: Lines generated at a time; does not change the lines.

    Raises:
        FilterExhaustedError: None of MAX_REJECTED lines in a row passed.
        RunawayPatternError: `match` took more than MATCH_SECONDS on a line.
        InputError: `match` is not a regular expression, or the run has no such label or code.
    """
    pattern = None if match is None else compile_pattern(match)
    training = None
    if novel_to is not None:
        training = TrainingText(open_corpus(runs.corpus_folder(novel_to)))
    if not (unique or match or novel_to):
        batch_size = max(1, min(batch_size, n))
    if batch_size > BATCH_ROWS:
        check_batch_size(sampler, batch_size)
    yielded: set[str] = set()
    passed = rejected = lines_read = 0
    batches = sampler.batches(seed, batch_size=batch_size, label=label, codes=codes)
    while passed < n:
        samples = sampler.decode(next(batches), scored=scored)
        copies = np.zeros(len(samples), dtype=bool)
        if training is not None:
            copies = training.contains([sample.text for sample in samples])
        for sample, copy in zip(samples, copies, strict=True):
            lines_read += 1
            try:
                matches = pattern is None or _found(pattern, sample.text)
            except TimeoutError:
                raise RunawayPatternError(passed, n, lines_read, sample.text, match) from None
            if copy or (unique and sample.text in yielded) or not matches:
                rejected += 1
                if rejected >= MAX_REJECTED:
                    raise FilterExhaustedError(passed, n, rejected)
                continue
            if unique:
                yielded.add(sample.text)
            passed, rejected = passed + 1, 0
            yield sample
            if passed == n:
                break


def _found(pattern: "regex.Pattern[str]", line: str) -> bool:
    return pattern.search(composed(line), timeout=MATCH_SECONDS) is not None


def _unicode_forms(lines: Sequence[str]) -> list[Sequence[str]]:
    """Return lines as they are and, where that differs, composed and decomposed."""
    forms: list[Sequence[str]] = [lines]
    if all(line.isascii() for line in lines):
        return forms
    for form in ("NFC", "NFD"):
        normalised = [unicodedata.normalize(form, line) for line in lines]
        forms += [normalised] if normalised != lines else []
    return forms
