"""The texts an evaluation compares: samples, reference, and held-out real lines.

With held-out lines (a run has a test text) models are fitted to all of the reference.

Without them (a file against a corpus, or a run too small to have a test text) they are drawn from
the reference: as many as there are samples, at least 1,000, at most half. Models are fitted to the
rest, so that held-out lines are unseen.
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

WORKERS = 2  # threads: numpy sorts and searches outside the interpreter's lock
MIN_HELD_OUT = 1000  # lines drawn if the reference has twice as many: fewer make a poor test


@dataclass(frozen=True)
class Lines:
    """Lines as text and as rows (N, W) of ids, both on disk unless they are few."""

    text: Text
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def empty(self) -> int:
        """The number of lines that are empty or only white space."""
        return sum(not line.strip() for block in self.text for line in block)

    @property
    def part(self) -> Part:
        """Their number and hash."""
        return Part(len(self), self.text.sha)


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The texts an evaluation compares, over one vocabulary.

    Attributes:
        vocabulary: of all of them.
        samples: the lines evaluated.
        reference: the text they are compared with.
        part: its number of lines and hash.
        training: the text of models and floors: the reference without drawn held-out lines.
        held_out: real lines apart from `training`; may be empty.
        matched: a matched training sample: as many training lines as there are samples, or all.
        drawn: whether the held-out lines were drawn from the reference.
        drawn_at: their places in the reference; empty if they were not drawn.
        source: the text of the reference.
        also: lines of baselines by name, at most m of each.
        form: of Unicode, of all texts; None: unchanged.
        candidates: from how many each sample was chosen; None: from one.
    """

    vocabulary: Vocabulary
    samples: Lines
    reference: IdRows
    part: Part
    training: IdRows
    held_out: Lines
    matched: Lines
    drawn: bool
    drawn_at: NDArray[np.int64]
    source: Text
    also: Mapping[str, Lines]
    form: str | None
    candidates: int | None = None

    def base(self, seed: int) -> Signature:
        """Return the part that the signatures of all numbers on these texts share."""
        vocabulary = self.vocabulary
        return Signature(
            metric="",
            unit=vocabulary.unit,
            form=self.form,
            length=self.source.length,
            width=None if vocabulary.unit == "char" else vocabulary.width,
            m=len(self.samples),
            candidates=self.candidates,
            seed=seed,
        )

    def with_held_out(self, signature: Signature) -> Signature:
        """Return the signature of a number that depends on the held-out lines."""
        split = "drawn" if self.drawn else "given"
        return replace(signature, held_out=self.held_out.part, split=split)


def rows_at(rows: Rows, places: Places) -> Rows:
    """Return the rows at `places` in their order, mapped from a file unless they are few."""
    step = max(1, external.CELLS // rows.shape[1])
    pieces = (rows[places[part]] for part in external.slices(len(places), step))
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
    """Return the texts as rows, with held-out lines drawn from the reference if there are none.

    Each text is read once, and kept on disk unless it is small. Rows of characters are no wider
    than the longest line of all texts and one padding; n-grams that count padding count the rest up
    to T as well. A reference that is a Text has its own T.

    Raises:
        InputError: no samples, or no reference text.
    """
    sample_lines = lines_of(samples, blank=True, normalise=normalise)
    held_out_lines = lines_of(() if held_out is None else held_out, normalise=normalise)
    other_lines = {
        name: lines_of(other, blank=True, normalise=normalise) for name, other in also.items()
    }
    source = cut(reference, length, normalise=normalise)
    if not len(source):
        raise InputError("found no reference text, expected at least one line")
    length = source.length
    sample_text = Text(sample_lines, length)
    if not len(sample_text):
        raise InputError("found no samples, expected at least one line")
    if m is not None and m < len(sample_text):
        sample_text = sample_text.take(choose(len(sample_text), m, seed, "samples"))
    held_out_text = Text(held_out_lines, length)
    other_texts = {
        name: Text(islice(other, len(sample_text)), length) for name, other in other_lines.items()
    }
    for name, other in other_texts.items():
        if not len(other):
            raise InputError(f"found no lines of {name}, expected at least one")
    vocabulary = Vocabulary(
        [sample_text, source, held_out_text, *other_texts.values()], unit, fitted_to=source
    )

    def lines(text: Text) -> Lines:
        return Lines(text, vocabulary.rows(text, vocabulary.columns).array())

    rows = vocabulary.rows(source, vocabulary.columns)

    size = len(source)
    drawn = not len(held_out_text)
    number = min(max(len(sample_text), MIN_HELD_OUT), size // 2) if drawn else 0
    places = choose(size, number, seed, "held out")
    training = rows.without(places)
    matched = training.places(choose(len(training), len(sample_text), seed, "twins"))
    return Texts(
        vocabulary=vocabulary,
        samples=lines(sample_text),
        reference=rows,
        part=Part(size, source.sha),
        training=training,
        held_out=Lines(source.take(places), rows.take(places)) if drawn else lines(held_out_text),
        matched=_shuffled(source, rows, matched, seed),
        drawn=drawn,
        drawn_at=places,
        source=source,
        also={name: lines(other) for name, other in other_texts.items()},
        form="NFC" if normalise else None,
    )


def _shuffled(source: Text, rows: IdRows, places: Places, seed: int) -> Lines:
    """Return the lines at `places` in random order, so that the first of them are a sample."""
    order = generator(seed, "order").permutation(len(places))
    return Lines(source.take(places).permuted(order), rows_at(rows.take(places), order))
