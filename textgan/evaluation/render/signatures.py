"""How signatures end what is printed: one in full, and a digest of all."""

from collections.abc import Sequence
from hashlib import sha256

from rich.console import Console
from rich.text import Text

__all__ = ["digest", "print_signatures"]


def print_signatures(signatures: Sequence[str], console: Console, *, every: bool) -> None:
    """Print the first signature and the digest of all, or every one of them."""
    console.print(Text("Signatures" if every else "Signature", style="bold"))
    for one in signatures if every else signatures[:1]:
        console.print(Text(f"  {one}", style="dim"), soft_wrap=True)
    if not every and len(signatures) > 1:
        more = f"  and {len(signatures) - 1} more: --signatures (sha256 of all: "
        console.print(Text(f"{more}{digest(signatures)})", style="dim"))


def digest(signatures: Sequence[str]) -> str:
    """Return 8 hexadecimal digits that are the same where all signatures are.

    >>> digest(["jsd|n:4|T:32", "unique|T:32"])
    'ac6a46bb'
    """
    return sha256("\n".join(signatures).encode("utf-8", "surrogatepass")).hexdigest()[:8]
