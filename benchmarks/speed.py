"""How fast textgan is beside the published algorithm in plain torch, in one and the same run.

    python -m benchmarks.speed [--only step peak sample ingest start time-to] [--repeats 5]

`step`: whole steps of the same mathematics, from equal weights, of `benchmarks.reference` and of
textgan, in turns; medians, and the median of the ratios. Their gradients are compared first. In
bfloat16, where the processor has it, the mathematics is the same but for rounding.
`peak`: what share of the processor's matrix products a step is worth. The operations are those that
the mathematics needs: products with padding, or that a double backward makes for nothing, do not
count.
`sample`: lines per second, and memory, of `textgan sample` with the networks of the quick preset.
`ingest`: megabytes of text a second, and memory, of `corpora.encode`; `--gigabytes` adds 3,600 MB.
`start`: seconds until commands are done, beside those of `import torch`.
`time-to`: seconds until JSD-4 is what the reference has after `--minutes` at the best of `--widths`
(64 and 128 are worth a try), quick preset against reference; left out unless asked for.

Memory is the peak of a process of its own, pages of mapped files included. Seconds are of the
clock: nothing else should be running.
"""

import argparse
import functools
from collections.abc import Callable, Iterable
from statistics import median
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

import corpora
from benchmarks import reference
from benchmarks.clock import median_ratio, seconds
from benchmarks.machine import load, machine
from benchmarks.operations import V, matmul_gflops, step_gflop
from benchmarks.processes import CORPUS, ingestion, sampling, starting, temporary
from benchmarks.random_text import random_rows, random_trainer
from benchmarks.reference import BATCH, BLOCKS, CRITIC_STEPS, Reference, Z
from textgan.config.settings import Config
from textgan.hardware.device import has_bfloat16
from textgan.inputs.noise import Purpose, mix_factors, noise, one_hot
from textgan.training.batches import Generated
from textgan.training.loop import Progress
from textgan.training.run import train
from textgan.training.step import Trainer

WIDTHS, LENGTHS, WIDE = (32, 64, 128, 512), (16, 32, 64), 512
EQUAL = 1e-5  # how far gradients of equal mathematics may be apart
FEW = 4  # samples of which gradients are compared
PARTS = ("step", "peak", "sample", "ingest", "start", "time-to")
THRESHOLDS = (0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5)
CPU = torch.device("cpu")


def main() -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS[:-1])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--widths", nargs="+", type=int, default=WIDTHS)
    parser.add_argument("--lengths", nargs="+", type=int, default=LENGTHS)
    parser.add_argument("--lines", type=int, default=1_000_000, help="to sample")
    parser.add_argument("--gigabytes", action="store_true", help="ingest 3,600 MB too")
    parser.add_argument("--corpus", default=CORPUS, help="of time-to")
    parser.add_argument("--minutes", type=float, default=20, help="of time-to, for each width")
    options = parser.parse_args()
    torch.set_flush_denormal(True)  # as textgan's runs do
    print(machine())
    parts: dict[str, Callable[[], None]] = {
        "step": lambda: steps(options.widths, options.lengths, options.repeats),
        "peak": lambda: peaks(options.widths, 32, options.repeats),
        "sample": lambda: sampling(options.lines),
        "ingest": lambda: ingestion([36, 360, *([3600] if options.gigabytes else [])]),
        "start": lambda: starting(options.repeats),
        "time-to": lambda: time_to(options.corpus, options.widths, options.minutes),
    }
    for name in options.only:
        parts[name]()
    skipped = [name for name in PARTS if name not in options.only]
    if "ingest" in options.only and not options.gigabytes:
        skipped.append("ingest of 3,600 MB (--gigabytes)")
    print(f"\nskipped: {', '.join(skipped) or 'nothing'}; {load()}")


class Times(NamedTuple):
    """Seconds of whole steps, turn by turn."""

    reference: list[float]
    ours: list[float]
    lowered: list[float]  # ours in bfloat16; none where the processor lacks it
    gap: float  # relative difference of the gradients, in fp32


def steps(widths: Iterable[int], lengths: Iterable[int], repeats: int) -> None:
    """Print how long steps take at each width and T."""
    print(f"\nA step of the same mathematics: batch {BATCH}, {BLOCKS} blocks, {V} symbols, ms")
    head = f"{'width':>6}{'T':>4}{'critic updates':>16}{'reference':>11}{'textgan':>9}{'ratio':>7}"
    print(f"{head}{'bfloat16':>10}{'ratio':>7}{'gradients differ by':>21}")
    for width in widths:
        for T in lengths:
            critic_steps, times = measured(width, T, repeats)
            row = f"{width:>6}{T:>4}{critic_steps:>16}{1e3 * median(times.reference):>11.1f}"
            row += (
                f"{1e3 * median(times.ours):>9.1f}{median_ratio(times.reference, times.ours):>7.2f}"
            )
            bfloat16_columns = f"{'-':>10}{'-':>7}"
            if times.lowered:
                bfloat16_columns = f"{1e3 * median(times.lowered):>10.1f}"
                bfloat16_columns += f"{median_ratio(times.reference, times.lowered):>7.2f}"
            print(f"{row}{bfloat16_columns}{times.gap:>21.1e}", flush=True)


def measured(width: int, T: int, repeats: int) -> tuple[int, Times]:
    """Return the critic updates of a step, and the times; a wide step takes a minute, so one."""
    critic_steps, turns = (1, min(repeats, 2)) if width >= WIDE else (CRITIC_STEPS, repeats)
    return critic_steps, step_times(width, T, critic_steps, turns)


@functools.cache
def step_times(width: int, T: int, critic_steps: int, repeats: int) -> Times:
    """Return the times of steps in turns, after the gradients were found equal.

    Raises:
        AssertionError: They differ by more than 1e-5: what is timed is not the same.
    """
    gap = closest(*pair(width, T, 1, FEW))
    assert gap <= EQUAL, f"width {width}, T {T}: gradients differ by {gap:.1e}"
    theirs, ours = pair(width, T, critic_steps)
    turns: list[Callable[[int], object]] = [lambda _: theirs.step(critic_steps), ours.step]
    if has_bfloat16(CPU):
        turns.append(trainer(width, T, critic_steps, ours.real.ids, "bfloat16").step)
    times = [[seconds(turn, number) for turn in turns] for number in range(1, repeats + 2)]
    columns = [list(column) for column in zip(*times[1:], strict=True)]  # the first one warms up
    return Times(columns[0], columns[1], columns[2] if len(columns) > 2 else [], gap)


def pair(
    width: int, T: int, critic_steps: int, batch_size: int = BATCH
) -> tuple[Reference, Trainer]:
    """Return the reference and textgan's trainer, of equal weights, on the same random rows."""
    rows = random_rows(T)
    ours = trainer(width, T, critic_steps, rows, "float32", batch_size)
    theirs = Reference(rows, V, width)
    make_equal(theirs, ours)
    return theirs, ours


def trainer(
    width: int,
    T: int,
    critic_steps: int,
    rows: np.ndarray,
    precision: str,
    batch_size: int = BATCH,
) -> Trainer:
    """Return textgan's trainer of the published settings at this width and T."""
    settings = {
        "corpus": "random", "length": T, "critic_steps": critic_steps, "precision": precision,
        "generator_width": width, "critic_width": width, "batch_size": batch_size, "device": "cpu",
    }  # fmt: skip
    return random_trainer(Config.build(settings, preset="paper"), rows, CPU)


def make_equal(theirs: Reference, ours: Trainer) -> None:
    """Give the reference textgan's weights."""
    T = ours.real.length
    for theirs_network, ours_network in networks(theirs, ours):
        for (name, ours_), theirs_ in zip(
            ours_network.named_parameters(), theirs_network.parameters(), strict=True
        ):
            theirs_.data.copy_(as_published(name, ours_.data, T).reshape(theirs_.shape))


def closest(theirs: Reference, ours: Trainer, draws: int = 3) -> float:
    """Return the gap of gradients on the first draw where it is small, or the smallest of three.

    A unit that is 0 but for rounding may be on in one network and off in the other: that alone is
    1e-5 or more, and the more units there are the more likely.
    """
    gaps: list[float] = []
    while len(gaps) < draws and min(gaps, default=1) > EQUAL:
        make_equal(theirs, ours)
        gaps.append(gradient_gap(theirs, ours, len(gaps) + 1))
    return min(gaps)


def gradient_gap(theirs: Reference, ours: Trainer, step: int = 1) -> float:
    """Return ‖g − g'‖ / ‖g‖ of the gradients of equal networks on equal draws, the larger of two.

    They are those of a critic update and of a generator update as training makes them, which leave
    them behind; weights move.
    """
    seed, rows, models = ours.config.seed, ours.rows, ours.models
    ids = corpora.batch_rows(ours.real.ids, seed=seed, step=step, update=0, batch_size=len(rows))
    mix = mix_factors(seed, step, 0, rows=rows, device=CPU)[0]
    latent = noise(seed, step, 0, Purpose.CRITIC_NOISE, rows=rows, size=Z, device=CPU)
    with torch.no_grad():
        fake = models.generator(latent)
    ours.update_critic(step, 0, ours.real.batch(step, 0), Generated(fake, latent))
    theirs.critic_update(one_hot(ids, V, CPU), latent, mix[:, None, None])
    critics = difference(theirs.critic, models.critic, ours.real.length)
    make_equal(theirs, ours)
    latent = noise(seed, step, 0, Purpose.GENERATOR_NOISE, rows=rows, size=Z, device=CPU)
    ours.update_generator(step)
    theirs.generator_update(latent)
    return max(critics, difference(theirs.generator, models.generator, ours.real.length))


def difference(theirs: nn.Module, ours: nn.Module, T: int) -> float:
    """Return how far two networks' gradients are apart, relative to all of the first one's."""
    squared_difference = squared_norm = 0.0
    for (name, parameter), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        expected = other.grad.double()
        gradient = as_published(name, parameter.grad.double(), T).reshape(expected.shape)
        squared_difference += float((gradient - expected).square().sum())
        squared_norm += float(expected.square().sum())
    return (squared_difference / squared_norm) ** 0.5


def networks(theirs: Reference, ours: Trainer) -> list[tuple[nn.Module, nn.Module]]:
    """Return the generators and the critics."""
    models = ours.models
    return [(theirs.generator, models.generator), (theirs.critic, models.critic)]


def as_published(name: str, value: Tensor, T: int) -> Tensor:
    """Return a tensor of textgan's networks with channels before positions, as published."""
    if name.startswith("spread"):
        return value.unflatten(0, (T, -1)).transpose(0, 1)
    return value.unflatten(1, (T, -1)).transpose(1, 2) if name == "score.weight" else value


def peaks(widths: Iterable[int], T: int, repeats: int, size: int = 2048) -> None:
    """Print the processor's fastest matrix products, and what share of it steps reach."""
    fp32, bf16 = (matmul_gflops(kind, size) for kind in (torch.float32, torch.bfloat16))
    print(f"\nOf the fastest matrix product: {fp32:,.0f} GFLOP/s in fp32, {bf16:,.0f} in bfloat16")
    head = f"{'width':>6}{'T':>4}{'critic updates':>16}{'GFLOP':>9}"
    print(f"{head}{'GFLOP/s':>9}{'share':>7}{'reference':>11}{'bfloat16':>10}{'share':>7}")
    for width in widths:
        critic_steps, times = measured(width, T, repeats)
        work = step_gflop(width, T, critic_steps)
        rate = work / median(times.ours)
        row = f"{width:>6}{T:>4}{critic_steps:>16}{work:>9.1f}{rate:>9.0f}{rate / fp32:>7.0%}"
        row += f"{work / median(times.reference) / fp32:>11.0%}"
        if times.lowered:
            rate = work / median(times.lowered)
            row += f"{rate:>10.0f}{rate / bf16:>7.0%}"
        print(row, flush=True)


def time_to(corpus: str, widths: Iterable[int], minutes: float, every: int = 100) -> None:
    """Print after how many seconds JSD-4 is what the reference ends with, and values before it.

    Args:
        corpus: A file or a bundled name.
        widths: Of the reference; the best of them at the end counts.
        minutes: Of training for each reference, ten times those of textgan's quick preset.
        every: Steps of textgan between two scores.
    """
    ours: list[tuple[float, float]] = []

    def note(progress: Progress) -> None:
        if progress.scores is not None and progress.scores.step == progress.step:
            ours.append((progress.seconds, progress.scores.jsd[4]))

    settings = {"corpus": corpus, "length": 32, "minutes": minutes / 10, "evaluate_every": every}
    with temporary() as folder:
        run = train(Config.build(settings), out=folder / "run", callbacks=[note])
        text = corpora.open_corpus(run / "corpus")
        curves = {
            width: [
                (score.seconds, score.jsd4)
                for score in reference.train(text, width, minutes, 3 * minutes, timed=False)
            ]
            for width in widths
        }
    width, theirs = min(curves.items(), key=lambda item: item[1][-1][1])
    ends = ", ".join(f"{curve[-1][1]:.3f} at width {width}" for width, curve in curves.items())
    print(f"\n{corpus}; JSD-4 of the reference after {minutes:g} minutes: {ends}")
    end, score = ours[-1]
    print(f"textgan, quick: {score:.3f} after {end:.0f} s; its seconds include validation")
    print(f"{'JSD-4':>7}{f'reference, width {width}':>22}{'textgan, quick':>16}{'ratio':>8}")
    for threshold in (*(x for x in THRESHOLDS if x > theirs[-1][1]), theirs[-1][1]):
        times = [first_below(scores, threshold) for scores in (theirs, ours)]
        shown = ["never" if time is None else f"{time:.0f}" for time in times]
        gain = f"{times[0] / times[1]:.1f}" if None not in times else "-"
        print(f"{threshold:>7.3f}{shown[0]:>22}{shown[1]:>16}{gain:>8}")


def first_below(curve: Iterable[tuple[float, float]], threshold: float) -> float | None:
    """Return when a curve of (seconds, score) first is down at a threshold, None if never."""
    return next((elapsed for elapsed, score in curve if score <= threshold), None)


if __name__ == "__main__":
    main()
