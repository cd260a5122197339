from textgan.evaluation.report.measure import Measure


def test_the_excess_is_of_as_many_samples_as_real_lines():
    alone = Measure(samples=0.5, signature="s")
    assert alone.with_real(0.25, 0.75, (0.4, 0.6), "r") == Measure(
        samples=0.5,
        real=0.25,
        at_real_size=0.75,
        excess=0.5,
        interval=(0.4, 0.6),
        signature="s",
        real_signature="r",
    )
