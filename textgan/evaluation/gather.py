"""Which lines meet which: the samples, what they are judged against, and real text held out.

Where held-out lines are given (a run has a test text), the reference is the training text.

Where none are given (a file against a corpus), a part of the reference is drawn: as many lines as
there are samples or a twentieth, whichever is more, but never over half. The rest is what floors
and models learn from, so that the held-out lines are strangers to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.divergence import choose
from textgan.evaluation.ngrams import Rows
from textgan.evaluation.signature import Part, Signature
from textgan.evaluation.text import encode, fingerprint

__all__ = ["Text", "Texts", "cut", "gather"]

HELD_OUT_SHARE = 20  # one line in so many, where held-out text has to be drawn


@dataclass(frozen=True)
class Text:
    """Lines, their rows (N, T), their number and hash."""

    lines: list[str]
    rows: Rows
    part: Part


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The texts that meet in a report, over one alphabet.

    Attributes:
        samples: the lines judged.
        reference: what they are judged against.
        training: what models and floors learn from: the reference without drawn held-out lines.
        held_out: real lines apart from `training`; may be empty.
        twins: as many training lines as there are samples, or all, for comparison.
        drawn: whether the held-out lines were drawn from the reference.
        vocabulary_size: V, the characters of all of them and the padding.
    """

    samples: Text
    reference: Text
    training: Text
    held_out: Text
    twins: Text
    drawn: bool
    vocabulary_size: int

    def with_held_out(self, mark: Signature) -> Signature:
        """Return the signature of a number that held-out lines bear on."""
        split = "drawn" if self.drawn else "given"
        return replace(mark, held_out=self.held_out.part, split=split)


def gather(
    samples: list[str],
    reference: Sequence[str],
    given: Sequence[str] | None,
    length: int,
    seed: int,
) -> Texts:
    """Return the texts as rows, held-out lines drawn from the reference where none are given."""
    reference = cut(reference, length)
    size = len(reference)
    rowed = encode(samples, reference, cut(given or [], length), length=length)
    sample_rows, reference_rows, held_out_rows = rowed.rows

    def text(lines: list[str], rows: Rows) -> Text:
        return Text(lines, rows, Part(len(lines), fingerprint(lines)))

    def some(whole: Text, places: NDArray[np.integer[Any]]) -> Text:
        return text([whole.lines[i] for i in places], whole.rows[places])

    whole = text(reference, reference_rows)
    if given is None:
        wanted = min(max(len(samples), size // HELD_OUT_SHARE), size // 2)
        apart = np.zeros(size, dtype=bool)
        apart[choose(size, wanted, seed, "held out")] = True
        held_out = some(whole, np.flatnonzero(apart))
        training = some(whole, np.flatnonzero(~apart))
    else:
        held_out, training = text(cut(given, length), held_out_rows), whole
    twins = choose(len(training.lines), len(samples), seed, "twins")
    return Texts(
        samples=text(samples, sample_rows),
        reference=whole,
        training=training,
        held_out=held_out,
        twins=some(training, twins),
        drawn=given is None,
        vocabulary_size=rowed.vocabulary_size,
    )


def cut(lines: Sequence[str], length: int) -> list[str]:
    """Return the lines, each cut at `length` characters."""
    return [line[:length] for line in lines]
