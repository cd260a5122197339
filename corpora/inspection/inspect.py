"""The corpus doctor: what a text is like, what training would do with it, what could be better."""

import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.build import encode_file
from corpora.cleaning import Progress, silent
from corpora.errors import InputError, UnreadableError, UnwritableError
from corpora.inspection.advice import problems, suggestions
from corpora.inspection.distinct import Distinct
from corpora.inspection.findings import Character, Findings
from corpora.inspection.survey import WIDEST, Survey
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
    progress: Progress = silent,
) -> Findings:
    """Return what the text is like and what `corpora.encode` with these settings makes of it.

    A text that would be refused is described all the same, with the reason. Raises InputError
    only for what cannot be read at all, for impossible settings, and where there is no room for
    the rows. Of lines in two `columns`, characters are those of the texts that are encoded, and the
    longer of a pair is its length.

    The text is read once, and its rows written to a temporary folder, as for training; memory
    does not grow with it. `progress` is that of `corpora.encode`.
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
    with open_source(source) as file, temporary_folder() as folder:
        survey, sample, corpus, refused = Survey(), Sample(), None, None
        try:
            encode_file(
                file,
                folder / "corpus",
                settings,
                source,
                survey=survey,
                sample=sample,
                progress=progress,
            )
            corpus = open_corpus(folder / "corpus")
        except (UnreadableError, UnwritableError):  # which say nothing of the text
            raise
        except InputError as error:
            refused = str(error).removeprefix(f"{name}: ")
        findings = _findings(
            name, settings, guess_encoding(sample), survey, corpus, refused, progress
        )
    return replace(findings, problems=problems(findings), suggestions=suggestions(findings))


def _findings(
    name: str,
    settings: Settings,
    guess: Guess,
    survey: Survey,
    corpus: Corpus | None,
    refused: str | None,
    progress: Progress,
) -> Findings:
    counts, kept = survey.counts, int(survey.lengths.sum())
    different = min(survey.lines.number, kept)
    total = int(survey.codes.sum())
    found = np.flatnonzero(survey.codes)
    rare = found[survey.codes[found] < RARE * total]
    rarest = rare[np.lexsort((rare, survey.codes[rare]))]
    return Findings(
        source=name,
        refused=refused,
        settings=settings,
        likely_encoding=guess.likeliest,
        encodings=dict(zip(guess.encodings, guess.readings, strict=True)),
        looks=looks_like(survey.first) if settings.columns == "text" else None,
        counts=counts if corpus is None else corpus.counts,
        kept=kept,
        distinct_lines=different,
        distinct_exact=survey.lines.exact,
        lengths={
            "shortest": survey.percentile(1 / max(kept, 1)),
            "median": survey.percentile(0.5),
            "95%": survey.percentile(0.95),
            "99.5%": survey.percentile(0.995),
            "longest": survey.percentile(1.0),
        },
        histogram=_histogram(survey.lengths),
        characters=total,
        distinct_characters=len(found),
        rare_characters=len(rare),
        rarest=[_character(code, int(survey.codes[code])) for code in rarest[:20].tolist()],
        hidden=[
            _character(ord(character), number)
            for character, number in sorted(survey.hidden.items(), key=lambda item: -item[1])
        ],
        length=corpus.length if corpus else None,
        over_length=corpus.counts.long / max(kept, 1) if corpus else None,
        rows=_sizes(corpus) if corpus else None,
        distinct_rows=_distinct_rows(corpus, different, progress) if corpus else None,
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
        bins.append((low, min(high, WIDEST), int(lengths[low : high + 1].sum())))
        low, high = high + 1, 2 * high
    while bins and not bins[-1][2]:
        bins.pop()
    return bins


def _character(code: int, count: int) -> Character:
    character = chr(code)
    shown = character if character.isprintable() and not unicodedata.combining(character) else ""
    name = unicodedata.name(character, "unnamed")
    return Character(shown=shown, code=f"U+{code:04X}", name=name, count=count)


def _sizes(corpus: Corpus) -> dict[str, int]:
    return {"train": len(corpus.train), "valid": len(corpus.valid), "test": len(corpus.test)}


def _distinct_rows(corpus: Corpus, lines: int, progress: Progress) -> int:
    """Return how many rows differ; no more than `lines` that do, unless these are split."""
    counter, done = Distinct(), 0
    many = max(CELLS // corpus.length, 1)
    for name in PARTS:
        rows: NDArray[Any] = getattr(corpus, name)
        given = corpus.condition(name)
        for start in range(0, len(rows), many):
            some = rows[start : start + many]
            if given is not None:  # what is given is part of a row here; label 0 is no padding
                beside = given[start : start + many].astype(np.int64) + 1
                some = np.column_stack([some, beside])
            counter.add(hashes(some))
            done += len(some)
            progress("counting rows", done / corpus.counts.rows)
    most = corpus.counts.rows if corpus.long == "split" else min(corpus.counts.rows, lines)
    return min(counter.number, most)
