from dataclasses import replace

from tests.evaluation.render.reports import bare_report, graded, measure
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.render.sentences import distance, nearer
from textgan.evaluation.render.verdict import verdict
from textgan.evaluation.report.report import Memorization

TRAINING = [f"{a}{b}{c}{d}" for a in "abcd" for b in "efgh" for c in "ijkl" for d in "mnop"]


def test_the_verdict_distinguishes_real_text_from_other_text():
    half = [TRAINING[i::2] for i in (0, 1)]
    real = verdict(evaluate(half[1], half[0] + half[1], half[1], length=4, orders=(4,)))
    assert "not significantly different from its floor" in real
    far = verdict(evaluate(["zzzz", "yyyy"], TRAINING, half[1], length=4, orders=(4,)))
    assert "JSD-4 is 1.000 bits" in far
    assert "above its floor" in far


def test_the_distance_says_of_how_many_lines_it_is():
    report = evaluate(TRAINING, TRAINING, TRAINING[:7], length=4, orders=(4,))
    row = report.measures["jsd4"]
    assert row.at_real_size > row.samples + 0.1
    assert (
        f"JSD-4 is {row.samples:.3f} bits; of 7 lines it is {row.at_real_size:.3f}, not "
        f"significantly different from its floor ({row.real:.3f})."
    ) in verdict(report)
    drawn = evaluate(TRAINING[:40], TRAINING, length=4, orders=(4,))
    row = drawn.measures["jsd4"]
    assert f"JSD-4 is {row.samples:.3f} bits; against the text without held-out" in verdict(drawn)


def test_without_held_out_text_the_floor_is_unknown():
    assert "its floor is unknown" in verdict(evaluate(["ab"], ["abc"], [], length=4, orders=(4,)))


def test_empty_samples_are_counted():
    report = evaluate([*TRAINING, ""], TRAINING, TRAINING[:9], length=4, orders=(4,))
    assert f" 1 of the {len(TRAINING) + 1} samples is empty." in verdict(report)
    many = verdict(evaluate([""] * 9 + ["ab"], TRAINING, TRAINING[:9], length=4, orders=(4,)))
    assert many.startswith("90.0% of the samples are empty lines (training lines: 0.0%).")
    assert "empty" not in verdict(graded(0.1, 3.0))


def test_a_single_measure_is_enough_for_a_verdict():
    report = replace(bare_report(), measures={"unique": measure(0.5), "copied": measure(0.1)})
    assert verdict(report) == (
        "50.0% of the samples are distinct. 10.0% occur in the training text."
    )


def test_a_figure_below_its_floor_without_an_interval_is_below():
    report = replace(bare_report(), measures={"jsd4": measure(0.3, real=0.4)}, real_m=1)
    assert distance(report) == "JSD-4 is 0.300 bits, 0.100 below its floor (0.400)."


def test_memorization_is_said_with_what_chance_explains():
    counts = Memorization(samples=500, lines=1200, training=280, held_out=200, p=0.0124)
    report = replace(bare_report(), memorization=counts)
    assert nearer(report) == (
        "Of 500 samples 280 are nearer to one of 1,200 training lines, 200 to one of as many "
        "held-out lines, 20 equally near to both: more than chance explains (p = 0.012)."
    )
    assert nearer(report) in verdict(report)
    chance = replace(report, memorization=replace(counts, p=0.05))
    assert "not more than chance explains (p = 0.050)." in nearer(chance)
    assert nearer(bare_report()) == ""
