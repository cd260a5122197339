"""Which pieces go together: senseless pairs are refused here, with the reason, and only here.

A setting of a piece that is not in use is refused by `validation`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textgan.config.settings import Config

__all__ = ["normalises_batches", "refusal"]


def _bounded(config: "Config") -> bool:
    pieces = config.pieces
    return (
        (pieces.penalty != "none" and pieces.penalty_weight > 0)
        or pieces.constraint != "none"
        # the gate of self-attention is a number of its own, which no norm divides
        or (pieces.normalisation == "spectral" and config.critic != "attention")
    )


def normalises_batches(config: "Config") -> bool:
    """Return whether a network normalises by the mean and variance of the whole batch."""
    return config.generator == "dcgan" or config.pieces.normalisation == "batch"


# (does it hold?, why it is refused and what to do)
RULES: tuple[tuple[Callable[["Config"], bool], str], ...] = (
    (
        lambda c: c.pieces.penalty != "none" and c.pieces.constraint == "clip",
        "a penalty on slopes together with clipped weights: each bounds the critic by itself, and "
        "clipping undoes what the penalty asks for; use --constraint none or --penalty none",
    ),
    (
        lambda c: c.pieces.constraint == "clip" and c.pieces.normalisation == "spectral",
        "clipped weights under spectral normalisation: it divides by the norm, so that clipping "
        "has no effect; use --constraint none",
    ),
    (
        lambda c: c.pieces.penalty != "none" and c.pieces.normalisation == "batch",
        "batch normalisation under a penalty on slopes: it couples the samples of a batch, and the "
        "penalty is per sample; use --normalisation layer",
    ),
    (
        lambda c: c.batch_size == 1 and normalises_batches(c),
        "batch normalisation of a batch of one line: there is nothing to compare it with; give a "
        "larger --batch-size",
    ),
    (
        lambda c: c.pieces.loss == "wasserstein" and not _bounded(c),
        "the Wasserstein loss without a bound on the critic has no minimum: it grows for ever; "
        "give a --penalty with a weight, --constraint clip or, with a critic other than attention, "
        "--normalisation spectral",
    ),
    (
        lambda c: c.critic == "mlp" and c.pieces.normalisation == "instance",
        "instance normalisation in the critic mlp: its layers have no positions to normalise over; "
        "use --normalisation layer",
    ),
    (
        lambda c: (
            c.critic_blocks == 0
            and c.critic in ("conv", "strided", "attention")
            and c.pieces.normalisation not in ("none", "spectral")
        ),
        "normalisation in a critic without blocks: it stands in them; give --critic-blocks or use "
        "--normalisation none",
    ),
    (
        lambda c: c.pieces.penalty == "fd" and c.fd_points == "chord" and c.curriculum == "length",
        "chords of text of which the critic sees a part: their length is that of the whole; use "
        "--fd-points gradient or leave out --curriculum length",
    ),
    (
        lambda c: c.pieces.penalty == "fd" and c.precision == "tf32",
        "finite differences in TF32: its rounding error exceeds the differences of scores; use "
        "--precision bfloat16, which computes them in float32, or float32",
    ),
    (
        lambda c: c.symbol_matching > 0 and c.output not in ("softmax", "gumbel"),
        "symbol matching of whole symbols, or nearly so: it raises probabilities that are small, "
        "and a symbol that is not chosen has none; use --output softmax",
    ),
    (
        lambda c: (c.generator == "unet") != (c.columns == "pairs"),
        "the generator unet turns a text into another and so goes with --pairs, and only it does",
    ),
    (
        lambda c: c.columns == "pairs" and bool(c.codes),
        "codes choose among texts, and a source leaves nothing to choose; leave out --codes",
    ),
    (
        lambda c: c.columns == "pairs" and c.long == "split",
        "long lines of pairs are not split: the pieces of a source and of its target would not "
        "belong together; use --long cut or drop",
    ),
    (
        lambda c: c.columns == "pairs" and c.curriculum == "length",
        "a target is as long as its source from the start; leave out --curriculum length",
    ),
    (
        lambda c: c.columns == "pairs" and c.output.startswith("gumbel"),
        "Gumbel outputs draw a text at random, and a target is to be the likeliest one; use "
        "--output sharp or softmax",
    ),
)


def refusal(config: "Config") -> str | None:
    """Return why these settings make no sense together, and what to do; None where they do."""
    return next((reason for applies, reason in RULES if applies(config)), None)
