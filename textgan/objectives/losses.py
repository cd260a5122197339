"""What the two networks minimise, from the critic's scores alone.

D stands for a score as it comes out of the critic, a logit: log σ(D) = −softplus(−D) and
log(1 − σ(D)) = −softplus(D), which neither overflow nor round to log 0. Functions take D(x) of real
text, D(G(z)) of generated text, or both, in this order and of one shape, and return a scalar.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

__all__ = ["Loss", "wasserstein_estimate"]


@dataclass(frozen=True)
class Loss:
    """What critic and generator minimise."""

    critic: Callable[[Tensor, Tensor], Tensor]  # D(x), D(G(z)) -> scalar
    generator: Callable[..., Tensor]  # D(G(z)) -> scalar; relativistic: D(x), D(G(z)) -> scalar
    relativistic: bool = False  # whether the generator's loss depends on scores of real text


def wasserstein_estimate(real: Tensor, fake: Tensor) -> Tensor:
    """Return E D(x) − E D(G(z)): the critic's lower bound of the Wasserstein distance.

    It is a distance up to the critic's Lipschitz constant, so it is not comparable between critics
    of other shapes or update counts (Arjovsky et al. 2017, section 3). Of a critic that was trained
    to classify it is the mean gap of its logits, and no distance.
    """
    return real.mean() - fake.mean()


def wasserstein_critic_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return E D(G(z)) − E D(x) (Arjovsky et al. 2017, algorithm 1)."""
    return -wasserstein_estimate(real, fake)


def mean_generator_loss(fake: Tensor) -> Tensor:
    """Return −E D(G(z)) (Arjovsky et al. 2017, algorithm 1; Miyato et al. 2018, equation 17)."""
    return -fake.mean()


def classifying_critic_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return −E log σ(D(x)) − E log(1 − σ(D(G(z)))) (Goodfellow et al. 2014, equation 1).

    At the best D its value is 2 log 2 − 2 JSD(real, generated), in nats (theorem 1 there).
    """
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def minimax_generator_loss(fake: Tensor) -> Tensor:
    """Return E log(1 − σ(D(G(z)))) (Goodfellow et al. 2014, equation 1).

    Its slope in D is −σ(D): where the critic tells text apart, σ(D) and so the gradient are near 0.
    """
    return -F.softplus(fake).mean()


def non_saturating_generator_loss(fake: Tensor) -> Tensor:
    """Return −E log σ(D(G(z))) (Goodfellow et al. 2014, section 3)."""
    return F.softplus(-fake).mean()


def least_squares_critic_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return ½ E(D(x) − 1)² + ½ E D(G(z))² (Mao et al. 2017, equation 9: a = 0, b = 1)."""
    return ((real - 1).square().mean() + fake.square().mean()) / 2


def least_squares_generator_loss(fake: Tensor) -> Tensor:
    """Return ½ E(D(G(z)) − 1)² (Mao et al. 2017, equation 9: c = 1)."""
    return (fake - 1).square().mean() / 2


def hinge_critic_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return E max(0, 1 − D(x)) + E max(0, 1 + D(G(z))) (Miyato et al. 2018, equation 16)."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def relativistic_critic_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return E softplus(D(G(z)) − D(x)), pair by pair (Huang et al. 2024, equation 2)."""
    return F.softplus(fake - real).mean()


def relativistic_generator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return E softplus(D(x) − D(G(z))), pair by pair (Huang et al. 2024, equation 2)."""
    return F.softplus(real - fake).mean()


WASSERSTEIN = Loss(wasserstein_critic_loss, mean_generator_loss)
MINIMAX = Loss(classifying_critic_loss, minimax_generator_loss)
NON_SATURATING = Loss(classifying_critic_loss, non_saturating_generator_loss)
LEAST_SQUARES = Loss(least_squares_critic_loss, least_squares_generator_loss)
HINGE = Loss(hinge_critic_loss, mean_generator_loss)
RELATIVISTIC = Loss(relativistic_critic_loss, relativistic_generator_loss, relativistic=True)
