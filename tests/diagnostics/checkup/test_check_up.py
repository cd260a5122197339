"""The check-up of a run: verdicts follow the numbers, and nothing in the folder changes."""

import dataclasses
import json

import numpy as np
import pytest

from textgan.config.settings import Config
from textgan.diagnostics.checkup.check import Check, CheckUp
from textgan.diagnostics.checkup.check_up import check_up
from textgan.diagnostics.checkup.log_checks import check_log
from textgan.diagnostics.checkup.network_checks import _symbols
from textgan.evaluation.report.report import Curves

NAMES = [
    "critic slope", "Wasserstein estimate", "loss against JSD", "collapse", "over-fitting",
    "generator gradient", "critic weights", "generator weights", "saturation", "symbols that died",
]  # fmt: skip
GOOD = {
    "slope": (0.4, 0.9, 1.0, 1.1, 1.0, 1.0),
    "wasserstein_train": (6.0, 5.0, 4.0, 3.0, 2.0, 1.0),
    "wasserstein_held_out": (6.0, 5.0, 4.0, 2.9, 1.9, 0.9),
    "unique": (1.0, 1.0, 0.99, 0.99, 0.99, 0.98),
    "jsd4": (0.9, 0.8, 0.7, 0.5, 0.4, 0.3),
}


def checks(changes=(), **settings):
    curves = Curves(steps=(1, 2, 3, 4, 5, 6), values={**GOOD, **dict(changes)})
    found = check_log(Config.build({"corpus": "x", "ngram_matching": 0, **settings}), curves)
    return {check.name: check for check in found}


def test_a_good_log_asks_for_nothing():
    found = checks()
    assert [check.good for check in found.values()] == [True, None, True, True, True]
    assert "1.03 on average" in found["critic slope"].text
    assert "+1.00 of the estimate with jsd4" in found["loss against JSD"].text


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("critic slope", {"slope": (1, 1, 1, 2, 2, 2)}, "raise --penalty-weight"),
        ("critic slope", {"slope": (1, 1, 1, 0.1, 0.1, 0.1)}, "train longer"),
        ("loss against JSD", {"jsd4": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)}, "judge by JSD"),
        ("collapse", {"unique": (1, 1, 1, 1, 0.5, 0.1)}, "repeats its lines"),
        (
            "over-fitting", {"wasserstein_held_out": (6, 5, 4, 1.0, 0.5, 0.1)},
            "The critic over-fits",
        ),
    ],
)  # fmt: skip
def test_a_bad_number_is_found_and_has_advice(name, changes, words):
    found = checks(changes)
    bad = [check.name for check in found.values() if check.good is False]
    assert bad == [name]
    assert words in found[name].advice


def test_where_the_estimate_is_almost_nothing_its_noise_is_no_over_fitting():
    low = {"wasserstein_train": (6, 3, 1, 0.2, 0.2, 0.2)}
    assert checks({**low, "wasserstein_held_out": (6, 3, 1, 0.1, 0, 0.1)})["over-fitting"].good
    assert not checks({**low, "wasserstein_held_out": (6, 3, 1, -1, -2, -3)})["over-fitting"].good


def test_with_n_gram_matching_the_estimate_need_not_follow_jsd():
    rising = {"jsd4": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)}
    found = checks(rising, ngram_matching=1)["loss against JSD"]
    assert found.good is None
    assert "because n-gram matching lowers JSD too" in found.text


def test_slopes_below_the_target_are_right_under_a_one_sided_penalty():
    low = {"slope": (0.1,) * 6}
    assert checks(low, objective="wgan-lp")["critic slope"].good is True
    assert checks(low, objective="wgan-gp")["critic slope"].good is False
    assert checks(low, objective="gan")["critic slope"].good is None


def test_what_was_not_recorded_is_said_to_be_so():
    for check in check_log(Config.build({"corpus": "x"}), None):
        assert check.text.startswith("not recorded")
        assert check.good is None
    found = checks({"wasserstein_held_out": (None,) * 6})
    assert "on held-out text not recorded" in found["Wasserstein estimate"].text
    assert found["over-fitting"].text.startswith("not recorded")


def test_a_symbol_that_no_sample_has_is_named(encoded):
    corpus = encoded["text"]
    rows = np.array(corpus.train)
    alive = _symbols(corpus, rows, "")
    assert alive.good
    (letter,) = corpus.encoder.encode("a")[:1]
    (other,) = corpus.encoder.encode("e")[:1]
    dead = _symbols(corpus, np.where(rows == letter, other, rows), "")
    assert not dead.good
    assert dead.measured["dead"] == ["a"]


def test_advice_is_given_once():
    bad = Check(name="a", text="", good=False, advice="Rest.")
    assert CheckUp(run="r", step=1, checks=(bad, bad)).advice == ("Rest.",)


def test_a_run_is_checked_and_not_changed(trained, files):
    before = files(trained)
    checked = check_up(trained)
    assert [check.name for check in checked.checks] == NAMES
    assert checked.step == 6
    json.dumps(checked.to_dict(), allow_nan=False)
    norms = next(c for c in checked.checks if c.name == "generator gradient").measured["norms"]
    assert all(norm > 0 for norm in norms.values())
    weights = next(c for c in checked.checks if c.name == "critic weights").measured
    assert sum(weights["histogram"]) == pytest.approx(1)
    assert files(trained) == before


def test_clipped_weights_are_compared_with_c(quick, tmp_path):
    from textgan.training.run import train

    run = train(
        dataclasses.replace(quick, constraint="clip", penalty="none", clip=1e-4),
        out=tmp_path / "clipped",
    )
    found = {check.name: check for check in check_up(run).checks}
    assert "within 5% of ±c" in found["critic weights"].text
    assert found["critic weights"].good is False  # torch's weights are all far beyond 1e-4


def test_advice_names_nothing_that_the_run_has():
    repeated = {"unique": (1, 1, 1, 1, 0.5, 0.1)}
    assert "--penalty gp" not in checks(repeated)["collapse"].advice
    assert "--penalty gp" in checks(repeated, objective="gan")["collapse"].advice
    few = Curves(steps=(1,), values={"unique": (0.1,)})
    found = {check.name: check for check in check_log(Config.build({"corpus": "x"}), few)}
    assert found["collapse"].advice.endswith("train longer.")
