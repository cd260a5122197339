"""Which pieces go together: all that is not refused trains."""

import copy
import functools
import itertools
import math
import random

import pytest
import torch

from corpora.errors import InputError
from textgan.config.compatibility import RULES, refusal
from textgan.config.field import settings_of
from textgan.config.presets import COLUMN_SETTINGS
from textgan.config.settings import Config
from textgan.registry import OBJECTIVES
from textgan.training.divergence import check_finite
from textgan.training.models import Models
from textgan.training.step import Trainer

CHOICES = {name: about.names(built_in=True) for name, about in settings_of(Config).items()}
REASONS = {reason for _, reason in RULES}
WGAN = {"objective": "wgan"}
PAIRS = {"columns": "pairs", **COLUMN_SETTINGS["pairs"]}

# For each rule: what it refuses, and near it what it does not
EXAMPLES = (
    (
        {"penalty": "gp", "constraint": "clip"},
        [{"constraint": "none"}, {"penalty": "none"}],
    ),
    (
        {**WGAN, "normalisation": "spectral"},
        [{"constraint": "none"}, {"normalisation": "layer"}],
    ),
    (
        {"normalisation": "batch"},
        [{"normalisation": "layer"}, {"penalty": "none", "loss": "hinge"}],
    ),
    (
        {"penalty": "none"},
        [{"penalty": "lp"}, {"constraint": "clip"}, {"normalisation": "spectral"}],
    ),
    ({"penalty_weight": 0.0}, [{"penalty_weight": 0.1}, {"loss": "hinge"}]),
    (
        {"penalty": "none", "normalisation": "spectral", "critic": "attention"},
        [{"penalty": "gp"}, {"constraint": "clip", "normalisation": "none"}, {"critic": "conv"}],
    ),
    (
        {"objective": "wgan", "constraint": "none"},
        [{"constraint": "clip"}, {"loss": "hinge"}],
    ),
    (
        {"critic": "mlp", "normalisation": "instance"},
        [{"normalisation": "layer"}, {"critic": "conv"}],
    ),
    *(
        (
            {"critic": critic, "critic_blocks": 0, "normalisation": "layer"},
            [{"critic_blocks": 1}, {"normalisation": "none"}, {"critic": "mlp"}],
        )
        for critic in ("conv", "strided", "attention")
    ),
    (
        {"objective": "wgan-fd", "fd_points": "chord", "curriculum": "length"},
        [{"fd_points": "gradient"}, {"curriculum": "critics"}, {"penalty": "gp"}],
    ),
    (
        {"objective": "wgan-fd", "precision": "tf32"},
        [{"precision": "bfloat16"}, {"precision": "float32"}, {"penalty": "gp"}],
    ),
    (
        {"symbol_matching": 1.0, "output": "straight-through"},
        [{"symbol_matching": 0.0}, {"output": "gumbel"}],
    ),
    ({"symbol_matching": 1.0, "output": "gumbel-hard"}, [{"output": "softmax"}]),
    ({"symbol_matching": 1.0}, [{"output": "softmax"}]),  # its rows are sharp
    ({"generator": "dcgan", "batch_size": 1}, [{"batch_size": 2}, {"generator": "deconv"}]),
    ({"generator": "unet"}, [{"generator": "deconv"}, PAIRS]),
    ({**PAIRS, "generator": "deconv"}, [{"generator": "unet"}, {"columns": "labels"}]),
    ({**PAIRS, "codes": "10"}, [{"codes": ""}]),
    ({**PAIRS, "long": "split"}, [{"long": "cut"}, {"long": "drop"}]),
    ({**PAIRS, "curriculum": "length"}, [{"curriculum": "critics"}]),
    ({**PAIRS, "output": "gumbel"}, [{"output": "straight-through"}]),
    ({**PAIRS, "output": "gumbel-hard"}, [{"output": "softmax"}]),
)  # fmt: skip


def config(choices):
    return Config.from_dict({"corpus": "x", **choices})


@pytest.mark.parametrize(("senseless", "cures"), EXAMPLES)
def test_what_makes_no_sense_is_refused_and_what_is_near_it_is_not(senseless, cures):
    with pytest.raises(InputError) as caught:
        config(senseless)
    assert str(caught.value) in REASONS
    for cure in cures:
        assert refusal(config(senseless | cure)) is None


def test_every_rule_has_an_example():
    said = set()
    for senseless, _ in EXAMPLES:
        with pytest.raises(InputError) as caught:
            config(senseless)
        said.add(str(caught.value))
    assert said == REASONS


def test_every_objective_as_published_makes_sense():
    for objective in OBJECTIVES:
        Config.build({"corpus": "x", "objective": objective})


# Everything that may be chosen of what is trained, and how; an objective is a name for its pieces
DIMENSIONS = {
    name: CHOICES[name]
    for name in (
        "loss",
        "penalty",
        "constraint",
        "normalisation",
        "generator",
        "critic",
        "columns",
        "output",
        "curriculum",
        "fd_points",
        "optimizer",
    )
} | {
    "codes": ("", "3,c1"),
    "instance_noise": (0.0, 0.1),
    "feature_matching": (0.0, 1.0),
    "symbol_matching": (0.0, 1.0),
    "ngram_matching": (0.0, 1.0),
    "average": (0.995, 0.0),
    "precision": ("float32", "bfloat16"),
}
STEPS = 2
TRIES = 20  # of combinations around a pair, of which the best is taken
SMALL = {
    "generator_width": 4, "critic_width": 4, "generator_blocks": 1, "critic_blocks": 1, "noise": 4,
    "batch_size": 4, "critic_steps": 1, "instance_noise_steps": STEPS,
    "curriculum_steps": STEPS, "threads": 1,
}  # fmt: skip


PLAIN = config(SMALL)


def possible(choices):
    """Whether no rule refuses these choices, each of which is valid by itself."""
    candidate = copy.copy(PLAIN)
    vars(candidate).update(choices)  # without the check of every setting, which takes longer
    return refusal(candidate) is None


def pairs_of(choices):
    return set(itertools.combinations([(name, choices[name]) for name in sorted(DIMENSIONS)], 2))


def around(wanted, found, rng):
    """Choices at random that have the two wanted ones, and those found so far with them put in."""
    for attempt in range(300):
        columns = CHOICES["columns"][attempt % len(CHOICES["columns"])]
        base = {"columns": columns, **COLUMN_SETTINGS.get(columns, {})}
        yield {
            name: base[name] if name in base and rng.random() < 0.75 else rng.choice(values)
            for name, values in DIMENSIONS.items()
        } | wanted
    yield from (one | wanted for one in found)


@functools.cache
def covering():
    """Combinations in which every pair of choices stands that is possible, and the other pairs.

    Greedy: of many around a pair still missing the one with most others that are missing.
    """
    rng = random.Random(0)
    choices = [[(name, value) for value in DIMENSIONS[name]] for name in sorted(DIMENSIONS)]
    missing = dict.fromkeys(
        pair
        for dimensions in itertools.combinations(choices, 2)
        for pair in itertools.product(*dimensions)
    )
    found, impossible = [], []
    while missing:
        wanted = next(iter(missing))
        tries = list(itertools.islice(filter(possible, around(dict(wanted), found, rng)), TRIES))
        if tries:
            found.append(max(tries, key=lambda one: len(pairs_of(one) & missing.keys())))
        else:
            impossible.append(wanted)
        for pair in pairs_of(found[-1]) if tries else [wanted]:
            missing.pop(pair, None)
    return found, impossible


def named(models):
    """The parameters of both networks by name."""
    networks = {"generator": models.generator, "critic": models.critic}
    return {
        f"{network}.{name}": weight
        for network, module in networks.items()
        for name, weight in module.named_parameters()
    }


def listen(models):
    """A dictionary that will have each parameter's largest gradient, by name."""
    heard = {}
    for name, weight in named(models).items():

        def note(weight, name=name):
            loudest = weight.grad.abs().max().item()
            heard[name] = max(heard.get(name, 0.0), loudest) if loudest == loudest else loudest

        weight.register_post_accumulate_grad_hook(note)
    return heard


def train(choices, encoded):
    """Make some steps; every loss is finite, and every weight of both networks hears something."""
    settings = config(SMALL | choices)
    corpus = encoded[settings.columns]
    trainer = Trainer(settings, corpus, Models.build(settings, corpus, torch.device("cpu")))
    heard = listen(trainer.models)
    for step in range(1, STEPS + 1):
        stats = trainer.step(step)
        for name, value in stats._asdict().items():
            assert math.isfinite(value) if name != "slope" else value is None or value >= 0, name
    assert all(math.isfinite(loudest) for loudest in heard.values()), heard
    assert set(heard) == set(named(trainer.models))
    check_finite(trainer.models.parameters(), STEPS)


def train_all(combinations, encoded):
    for choices in combinations:
        try:
            train(choices, encoded)
        except Exception as error:
            error.add_note(f"in {choices}")
            raise


NETWORKS = [
    *({"generator": name} for name in CHOICES["generator"] if name != "unet"),
    *({"critic": name} for name in CHOICES["critic"] if name != "conv"),
    {"curriculum": "critics"},
    *({**PAIRS, "critic": name} for name in ("patch", "conv")),
]


def combined(objective, networks):
    """A case of the test below; slow unless it is one of all networks or of all objectives."""
    few = objective in ("wgan-gp", "rpgan") or networks == {"critic": "attention"}
    name = "-".join([objective, *map(str, networks.values())])
    return pytest.param(objective, networks, id=name, marks=[] if few else [pytest.mark.slow])


@pytest.mark.parametrize(
    ("objective", "networks"),
    list(itertools.starmap(combined, itertools.product(OBJECTIVES.built_in, NETWORKS))),
)
def test_every_weight_hears_of_every_objective(objective, networks, encoded):
    """Those of the head of codes and of labels too, where there can be codes and labels."""
    asked = {} if "columns" in networks else {"columns": "labels", "codes": "3,c1"}
    wide = {"generator_width": 16, "critic_width": 16, "batch_size": 32}
    settings = config(SMALL | {"objective": objective, **asked, **networks, **wide})
    corpus = encoded[settings.columns]
    trainer = Trainer(settings, corpus, Models.build(settings, corpus, torch.device("cpu")))
    heard = listen(trainer.models)
    for step in range(1, STEPS + 1):
        trainer.step(step)
    silent = {name for name in named(trainer.models) if heard[name] == 0}
    # Of differences of scores, as the hinge is of while all are within 1, no bias is left
    differences = settings.pieces.loss in ("wasserstein", "relativistic", "hinge")
    assert {name for name in silent if not (differences and name.endswith("score.bias"))} == set()


def test_a_pair_of_choices_is_possible_unless_a_rule_is_about_it():
    pairs, unet = ("columns", "pairs"), ("generator", "unet")
    slopes = [("penalty", name) for name in CHOICES["penalty"] if name != "none"]
    against_pairs = [
        ("codes", "3,c1"),
        ("curriculum", "length"),
        *(("output", name) for name in CHOICES["output"] if name.startswith("gumbel")),
    ]
    refused = {
        *itertools.product([pairs, unet], against_pairs),
        *((pairs, ("generator", name)) for name in CHOICES["generator"] if name != "unet"),
        *((unet, ("columns", name)) for name in CHOICES["columns"] if name != "pairs"),
        *itertools.product([("constraint", "clip"), ("normalisation", "batch")], slopes),
        (("constraint", "clip"), ("normalisation", "spectral")),
        (("critic", "mlp"), ("normalisation", "instance")),
        *(
            (("symbol_matching", 1.0), ("output", name))
            for name in ("sharp", "straight-through", "gumbel-hard")
        ),
    }
    assert {frozenset(pair) for pair in covering()[1]} == {frozenset(pair) for pair in refused}


def test_every_pair_of_choices_that_is_possible_trains(encoded):
    train_all(covering()[0], encoded)


def grid(**values):
    """All combinations of some choices that are possible, the others as they are by default."""
    for chosen in itertools.product(*values.values()):
        choices = dict(zip(values, chosen, strict=True))
        choices |= choices.pop("more", {})
        if possible(choices):
            yield choices


@pytest.mark.slow
@pytest.mark.parametrize("objective", CHOICES["objective"])
def test_all_networks_under_every_objective_train_with_every_option(objective, encoded):
    names = (
        "output", "curriculum", "codes", "instance_noise", "feature_matching", "ngram_matching",
        "average",
        "precision", "optimizer",
    )  # fmt: skip
    options = [{}, {"symbol_matching": 1.0, "output": "softmax"}] + [
        {name: value} for name in names for value in DIMENSIONS[name][1:]
    ]
    more = [option | {"columns": columns} for columns in CHOICES["columns"] for option in options]
    networks = {name: CHOICES[name] for name in ("generator", "critic", "normalisation")}
    train_all(grid(objective=[objective], **networks, more=more), encoded)


@pytest.mark.slow
@pytest.mark.parametrize("loss", CHOICES["loss"])
def test_all_pieces_of_an_objective_train_together(loss, encoded):
    names = ("penalty", "fd_points", "constraint", "normalisation", "critic", "curriculum")
    train_all(grid(loss=[loss], **{name: CHOICES[name] for name in names}), encoded)
