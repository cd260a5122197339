"""What a report shows of single lines and n-grams."""

from dataclasses import dataclass

__all__ = ["Example", "Memorization", "Nearest", "RevealingNgram", "Transport"]


@dataclass(frozen=True, kw_only=True)
class Example:
    """One sample, symbol by symbol.

    Attributes:
        symbols: its characters, bytes, pieces or words.
        bits: −log₂ of the likelihood of each under the model of training text, and of the line's
            end where there was room for one.
    """

    symbols: tuple[str, ...]
    bits: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Nearest:
    """A sample and the training line nearest to it by edit distance, `edits` edits away."""

    sample: str
    training: str
    edits: int


@dataclass(frozen=True, kw_only=True)
class RevealingNgram:
    """An n-gram by which a classifier tells samples from real text.

    Attributes:
        ngram: its characters.
        starts: whether it stands at the start of a line.
        ends: whether it stands at the end of a line.
        samples: the share of the samples that have it.
        real: the share of the real lines that have it.
    """

    ngram: str
    starts: bool
    ends: bool
    samples: float
    real: float


@dataclass(frozen=True, kw_only=True)
class Memorization:
    """How many samples are nearer to training lines, and how many to as many held-out lines.

    Attributes:
        samples: how many were compared; those that are in neither number are equally near.
        lines: of each text, with which they were compared.
        training: how many are nearer to a training line.
        held_out: how many are nearer to a held-out line.
        p: of as many or more, ties counted half, if the two texts change places at random.
    """

    samples: int
    lines: int
    training: int
    held_out: int
    p: float


@dataclass(frozen=True, kw_only=True)
class Transport:
    """The cheapest plan that moves one small set of samples onto as many real lines.

    Attributes:
        moves: sample, the real line it becomes, and the edits that takes; dearest first.
    """

    moves: tuple[tuple[str, str, int], ...]
