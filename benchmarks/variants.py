"""What the study compares: sets of settings of `textgan train`, with a name and a reason.

Text, stop, hardware, scores and checkpoints are the same for all: the study chooses them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.rows import flags_of

__all__ = ["BASELINE", "VARIANTS", "Variant"]

BASELINE = "quick"  # whose steps the seconds of a budget are


@dataclass(frozen=True)
class Variant:
    """Settings on top of a preset.

    Attributes:
        settings: As `Config.build` takes them.
        reason: Why it is worth a try, in some words.
        preset: The preset below them.
    """

    settings: Mapping[str, Any]
    reason: str
    preset: str = BASELINE

    @property
    def flags(self) -> str:
        """What `textgan train` is to be given."""
        return f"--preset {self.preset} {flags_of(self.settings)}".strip()


_CRITIC = "as good in the table of methods"
_COST = "another split of the same seconds"
_WIDER = "a stronger critic may pay more than a larger generator (GAT)"
_SHARP = "less sharp rows, as `best` had"
_PURE = "the true gradient, without dead symbols"
_AVERAGE = "length of the average"
_RATES = "rates with SOAP were searched on one seed"
_WEIGHT = "the weight was searched on one seed"
_PENALTY = "the weight was searched with Adam"

VARIANTS: dict[str, Variant] = {
    BASELINE: Variant({}, "the baseline"),
    # Networks
    "critic wider, generator narrower": Variant(
        {"generator_width": 32, "critic_width": 48}, f"{_WIDER}; about equal cost"
    ),
    "critic 48": Variant({"critic_width": 48}, _WIDER),
    "critic 64": Variant({"critic_width": 64}, _WIDER),
    "generator wider, critic narrower": Variant({"generator_width": 64, "critic_width": 24}, _COST),
    "both narrower": Variant({"generator_width": 32, "critic_width": 24}, f"{_COST}: more steps"),
    "both wider": Variant({"generator_width": 64, "critic_width": 48}, f"{_COST}: fewer steps"),
    "critic of 2 blocks": Variant({"critic_blocks": 2}, _COST),
    "critic of 4 blocks": Variant({"critic_blocks": 4}, _COST),
    "generator of 3 blocks": Variant({"generator_blocks": 3}, _COST),
    "critic patch": Variant({"critic": "patch"}, _CRITIC),
    "critic strided": Variant({"critic": "strided"}, _CRITIC),
    "generator dcgan": Variant({"generator": "dcgan"}, "cheaper steps"),
    "noise 64": Variant({"noise": 64}, "more inputs did not help; fewer were not tried"),
    "published initialisation": Variant(
        {"initialisation": "published"}, "better on names, a tie on pd-english"
    ),
    # Batches and updates
    "batch 32": Variant({"batch_size": 32}, f"{_COST}: more steps"),
    "batch 32, lower rates": Variant(
        {"batch_size": 32, "generator_rate": 2.8e-3, "critic_rate": 2.8e-3},
        "rates by the root of the batch",
    ),
    "batch 128": Variant({"batch_size": 128}, f"{_COST}: better gradients"),
    "1 critic update": Variant({"critic_steps": 1}, "worse at equal steps, before"),
    "3 critic updates": Variant({"critic_steps": 3}, _COST),
    # Outputs
    "softmax": Variant({"output": "softmax"}, "as published"),
    "softmax, symbol matching 1": Variant({"output": "softmax", "symbol_matching": 1.0}, _PURE),
    "softmax, symbol matching 10": Variant({"output": "softmax", "symbol_matching": 10.0}, _PURE),
    "κ 3": Variant({"sharpness": 3.0}, _SHARP),
    "κ 10": Variant({"sharpness": 10.0}, _SHARP),
    "straight-through, feature matching": Variant(
        {"output": "straight-through", "feature_matching": 1.0},
        "the best JSD of names, with less diversity",
    ),
    "gumbel-hard": Variant({"output": "gumbel-hard"}, "the best JSD of names, of one seed"),
    # Regularizers and objectives
    "no n-gram matching": Variant({"ngram_matching": 0.0}, "`quick` as it was"),
    "n-gram matching 0.3": Variant({"ngram_matching": 0.3}, _WEIGHT),
    "n-gram matching 3": Variant({"ngram_matching": 3.0}, _WEIGHT),
    "feature matching 1": Variant({"feature_matching": 1.0}, "better on names before"),
    "feature matching 3": Variant({"feature_matching": 3.0}, "the same, heavier"),
    "instance noise 0.03": Variant({"instance_noise": 0.03}, "0.1 was level"),
    "λ 3": Variant({"penalty_weight": 3.0}, _PENALTY),
    "λ 30": Variant({"penalty_weight": 30.0}, _PENALTY),
    "lp": Variant({"objective": "wgan-lp"}, "slopes below 1 get no penalty"),
    "lp, λ 30": Variant({"objective": "wgan-lp", "penalty_weight": 30.0}, "the same, heavier"),
    "hinge with gp": Variant({"loss": "hinge"}, "losses under the same penalty were not tried"),
    "non-saturating with gp": Variant(
        {"loss": "non-saturating"}, "losses under the same penalty were not tried"
    ),
    "relativistic with gp": Variant(
        {"loss": "relativistic", "penalty": "gp"}, "losses under the same penalty were not tried"
    ),
    "relativistic, r1r2": Variant(
        {"loss": "relativistic", "penalty": "r1r2"}, "R3GAN with falling rates"
    ),
    "relativistic, r1r2, γ 0.05, β₂ 0.99": Variant(
        {"loss": "relativistic", "penalty": "r1r2", "penalty_weight": 0.05, "beta2": 0.99},
        "where the anneals of R3GAN end",
    ),
    # Optimisation
    "adam": Variant({"optimizer": "adam", "beta2": 0.99}, "cheaper steps; for reference"),
    "β₂ 0.9": Variant({"beta2": 0.9}, _RATES),
    "β₂ 0.98": Variant({"beta2": 0.98}, _RATES),
    "rates 6e-3": Variant({"generator_rate": 6e-3, "critic_rate": 6e-3}, _RATES),
    "rates 2.8e-3": Variant({"generator_rate": 2.8e-3, "critic_rate": 2.8e-3}, _RATES),
    "critic rate 6e-3": Variant({"critic_rate": 6e-3}, _RATES),
    "d 1,000": Variant({"decay_steps": 1000}, "minutes are few steps: rates that fall sooner"),
    "d 4,000": Variant({"decay_steps": 4000}, "rates that fall later"),
    "average of a quarter": Variant({"average_share": 0.25}, _AVERAGE),
    "average of a 16th": Variant({"average_share": 0.0625}, _AVERAGE),
    "average of 50 steps": Variant({"average": 0.98}, _AVERAGE),
    # The preset for an hour, which leads from the fourth minute
    "best": Variant({}, "wide networks", preset="best"),
    "best, κ 3": Variant({"sharpness": 3.0}, "what was best without n-gram matching", "best"),
    "best, n-gram matching 1": Variant({"ngram_matching": 1.0}, _WEIGHT, "best"),
    "best, n-gram matching 10": Variant({"ngram_matching": 10.0}, _WEIGHT, "best"),
    "best, κ 3, n-gram matching 1": Variant(
        {"sharpness": 3.0, "ngram_matching": 1.0}, "`best` as it was", "best"
    ),
    "best, κ 3, n-gram matching 1, batch 32": Variant(
        {"sharpness": 3.0, "ngram_matching": 1.0, "batch_size": 32}, f"{_COST}: more steps", "best"
    ),
    "best, κ 3, no n-gram matching": Variant(
        {"sharpness": 3.0, "ngram_matching": 0.0}, "`best` as it was at first", "best"
    ),
    "best, softmax, symbol matching 1": Variant(
        {"output": "softmax", "symbol_matching": 1.0}, _PURE, "best"
    ),
}
