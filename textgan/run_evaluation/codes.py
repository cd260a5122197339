"""What Q recovers of each code from sampled lines, and how much a code changes the lines.

The figures are defined in `textgan.evaluation.metrics.mutual_information`.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from textgan.evaluation.metrics.mutual_information import (
    categorical_code,
    continuous_code,
    share_changed,
)
from textgan.evaluation.report.conditions import CodeReport
from textgan.inputs.noise import one_hot
from textgan.inputs.row_blocks import row_blocks
from textgan.sampling.sampler import BATCH_ROWS, Sampler
from textgan.sampling.seeds import LineSeeds, line_seeds

__all__ = ["evaluate_codes", "posteriors"]

SWEPT_LINES = 200  # sampled again with other values of a code
MAX_SWEPT_VALUES = 10  # of a categorical code
CONTINUOUS_VALUES = (-1.0, -0.5, 0.0, 0.5, 1.0)

Numbers = NDArray[np.float64]


def evaluate_codes(sampler: Sampler, m: int, seed: int, length: int) -> tuple[CodeReport, ...]:
    """Return what Q recovers of each code from the first m lines of a seed, and what it changes.

    Args:
        sampler: Sampler of a run with codes.
        m: Number of lines.
        seed: Seed of their noise and codes.
        length: T, the characters at which lines are cut.
    """
    seeds = line_seeds(seed, 0, m)
    codes, recovered = posteriors(sampler, seeds)
    swept = seeds[:SWEPT_LINES].tolist()
    kinds = sampler.latents.codes
    reports, start = [], 0
    for code, size in enumerate(kinds.categorical):
        part = slice(start, start + size)
        reports.append(
            categorical_code(
                f"code {code}", _softmax(recovered[:, part]), codes[:, part].argmax(axis=1),
                length=length, seed=seed, candidates=sampler.candidates_per_line,
                changed=share_changed(sampler.sweep(swept, code, _swept_values(size))),
            )
        )  # fmt: skip
        start += size
    means, scales = np.split(recovered[:, start:], 2, axis=1)
    for i in range(kinds.continuous):
        code = len(kinds.categorical) + i
        reports.append(
            continuous_code(
                f"code {code}", means[:, i], np.exp(scales[:, i]), codes[:, start + i],
                length=length, seed=seed, candidates=sampler.candidates_per_line,
                changed=share_changed(sampler.sweep(swept, code, CONTINUOUS_VALUES)),
            )
        )  # fmt: skip
    return tuple(reports)


@torch.inference_mode()
def posteriors(sampler: Sampler, seeds: LineSeeds) -> tuple[Numbers, Numbers]:
    """Return the codes of lines by their seeds, (N, K), and Q's outputs for the lines, (N, K').

    Q receives one-hot rows, the text that a reader sees and that Q was trained on. Softmax rows
    could carry a code without changing a symbol of the text.
    """
    codes, recovered = [], []
    for start in range(0, len(seeds), BATCH_ROWS):
        batch = seeds[start : start + BATCH_ROWS]
        ids = sampler.batch(batch).ids
        codes.append(sampler.latents.codes_of(sampler.latent(batch)).double().cpu().numpy())
        for rows in row_blocks(len(ids), ids[0].size * sampler.encoder.size):
            text = one_hot(ids[rows], sampler.encoder.size, sampler.device)
            recovered.append(sampler.critic.recover(text).double().cpu().numpy())
    return np.concatenate(codes), np.concatenate(recovered)


def _swept_values(size: int) -> list[float]:
    """Return all values of a categorical code, or ten of them from the first to the last.

    >>> _swept_values(3), _swept_values(100)[:3]
    ([0.0, 1.0, 2.0], [0.0, 11.0, 22.0])
    """
    values: list[float] = np.linspace(0, size - 1, min(size, MAX_SWEPT_VALUES)).round().tolist()
    return values


def _softmax(logits: Numbers) -> Numbers:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
