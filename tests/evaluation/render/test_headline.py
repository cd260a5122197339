from dataclasses import replace

from tests.evaluation.render.reports import bare_report, graded, measure
from textgan.evaluation.render.headline import words


def test_each_word_has_its_place_and_the_figure_that_decides():
    fidelity, diversity, originality = words(graded(0.25, 3.0, jsd_interval=(0.14, 0.17)))
    assert fidelity.sentence() == (
        "Fidelity: between the 2-gram and 3-gram sampler; JSD-4 0.2500 (0.2400 to 0.2700)."
    )
    assert diversity.sentence() == (
        "Diversity: level with the 4-gram sampler; reverse likelihood 3.000."
    )
    assert diversity.sentence(full=True).endswith("reverse likelihood 3.000; 90.0% distinct lines.")
    assert originality.sentence() == (
        "Originality: level with real text; 10.0% occur in the training text, 10.0% expected."
    )
    assert [word.is_real for word in (fidelity, diversity, originality)] == [False, False, True]


def test_the_other_figures_have_their_own_places():
    report = graded(0.25, 3.0)
    forward = replace(measure(3.2, real=2.9), baselines=report.measures["reverse"].baselines)
    report = replace(report, measures={**report.measures, "forward": forward}).with_headline()
    fidelity = words(report)[0]
    assert fidelity.others == ("forward likelihood 3.200, between the 3-gram and 4-gram sampler",)
    assert "forward" not in fidelity.sentence()


def test_the_levels_next_to_the_samples_are_marked():
    fidelity, _, originality = words(graded(0.25, 3.0))
    assert [level for level, here in fidelity.levels if here] == ["2-gram", "3-gram"]
    assert [level for level, _ in fidelity.levels][::7] == ["uniform", "real text"]
    assert originality.levels == ()


def test_a_report_without_a_headline_has_no_words():
    assert words(bare_report()) == ()
