"""Instance noise: Gaussian noise on all text that the critic receives."""

from torch import Tensor

from textgan.inputs.noise import Purpose, Rows, noise

__all__ = ["add_instance_noise"]


def add_instance_noise(text: Tensor, deviation: float, *key: int, rows: Rows) -> Tensor:
    """Return x + σξ with ξ ~ N(0, 1), (B, T, V), of text (B, T, V); the text itself where σ is 0.

    Source: Arjovsky and Bottou 2017, section 3; Sønderby et al. 2017, section 3.2.

    Args:
        text: x.
        deviation: σ.
        *key: A seed, where the noise is used, and which text of several there it is for.
        rows: (B,).
    """
    if not deviation:
        return text
    size = text.shape[1] * text.shape[2]
    xi = noise(*key, Purpose.INSTANCE_NOISE, rows=rows, size=size, device=text.device)
    return text + deviation * xi.view_as(text)
