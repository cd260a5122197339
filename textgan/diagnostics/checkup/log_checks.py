"""What the log of a run says: slope, estimate, its correlation with JSD, collapse, over-fitting."""

import re
from collections.abc import Callable, Sequence

import numpy as np

from corpora.counts import counted
from textgan.config.settings import Config
from textgan.diagnostics.checkup.check import Check, not_recorded
from textgan.evaluation.report.report import Curves
from textgan.evaluation.statistics.rank_correlation import spearman

__all__ = ["check_log"]

SLOPE_RANGE = (0.7, 1.3)  # of the slope over K
CORRELATED = 0.5  # the least rank correlation that counts as one
MIN_SCORES = 5  # that a correlation needs
UNIQUE = 0.8  # a share of distinct samples below which they repeat themselves
GAP = 0.2  # of the largest estimate: more between training and held-out text is over-fitting
RECENT = 0.5  # the part of a run, from its end, that a mean is over


def _series(curves: Curves | None, name: str) -> list[tuple[int, float]]:
    """Return (step, value) of what was recorded under a name."""
    if curves is None:
        return []
    values = curves.values.get(name, ())
    return [
        (step, value)
        for step, value in zip(curves.steps, values, strict=False)
        if value is not None
    ]


def check_log(config: Config, curves: Curves | None) -> list[Check]:
    """Return what the scores of a run say; without any, each is not recorded."""
    checks: Sequence[Callable[[Config, Curves | None], Check]] = (
        _slope, _estimate, _correlation, _collapse, _over_fitting,
    )  # fmt: skip
    return [check(config, curves) for check in checks]


def _recent(points: Sequence[tuple[int, float]]) -> float:
    last = points[-max(round(RECENT * len(points)), 1) :]
    return float(np.mean([value for _, value in last]))


def _slope(config: Config, curves: Curves | None) -> Check:
    """Compare ‖∇D‖ between real and generated text with K."""
    name = "critic slope"
    points = _series(curves, "slope")
    if not points:
        return not_recorded(name)
    K, penalty = config.lipschitz, config.pieces.penalty
    recent = _recent(points)
    shown = ", ".join(f"{value:.2f} at step {step:,}" for step, value in _spread(points))
    text = f"{recent:.2f} on average of the second half of the scores ({shown})"
    if penalty not in ("gp", "lp", "fd"):
        text += f"; no rule, because the penalty is {penalty}"
        return Check(name=name, text=text, measured={"recent": recent, "points": points})
    low, high = SLOPE_RANGE
    least = 0.0 if penalty == "lp" else low
    good = least <= recent / K <= high
    advice = (
        "The critic's slope is above its target: raise --penalty-weight or --critic-steps, or "
        "lower --critic-rate."
        if recent / K > high
        else "The critic's slope is below its target: train longer, or raise --critic-steps."
    )
    return Check(
        name=name, text=f"{text}; the target is {K:g}", good=good, advice=advice,
        measured={"recent": recent, "target": K, "points": points},
    )  # fmt: skip


def _spread(points: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return the first, the middle and the last point, each once."""
    places = dict.fromkeys((0, len(points) // 2, len(points) - 1))
    return [points[place] for place in places]


def _estimate(config: Config, curves: Curves | None) -> Check:
    """Follow E D(x) − E D(G(z)) on training and on held-out text."""
    name = "Wasserstein estimate"
    train, held_out = (_series(curves, f"wasserstein_{part}") for part in ("train", "held_out"))
    if not train:
        return not_recorded(name)
    text = f"on training text {train[0][1]:.3g} at first and {train[-1][1]:.3g} at the end"
    if held_out:
        text += f"; on held-out text {held_out[0][1]:.3g} and {held_out[-1][1]:.3g}"
    else:
        text += "; on held-out text not recorded"
    if config.pieces.loss != "wasserstein":
        text += f"; of the loss {config.pieces.loss} it is no distance"
    return Check(name=name, text=text, measured={"train": train, "held_out": held_out})


def _correlation(config: Config, curves: Curves | None) -> Check:
    """Correlate the estimate with the JSD of the highest order."""
    name = "loss against JSD"
    names = list(curves.values) if curves else []
    orders = [int(key[3:]) for key in names if re.fullmatch(r"jsd\d+", key)]
    jsd = f"jsd{max(orders)}" if orders else ""
    if curves is None or not jsd or not _series(curves, "wasserstein_train"):
        return not_recorded(name)
    pairs = [
        (a, b)
        for a, b in zip(curves.values["wasserstein_train"], curves.values[jsd], strict=True)
        if a is not None and b is not None
    ]
    if len(pairs) < MIN_SCORES:
        return Check(
            name=name,
            text=f"{counted(len(pairs), 'score')}, of at least {MIN_SCORES} that a correlation "
            "needs",
        )
    rank = spearman(*zip(*pairs, strict=True))
    if rank is None:
        return Check(name=name, text="no rank correlation: one of both is constant")
    text = f"rank correlation {rank:+.2f} of the estimate with {jsd} over {len(pairs)} scores"
    alone = config.pieces.loss == "wasserstein" and not config.ngram_matching
    if config.ngram_matching:
        text += "; no rule, because n-gram matching lowers JSD too"
    return Check(
        name=name,
        text=text,
        good=rank >= CORRELATED if alone else None,
        advice="The estimate does not follow JSD: judge by JSD, or raise --critic-steps so that "
        "the critic keeps up.",
        measured={"rank": rank, "scores": len(pairs)},
    )


def _collapse(config: Config, curves: Curves | None) -> Check:
    """Say whether samples repeat themselves."""
    points = _series(curves, "unique")
    if not points:
        return not_recorded("collapse")
    last = points[-1][1]
    good = last >= UNIQUE
    verdict = "none" if good else "the samples repeat themselves"
    if len(points) < MIN_SCORES:
        remedy = "train longer"
    elif config.pieces.penalty == "none":
        remedy = "use a penalty (--penalty gp)"
    else:
        remedy = "lower --generator-rate, or add --feature-matching 1"
    return Check(
        name="collapse",
        text=f"{verdict}: {last:.1%} of the last samples are distinct",
        good=good,
        advice=f"The generator repeats its lines: {remedy}.",
        measured={"points": points},
    )


def _over_fitting(config: Config, curves: Curves | None) -> Check:
    """Compare the estimate on training and on held-out text."""
    name = "over-fitting"
    train, held_out = (_series(curves, f"wasserstein_{part}") for part in ("train", "held_out"))
    both = dict(held_out)
    gaps = [value - both[step] for step, value in train if step in both]
    if not gaps:
        return not_recorded(name, "the log has no estimate on held-out text")
    gap = float(np.mean(gaps[-max(round(RECENT * len(gaps)), 1) :]))
    largest = max(abs(value) for _, value in train)  # the last ones may be almost 0
    share = gap / largest if largest else 0.0
    good = share <= GAP
    verdict = "none of the critic" if good else "the critic has learnt the training text"
    del config
    return Check(
        name=name,
        text=f"{verdict}: training text scores {gap:+.3g} above held-out text, {share:+.0%} of the "
        "largest estimate, on average of the second half",
        good=good,
        advice="The critic over-fits: use more text, a smaller critic (--critic-width, "
        "--critic-blocks), --instance-noise, or the best checkpoint instead of the last.",
        measured={"gap": gap, "share": share},
    )
