"""Is this text, and in the encoding that was named? What to say when it is not."""

from corpora.counts import Counts, share

__all__ = ["HEAD", "guess_encoding", "refusal"]

HEAD = 1 << 16  # bytes that are enough to guess from

MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
DAMAGED = 0.01  # more lines than this with NUL or undecodable bytes: not text in that encoding


def guess_encoding(head: bytes) -> str | None:
    """Return the likely encoding of a file that begins with `head`; None if it is no text.

    Byte order marks are sure; NUL at every other byte means UTF-16 without one; else UTF-8 if it
    decodes; else cp1252, of which latin-1 is a part, if hardly a control character is in it.
    """
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    if head.count(0) > 0.2 * len(head):
        odd, even = head[1::2].count(0), head[::2].count(0)
        if min(odd, even) < 0.02 * len(head):
            return "utf-16-le" if odd > even else "utf-16-be"
        return None
    try:
        head[: max(len(head) - 3, 1)].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 6:
            controls = sum(head.count(byte) for byte in range(32) if byte not in b"\t\n\r")
            return "cp1252" if controls <= 0.001 * len(head) else None
    return None if b"\0" in head else "utf-8"


def refusal(counts: Counts, kept: int, head: bytes, encoding: str) -> str | None:
    """Return why the text cannot be trained on, or None: `kept` lines are left of it."""
    if not counts.bytes:
        return "the file is empty; expected plain text, one sample a line"
    guess = guess_encoding(head)
    if guess in ("utf-16", "utf-32") and guess != encoding.lower().replace("_", "-")[:6]:
        return f"begins with the byte order mark of {guess}; use --encoding {guess}"
    if counts.damaged > DAMAGED * counts.lines:
        found = (
            f"{counts.damaged:,} of {counts.lines:,} lines {share(counts.damaged, counts.lines)}"
        )
        if guess is None:
            return f"looks like a binary file: {found} hold NUL or undecodable bytes; expected text"
        return (
            f"not text in {encoding}: {found} hold NUL or undecodable bytes; "
            f"name its encoding, perhaps --encoding {guess if guess != encoding else 'cp1252'}"
        )
    if not kept:
        return f"all {counts.lines:,} lines are blank; expected one sample a line"
    return None
