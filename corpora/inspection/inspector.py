"""The corpus doctor: what a text is like, what training would do with it, what could be better."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpora.build import encode_file, limit_of
from corpora.cleaning import ReportProgress, no_progress
from corpora.errors import InputError, UnreadableError, UnwritableError
from corpora.inspection.advice import problems, suggestions
from corpora.inspection.distinct_counter import DistinctCounter
from corpora.inspection.findings import Character, Findings
from corpora.inspection.statistics import MAX_LENGTH, TextStatistics
from corpora.record_formats import looks_like
from corpora.settings import Settings
from corpora.sniff import Guess, Sample, guess_encoding
from corpora.sources import Source, open_source
from corpora.split import PARTS, hashes
from corpora.store import Corpus, open_corpus
from corpora.temporary import temporary_folder

__all__ = ["inspect"]

CELLS = 1 << 20  # ids hashed at once
RARE = 1e-5  # of all characters: fewer than one in 100,000


def inspect(
    source: Source,
    *,
    encoder: str = "char",
    length: int | None = None,
    long: str = "cut",
    max_vocabulary: int = 512,
    encoding: str = "utf-8",
    normalise: bool = True,
    columns: str = "text",
    max_bytes: int | None = None,
    progress: ReportProgress = no_progress,
) -> Findings:
    """Return what the text is like and what `corpora.encode` with these settings makes of it.

    A text that training would refuse is described as well, with the reason. Of lines in two
    `columns`, the characters are those of the texts that are encoded, and the length of a pair is
    that of its longer text.

    The text is read once, and its rows are written to a temporary folder, as for training; memory
    does not grow with it. The arguments are those of `corpora.encode`.

    Raises:
        InputError: The text cannot be read, a setting is impossible, or there is no room for the
            rows.
    """
    settings = Settings(
        encoder=encoder,
        length=length,
        long=long,
        max_vocabulary=max_vocabulary,
        encoding=encoding,
        normalise=normalise,
        columns=columns,
    )
    name = str(source) if isinstance(source, str | Path) else "lines"
    with (
        temporary_folder() as folder,
        open_source(source, limit_of(max_bytes, folder, source, progress)) as file,
    ):
        statistics, sample = TextStatistics(), Sample()
        corpus, refused = None, None
        try:
            encode_file(
                file,
                folder / "corpus",
                settings,
                source,
                observer=statistics,
                sample=sample,
                progress=progress,
            )
            corpus = open_corpus(folder / "corpus")
        except (UnreadableError, UnwritableError):  # no fault of the text
            raise
        except InputError as error:
            refused = str(error).removeprefix(f"{name}: ")
        findings = _findings(
            name, settings, guess_encoding(sample), statistics, corpus, refused, progress
        )
    return replace(findings, problems=problems(findings), suggestions=suggestions(findings))


def _findings(
    name: str,
    settings: Settings,
    guess: Guess,
    statistics: TextStatistics,
    corpus: Corpus | None,
    refused: str | None,
    progress: ReportProgress,
) -> Findings:
    counts, usable_lines = statistics.counts, int(statistics.lengths.sum())
    distinct_lines = min(statistics.lines.number, usable_lines)
    total = int(statistics.codes.sum())
    codes = np.flatnonzero(statistics.codes)
    rare = codes[statistics.codes[codes] < RARE * total]
    rarest = rare[np.lexsort((rare, statistics.codes[rare]))]
    return Findings(
        source=name,
        refused=refused,
        settings=settings,
        likely_encoding=guess.likeliest,
        encodings=dict(zip(guess.encodings, guess.readings, strict=True)),
        looks=looks_like(statistics.first_lines) if settings.columns == "text" else None,
        counts=counts if corpus is None else corpus.counts,
        kept=usable_lines,
        distinct_lines=distinct_lines,
        distinct_exact=statistics.lines.exact,
        lengths={
            "shortest": statistics.percentile(1 / max(usable_lines, 1)),
            "median": statistics.percentile(0.5),
            "95%": statistics.percentile(0.95),
            "99.5%": statistics.percentile(0.995),
            "longest": statistics.percentile(1.0),
        },
        histogram=_histogram(statistics.lengths),
        characters=total,
        distinct_characters=len(codes),
        rare_characters=len(rare),
        rarest=[_character(code, int(statistics.codes[code])) for code in rarest[:20].tolist()],
        hidden=[
            _character(ord(character), number)
            for character, number in sorted(statistics.invisible.items(), key=lambda item: -item[1])
        ],
        length=corpus.length if corpus else None,
        over_length=corpus.counts.long / max(usable_lines, 1) if corpus else None,
        rows={part: len(corpus.rows(part)) for part in PARTS} if corpus else None,
        distinct_rows=_distinct_rows(corpus, distinct_lines, progress) if corpus else None,
        labels=corpus.rows_of_labels("train") if corpus else {},
        vocabulary=corpus.encoder.size if corpus else None,
        unknown=corpus.counts.unknown / max(corpus.counts.symbols, 1) if corpus else None,
        notes=corpus.notes() if corpus else counts.sentences(),
        problems=[],
        suggestions=[],
    )


def _histogram(lengths: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Return (from, to, lines) for lengths 1 to 4, 5 to 8, 9 to 16, 17 to 32 and so on."""
    bins, low, high = [], 1, 4
    while low < len(lengths):
        bins.append((low, min(high, MAX_LENGTH), int(lengths[low : high + 1].sum())))
        low, high = high + 1, 2 * high
    while bins and not bins[-1][2]:
        bins.pop()
    return bins


def _character(code: int, count: int) -> Character:
    character = chr(code)
    shown = character if character.isprintable() and not unicodedata.combining(character) else ""
    name = unicodedata.name(character, "unnamed")
    return Character(shown=shown, code=f"U+{code:04X}", name=name, count=count)


def _distinct_rows(corpus: Corpus, distinct_lines: int, progress: ReportProgress) -> int:
    """Return how many rows differ: at most as many as lines do, unless these are split.

    Two rows with different conditions differ.
    """
    counter, done = DistinctCounter(), 0
    batch_size = max(CELLS // corpus.length, 1)
    for part in PARTS:
        rows = corpus.rows(part)
        condition = corpus.condition(part)
        for start in range(0, len(rows), batch_size):
            batch = rows[start : start + batch_size]
            if condition is not None:  # plus 1, as 0 is padding and label 0 is not
                numbers = condition[start : start + batch_size].astype(np.int64) + 1
                batch = np.column_stack([batch, numbers])
            counter.add(hashes(batch))
            done += len(batch)
            progress("counting rows", done / corpus.counts.rows)
    rows_or_lines = corpus.counts.rows
    if corpus.long != "split":
        rows_or_lines = min(rows_or_lines, distinct_lines)
    return min(counter.number, rows_or_lines)
