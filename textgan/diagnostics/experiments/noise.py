"""`noise`: instance noise makes JS readable off the discriminator's loss, and depends on σ.

With N(0, σ²) on both inputs the two distributions overlap, and the least loss of a discriminator is
2 log 2 − 2 JS of the noisy distributions (Goodfellow et al. 2014, theorem 1; Arjovsky and Bottou
2017, section 3). So JS = log 2 − loss / 2 can be read off, as far as the discriminator is trained.
But it is the JS of noisy distributions: it changes with σ while the distributions stay, so readings
at two σ cannot be compared, and an annealed σ makes no measure of progress.

The JS that a reading is compared with is computed from the densities. Two lines θ apart: that of
N(0, σ²) and N(θ, σ²), by the trapezoidal rule. Lines of text: both sides are mixtures of Gaussians
around one-hot lines, and JS is a mean over draws of them. What all lines share is left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from matplotlib.axes import Axes
from numpy.typing import NDArray
from torch import Tensor

from corpora.rng import uniform
from textgan.diagnostics.charts import LOOKS, add_legend, new_figure, title
from textgan.diagnostics.critic_training import CriticTraining, Pair, he_critic, set_rate
from textgan.diagnostics.divergences import LOG_2, js_of_loss, js_of_mixtures, js_of_normals
from textgan.diagnostics.experiment import Experiment, Outcome, Settings, Work
from textgan.diagnostics.record import Finding
from textgan.diagnostics.texts import distinct_rows, one_hot_rows, opened
from textgan.evaluation.render.plots.style import MUTED
from textgan.inputs.instance_noise import draw_instance_noise

__all__ = ["NOISE", "keep_what_differs"]

CLOSE = 0.03  # nats between a reading and the computed JS
CHANGE = 2.0  # the least factor between readings at two σ that counts as dependence
LATE = 1 << 40

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class NoiseSettings(Settings):
    """All chosen here: the proposal was published without an experiment."""

    sigmas: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0)
    theta: float = 1.0  # distance of the two lines; the nearer ones are half of it apart
    text_lines: int = 4  # real lines, and as many others
    updates: int = 1500
    units: int = 64
    batch: int = 256
    rate: float = 2e-3
    measured: int = 40  # batches that the loss is averaged over


class Case(NamedTuple):
    """Two distributions, and the JS of both with noise."""

    name: str
    real: Callable[[int], Tensor]  # number of a batch -> (B, T, V) without noise
    fake: Callable[[int], Tensor]
    js: Callable[[float], float]  # σ -> nats


def run(settings: NoiseSettings, work: Work) -> Outcome:
    """Train a discriminator at each σ, and read JS off its loss on new batches."""
    readings: dict[str, list[list[float]]] = {}  # name -> seed -> σ
    densities: dict[str, list[list[float]]] = {}
    with opened(settings.corpus, work) as corpus:
        for seed in settings.seeds:
            rows = distinct_rows(corpus, 2 * settings.text_lines, seed)
            hard = one_hot_rows(rows, corpus.encoder.size)
            for case in _cases(settings, keep_what_differs(hard), seed):
                densities.setdefault(case.name, []).append(
                    [case.js(sigma) for sigma in settings.sigmas]
                )
                row = []
                for sigma in settings.sigmas:
                    work.progress(f"{case.name}, σ = {sigma:g}, seed {seed}", None)
                    row.append(js_of_loss(_least_loss(settings, case, sigma, seed)))
                readings.setdefault(case.name, []).append(row)
    read = {name: np.median(rows, axis=0).tolist() for name, rows in readings.items()}
    computed = {name: np.median(rows, axis=0).tolist() for name, rows in densities.items()}
    differences = {
        name: np.median(np.subtract(rows, densities[name]), axis=0).tolist()
        for name, rows in readings.items()
    }
    figure, axes = new_figure(3.2, 1, 2)
    _draw(axes[0], settings.sigmas, computed, read)
    _draw_differences(axes[1], settings.sigmas, differences)
    return Outcome(
        findings=_findings(settings, differences, read),
        measured={
            "sigmas": list(settings.sigmas), "computed": computed, "read": read,
            "computed_by_seed": densities, "read_by_seed": readings,
        },
        figure=figure,
        notes=[f"{settings.medians}; JS in nats, log 2 = {LOG_2:.3f} at most."],
    )  # fmt: skip


def keep_what_differs(points: Array) -> Array:
    """Return points (N, F) without the coordinates that all of them share.

    JS does not depend on these, with noise or without; only the discriminator's task is harder.
    """
    return points[:, points.min(axis=0) < points.max(axis=0)]


def _cases(settings: NoiseSettings, hard: Array, seed: int) -> Sequence[Case]:
    """Return two lines at two distances, and two sets of lines of text."""
    rows = np.arange(settings.batch)

    def line(x: float, use: int) -> Callable[[int], Tensor]:
        def batch(number: int) -> Tensor:
            height = uniform(seed, number, use, rows=rows, columns=1)
            points = np.concatenate([np.full_like(height, x), height], axis=1)
            return torch.from_numpy(points.astype(np.float32))[:, None, :]

        return batch

    half = len(hard) // 2
    sets = hard[:half], hard[half : 2 * half]

    def text(which: int) -> Callable[[int], Tensor]:
        points = torch.from_numpy(sets[which].astype(np.float32))[:, None, :]  # (n, 1, F)

        def batch(number: int) -> Tensor:
            share = uniform(seed, number, 2 + which, rows=rows, columns=1)[:, 0]
            return points.index_select(0, torch.from_numpy((share * len(points)).astype(np.int64)))

        return batch

    distances = (settings.theta, settings.theta / 2)
    lines = [
        Case(
            f"lines {theta:g} apart", line(0, 0), line(theta, 1),
            lambda sigma, theta=theta: js_of_normals(theta, sigma),  # type: ignore[misc]
        )
        for theta in distances
    ]  # fmt: skip
    return [
        *lines,
        Case(
            f"{half} and {half} lines of text",
            text(0),
            text(1),
            lambda sigma: js_of_mixtures(*sets, sigma, 2000, seed),
        ),
    ]


def _least_loss(settings: NoiseSettings, case: Case, sigma: float, seed: int) -> float:
    """Return the loss of a trained discriminator on batches that it was not trained on."""
    length, vocabulary = case.real(0).shape[1:]
    critic = he_critic(seed, units=settings.units, blocks=2, length=length, vocabulary=vocabulary)
    rows = np.arange(settings.batch)

    def pair(number: int) -> Pair:
        def noisy(use: int, text: Tensor) -> Tensor:
            shape = (text.shape[1], text.shape[2])
            return text + draw_instance_noise(
                sigma, seed, number, use, rows=rows, shape=shape, device=text.device
            )

        return Pair(noisy(0, case.real(number)), noisy(1, case.fake(number)))

    train = CriticTraining(critic, {"objective": "gan", "critic_rate": settings.rate}, seed)
    for update in range(
        settings.updates
    ):  # the rate falls to 0, so that the loss becomes its least
        set_rate(train.optimizer, settings.rate * (1 - update / settings.updates))
        train(pair(update))
    with torch.no_grad():
        losses = [
            train.loss(pair(LATE + number)).total.item() for number in range(settings.measured)
        ]
    return float(np.mean(losses))


def _findings(
    settings: NoiseSettings, differences: dict[str, list[float]], read: dict[str, list[float]]
) -> list[Finding]:
    """Return whether readings are right, and whether they depend on σ."""
    gaps = {name: max(map(abs, values)) for name, values in differences.items()}
    factors = {name: max(values) / max(min(values), 1e-9) for name, values in read.items()}
    far, near, *_ = read
    crossed = [
        (a, b)
        for i, a in enumerate(settings.sigmas)
        for j, b in enumerate(settings.sigmas)
        if read[far][i] < read[near][j]
    ]
    example = (
        f"at σ = {crossed[-1][0]:g} the lines further apart read less than the nearer ones at "
        f"σ = {crossed[-1][1]:g}"
        if crossed
        else "no such pair of σ"
    )
    return [
        Finding(
            expectation=f"JS read off the loss is that of the densities within {CLOSE:g} nats, at "
            f"every one of {len(settings.sigmas)} σ",
            measured="largest difference "
            + ", ".join(f"{gap:.3f} ({name})" for name, gap in gaps.items()),
            seen=max(gaps.values()) <= CLOSE,
        ),
        Finding(
            expectation=f"the reading depends on σ, by a factor of {CHANGE:g} or more between the "
            "smallest and the largest σ, though the distributions are the same",
            measured=", ".join(f"{factor:.1f} ({name})" for name, factor in factors.items()),
            seen=min(factors.values()) >= CHANGE,
        ),
        Finding(
            expectation="so readings at two σ do not rank distributions: some pair of σ turns the "
            "order of two distances round",
            measured=example,
            seen=bool(crossed),
        ),
    ]


def _draw(
    axes: Axes, sigmas: Sequence[float], computed: dict[str, list[float]],
    read: dict[str, list[float]],
) -> None:  # fmt: skip
    """Draw JS over σ: computed as lines, read as markers."""
    for name, look in zip(read, LOOKS, strict=False):
        axes.plot(sigmas, computed[name], **{**look, "marker": ""})
        axes.plot(sigmas, read[name], label=name, **{**look, "linestyle": ""})
    axes.axhline(LOG_2, color=MUTED, linewidth=0.9)
    axes.set_xscale("log", base=2)
    axes.set_xticks(sigmas, [f"{sigma:g}" for sigma in sigmas])
    axes.set_ylim(-0.02, 1.5 * LOG_2)
    axes.set_xlabel("σ of the noise")
    title(axes, "JS: lines computed, markers read")
    add_legend(axes, loc="upper right", fontsize=8.5)


def _draw_differences(
    axes: Axes, sigmas: Sequence[float], differences: dict[str, list[float]]
) -> None:
    """Draw how much the reading is above the computed JS."""
    axes.axhspan(-CLOSE, CLOSE, color=MUTED, alpha=0.15, linewidth=0)
    axes.axhline(0, color=MUTED, linewidth=0.9)
    for (name, values), look in zip(differences.items(), LOOKS, strict=False):
        axes.plot(sigmas, values, label=name, **look)
    axes.set_xscale("log", base=2)
    axes.set_xticks(sigmas, [f"{sigma:g}" for sigma in sigmas])
    axes.set_xlabel("σ of the noise")
    title(axes, "Read − computed")


NOISE = Experiment(
    name="noise",
    claim="with instance noise, JS can be read off the least loss of the discriminator, but it is "
    "that of noisy text and depends on σ.",
    source="Arjovsky and Bottou 2017, section 3; Goodfellow et al. 2014, theorem 1",
    settings=NoiseSettings,
    quick={"updates": 500, "units": 32, "batch": 128, "rate": 5e-3, "measured": 20},
    run=run,
)
