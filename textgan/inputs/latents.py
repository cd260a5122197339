"""Latents, (B, Z'): the noise of a line, its codes and its label, concatenated.

Z' = Z + the codes + the labels, both one-hot, so that a generator's first layer, which is linear,
embeds them (Mirza and Osindero 2014; Chen et al. 2016).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from corpora.errors import InputError
from corpora.rng import uniform
from textgan.config.codes import NO_CODES, Codes, parse_codes
from textgan.config.settings import Config
from textgan.inputs.noise import Purpose, Rows, noise, on_device

__all__ = ["Latents"]


@dataclass(frozen=True)
class Latents:
    """The parts of a latent.

    Attributes:
        noise: Z.
        codes: The codes behind the noise.
        labels: The number of labels behind the codes; 0: none.
    """

    noise: int
    codes: Codes = NO_CODES
    labels: int = 0

    @classmethod
    def from_config(cls, config: Config, labels: int) -> "Latents":
        """Return the latents of a run whose corpus has this number of labels."""
        return cls(config.noise, parse_codes(config.codes), labels)

    @property
    def size(self) -> int:
        """Z'."""
        return self.noise + self.codes.size + self.labels

    def draw(
        self,
        seed: int,
        *key: int,
        rows: Rows,
        device: torch.device,
        labels: Tensor | None = None,
        fixed: Mapping[int, float] | None = None,
    ) -> Tensor:
        """Return one latent for each of `rows`, (B, Z'), a pure function of its key and row.

        Args:
            seed: The first part of the key.
            *key: The rest; the last part is a `Purpose`.
            rows: (B,), non-negative.
            device: Where the result is.
            labels: Of each row, (B,); needed where there are labels.
            fixed: Code -> the value of it in all rows; the other codes are drawn.
        """
        parts = [noise(seed, *key, rows=rows, size=self.noise, device=device)]
        if self.codes.size:
            count = len(self.codes.categorical) + self.codes.continuous
            draws = uniform(seed, *key, Purpose.CODES, rows=rows, columns=count)
            parts.append(on_device(self._codes(draws, fixed or {}), device))
        if self.labels:
            assert labels is not None
            parts.append(F.one_hot(labels.long(), self.labels).to(parts[0]))
        return torch.cat(parts, dim=1) if len(parts) > 1 else parts[0]

    def codes_of(self, latent: Tensor) -> Tensor:
        """Return the codes in latents (B, Z'): one-hot values, then continuous ones, (B, K)."""
        return latent[:, self.noise : self.noise + self.codes.size]

    def labels_of(self, latent: Tensor) -> Tensor | None:
        """Return the labels in latents (B, Z'): (B,), or None where there are none."""
        return latent[:, -self.labels :].argmax(dim=1) if self.labels else None

    def check(self, fixed: Mapping[int, float]) -> None:
        """Raise InputError where `fixed` names a code, or a value of one, that does not exist."""
        sizes = self.codes.categorical
        count = len(sizes) + self.codes.continuous
        for code, value in fixed.items():
            if not 0 <= code < count:
                known = f"codes 0 to {count - 1}" if count else "no codes; train with --codes 10"
                raise InputError(f"there is no code {code}: the run has {known}")
            if code < len(sizes) and value not in range(sizes[code]):
                raise InputError(
                    f"code {code} is {value:g}; it has the values 0 to {sizes[code] - 1}"
                )
            if code >= len(sizes) and not -1 <= value <= 1:
                raise InputError(f"code {code} is {value:g}; it lies in [−1, 1]")

    def _codes(self, draws: NDArray[np.float64], fixed: Mapping[int, float]) -> NDArray[np.float32]:
        """Return codes, (B, K), of draws from U[0, 1), (B, codes): each code is uniform."""
        parts = []
        for code, size in enumerate(self.codes.categorical):
            value = np.floor(draws[:, code] * size).astype(int)
            value = np.full_like(value, int(fixed[code])) if code in fixed else value
            parts.append(np.eye(size)[value])
        for code in range(len(self.codes.categorical), draws.shape[1]):
            value = 2 * draws[:, code : code + 1] - 1
            parts.append(np.full_like(value, fixed[code]) if code in fixed else value)
        return np.concatenate(parts, axis=1).astype(np.float32)
