"""Which lines meet which: the samples, what they are judged against, and real text held out.

Where held-out lines are given (a run has a test text), models and floors learn from the whole
reference.

Where none are given (a file against a corpus, or a run too small to have a test text), some are
drawn from the reference: as many as there are samples, or 1,000 if that is more, but never over
half. The rest is what models and floors learn from, so that the held-out lines are strangers to
them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from corpora.errors import InputError
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.windows import Rows
from textgan.evaluation.report.signature import Part, Signature
from textgan.evaluation.statistics.seeding import choose, generator
from textgan.evaluation.text.lines import Places, Text
from textgan.evaluation.text.loading import Source, lines_of
from textgan.evaluation.text.loading import reference as cut
from textgan.evaluation.text.vocabulary import IdRows, Vocabulary

__all__ = ["WORKERS", "Lines", "Texts", "gather", "rows_at"]

WORKERS = 2  # things measured at once: numpy sorts and searches outside the interpreter's lock
FEWEST_HELD_OUT = 1000  # drawn, where the reference has twice as many: fewer make a poor test


@dataclass(frozen=True)
class Lines:
    """Lines as text and as rows (N, W) of ids, both on disk unless they are few."""

    text: Text
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    def some(self, places: Places) -> Rows:
        """Return the rows at `places`, which are distinct and ascend."""
        if len(places) == len(self.rows):
            return self.rows
        return rows_at(self.rows, places)

    @property
    def empty(self) -> int:
        """How many of them are empty, or of white space alone."""
        return sum(not line.strip() for block in self.text for line in block)

    @property
    def part(self) -> Part:
        """Their number and hash."""
        return Part(len(self), self.text.sha)


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The texts that meet in a report, over one vocabulary.

    Attributes:
        vocabulary: of all of them.
        samples: the lines judged.
        reference: what they are judged against.
        part: its number and hash.
        training: what models and floors learn from: the reference without drawn held-out lines.
        held_out: real lines apart from `training`; may be empty.
        twins: as many training lines as there are samples, or all, for comparison.
        drawn: whether the held-out lines were drawn from the reference.
        drawn_at: where; empty if they were not.
        source: the text of the reference.
        also: further lines that are measured beside the samples, by name; m of each at most.
        form: of Unicode, of all of them; None: as they stood.
    """

    vocabulary: Vocabulary
    samples: Lines
    reference: IdRows
    part: Part
    training: IdRows
    held_out: Lines
    twins: Lines
    drawn: bool
    drawn_at: NDArray[np.int64]
    source: Text
    also: Mapping[str, Lines]
    form: str | None

    def base(self, seed: int) -> Signature:
        """Return what the signatures of all numbers on these texts have in common."""
        vocabulary = self.vocabulary
        return Signature(
            metric="",
            unit=vocabulary.unit,
            form=self.form,
            length=self.source.length,
            width=None if vocabulary.unit == "char" else vocabulary.width,
            m=len(self.samples),
            seed=seed,
        )

    def with_held_out(self, mark: Signature) -> Signature:
        """Return the signature of a number that held-out lines bear on."""
        split = "drawn" if self.drawn else "given"
        return replace(mark, held_out=self.held_out.part, split=split)


def rows_at(rows: Rows, places: Places) -> Rows:
    """Return the rows at `places` in their order, mapped from a file unless they are few."""
    step = max(1, external.CELLS // rows.shape[1])
    pieces = (rows[places[some]] for some in external.slices(len(places), step))
    return external.stack(pieces, rows.shape[1], rows.dtype)


def gather(
    samples: Source,
    reference: Source | Text,
    held_out: Source | None,
    also: Mapping[str, Source],
    *,
    length: int | None,
    unit: str,
    m: int | None,
    seed: int,
    normalise: bool = True,
) -> Texts:
    """Return the texts as rows, held-out lines drawn from the reference where there are none.

    Each text is read once, and kept on disk unless it is small. Rows of characters are no wider
    than the longest line of all texts and one padding: what is missing up to T is padding, and only
    n-grams that count it need to know of it. T is the reference's own where that is cut already.

    Raises:
        InputError: no samples, or no reference text.
    """
    lines = lines_of(samples, blank=True, normalise=normalise)
    apart_lines = lines_of(() if held_out is None else held_out, normalise=normalise)
    others_lines = {
        name: lines_of(other, blank=True, normalise=normalise) for name, other in also.items()
    }
    source = cut(reference, length, normalise=normalise)
    if not len(source):
        raise InputError("found no reference text, expected at least one line")
    length = source.length
    judged = Text(lines, length)
    if not len(judged):
        raise InputError("found no samples, expected at least one line")
    if m is not None and m < len(judged):
        judged = judged.take(choose(len(judged), m, seed, "samples"))
    given = Text(apart_lines, length)
    others = {name: Text(islice(one, len(judged)), length) for name, one in others_lines.items()}
    for name, other in others.items():
        if not len(other):
            raise InputError(f"found no lines of {name}, expected at least one")
    vocabulary = Vocabulary([judged, source, given, *others.values()], unit, fitted_to=source)
    columns = vocabulary.columns
    whole = vocabulary.rows(source, columns)

    size = len(source)
    drawn = not len(given)
    wanted = min(max(len(judged), FEWEST_HELD_OUT), size // 2) if drawn else 0
    places = choose(size, wanted, seed, "held out")
    apart = Lines(given, vocabulary.rows(given, columns).array())
    if drawn:
        apart = Lines(source.take(places), whole.take(places))
    training = whole.without(places)
    twins = training.places(choose(len(training), len(judged), seed, "twins"))
    return Texts(
        vocabulary=vocabulary,
        samples=Lines(judged, vocabulary.rows(judged, columns).array()),
        reference=whole,
        part=Part(size, source.sha),
        training=training,
        held_out=apart,
        twins=_shuffled(source, whole, twins, seed),
        drawn=drawn,
        drawn_at=places,
        source=source,
        also={
            name: Lines(other, vocabulary.rows(other, columns).array())
            for name, other in others.items()
        },
        form="NFC" if normalise else None,
    )


def _shuffled(source: Text, rows: IdRows, places: Places, seed: int) -> Lines:
    """Return the lines at `places` in random order: the first of them are a sample of all."""
    order = generator(seed, "order").permutation(len(places))
    return Lines(source.take(places).permuted(order), rows_at(rows.take(places), order))
