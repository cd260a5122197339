"""What the two networks minimise, from the critic's scores alone."""

from torch import Tensor

__all__ = ["wasserstein_critic_loss", "wasserstein_estimate", "wasserstein_generator_loss"]


def wasserstein_estimate(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """Return E D(x) − E D(G(z)), a scalar: the critic's lower bound of the Wasserstein distance.

    It is a distance up to the critic's Lipschitz constant, so it is not comparable between critics
    of other shapes or update counts (Arjovsky et al. 2017, section 3).

    Args:
        real_scores: D(x), (B,).
        fake_scores: D(G(z)), (B,).
    """
    return real_scores.mean() - fake_scores.mean()


def wasserstein_critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """Return E D(G(z)) − E D(x), a scalar (Arjovsky et al. 2017, algorithm 1)."""
    return -wasserstein_estimate(real_scores, fake_scores)


def wasserstein_generator_loss(fake_scores: Tensor) -> Tensor:
    """Return −E D(G(z)), a scalar (Arjovsky et al. 2017, algorithm 1)."""
    return -fake_scores.mean()
