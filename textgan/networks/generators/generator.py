"""The base of all generators: noise (B, Z) becomes T rows of symbol probabilities (B, T, V)."""

from abc import ABC, abstractmethod
from typing import Protocol, TypedDict, Unpack

from torch import Tensor, nn

from textgan.networks.outputs import to_rows

__all__ = ["Generator", "GeneratorKind", "OutputOptions"]


class OutputOptions(TypedDict, total=False):
    """The options of every generator's rows; see `Generator`."""

    sharpness: float
    output: str
    temperature: float


class Generator(nn.Module, ABC):
    """A generator: a subclass computes logits, which become rows by one of `OUTPUTS`.

    Args:
        emittable: (V,) bool: the symbols that may be written; the others have probability 0.
        sharpness: κ of `to_rows`.
        output: One of `OUTPUTS`; see `to_rows`.
        temperature: τ of `to_rows`.
    """

    barrier: Tensor

    def __init__(
        self,
        emittable: Tensor,
        *,
        sharpness: float = 20.0,
        output: str = "softmax",
        temperature: float = 1.0,
    ) -> None:
        super().__init__()
        self.sharpness = sharpness
        self.output = output
        self.temperature = temperature
        barrier = emittable.float().log()  # 0 or −∞, added to logits
        self.register_buffer("barrier", barrier, persistent=False)

    @abstractmethod
    def logits(self, noise: Tensor | None, source: Tensor | None = None) -> Tensor:
        """Return unnormalised log-probabilities, (B, T, V).

        Args:
            noise: z, (B, Z). None: the mean network, which `unet` alone has.
            source: Rows to translate, (B, T, V); needed by `unet`, ignored by the others.
        """

    def forward(
        self, noise: Tensor | None, source: Tensor | None = None, gumbel: Tensor | None = None
    ) -> Tensor:
        """Return one row a position, (B, T, V).

        Args:
            noise: As of `logits`.
            source: As of `logits`.
            gumbel: g of `to_rows`, (B, T, V), for the outputs that need it.
        """
        return to_rows(
            self.logits(noise, source).float(),
            self.output,
            sharpness=self.sharpness,
            temperature=self.temperature,
            gumbel=gumbel,
        )


class GeneratorKind(Protocol):
    """A class of generators, or another function that makes one."""

    def __call__(
        self,
        *,
        length: int,
        emittable: Tensor,
        noise: int,
        width: int,
        blocks: int,
        **output: Unpack[OutputOptions],
    ) -> Generator:
        """Return a generator of T = `length`, V = `len(emittable)`, Z = `noise`, C = `width`."""
