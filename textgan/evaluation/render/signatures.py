"""The signatures that end what is printed: the first, and a digest of all."""

from collections.abc import Sequence
from hashlib import sha256

from rich.console import Console
from rich.text import Text

from textgan.evaluation.render.paragraph import print_paragraph

__all__ = ["digest", "print_signatures"]


def print_signatures(
    signatures: Sequence[str], console: Console, *, full: bool, tables: bool = True
) -> None:
    """Print the first signature and the digest of all, or every one of them.

    Args:
        signatures: all of them.
        console: where.
        full: whether all are printed.
        tables: whether all tables have been; if not, the last line names the flag that does it.
    """
    if full:
        console.print(Text("Signatures", style="bold"))
    for signature in signatures if full else signatures[:1]:
        console.print(Text(signature, style="dim"), soft_wrap=True)
    more = []
    if not full and len(signatures) > 1:
        more.append(
            f"{len(signatures) - 1} more: --signatures (sha256 of all {digest(signatures)})"
        )
    if not tables:
        more.append("all tables: --tables")
    if more:
        print_paragraph("; ".join(more), console, "dim")


def digest(signatures: Sequence[str]) -> str:
    """Return 8 hexadecimal digits that are the same where all signatures are.

    >>> digest(["jsd|n:4|T:32", "unique|T:32"])
    'ac6a46bb'
    """
    return sha256("\n".join(signatures).encode("utf-8", "surrogatepass")).hexdigest()[:8]
