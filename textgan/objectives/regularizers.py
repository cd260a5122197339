"""Regularizers: terms that are added to a loss."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from textgan.config.codes import Codes

__all__ = ["code_loss", "distance_to_target", "feature_distance", "symbol_divergence"]


def feature_distance(real: Tensor, fake: Tensor) -> Tensor:
    """Return ‖E f(x) − E f(G(z))‖₂², a scalar, of the two means, (F,) each.

    Source: Salimans et al. 2016, section 3.1.
    """
    return (real - fake).square().sum()


def symbol_divergence(shares: Tensor, mean: Tensor) -> Tensor:
    """Return KL(r ‖ m), a scalar in nats, of symbol shares r and the mean generated row m, (V,).

    Its gradient in the logits of a row p is ⟨r, q⟩p − r ⊙ q, where q = p/Σp, with the sum over all
    rows. A critic's gradient vanishes with p; this one does not, so that no symbol of real text
    dies out. It is feature matching with symbols as the features and a logarithm in place of the
    square. Symbols of share 0 have no term.

    Args:
        shares: r, the share of each symbol in real text, padding among them; sums to 1.
        mean: m, the mean of the generated rows.
    """
    ratio = torch.where(shares > 0, shares / mean.clamp_min(1e-30), 1.0)  # log 1 = 0
    return (shares * ratio.log()).sum()


def code_loss(recovered: Tensor, codes: Tensor, kinds: Codes) -> Tensor:
    """Return −E log Q(c | x), a scalar in nats; H(c) minus this is a lower bound of I(c; x).

    Q is a softmax for each categorical code and a Gaussian for each continuous one (Chen et al.
    2016, equations 5 and 6, section 6).

    Args:
        recovered: Q's outputs, (B, `kinds.outputs`): the logits of each categorical code, then the
            means, then the log σ of the continuous ones.
        codes: c, (B, `kinds.size`): one-hot, then continuous.
        kinds: The kinds of c.
    """
    loss = recovered.new_zeros(())
    start = 0
    for size in kinds.categorical:
        part = slice(start, start + size)
        loss = loss + F.cross_entropy(recovered[:, part], codes[:, part])
        start += size
    if kinds.continuous:
        mean, log_scale = recovered[:, start:].chunk(2, dim=1)
        error = (codes[:, start:] - mean) * torch.exp(-log_scale)
        nats = error.square() / 2 + log_scale + math.log(2 * math.pi) / 2
        loss = loss + nats.sum(1).mean()
    return loss


def distance_to_target(target: Tensor, fake: Tensor) -> Tensor:
    """Return E ‖target − G‖₁ / 2, by position: a scalar in [0, 1] for rows (B, T, V).

    The total variation distance: the probability of a wrong symbol where the target is one-hot
    (Isola et al. 2017, equation 3, there over pixels).
    """
    return (target - fake).abs().sum(2).mean() / 2
