"""From lines to a report: every metric, its counterpart for real text, and their signatures.

The samples are judged against the whole reference, as published. The floor is what as many
held-out lines score against the training text; where `gather` had to draw the held-out lines from
the reference, against the rest of it, and the same goes for the models of both likelihoods.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from corpora.errors import InputError
from textgan.evaluation.divergence import JsdReference, choose
from textgan.evaluation.gather import Text, Texts, cut, gather
from textgan.evaluation.likelihood import NgramModel
from textgan.evaluation.report import Divergence, Likelihoods, Report, Share
from textgan.evaluation.signature import Signature
from textgan.evaluation.text import PADDING

__all__ = ["evaluate"]

ORDERS = (1, 2, 3, 4, 5, 6)
MODEL_ORDER = 4
EXAMPLES = 5


def evaluate(
    samples: Sequence[str],
    training: Sequence[str],
    held_out: Sequence[str] | None = None,
    *,
    length: int = 32,
    m: int | None = None,
    seed: int = 0,
    orders: Sequence[int] = ORDERS,
    judged: str = "samples",
    against: str = "training text",
) -> Report:
    """Return the report on `samples`, lines of text, against `training` lines.

    Every line counts as it stands, cut at `length` characters; blank ones too, if there are any.

    Args:
        samples: the lines judged, at least one.
        training: the text that they should be like, at least one line.
        held_out: real lines that are not in the training text; None draws them from it, an empty
            sequence means that there are none, and leaves the floors unknown.
        length: T, the characters at which lines are cut and to which they are padded.
        m: how many of the samples are judged, drawn by `seed`; all of them where there are no more.
        seed: of every draw.
        orders: the n of the divergences; those above `length` are left out.
        judged: the name of the samples, for the report.
        against: the name of the training text.

    Raises:
        InputError: no samples, no training text, or a number out of its range.
    """
    _check(samples, training, length, m, seed, orders)
    samples = cut(samples, length)
    samples = [samples[i] for i in choose(len(samples), m or len(samples), seed, "samples")]
    texts = gather(samples, training, held_out, length, seed)
    base = Signature(metric="", length=length, m=len(samples), seed=seed)
    floor_m = min(len(samples), texts.held_out.part.size) or None
    return Report(
        judged=judged,
        against=against,
        length=length,
        seed=seed,
        m=len(samples),
        reference_size=texts.reference.part.size,
        held_out=texts.held_out.part.size,
        held_out_drawn=texts.drawn,
        floor_m=floor_m,
        divergences=_divergences(texts, sorted({n for n in orders if n <= length}), base),
        forward=_forward(texts, base),
        reverse=_reverse(texts, base),
        unique=_unique(texts, base),
        copied=_copied(texts, base),
        repeated=Counter(samples).most_common(1)[0],
        examples=tuple(samples[:EXAMPLES]),
    )


def _divergences(texts: Texts, orders: Sequence[int], base: Signature) -> tuple[Divergence, ...]:
    samples, held_out, m = texts.samples.rows, texts.held_out.rows, len(texts.samples.rows)
    training = JsdReference(texts.training.rows, texts.vocabulary_size, orders)
    whole = training
    if texts.drawn:
        whole = JsdReference(texts.reference.rows, texts.vocabulary_size, orders)
    mark = replace(base, metric="jsd", smoothing="none", padding="counted")
    mark = replace(mark, ref=texts.reference.part)
    jsd = whole(samples)
    floor = training.floor(held_out, m, base.seed or 0)
    if floor is None:
        return tuple(
            Divergence(
                n=n,
                jsd=jsd[n],
                floor=None,
                at_floor_size=None,
                excess=None,
                signature=str(replace(mark, n=n)),
                floor_signature=None,
                excess_signature=None,
            )
            for n in orders
        )
    level = jsd
    if floor.m < m:
        level = whole(samples[choose(m, floor.m, base.seed or 0, "excess")])
    floor_mark = replace(mark, metric="jsd-floor", m=floor.m, ref=texts.training.part)
    floor_mark = texts.with_held_out(floor_mark)
    excess_mark = replace(floor_mark, metric="jsd-excess", ref=texts.reference.part)
    return tuple(
        Divergence(
            n=n,
            jsd=jsd[n],
            floor=floor.jsd[n],
            at_floor_size=level[n],
            excess=level[n] - floor.jsd[n],
            signature=str(replace(mark, n=n)),
            floor_signature=str(replace(floor_mark, n=n)),
            excess_signature=str(replace(excess_mark, n=n)),
        )
        for n in orders
    )


def _forward(texts: Texts, base: Signature) -> Likelihoods:
    model = _model(texts.training, texts)
    mark = replace(_model_mark(texts, base, "forward"), ref=texts.training.part)
    held_out = texts.held_out
    real_mark = texts.with_held_out(replace(mark, m=held_out.part.size))
    return Likelihoods(
        samples=model.score(texts.samples.rows),
        real=model.score(held_out.rows) if held_out.lines else None,
        signature=str(mark),
        real_signature=str(real_mark) if held_out.lines else None,
    )


def _reverse(texts: Texts, base: Signature) -> Likelihoods:
    held_out = texts.held_out
    mark = texts.with_held_out(_model_mark(texts, base, "reverse"))
    real_mark = replace(mark, m=texts.twins.part.size, ref=texts.training.part)
    if not held_out.lines:
        return Likelihoods(samples=None, real=None, signature=str(mark), real_signature=None)
    return Likelihoods(
        samples=_model(texts.samples, texts).score(held_out.rows),
        real=_model(texts.twins, texts).score(held_out.rows),
        signature=str(mark),
        real_signature=str(real_mark),
    )


def _unique(texts: Texts, base: Signature) -> Share:
    samples, twins = texts.samples.lines, texts.twins.lines
    mark = replace(base, metric="unique")
    real_mark = replace(mark, m=len(twins), ref=texts.training.part)
    return Share(
        samples=len(set(samples)) / len(samples),
        real=len(set(twins)) / len(twins),
        signature=str(mark),
        real_signature=str(real_mark),
    )


def _copied(texts: Texts, base: Signature) -> Share:
    held_out = texts.held_out.lines
    mark = replace(base, metric="copied", ref=texts.reference.part)
    real_mark = replace(mark, m=len(held_out), ref=texts.training.part)
    return Share(
        samples=_share_within(texts.samples.lines, texts.reference.lines),
        real=_share_within(held_out, texts.training.lines) if held_out else None,
        signature=str(mark),
        real_signature=str(texts.with_held_out(real_mark)) if held_out else None,
    )


def _model(text: Text, texts: Texts) -> NgramModel:
    return NgramModel(text.rows, texts.vocabulary_size, order=MODEL_ORDER, end=PADDING)


def _model_mark(texts: Texts, base: Signature, way: str) -> Signature:
    return replace(
        base,
        metric=f"likelihood-{way}",
        n=MODEL_ORDER,
        smoothing="witten-bell+uniform",
        padding="end",
        vocabulary=texts.vocabulary_size,
    )


def _share_within(lines: list[str], known: list[str]) -> float:
    known_lines = set(known)
    return sum(line in known_lines for line in lines) / len(lines)


def _check(
    samples: Sequence[str],
    training: Sequence[str],
    length: int,
    m: int | None,
    seed: int,
    orders: Sequence[int],
) -> None:
    if not samples:
        raise InputError("found no samples, expected at least one line")
    if not training:
        raise InputError("found no text to judge against, expected at least one line")
    if length < 1:
        raise InputError(f"found a length of {length}, expected at least 1 character")
    if m is not None and m < 1:
        raise InputError(f"found {m} samples asked for, expected at least 1")
    if seed < 0:
        raise InputError(f"found seed {seed}, expected 0 or more")
    if not orders or min(orders) < 1:
        raise InputError(f"found orders {list(orders)}, expected n-grams of 1 and more")
    if min(orders) > length:
        raise InputError(
            f"found orders from {min(orders)} and lines cut at {length}, expected an order within "
            f"the length"
        )
