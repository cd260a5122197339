"""The headline in words: fidelity, diversity and originality, each with its place and its number.

`textgan.evaluation.report.headline` says how the place is found.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from textgan.evaluation.render.titles import interval, short_title, shown
from textgan.evaluation.report.headline import LEVELS, REAL, TRAINING, Standing
from textgan.evaluation.report.report import Report

__all__ = ["SCALE", "Word", "in_short", "words"]

SCALE = "An n-gram sampler draws lines from an n-gram model of the training text."
SHORT = {"unigram": "1", REAL: "real", TRAINING: "copies"}
VERBS = {
    "copied": "occur in the training text",
    "memorization": "are nearer to training than to held-out lines",
}


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word of the headline.

    Attributes:
        name: `fidelity`, `diversity` or `originality`.
        place: where the samples stand, `level with the 3-gram sampler`.
        is_real: whether that is real text.
        reason: the figure that decides, with its interval.
        others: the other figures of the word.
        levels: the samplers and real text, in their order, and whether the samples are there or
            next to it; none of originality.
    """

    name: str
    place: str
    is_real: bool
    reason: str
    others: tuple[str, ...] = ()
    levels: tuple[tuple[str, bool], ...] = ()

    def sentence(self, *, full: bool = False) -> str:
        """Return the word, its place and the figure that decides, or all its figures."""
        figures = "; ".join([self.reason, *(self.others if full else ())])
        return f"{self.name.capitalize()}: {self.place}; {figures}."


def words(report: Report) -> tuple[Word, ...]:
    """Return the words of a report's headline, of those that were measured."""
    if report.headline is None:
        return ()
    distinct = report.measures.get("unique")
    more = () if distinct is None else (f"{shown('unique', distinct.samples)} distinct lines",)
    known = (
        _word("fidelity", report.headline.fidelity),
        _word("diversity", report.headline.diversity, more),
        _word("originality", report.headline.originality),
    )
    return tuple(word for word in known if word is not None)


def _word(name: str, standings: Sequence[Standing], more: tuple[str, ...] = ()) -> Word | None:
    if not standings:
        return None
    first, *others = standings
    return Word(
        name=name,
        place=_place(first),
        is_real=first.worse == REAL,
        reason=_figure(first),
        others=(*(f"{_figure(other)}, {_place(other)}" for other in others), *more),
        levels=()
        if name == "originality"
        else tuple((level, level in (first.worse, first.better)) for level in LEVELS),
    )


def _place(standing: Standing) -> str:
    """Return where the samples stand by one measure.

    >>> about = dict(measure="jsd4", value=0.1, interval=None, real=None)
    >>> _place(Standing(worse="2-gram", better="3-gram", **about))
    'between the 2-gram and 3-gram sampler'
    >>> _place(Standing(worse=None, better="uniform", **about))
    'further from real text than uniform symbols'
    """
    worse, better = standing.worse, standing.better
    if worse is None or better is None:
        side = "further from" if worse is None else "nearer to"
        return f"{side} real text than {_named(better or worse or REAL)}"
    if worse == better:
        return f"level with {_named(worse)}"
    if worse.endswith("gram") and better.endswith("gram"):
        return f"between the {worse} and {better} sampler"
    return f"between {_named(worse)} and {_named(better)}"


def in_short(standings: Sequence[Standing]) -> str:
    """Return where a system stands by a word of the headline, for a cell of a table.

    >>> about = dict(measure="jsd4", value=0.1, interval=None, real=None)
    >>> in_short([Standing(worse="unigram", better="2-gram", **about)])
    '1 to 2'
    >>> in_short([Standing(worse=REAL, better=REAL, **about)]), in_short([])
    ('real', '')
    >>> in_short([Standing(worse=None, better="uniform", **about)])
    'below uniform'
    """
    if not standings:
        return ""
    worse, better = (
        None if level is None else SHORT.get(level, level.removesuffix("-gram"))
        for level in (standings[0].worse, standings[0].better)
    )
    if worse is None or better is None:
        return f"below {better}" if worse is None else f"above {worse}"
    return worse if worse == better else f"{worse} to {better}"


def _named(level: str) -> str:
    """Return what a level is called in a sentence."""
    if level.endswith("gram"):
        return f"the {level} sampler"
    return "uniform symbols" if level == "uniform" else level


def _figure(standing: Standing) -> str:
    """Return the figure of the samples with its interval, and what is expected where that is known.

    >>> ends = dict(worse=REAL, better=REAL, value=0.31, interval=(0.25, 0.375))
    >>> _figure(Standing(measure="jsd4", real=0.3, **ends))
    'JSD-4 0.3100 (0.2500 to 0.3750)'
    >>> _figure(Standing(measure="copied", real=0.3, **ends))
    '31.0% (25.0% to 37.5%) occur in the training text, 30.0% expected'
    """
    name, value, ends = standing.measure, standing.value, standing.interval
    figure, between = shown(name, value), interval(name, ends)
    figure = f"{figure} ({between})" if between else figure
    if name not in VERBS:
        return f"{short_title(name)} {figure}"
    expected = "" if standing.real is None else f", {shown(name, standing.real)} expected"
    return f"{figure} {VERBS[name]}{expected}"
