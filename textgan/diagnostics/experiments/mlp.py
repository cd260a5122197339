"""`mlp`: fully connected networks. The Wasserstein critic trains them, the original GAN collapses.

Arjovsky et al. 2017, section 4.3 and figure 7, compare both losses with an MLP as the generator, 4
layers of 512 units; here all networks are fully connected. On 25 Gaussians a *collapse* is a mode
that is not covered; on text it is a generator that repeats its lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from corpora.temporary import temporary_folder
from textgan.diagnostics.charts import new_figure, title
from textgan.diagnostics.critic_training import ADAM, channels
from textgan.diagnostics.experiment import Experiment, Outcome, Settings, Work
from textgan.diagnostics.record import Finding
from textgan.diagnostics.toy_gan import ModeScore, ToyGan
from textgan.diagnostics.toys import REACH, modes
from textgan.diagnostics.training_runs import SMALL, read_scores, train_run
from textgan.evaluation.render.plots.style import INK, MUTED, REAL, SAMPLES

__all__ = ["MLP", "text_score"]

ORIGINAL = ("gan-minimax", "gan")
WASSERSTEIN = ("wgan-gp",)
OBJECTIVES = (*ORIGINAL, *WASSERSTEIN)
TOY = "25 Gaussians"
LESS = 0.1  # of the share of distinct lines, that an original has to have less

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class MlpSettings(Settings):
    """Both networks smaller than published, so that minutes suffice.

    All objectives have the same optimizer, rates and critic updates; loss and penalty differ.
    """

    repeats: int = 3
    toy_steps: int = 2000
    toy_units: int = 128
    toy_layers: int = 3
    toy_batch: int = 128
    toy_rate: float = 5e-4  # of both networks
    steps: int = 400  # on text
    rate: float = 1e-3  # of both networks
    units: int = 256  # on text, with 2 hidden layers


class TextScore(NamedTuple):
    """The end of a run on text."""

    jsd: float  # of 4-grams, bits
    unique: float  # share of distinct lines


NO_TEXT = TextScore(jsd=1.0, unique=0.0)  # of a run that diverged before its scores


def run(settings: MlpSettings, work: Work) -> Outcome:
    """Train both kinds on the toy and on text, and compare how they end."""
    toys: dict[str, list[tuple[ModeScore, Array]]] = {}
    texts: dict[str, list[TextScore]] = {}
    with temporary_folder() as folder:
        for seed in settings.seeds:
            for objective in OBJECTIVES:
                toys.setdefault(objective, []).append(_toy(settings, objective, seed, work))
                path = folder / f"{objective}-{seed}"
                name = f"{objective} on text, seed {seed}"
                train_run(path, _config(settings, objective, seed), _named(work, name))
                texts.setdefault(objective, []).append(text_score(read_scores(path)))
    figure, axes = new_figure(4.6, 2, len(OBJECTIVES))
    for axis, objective in zip(axes, OBJECTIVES, strict=False):
        _draw_points(axis, objective, toys[objective][0][1], toys[objective][0][0])
    _draw_bars(axes[3], texts, "jsd", "JSD of 4-grams")
    _draw_bars(axes[4], texts, "unique", "distinct lines")
    axes[5].set_axis_off()
    axes[5].text(
        0, 0.98, "On text, bars are medians\nand points are seeds.", va="top", fontsize=9.5,
    )  # fmt: skip
    measured = {
        "toy": {name: [score._asdict() for score, _ in of] for name, of in toys.items()},
        "text": {name: [score._asdict() for score in of] for name, of in texts.items()},
    }
    return Outcome(
        findings=_findings(toys, texts),
        measured=measured,
        figure=figure,
        notes=_notes(settings, texts),
    )


def _notes(settings: MlpSettings, texts: Mapping[str, list[TextScore]]) -> list[str]:
    """Say over what medians are, and how many runs diverged."""
    notes = [
        f"{settings.medians}; {settings.toy_steps:,} steps on {TOY}, {settings.steps:,} on text."
    ]
    diverged = {name: scores.count(NO_TEXT) for name, scores in texts.items()}
    if any(diverged.values()):
        listed = ", ".join(f"{count} ({name})" for name, count in diverged.items() if count)
        notes.append(
            f"Runs on text that diverged: {listed}; each counts as JSD 1, no line distinct."
        )
    return notes


def text_score(lines: Sequence[Mapping[str, Any]]) -> TextScore:
    """Return the last scores of a run; without any it diverged, and has the worst of each."""
    if not lines:
        return NO_TEXT
    scores = lines[-1]["scores"]
    return TextScore(scores["jsd4"], scores["unique"])


def _named(work: Work, name: str) -> Any:  # noqa: ANN401 - a callback
    return lambda portion: work.progress(name, portion)


def _toy(settings: MlpSettings, objective: str, seed: int, work: Work) -> tuple[ModeScore, Array]:
    changes: dict[str, Any] = {
        "objective": objective, "batch_size": settings.toy_batch, **_same(settings.toy_rate)
    }  # fmt: skip
    if objective in WASSERSTEIN:  # λ as in `gan_toy.py`
        changes["penalty_weight"] = 0.1
    layers = (settings.toy_layers, settings.toy_layers)
    gan = ToyGan(TOY, changes, seed, units=settings.toy_units, layers=layers)
    for step in range(settings.toy_steps):
        gan.train()
        work.progress(f"{objective} on {TOY}, seed {seed}", step / settings.toy_steps)
    return gan.score(), gan.samples(1000)


def _same(rate: float) -> dict[str, Any]:
    """Return what all objectives have in common, so that loss and penalty alone differ."""
    return {
        **ADAM, "generator_rate": rate, "critic_rate": rate, "critic_steps": 2, "decay_steps": 0,
    }  # fmt: skip


def _config(settings: MlpSettings, objective: str, seed: int) -> dict[str, Any]:
    width = channels(settings.units)
    return {
        **SMALL, **_same(settings.rate), "output": "softmax", "corpus": settings.corpus,
        "objective": objective, "seed": seed,
        "generator": "mlp", "critic": "mlp", "generator_width": width, "critic_width": width,
        "generator_blocks": 2, "critic_blocks": 2, "steps": settings.steps,
        "evaluate_every": settings.steps, "checkpoint_every": settings.steps,
    }  # fmt: skip


def _findings(
    toys: Mapping[str, list[tuple[ModeScore, Array]]], texts: Mapping[str, list[TextScore]]
) -> list[Finding]:
    """Return whether the Wasserstein critic covers more modes, trains, and repeats less."""
    covered = {name: float(np.median([s.covered for s, _ in of])) for name, of in toys.items()}
    jsd = {name: float(np.median([s.jsd for s in of])) for name, of in texts.items()}
    unique = {name: float(np.median([s.unique for s in of])) for name, of in texts.items()}
    total = len(modes(TOY))
    best = {
        "covered": max(covered[name] for name in ORIGINAL),
        "jsd": min(jsd[name] for name in ORIGINAL),
        "unique": min(unique[name] for name in ORIGINAL),
    }
    trained = [name for name in WASSERSTEIN if jsd[name] < best["jsd"]]
    return [
        Finding(
            expectation=f"on {TOY}, the Wasserstein critic covers more modes than either original",
            measured=_list(covered, f" of {total}", ".3g"),
            seen=all(covered[name] > best["covered"] for name in WASSERSTEIN),
        ),
        Finding(
            expectation="on text, it trains: a lower JSD of 4-grams than either original",
            measured=_list(jsd, "", ".3f"),
            seen=len(trained) == len(WASSERSTEIN),
        ),
        Finding(
            expectation="on text, an original loses diversity: its share of distinct lines is at "
            f"least {100 * LESS:.0f} points below that of the Wasserstein critic",
            measured=_list({name: 100 * share for name, share in unique.items()}, "%", ".0f"),
            seen=all(unique[name] >= best["unique"] + LESS for name in WASSERSTEIN),
        ),
    ]


def _list(values: Mapping[str, float], unit: str, form: str) -> str:
    return ", ".join(f"{value:{form}}{unit} ({name})" for name, value in values.items())


def _draw_points(axes: Axes, objective: str, points: Array, score: ModeScore) -> None:
    """Draw generated points over the centres of the modes."""
    axes.plot(*modes(TOY).T, color=REAL, marker="s", markerfacecolor="none", linestyle="")
    axes.plot(*points.T, color=SAMPLES, marker=".", markersize=2, linestyle="")
    axes.set_xlim(-REACH, REACH)
    axes.set_ylim(-REACH, REACH)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    axes.set_xlabel(f"{score.covered} of {len(modes(TOY))} modes", fontsize=9)
    title(axes, objective)


def _draw_bars(axes: Axes, texts: Mapping[str, list[TextScore]], name: str, label: str) -> None:
    """Draw the median of a score for each objective, and each seed."""
    for place, (objective, scores) in enumerate(texts.items()):
        values = [getattr(score, name) for score in scores]
        color = REAL if objective in WASSERSTEIN else MUTED
        hatch = "//" if objective in WASSERSTEIN else ""
        axes.bar(place, np.median(values), color=color, hatch=hatch, width=0.6, edgecolor="white")
        axes.plot([place] * len(values), values, color=INK, marker="o", linestyle="", markersize=3)
    axes.set_xticks(range(len(texts)), [n.replace("-", "-\n", 1) for n in texts], fontsize=8.5)
    axes.set_ylim(0, 1.05)
    title(axes, f"Text: {label}")


MLP = Experiment(
    name="mlp",
    claim="with fully connected networks the Wasserstein critic still trains the generator, and "
    "the original GAN loses diversity.",
    source="Arjovsky et al. 2017, Wasserstein GAN, section 4.3 and figure 7",
    settings=MlpSettings,
    quick={
        "repeats": 1, "toy_steps": 400, "toy_units": 64, "toy_batch": 64, "steps": 100,
        "units": 64,
    },
    run=run,
)  # fmt: skip
