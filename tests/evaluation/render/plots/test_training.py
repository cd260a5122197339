from dataclasses import replace

from tests.evaluation.render.plots.drawn import NAMED, caption
from tests.evaluation.render.reports import full_report
from textgan.evaluation.report.report import (
    Curves,
)


def curves(**values):
    return replace(full_report(), curves=Curves(steps=(100, 200, 300), values=values))


def test_training_is_described_from_first_to_last_and_best():
    falling = curves(jsd1=(0.5, 0.4, 0.3), jsd10=(0.9, 0.5, 0.4), jsd10_floor=(0.1, 0.1, 0.1))
    assert caption(falling, "training") == (
        "JSD of 10-grams fell from 0.900 bits after step 100 to 0.400 after step 300, its lowest, "
        "so that more steps may lower it further; the floor is 0.100."
    )
    assert caption(curves(jsd4=(0.5, None, 0.6)), "training") == (
        "JSD of 4-grams did not fall: it went from 0.500 bits after step 100 to 0.600 after step "
        "300; it was lowest after step 100, at 0.500."
    )


def test_the_critics_estimate_is_explained_and_ranked_with_quality():
    said = caption(
        curves(
            jsd4=(0.9, 0.5, 0.4), wasserstein_train=(5.0, 3.0, 2.0),
            wasserstein_held_out=(5.0, 3.0, 1.5),
        ),
        "wasserstein",
    )  # fmt: skip
    assert said == (
        "The estimate went from 5 to 2; it should fall as quality rises. Its rank correlation "
        "with JSD of 4-grams is 1.00 (they fall together). At the end training text scores 0.5 "
        "above held-out text; a gap between the two is the sign of an over-fitted critic. Under a "
        "Wasserstein loss it estimates a distance; it is not comparable across critics of other "
        "shapes or update counts."
    )
    rising = caption(curves(jsd4=(0.9, 0.5, 0.4), wasserstein_train=(1.0, 2.0, 3.0)), "wasserstein")
    assert "is -1.00 (they move apart)" in rising
    assert "held-out" not in rising


def test_curves_without_points_are_not_drawn():
    report = curves(slope=(1.0, 1.0, 1.0), jsd4=(None, None, None))
    assert not NAMED["training"].has(report)
    assert not NAMED["wasserstein"].has(report)


def test_a_single_score_is_a_point_and_no_curve():
    single = curves(
        jsd4=(None, 0.5, None), jsd4_floor=(None, 0.1, None), wasserstein_train=(None, 0.25, None)
    )
    assert caption(single, "training") == "There is one score, after step 200: no curve yet."
    assert caption(single, "wasserstein").startswith("The estimate of the only score is 0.25. ")
    for name in ("training", "wasserstein"):
        (axes,) = NAMED[name].draw(single).axes
        drawn = [line for line in axes.lines if len(line.get_xdata()) == 3]
        assert {line.get_marker() for line in drawn} == {"o"}
    for line in NAMED["training"].draw(curves(jsd4=(0.5, 0.4, 0.3))).axes[0].lines:
        assert line.get_marker() in ("", "None")
