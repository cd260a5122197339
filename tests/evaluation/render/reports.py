"""Reports that were not measured: their figures are chosen, and their texts hostile."""

from dataclasses import replace

from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.report import (
    Curves,
    Example,
    Frontier,
    Lengths,
    Matches,
    Memorization,
    Nearest,
    Report,
    ReportWarning,
    RevealingNgram,
    SampleSizes,
    Symbols,
    Transport,
)

HOSTILE = (
    "<script>alert(1)</script>",
    "[red] & \"double\" 'single'",
    "\x1b[31mred",
    "$x_1$ \\frac{1}{2}",
    "\u202eabc\ud800\uffff",
    "春眠不覺曉",
    "👩\u200d🚀",
    "_hidden",
)


def measure(samples, *, real=None, interval=None, name="jsd"):
    excess = None if real is None or samples is None else samples - real
    return Measure(
        samples=samples,
        real=real,
        at_real_size=samples,
        excess=excess,
        interval=interval,
        signature=f"{name}|m:100|T:8",
        real_signature=None if real is None else f"{name}-real|m:100|T:8",
    )


def bare_report():
    """Return a report with no held-out text and nothing optional."""
    return Report(
        evaluated="samples.txt",
        against="names",
        unit="char",
        length=8,
        vocabulary_size=16,
        seed=0,
        m=100,
        reference_size=2000,
        held_out=0,
        held_out_drawn=False,
        real_m=None,
        measures={"jsd1": measure(0.1), "jsd4": measure(0.4), "forward": measure(2.5)},
        warnings=(),
        repeated=("ab", 1),
        examples=(Example(symbols=("a", "b"), bits=(0.5, 4.5, 1.0)),),
        lengths=Lengths(samples=(0, 0.25, 0.75), real=(0, 0.5, 0.5)),
        symbols=Symbols(
            symbols=("a", "b", ""),
            samples=(0.3, 0.2, 0.5),
            real=(0.25, 0.25, 0.5),
            samples_at=((0.6, 0.0), (0.4, 0.0), (0.0, 1.0)),
            real_at=((0.5, 0.0), (0.5, 0.0), (0.0, 1.0)),
        ),
        matches=None,
    )


def full_report():
    """Return a report in which everything is filled in, hostile text wherever text may be."""
    baselines = {"3-gram model": 0.15, HOSTILE[0]: 0.5}
    measures = {
        f"jsd{n}": replace(
            measure(0.1 * n, real=0.05 * n, interval=(0.01, 0.2)), baselines=baselines
        )
        for n in range(1, 7)
    }
    measures |= {
        "forward": replace(measure(2.5, real=2.25, name="forward"), baselines=baselines),
        "reverse": replace(measure(3.0, real=2.5, name="reverse"), baselines=baselines),
        "text-jsd4": replace(measure(0.3), baselines=baselines),
        "recall2": replace(measure(0.3), baselines=baselines),
        "unique": replace(measure(0.9, real=0.95, interval=(-0.08, -0.02)), baselines=baselines),
        "copied": measure(0.3, real=0.05),
        "transport": measure(4.5, real=3.25),
        "bleu4": measure(None),
    }
    return replace(
        bare_report(),
        evaluated=HOSTILE[1],
        against=HOSTILE[2],
        measures=measures,
        held_out=100,
        held_out_drawn=True,
        real_m=100,
        warnings=(ReportWarning(name="copies", text=f"Memorization: {HOSTILE[0]} & more."),),
        repeated=(HOSTILE[0], 7),
        examples=tuple(Example(symbols=tuple(line), bits=(2.0,) * len(line)) for line in HOSTILE),
        matches=Matches(guesses=(10, 100), samples=(0.01, 0.02), real=(0.02, 0.05)),
        sizes=SampleSizes(measure="jsd4", sizes=(10, 100), samples=(0.5, 0.4), real=(0.4, 0.2)),
        nearest=tuple(Nearest(sample=line, training=line[1:], edits=1) for line in HOSTILE),
        revealing=tuple(
            RevealingNgram(ngram=line[:4], starts=True, ends=False, samples=0.5, real=0.25)
            for line in HOSTILE
        ),
        memorization=Memorization(samples=500, lines=100, training=280, held_out=200, p=0.012),
        frontier=Frontier(
            m=100,
            precision=(0, 0.2, 0.5, 1),
            recall=(1, 0.6, 0.4, 0),
            real_precision=(0, 0.5, 0.8, 1),
            real_recall=(1, 0.9, 0.7, 0),
        ),
        transport=Transport(moves=tuple((line, line[1:], 1) for line in HOSTILE)),
        curves=Curves(
            steps=(100, 200, 300),
            values={
                "jsd1": (0.4, 0.2, 0.1),
                "jsd4": (0.9, 0.6, 0.4),
                "jsd4_floor": (0.2, 0.2, 0.2),
                "wasserstein_train": (5.0, 3.0, 2.5),
                "wasserstein_held_out": (5.0, None, 2.0),
                "slope": (None, 1.0, 1.0),
            },
        ),
    )


def graded(jsd, reverse, *, jsd_interval=None, copied=0.1, m=1000, warnings=()):
    """Return a report with a 4-gram sampler at 0.1 and 3.0, a 2-gram at 0.3 and 4.0."""
    rows = {
        "jsd4": replace(
            measure(jsd, real=0.1, interval=jsd_interval),
            baselines={"4-gram": 0.1, "3-gram": 0.2, "2-gram": 0.3},
        ),
        "reverse": replace(
            measure(reverse, real=2.9, name="reverse"),
            baselines={"4-gram": 3.0, "3-gram": 3.5, "2-gram": 4.0},
        ),
        "unique": measure(0.9, real=1.0, name="unique"),
        "copied": measure(copied, real=0.1, name="copied"),
    }
    return replace(
        bare_report(), m=m, real_m=m, held_out=m, measures=rows,
        warnings=tuple(ReportWarning(name=name, text=f"Warning {name}.") for name in warnings),
    ).with_headline()  # fmt: skip
