"""Normalisation of a critic: of its activations, or of its weights."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrize

from textgan.networks.layers.layout import to_channels, to_positions

__all__ = ["CENTRED", "SpectralNorm", "limit_spectra", "unit_norm"]

CENTRED = ("instance", "batch")  # subtract a mean per channel: a bias before them has no effect
WARM_UP = 15  # power iterations on the initial weights


def unit_norm(kind: str, width: int) -> nn.Module:
    """Return the layer that normalises (N, C, H, T), each channel with its own gain and shift.

    Mean and variance are taken

        layer      over channels and positions of each sample (Ba et al. 2016)
        instance   over positions, for each sample and channel (Ulyanov et al. 2016)
        batch      over samples and positions, for each channel (Ioffe and Szegedy 2015)

    and `none` and `spectral` change no activation.
    """
    kinds: dict[str, Callable[[], nn.Module]] = {
        "none": nn.Identity,
        "spectral": nn.Identity,
        "layer": lambda: SampleNorm(1, width),
        "instance": lambda: SampleNorm(width, width),
        "batch": lambda: nn.BatchNorm2d(width),
    }
    return kinds[kind]()


class SampleNorm(nn.GroupNorm):
    """`GroupNorm` in full precision, of each sample, also where several are rows of one image."""

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, C, H, T) normalised."""
        samples = to_positions(x.to(self.weight.dtype)).transpose(1, 2).unsqueeze(2)  # (B, C, 1, T)
        return to_channels(super().forward(samples).squeeze(2).transpose(1, 2), x.shape[2])


class SpectralNorm(nn.Module):
    """W / σ(W): the weight, as a matrix (C, all else), divided by its largest singular value.

    Each forward pass in training makes one power iteration; u is kept between them:

        v ← Wᵀu / ‖Wᵀu‖,   u ← Wv / ‖Wv‖,   σ = ‖Wᵀu‖

    No gradient goes through the iteration, so ∂σ/∂W = uvᵀ (Miyato et al. 2018, equation 11 and
    algorithm 1). All in the precision of the weight: torch's version mixes them under autocast.
    """

    left: Tensor

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.register_buffer("left", F.normalize(torch.randn(len(weight)), dim=0).to(weight))
        for _ in range(WARM_UP):
            self._iterate(weight.flatten(1))

    def forward(self, weight: Tensor) -> Tensor:
        """Return the normalised weight, in the layout of `weight`."""
        with torch.autocast(weight.device.type, enabled=False):
            matrix = weight.flatten(1)
            if self.training:
                self._iterate(matrix)
            # a copy: the next forward pass overwrites u before the backward pass of this one
            largest: Tensor = (matrix.mT @ self.left.clone()).norm()
            return weight / largest

    @torch.no_grad()
    def _iterate(self, matrix: Tensor) -> None:
        right = F.normalize(matrix.mT @ self.left, dim=0)
        self.left.copy_(F.normalize(matrix @ right, dim=0))


def limit_spectra(network: nn.Module) -> None:
    """Normalise every weight of `network` by its largest singular value, at each use."""
    for layer in list(network.modules()):
        if isinstance(layer, nn.Conv2d | nn.Linear | nn.Embedding):
            norm = SpectralNorm(layer.weight.detach())
            parametrize.register_parametrization(layer, "weight", norm)
