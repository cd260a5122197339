"""`correlation`: which loss says how good the text is.

Two runs on the same text, one of a Wasserstein critic and one of a discriminator, are scored at
the same steps. The critic's estimate E D(x) − E D(G(z)) should fall with the JSD of 4-grams
(Arjovsky et al. 2017, section 4.2 and figure 3). What a discriminator's loss says is its JS,
log 2 − loss / 2, if it were trained to the end (figure 4 there: it says nothing).

The estimate is of W only if the critic keeps up with the generator. So under wgan-gp it has five
updates for one of the generator, as published, and eight times its rate. gan has the updates and
rates of its name. What is scored is the generator of the step, not an average.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from corpora.temporary import temporary_folder
from textgan.diagnostics.charts import LOOKS, add_legend, new_figure, title
from textgan.diagnostics.divergences import js_of_loss
from textgan.diagnostics.experiment import Experiment, Outcome, Settings, Work
from textgan.diagnostics.record import Finding
from textgan.diagnostics.training_runs import SMALL, read_scores, train_run
from textgan.evaluation.render.plots.style import MUTED
from textgan.evaluation.statistics.rank_correlation import spearman

__all__ = ["CORRELATION"]

CLOSE = 0.5  # the least rank correlation that counts as one
RUNS = ("wgan-gp", "gan")


@dataclass(frozen=True, kw_only=True)
class CorrelationSettings(Settings):
    """Critic updates as published, the rest chosen here."""

    repeats: int = 2
    steps: int = 300
    scores: int = 20  # a run, at equal distances
    critic_steps: int = 5  # of wgan-gp, for each step of the generator
    generator_rate: float = 5e-4  # of wgan-gp; its critic has that of `quick`, 4e-3
    critic_width: int = 32


class Course(NamedTuple):
    """What a run recorded at its scores."""

    steps: list[int]
    loss: list[float]  # the critic's estimate, or the JS that the discriminator's loss stands for
    jsd: list[float]  # of 4-grams, bits

    @property
    def rank(self) -> float:
        """Spearman's rank correlation of both; 0 where one of them is constant."""
        return spearman(self.loss, self.jsd) or 0.0


def course_of(objective: str, lines: Sequence[Mapping[str, Any]]) -> Course:
    """Return the course of a run from the lines of its log that have scores."""
    wasserstein = objective.startswith("wgan")
    return Course(
        [line["step"] for line in lines],
        [
            line["scores"]["wasserstein_train"] if wasserstein else js_of_loss(line["critic_loss"])
            for line in lines
        ],
        [line["scores"]["jsd4"] for line in lines],
    )


def run(settings: CorrelationSettings, work: Work) -> Outcome:
    """Train both runs with every seed, and correlate what they recorded."""
    every = max(settings.steps // settings.scores, 1)
    courses: dict[str, list[Course]] = {name: [] for name in RUNS}
    with temporary_folder() as folder:
        for seed in settings.seeds:
            for objective in RUNS:
                path = folder / f"{objective}-{seed}"
                config = {
                    **SMALL, "critic_width": settings.critic_width, "average": 0.0,
                    "average_share": 0.0,
                    "corpus": settings.corpus, "objective": objective, "seed": seed,
                    "steps": every * settings.scores, "evaluate_every": every,
                    "checkpoint_every": every * settings.scores,
                }  # fmt: skip
                if objective == "wgan-gp":
                    config["critic_steps"] = settings.critic_steps
                    config["generator_rate"] = settings.generator_rate
                stage = f"{objective}, seed {seed}"
                train_run(path, config, lambda part, stage=stage: work.progress(stage, part))  # type: ignore[misc]
                courses[objective].append(course_of(objective, read_scores(path)))
    ranks = {name: [course.rank for course in of] for name, of in courses.items()}
    medians = {name: float(np.median(of)) for name, of in ranks.items()}
    figure, axes = new_figure(4.6, 2, 2)
    for row, (name, of) in enumerate(courses.items()):
        _draw_course(axes[2 * row], name, of[0])
        _draw_ranks(axes[2 * row + 1], of, medians[name])
    measured = {
        "ranks": ranks,
        "courses": {name: [course._asdict() for course in of] for name, of in courses.items()},
    }
    return Outcome(
        findings=_findings(medians, ranks),
        measured=measured,
        figure=figure,
        notes=[
            f"{settings.medians} of runs of {settings.steps:,} steps, each with "
            f"{settings.scores} scores. An estimate is not comparable across critics of other "
            "shapes or update counts."
        ],
    )


def _findings(medians: Mapping[str, float], ranks: Mapping[str, Sequence[float]]) -> list[Finding]:
    """Return whether the estimate ranks text as JSD does, and better than the discriminator."""
    each = {name: ", ".join(f"{rank:+.2f}" for rank in of) for name, of in ranks.items()}
    return [
        Finding(
            expectation="the Wasserstein estimate falls with JSD-4 over a run of wgan-gp: rank "
            f"correlation at least {CLOSE:g}",
            measured=f"median {medians['wgan-gp']:+.2f}, by seed {each['wgan-gp']}",
            seen=medians["wgan-gp"] >= CLOSE,
        ),
        Finding(
            expectation="the discriminator's loss of gan does not: the JS that it stands for has "
            f"a rank correlation with JSD-4 below {CLOSE:g}, and below that of the estimate",
            measured=f"median {medians['gan']:+.2f}, by seed {each['gan']}",
            seen=medians["gan"] < min(CLOSE, medians["wgan-gp"]),
        ),
    ]


def _name(objective: str) -> str:
    return "E D(x) − E D(G(z))" if objective.startswith("wgan") else "log 2 − loss / 2"


def _draw_course(axes: Axes, objective: str, course: Course) -> None:
    """Draw loss and JSD over the steps of the first seed, each on its own axis."""
    right = axes.twinx()
    (loss,) = axes.plot(course.steps, course.loss, markersize=3, **LOOKS[0])
    (jsd,) = right.plot(course.steps, course.jsd, markersize=3, **LOOKS[1])
    right.set_ylim(0, 1.05)
    right.grid(False)
    right.spines["right"].set_visible(True)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.45 * (high - low))
    axes.set_xlabel("step")
    right.set_ylabel("JSD-4, bits", color=MUTED)
    title(axes, objective)
    axes.legend(
        [loss, jsd], [_name(objective), "JSD-4 (right)"], fontsize=8.5, framealpha=0.85,
        edgecolor="none", loc="upper center", ncols=1,
    )  # fmt: skip


def _draw_ranks(axes: Axes, courses: Sequence[Course], median: float) -> None:
    """Draw the loss over JSD, a marker for each seed."""
    for number, (course, look) in enumerate(zip(courses, LOOKS, strict=False)):
        axes.plot(
            course.jsd, course.loss, label=f"repeat {number + 1}", markersize=4,
            **{**look, "linestyle": ""},
        )  # fmt: skip
    axes.set_xlabel("JSD-4, bits")
    title(axes, f"rank correlation {median:+.2f}")
    add_legend(axes, fontsize=8.5)


CORRELATION = Experiment(
    name="correlation",
    claim="the estimate of a Wasserstein critic says how good the text is, the loss of a "
    "discriminator does not.",
    source="Arjovsky et al. 2017, Wasserstein GAN, section 4.2, figures 3 and 4",
    settings=CorrelationSettings,
    quick={"repeats": 1, "steps": 240, "scores": 12},
    run=run,
)
