"""How near translations of lines come to their targets, compared with doing nothing at all.

The character error rate of outputs y against targets t is

    CER = Σ_i d(y_i, t_i) / Σ_i characters of t_i

d is Levenshtein's (1966): the least number of characters to insert, delete or replace. It may be
above 1. A source that is to be mended is mostly right as it stands, so that the rate is compared
with that of copying it, CER of d(s_i, t_i): a translator whose ratio to that is above 1 does harm.

Both intervals are by the delete-one jackknife over lines (Efron 1982, chapter 3): difference and
ratio are ratios of two sums over the same lines, found again without each, so that what makes a
line hard for translator and copier alike drops out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from corpora.errors import InputError
from textgan.evaluation.metrics.metric import Description
from textgan.evaluation.report.representation import Renderable
from textgan.evaluation.report.signature import Part, Signature
from textgan.evaluation.statistics.normal import normal_interval
from textgan.evaluation.statistics.proportions import Share, share
from textgan.evaluation.text.lines import Text

__all__ = [
    "CER",
    "CER_DIFFERENCE",
    "CER_RATIO",
    "EXACT",
    "SCHEMA",
    "Places",
    "Restoration",
    "Translated",
    "TranslationReport",
    "first",
    "restoration",
]

SCHEMA = 2  # of the JSON form of a `TranslationReport`

CER = Description(
    name="cer",
    title="character error rate",
    unit="share",
    better="lower",
    form=".2%",
    blind_to="meaning, which characters are wrong, and other good answers than the target",
)

CER_DIFFERENCE = Description(
    name="cer-difference",
    title="less that of copying",
    unit="share",
    better="lower",
    form="+.2%",
    blind_to="what cer is blind to, and how much there was to mend",
)

CER_RATIO = Description(
    name="cer-ratio",
    title="by that of copying",
    unit="",
    better="lower",
    form=".3f",
    blind_to="what cer is blind to; with few errors to mend its interval is wide",
)

EXACT = Description(
    name="exact",
    title="exact lines",
    unit="share",
    better="higher",
    form=".1%",
    blind_to="how far the other lines are from their targets",
)


@dataclass(frozen=True, kw_only=True)
class Places:
    """What became of single characters, in the lines where all three texts are equally long.

    Attributes:
        lines: how many such lines there are; a character inserted or lost moves all after it, so
            that others cannot be compared place by place.
        right: places right in the source and in the output.
        mended: wrong in the source, right in the output.
        left: wrong in both, whether or not it was changed.
        introduced: right in the source, wrong in the output.
    """

    lines: int
    right: int
    mended: int
    left: int
    introduced: int


@dataclass(frozen=True, kw_only=True)
class Restoration:
    """Outputs against targets, and sources against targets.

    Attributes:
        lines: how many pairs were evaluated.
        characters: of all targets.
        error_rate: CER of the outputs.
        copying: CER of the sources.
        difference: error_rate − copying; below 0 the outputs are nearer.
        difference_interval: 95%; None where one line alone has all characters.
        ratio: error_rate / copying; None where copying makes no error.
        ratio_interval: 95%; None where one line alone has all errors of copying.
        exact: outputs that are their targets.
        exact_copying: sources that are their targets.
        places: mended, left and introduced errors.
        signature: of all numbers.
    """

    lines: int
    characters: int
    error_rate: float
    copying: float
    difference: float
    difference_interval: tuple[float, float] | None
    ratio: float | None
    ratio_interval: tuple[float, float] | None
    exact: Share
    exact_copying: Share
    places: Places
    signature: str


@dataclass(frozen=True, kw_only=True)
class Translated:
    """One pair and what became of its source, `edits` edits from the target."""

    source: str
    output: str
    target: str
    edits: int


@dataclass(frozen=True, kw_only=True)
class TranslationReport(Renderable):
    """The report on a run on pairs.

    Attributes:
        evaluated: the name of the run.
        part: whose sources were translated: `test`, or `valid` where there is no test text.
        pairs: how many pairs that part has.
        seed: of the draw, where not all of them were translated.
        restoration: what the outputs are worth.
        examples: the first pairs, those of which the output is wrong before the others.
    """

    schema: ClassVar[int] = SCHEMA

    evaluated: str
    part: str
    pairs: int
    seed: int
    restoration: Restoration
    examples: tuple[Translated, ...]


def first(
    sources: Sequence[str], outputs: Sequence[str], targets: Sequence[str], most: int
) -> tuple[Translated, ...]:
    """Return at most `most` of N pairs in their order, wrong ones before right ones."""
    edits = _edits(outputs, targets)
    places = np.argsort(edits == 0, kind="stable")[:most].tolist()
    return tuple(
        Translated(source=sources[i], output=outputs[i], target=targets[i], edits=int(edits[i]))
        for i in places
    )


def restoration(
    sources: Sequence[str],
    outputs: Sequence[str],
    targets: Sequence[str],
    *,
    length: int | None = None,
) -> Restoration:
    """Return how near `outputs`, made of `sources`, come to their `targets`.

    Args:
        sources: N lines, at least one.
        outputs: what was made of each.
        targets: what should have been made of each, not all empty.
        length: T, the characters at which all lines are cut; None leaves them as they stand.

    Raises:
        InputError: no lines, unequal numbers of them, or targets without a character.
    """
    if any(isinstance(lines, str) for lines in (sources, outputs, targets)):
        raise InputError("found a str in place of lines, expected a sequence of lines")
    N = len(targets)
    if not N or not len(sources) == len(outputs) == N:
        raise InputError(
            f"found {len(sources)} sources, {len(outputs)} outputs and {N} targets, expected one "
            "of each for every line, and at least one"
        )
    texts = (sources, outputs, targets)
    if length is None:
        length = max(1, max(len(line) for text in texts for line in text))
    sources, outputs, targets = ([line[:length] for line in text] for text in texts)
    characters = np.array([len(line) for line in targets])
    if not characters.any():
        raise InputError("found targets without a character, expected text")
    edits, source_edits = _edits(outputs, targets), _edits(sources, targets)
    difference, difference_interval = _ratio(edits - source_edits, characters)
    ratio, ratio_interval = _ratio(edits, source_edits) if source_edits.any() else (None, None)
    # The pair makes the task: the hash is of both sides.
    pairs = Text((side for pair in zip(sources, targets, strict=True) for side in pair), length)
    signature = Signature(
        metric="cer",
        length=length,
        m=N,
        ref=Part(N, pairs.sha),
        interval="jackknife",
        settings="levenshtein,exact=wilson",
    )
    return Restoration(
        lines=N,
        characters=int(characters.sum()),
        error_rate=float(edits.sum() / characters.sum()),
        copying=float(source_edits.sum() / characters.sum()),
        difference=difference,
        difference_interval=difference_interval,
        ratio=ratio,
        ratio_interval=ratio_interval,
        exact=share(int((edits == 0).sum()), N),
        exact_copying=share(int((source_edits == 0).sum()), N),
        places=_places(sources, outputs, targets),
        signature=str(signature),
    )


def _edits(lines: Sequence[str], targets: Sequence[str]) -> NDArray[np.int64]:
    """Return the edit distance of each of N lines to its target: (N,)."""
    from rapidfuzz.distance import Levenshtein

    return np.fromiter(map(Levenshtein.distance, lines, targets), np.int64, len(lines))


def _ratio(
    numerators: NDArray[np.int64], denominators: NDArray[np.int64]
) -> tuple[float, tuple[float, float] | None]:
    """Return R = Σ parts / Σ wholes of N lines with its 95% interval, by the jackknife over lines.

    SE² = (N − 1)/N · Σ_i (R₋ᵢ − mean)². There is none where the whole is nothing without some line.
    """
    N, ratio = len(numerators), float(numerators.sum() / denominators.sum())
    denominators_left = denominators.sum() - denominators
    if not denominators_left.all():
        return ratio, None
    ratios_left = (numerators.sum() - numerators) / denominators_left
    error = sqrt((N - 1) * float(ratios_left.var()))
    return ratio, normal_interval(ratio, error)


def _places(sources: Sequence[str], outputs: Sequence[str], targets: Sequence[str]) -> Places:
    aligned = [
        three
        for three in zip(sources, outputs, targets, strict=True)
        if len(three[0]) == len(three[1]) == len(three[2])
    ]
    source, output, target = (_codes(three[i] for three in aligned) for i in range(3))
    before, after = source == target, output == target
    return Places(
        lines=len(aligned),
        right=int((before & after).sum()),
        mended=int((~before & after).sum()),
        left=int((~before & ~after).sum()),
        introduced=int((before & ~after).sum()),
    )


def _codes(lines: Iterable[str]) -> NDArray[np.uint32]:
    """Return the code points of all lines, one after the other."""
    return np.frombuffer("".join(lines).encode("utf-32-le", "surrogatepass"), dtype="<u4")
