"""Wide convolutions in float32 on a CPU by discrete Fourier transform: a third of the products."""

import functools
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd import Function

from textgan.networks.layers.layout import to_channels, to_positions

__all__ = ["fourier_adjoint", "fourier_convolution", "fourier_is_faster"]

MAX_POSITIONS = 64  # beyond, the transforms cost more than they save
MIN_CHANNELS = 192  # below, moving spectra through memory costs more than it saves
BLOCK_ENTRIES = 1 << 20  # of the matrices that are in memory together


def fourier_is_faster(x: Tensor, weight: Tensor) -> bool:
    """Return whether to convolve x (N, C, H, T) by `weight` (C', C, 1, K) in this way."""
    full = x.dtype == torch.float32 and not torch.is_autocast_enabled("cpu")
    wide = min(weight.shape[:2]) >= MIN_CHANNELS and x.shape[3] <= MAX_POSITIONS
    return full and wide and x.device.type == "cpu"


def fourier_convolution(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return the convolution of x (N, C, H, T) by `weight` (C', C, 1, K), K odd, (N, C', H, T).

    As `conv2d` with padding (0, K // 2), up to rounding (1e-6 in float32). It can be differentiated
    any number of times.
    """
    into, taps, back = fourier_transforms(x.shape[3], weight.shape[3], x.dtype)
    spectra = (into @ to_positions(x)).transpose(0, 1)  # (R, B, C)
    y = back @ products(spectra, weight, taps).transpose(0, 1)
    return to_channels(y if bias is None else y + bias)


def fourier_adjoint(slope: Tensor, weight: Tensor) -> Tensor:
    """Return the gradient at x, (N, C, H, T), of the gradient `slope` at the convolution of x."""
    into, taps, back = fourier_transforms(slope.shape[3], weight.shape[3], slope.dtype)
    slopes = (back.mT @ to_positions(slope)).transpose(0, 1)  # (R, B, C')
    return to_channels(into.mT @ adjoint(slopes, weight, taps).transpose(0, 1))


class Transforms(NamedTuple):
    """A convolution over T positions as R products: y = back · ((taps · w) ⊙ (into · x))."""

    into: Tensor  # (R, T)
    taps: Tensor  # (R, K)
    back: Tensor  # (T, R)


@functools.cache
def fourier_transforms(T: int, K: int, kind: torch.dtype) -> Transforms:
    """Return the transforms of a convolution over T positions with K taps, padded with zeros.

    With N ≥ T + K // 2 points, a discrete Fourier transform makes of the convolution a product at
    each frequency; the outputs that are aliased are outside the text. Real signals need half of the
    frequencies, and a product of complex numbers takes three real ones:

        (a + ib)(c + id) = (k₁ − k₃) + i(k₁ + k₂),
        k₁ = a(c + d), k₂ = c(b − a), k₃ = d(a + b)

    so R is about 3N / 2, where the direct way has T·K products.
    """
    N = T + K // 2
    N += N % 2  # the highest frequency is real, as the lowest
    position = torch.arange(T, dtype=torch.float64)
    tap = torch.arange(K, dtype=torch.float64) - K // 2
    into: list[Tensor] = []
    taps: list[Tensor] = []
    back: list[Tensor] = []
    for frequency in range(N // 2 + 1):
        angle = 2 * math.pi * frequency / N
        c, d = torch.cos(angle * position), -torch.sin(angle * position)
        a, b = torch.cos(angle * tap), torch.sin(angle * tap)
        if frequency in (0, N // 2):
            into, taps, back = [*into, c], [*taps, a], [*back, c / N]
            continue
        into += [c + d, c, d]
        taps += [a, b - a, a + b]
        real, imaginary = 2 / N * c, 2 / N * d  # weights of the two parts of a product
        back += [real + imaginary, imaginary, -real]
    matrices = (torch.stack(into), torch.stack(taps), torch.stack(back, dim=1))
    with torch.inference_mode(False):  # cached: the first call may be of sampling, others train
        return Transforms(*(matrix.to(kind, copy=True).contiguous() for matrix in matrices))


# Between the transforms are three maps, each linear in its two arguments; the derivatives of each
# are the two others.


def products(spectra: Tensor, weight: Tensor, taps: Tensor) -> Tensor:
    """Return (R, B, C') of (R, B, C) and a weight (C', C, 1, K)."""
    return _Products.apply(spectra, weight, taps)  # type: ignore[no-any-return,no-untyped-call]


def adjoint(slopes: Tensor, weight: Tensor, taps: Tensor) -> Tensor:
    """Return the gradient at the spectra, (R, B, C), of `slopes` at the products (R, B, C')."""
    return _Adjoint.apply(slopes, weight, taps)  # type: ignore[no-any-return,no-untyped-call]


def correlation(spectra: Tensor, slopes: Tensor, taps: Tensor) -> Tensor:
    """Return the gradient at the weight, (C', C, 1, K), of spectra and `slopes` at the products."""
    return _Correlation.apply(spectra, slopes, taps)  # type: ignore[no-any-return,no-untyped-call]


class _Products(Function):
    @staticmethod
    def forward(ctx: Any, spectra: Tensor, weight: Tensor, taps: Tensor) -> Tensor:
        ctx.save_for_backward(spectra, weight, taps)
        result = spectra.new_empty(*spectra.shape[:2], len(weight))
        for part, kernels in kernel_spectra(weight, taps):
            torch.bmm(spectra[part], kernels.mT, out=result[part])
        return result

    @staticmethod
    def backward(ctx: Any, slopes: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        spectra, weight, taps = ctx.saved_tensors
        at_spectra = adjoint(slopes, weight, taps) if ctx.needs_input_grad[0] else None
        at_weight = correlation(spectra, slopes, taps) if ctx.needs_input_grad[1] else None
        return at_spectra, at_weight, None


class _Adjoint(Function):
    @staticmethod
    def forward(ctx: Any, slopes: Tensor, weight: Tensor, taps: Tensor) -> Tensor:
        ctx.save_for_backward(slopes, weight, taps)
        result = slopes.new_empty(*slopes.shape[:2], weight.shape[1])
        for part, kernels in kernel_spectra(weight, taps):
            torch.bmm(slopes[part], kernels, out=result[part])
        return result

    @staticmethod
    def backward(ctx: Any, spectra: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        slopes, weight, taps = ctx.saved_tensors
        at_slopes = products(spectra, weight, taps) if ctx.needs_input_grad[0] else None
        at_weight = correlation(spectra, slopes, taps) if ctx.needs_input_grad[1] else None
        return at_slopes, at_weight, None


class _Correlation(Function):
    @staticmethod
    def forward(ctx: Any, spectra: Tensor, slopes: Tensor, taps: Tensor) -> Tensor:
        ctx.save_for_backward(spectra, slopes, taps)
        shape = slopes.shape[2], spectra.shape[2]
        total = spectra.new_zeros(taps.shape[1], math.prod(shape))
        for part in parts(len(taps), math.prod(shape)):
            kernels = torch.bmm(slopes[part].mT, spectra[part])  # (r, C', C)
            total.addmm_(taps[part].mT, kernels.flatten(1))
        weight = total.view(-1, *shape).transpose(0, 1).contiguous()  # the layout of weights
        return weight.unsqueeze(1).permute(0, 3, 1, 2)

    @staticmethod
    def backward(ctx: Any, weight: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        spectra, slopes, taps = ctx.saved_tensors
        at_spectra = adjoint(slopes, weight, taps) if ctx.needs_input_grad[0] else None
        at_slopes = products(spectra, weight, taps) if ctx.needs_input_grad[1] else None
        return at_spectra, at_slopes, None


def kernel_spectra(weight: Tensor, taps: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """Yield the matrices of a block of products, (r, C', C), and which of R they are."""
    shape = weight.shape[:2]
    matrix = weight.permute(3, 2, 0, 1).flatten(1)  # (K, C'·C)
    for part in parts(len(taps), math.prod(shape)):
        yield part, (taps[part] @ matrix).view(-1, *shape)


def parts(R: int, entries: int) -> Iterator[slice]:
    """Yield slices of R products whose matrices, of so many entries, fit into memory together."""
    size = max(BLOCK_ENTRIES // entries, 1)
    return (slice(start, start + size) for start in range(0, R, size))
