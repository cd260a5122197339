"""Whether the codes in the noise say something about the text (InfoGAN).

Of a code c and a line x made with it, Q(c | x) is what the network Q, trained with the critic,
takes c for. The information between the two is at least

    L_I = H(c) + E log₂ Q(c | x) ≤ I(c; x)

(Barber & Agakov 2003; Chen et al. 2016, "InfoGAN", equations 4 and 5), with equality where Q is the
true posterior. Prior and bound:

- a categorical code is drawn evenly from K values: H = log₂ K bits, which L_I reaches where every
  code is recovered beyond doubt;
- a continuous code is drawn evenly from [−1, 1], and Q is a Gaussian: H = log₂ 2 = 1 bit. This is
  a differential entropy, so that L_I has no upper end.

A Q that is worse than the prior makes L_I negative, though information never is. Q should read what
a reader reads: the one-hot rows of the lines as sampled. In rows of probabilities a code can be
written without a letter of the text changing.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from math import atanh, isfinite, log2, sqrt, tanh
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.metrics.metric import Description
from textgan.evaluation.report.conditions import Changed, CodeReport
from textgan.evaluation.report.signature import Signature
from textgan.evaluation.statistics.normal import NORMAL_95
from textgan.evaluation.statistics.proportions import share, wilson

__all__ = [
    "CHANGED",
    "CORRELATION",
    "INFORMATION",
    "RECOVERED",
    "categorical_code",
    "continuous_code",
    "mutual_information",
    "share_changed",
]

Numbers = NDArray[np.floating[Any]]

UNIFORM_ENTROPY = 1.0  # bits of a code drawn evenly from [−1, 1]: log₂ (1 − −1)

INFORMATION = Description(
    name="information",
    title="information",
    unit="bits",
    better="higher",
    form=".3f",
    blind_to="what Q does not read, and what a code means",
)

RECOVERED = Description(
    name="recovered",
    title="recovered",
    unit="share",
    better="higher",
    form=".1%",
    blind_to="how sure Q is, and what a code means",
)

CORRELATION = Description(
    name="correlation",
    title="correlation",
    unit="",
    better="higher",
    form=".3f",
    blind_to="a bend in what Q says, its scale, and how sure it is",
)

CHANGED = Description(
    name="changed",
    title="lines changed",
    unit="share",
    better="higher",
    form=".1%",
    blind_to="what changes: a code that scrambles the text changes all of it",
)


def share_changed(groups: Sequence[Sequence[str]]) -> Changed:
    """Return how much of the text changes with a code.

    Args:
        groups: for each of at least two values of the code its N lines, at least one; line i of
            all groups has the same noise but for the code.
    """
    from rapidfuzz.distance import Levenshtein

    sizes = sorted({len(lines) for lines in groups})
    if len(groups) < 2 or len(sizes) != 1 or not sizes[0]:
        raise ValueError(
            f"found {len(groups)} groups of {sizes} lines, expected at least two, equally large"
        )
    edits = np.array([
        [Levenshtein.distance(*pair) for pair in zip(a, b, strict=True)]
        for a, b in combinations(groups, 2)
    ])  # (pairs of values, N)  # fmt: skip
    differ = edits > 0
    pairs = float(differ.mean())
    return Changed(
        lines=sizes[0],
        values=len(groups),
        pairs=pairs,
        interval=wilson(pairs, sizes[0]),
        any=share(int(differ.any(axis=0).sum()), sizes[0]),
        edits=float(edits[differ].mean()) if differ.any() else None,
    )


def mutual_information(log_q: Numbers, entropy: float) -> float:
    """Return L_I = H(c) + E log Q(c | x), in the unit of both: bits for binary logarithms.

    Args:
        log_q: log Q of the true code of each line, (N,), N at least 1.
        entropy: H(c).
    """
    if log_q.ndim != 1 or not len(log_q):
        raise ValueError(f"found log Q of shape {log_q.shape}, expected (N,), N at least 1")
    return entropy + float(log_q.mean(dtype=np.float64))


def categorical_code(
    name: str,
    probabilities: Numbers,
    codes: NDArray[np.integer[Any]],
    *,
    length: int,
    seed: int | None = None,
    candidates: int | None = None,
    changed: Changed | None = None,
) -> CodeReport:
    """Return the report on a code that was drawn evenly from K values.

    Args:
        name: of the code.
        probabilities: Q(· | x) of N lines, (N, K), N at least 1 and K at least 2.
        codes: the value that each line was made with, (N,), from 0 to K − 1.
        length: T, the characters at which lines are cut.
        seed: of the noise and the codes.
        candidates: from how many each line was chosen, for the signature.
        changed: of `share_changed`.
    """
    N, K = probabilities.shape
    if codes.shape != (N,) or N < 1 or K < 2 or codes.min() < 0 or codes.max() >= K:
        raise ValueError(
            f"found probabilities {probabilities.shape} and codes {codes.shape}, expected (N, K) "
            "and (N,) values from 0 to K − 1"
        )
    probabilities = probabilities.astype(np.float64)
    if (probabilities < 0).any() or not np.allclose(probabilities.sum(axis=1), 1, atol=1e-4):
        raise ValueError("found probabilities of a line that do not sum to 1")
    with np.errstate(divide="ignore"):  # no chance at all is meant
        log_q = np.log2(probabilities[np.arange(N), codes])
    correct = int((probabilities.argmax(axis=1) == codes).sum())
    report = _report(name, log_q, log2(K), K, changed, length, seed, candidates)
    return replace(report, recovered=share(correct, N))


def continuous_code(
    name: str,
    means: Numbers,
    deviations: Numbers,
    codes: Numbers,
    *,
    length: int,
    seed: int | None = None,
    candidates: int | None = None,
    changed: Changed | None = None,
) -> CodeReport:
    """Return the report on a code that was drawn evenly from [−1, 1].

        log₂ Q(c | x) = −((c − μ)² / 2s² + ½ ln 2πs²) / ln 2

    Args:
        name: of the code.
        means: μ of each line, (N,), N at least 1.
        deviations: s of each line, (N,), above 0.
        codes: c of each line, (N,), within [−1, 1].
        length: T, the characters at which lines are cut.
        seed: of the noise and the codes.
        candidates: from how many each line was chosen, for the signature.
        changed: of `share_changed`, of some values of the code.
    """
    if not codes.shape == means.shape == deviations.shape or codes.ndim != 1 or not len(codes):
        raise ValueError(
            f"found means {means.shape}, deviations {deviations.shape} and codes {codes.shape}, "
            "expected three times (N,)"
        )
    if not (deviations > 0).all() or (np.abs(codes) > 1).any():
        raise ValueError("found a deviation of 0 or less, or a code outside [−1, 1]")
    means, deviations, codes = (values.astype(np.float64) for values in (means, deviations, codes))
    nats = ((codes - means) / deviations) ** 2 / 2 + np.log(2 * np.pi * deviations**2) / 2
    log_q = -nats / np.log(2)
    report = _report(name, log_q, UNIFORM_ENTROPY, None, changed, length, seed, candidates)
    correlation, interval = _correlation(means, codes)
    return replace(report, correlation=correlation, correlation_interval=interval)


def _correlation(
    a: NDArray[np.float64], b: NDArray[np.float64]
) -> tuple[float | None, tuple[float, float] | None]:
    """Return Pearson's r of N pairs, and tanh(atanh r ± 1.96 / √(N − 3)).

    The interval is that of Fisher 1921, "On the 'Probable Error' of a Coefficient of Correlation
    Deduced from a Small Sample", for two normal variables; tails of even codes are shorter, and it
    is rather too wide.
    """
    if not np.ptp(a) or not np.ptp(b):
        return None, None
    r = min(1.0, max(-1.0, float(np.corrcoef(a, b)[0, 1])))  # beyond by rounding
    if len(a) < 4:
        return r, None
    if abs(r) == 1:
        return r, (r, r)
    wide = NORMAL_95 / sqrt(len(a) - 3)
    return r, (tanh(atanh(r) - wide), tanh(atanh(r) + wide))


def _report(
    name: str,
    log_q: NDArray[np.float64],
    entropy: float,
    values: int | None,
    changed: Changed | None,
    length: int,
    seed: int | None,
    candidates: int | None,
) -> CodeReport:
    information, N = mutual_information(log_q, entropy), len(log_q)
    interval = None
    if N > 1 and isfinite(information):
        wide = NORMAL_95 * float(log_q.std(ddof=1)) / sqrt(N)
        interval = information - wide, information + wide
    prior = "uniform" if values is None else f"{values}-values"
    changed_settings = f",changed={changed.values}x{changed.lines}" if changed else ""
    signature = Signature(
        metric="code",
        length=length,
        m=N,
        candidates=candidates,
        interval="normal",
        settings=f"prior={prior}{changed_settings}",
        seed=seed,
    )
    return CodeReport(
        name=name,
        values=values,
        lines=N,
        entropy=entropy,
        information=information if isfinite(information) else None,
        interval=interval,
        changed=changed,
        signature=str(signature),
    )
