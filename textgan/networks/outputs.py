"""From a generator's logits to rows of probabilities, or one-hot rows, (B, T, V)."""

from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from textgan.registry import OUTPUTS

__all__ = ["Choice", "Output", "SharpSoftmax", "to_rows"]


class SharpSoftmax(torch.autograd.Function):
    """softmax(κ·logits) over the last axis, with the gradient of softmax(logits).

    Real text is one-hot, so generated rows have to be nearly so. But the gradient of a hard softmax
    is near 0: the logit of a symbol of probability 1e-6 gets almost no gradient, however much the
    critic's score would rise with it, and symbols die out. Here logits stay small, so that every
    symbol gets a gradient, and rows are sharp all the same. κ = 1 is the plain softmax; κ → ∞ the
    straight-through estimator (Bengio et al. 2013), whose rows are one-hot.
    """

    @staticmethod
    def forward(ctx: Any, logits: Tensor, sharpness: float) -> Tensor:  # noqa: ANN401 - torch's own
        """Return softmax(κ·logits), (B, T, V)."""
        ctx.save_for_backward(logits)
        return F.softmax(sharpness * logits, dim=-1)

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None]:  # noqa: ANN401 - torch's own
        """Return the gradient that softmax(logits) has for `slope` at its output."""
        (logits,) = ctx.saved_tensors
        soft = F.softmax(logits, dim=-1)
        return soft * (slope - (soft * slope).sum(dim=-1, keepdim=True)), None


class Choice(torch.autograd.Function):
    """The likeliest symbol of each row as one-hot, with the gradient of the probabilities."""

    @staticmethod
    def forward(ctx: Any, probabilities: Tensor, logits: Tensor) -> Tensor:  # noqa: ANN401 - torch's own
        """Return the one-hot argmax of `logits`: probabilities may round to the same number."""
        best = logits.argmax(dim=-1, keepdim=True)
        return torch.zeros_like(probabilities).scatter_(-1, best, 1.0)

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None]:  # noqa: ANN401 - torch's own
        """Return `slope` unchanged, for the probabilities."""
        return slope, None


class Output(Protocol):
    """How logits become rows."""

    def __call__(
        self, logits: Tensor, *, sharpness: float, temperature: float, gumbel: Tensor | None
    ) -> Tensor:
        """Return rows (B, T, V) of logits (B, T, V); logit −∞ gives 0."""


def sharp(logits: Tensor, *, sharpness: float, temperature: float, gumbel: Tensor | None) -> Tensor:
    """Return softmax(κ·logits), with the gradient of softmax(logits)."""
    return SharpSoftmax.apply(logits, sharpness)  # type: ignore[no-any-return, no-untyped-call]


def softmax(
    logits: Tensor, *, sharpness: float, temperature: float, gumbel: Tensor | None
) -> Tensor:
    """Return the softmax of logits, as in Gulrajani et al. 2017."""
    return F.softmax(logits, dim=-1)


def straight_through(
    logits: Tensor, *, sharpness: float, temperature: float, gumbel: Tensor | None
) -> Tensor:
    """Return the one-hot argmax, with the gradient of softmax(logits / τ) (Bengio et al. 2013)."""
    return Choice.apply(F.softmax(logits / temperature, dim=-1), logits)  # type: ignore[no-any-return, no-untyped-call]


def gumbel_softmax(
    logits: Tensor, *, sharpness: float, temperature: float, gumbel: Tensor | None
) -> Tensor:
    """Return softmax((logits + g) / τ) (Jang et al. 2017, section 2)."""
    return F.softmax(_with_noise(logits, gumbel) / temperature, dim=-1)


def gumbel_hard(
    logits: Tensor, *, sharpness: float, temperature: float, gumbel: Tensor | None
) -> Tensor:
    """Return the one-hot argmax of logits + g, with the gradient of `gumbel_softmax`."""
    logits = _with_noise(logits, gumbel)
    return Choice.apply(F.softmax(logits / temperature, dim=-1), logits)  # type: ignore[no-any-return, no-untyped-call]


def _with_noise(logits: Tensor, gumbel: Tensor | None) -> Tensor:
    if gumbel is None:
        raise ValueError("a Gumbel output needs Gumbel noise; found none")
    return logits + gumbel


def to_rows(
    logits: Tensor,
    output: str = "softmax",
    *,
    sharpness: float = 20.0,
    temperature: float = 1.0,
    gumbel: Tensor | None = None,
) -> Tensor:
    """Return one row a position, (B, T, V), of logits (B, T, V); a logit −∞ gives 0.

        softmax             softmax(logits)
        sharp               softmax(κ·logits), the gradient that of softmax(logits)
        straight-through    one-hot argmax, the gradient that of softmax(logits / τ)
        gumbel              softmax((logits + g) / τ)
        gumbel-hard         one-hot argmax of logits + g, the gradient that of `gumbel`

    The one-hot rows of `gumbel-hard` are draws from softmax(logits), whatever τ. Sources: Bengio
    et al. 2013 for `straight-through`, Jang et al. 2017, section 2, for the last two.

    Args:
        logits: Unnormalised log-probabilities, (B, T, V).
        output: The name of an output: of those above, or registered.
        sharpness: κ; only for `sharp`.
        temperature: τ; not for `softmax` and `sharp`.
        gumbel: g, independent draws −log(−log u), u ~ U(0, 1), (B, T, V); only for the last two.

    Raises:
        ValueError: The output is unknown, or needs Gumbel noise and there is none.
    """
    if output not in OUTPUTS:
        raise ValueError(f"output is {output!r}; expected one of {', '.join(OUTPUTS)}")
    to_output: Output = OUTPUTS[output]
    return to_output(logits, sharpness=sharpness, temperature=temperature, gumbel=gumbel)
