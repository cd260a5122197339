"""`unstable`: the better the discriminator, the larger and the more varied the gradient of −log D.

With the best discriminator the loss minimises KL(generated ‖ real) − 2 JS: one pulls, the other
pushes (Arjovsky and Bottou 2017, theorem 2.5). The variance is that between batches of noise.
"""

import numpy as np

from textgan.diagnostics.experiment import Experiment, Outcome, Work
from textgan.diagnostics.frozen_curves import draw_places, finding, plain
from textgan.diagnostics.frozen_generator import Ages, Curves, FrozenSettings, measure
from textgan.diagnostics.record import Finding

__all__ = ["UNSTABLE", "rise"]

RISE = 10.0  # of the variance, from its start
LEAST = 1e-300


def rise(curves: Curves) -> float:
    """Return how many times larger the median variance is at the end than at the start."""
    variances = np.median(curves.variances, axis=0)
    return float(variances[-1] / max(variances[0], LEAST))


def run(settings: FrozenSettings, work: Work) -> Outcome:
    """Measure the variance of the gradient along the training of discriminator and critic."""
    places, at = measure(settings, work)
    return Outcome(
        findings=[part for place, ages in places.items() for part in _findings(place, ages)],
        measured={
            "updates": at,
            "variances": plain(places, lambda curves: curves.variances),
            "norms": plain(places, lambda curves: curves.norms),
        },
        figure=draw_places(
            places, at, lambda curves: curves.variances, "non-saturating", "variance of −log D"
        ),
        notes=[f"{settings.medians} of {settings.updates:,} updates with rate {settings.rate:g}."],
    )


def _findings(place: str, ages: Ages) -> list[Finding]:
    rises = [rise(of["non-saturating"]) for of in ages.values()]
    critic = [rise(of["wasserstein"]) for of in ages.values()]
    ratios = [a / max(b, LEAST) for a, b in zip(rises, critic, strict=True)]
    return [
        finding(
            f"on {place}, the variance of the gradient of −log D rises at least {RISE:g}-fold "
            "from its start while the discriminator is trained",
            "-fold",
            rises,
            ages,
            seen=min(rises) >= RISE,
        ),
        finding(
            f"on {place}, it rises more than that of the Wasserstein critic",
            " times the rise of the critic's",
            ratios,
            ages,
            seen=min(ratios) > 1,
        ),
    ]


UNSTABLE = Experiment(
    name="unstable",
    claim="the better the discriminator, the larger and the more varied the gradient that −log D "
    "gives the generator.",
    source="Arjovsky and Bottou 2017, Towards Principled Methods, figure 3 and theorem 2.5",
    settings=FrozenSettings,
    quick={
        "repeats": 1,
        "ages": (25, 100),
        "updates": 400,
        "rate": 4e-3,
    },
    run=run,
)
