"""`vanishing`: the better the discriminator, the smaller the gradient of log(1 − D).

With the best discriminator a minimax GAN minimises 2 JS − 2 log 2, which does not change where the
two texts do not overlap (as `lines` shows). The Wasserstein critic's gradient does not vanish.
"""

import numpy as np

from textgan.diagnostics.experiment import Experiment, Outcome, Work
from textgan.diagnostics.frozen_curves import draw_places, finding, plain
from textgan.diagnostics.frozen_generator import Ages, Curves, FrozenSettings, measure
from textgan.diagnostics.record import Finding

__all__ = ["VANISHING", "fall", "spread"]

FALL = 1000.0  # of the minimax gradient, from its start
LEVEL = 10.0  # the largest change of the Wasserstein critic's
LEAST = 1e-300  # in the place of a gradient that underflows


def fall(curves: Curves) -> float:
    """Return how many times smaller the median norm is at the end than at the start."""
    norms = np.median(curves.norms, axis=0)
    return float(norms[0] / max(norms[-1], LEAST))


def spread(curves: Curves) -> float:
    """Return the largest median norm over the smallest, from the first mark after the start on.

    An untrained critic has no slope yet: its gradient says nothing. A few updates bring it to 1.
    """
    norms = np.median(curves.norms, axis=0)[1:]
    return float(norms.max() / max(norms.min(), LEAST))


def run(settings: FrozenSettings, work: Work) -> Outcome:
    """Measure the gradient of both losses along the training of discriminator and critic."""
    places, at = measure(settings, work)
    return Outcome(
        findings=[part for place, ages in places.items() for part in _findings(place, ages)],
        measured={"updates": at, "norms": plain(places, lambda curves: curves.norms)},
        figure=draw_places(
            places, at, lambda curves: curves.norms, "minimax", "‖grad‖ of log(1 − D)"
        ),
        notes=[f"{settings.medians} of {settings.updates:,} updates with rate {settings.rate:g}."],
    )


def _findings(place: str, ages: Ages) -> list[Finding]:
    falls = [fall(of["minimax"]) for of in ages.values()]
    spreads = [spread(of["wasserstein"]) for of in ages.values()]
    return [
        finding(
            f"on {place}, the gradient of log(1 − D) falls at least {FALL:,.0f}-fold from its "
            "start while the discriminator is trained",
            "-fold",
            falls,
            ages,
            seen=min(falls) >= FALL,
        ),
        finding(
            f"on {place}, that of the Wasserstein critic stays within {LEVEL:g}-fold as soon as "
            "its slope is 1",
            "-fold",
            spreads,
            ages,
            seen=max(spreads) <= LEVEL,
        ),
    ]


VANISHING = Experiment(
    name="vanishing",
    claim="the better the discriminator, the smaller the gradient that log(1 − D) leaves the "
    "generator, while a Wasserstein critic can be trained to the end.",
    source="Arjovsky and Bottou 2017, Towards Principled Methods, figure 2; Arjovsky et al. 2017",
    settings=FrozenSettings,
    quick={
        "repeats": 1,
        "ages": (25, 100),
        "updates": 400,
        "rate": 4e-3,
    },
    run=run,
)
