"""Is this text, and in the encoding that was named? What to say when it is not."""

from corpora.columns import shown
from corpora.counts import Counts, share
from corpora.sniff import JAPANESE, Guess, Sample, guess_encoding, marked

__all__ = ["advised", "refusal"]

DAMAGED = 0.01  # more lines than this with NUL or undecodable bytes: not text in that encoding


# What files that are no plain text begin with, and how to make text of them.
FORMATS = (
    (b"%PDF-", "a PDF document", "pdftotext FILE text.txt"),
    (b"PK\x03\x04", "a zip file, as .docx, .xlsx, .odt and .epub are", "unzip it, or save as text"),
    (b"{\\rtf", "a document in RTF", "save it as plain text"),
    (b"\xd0\xcf\x11\xe0", "an old office document", "save it as plain text"),
    (b"BZh", "a bzip2 file", "bzip2 -dc FILE > text.txt"),
    (b"\xfd7zXZ\x00", "an xz file", "xz -dc FILE > text.txt"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file", "zstd -dc FILE > text.txt"),
    (b"PAR1", "a Parquet table", "write one column of it as lines"),
    (b"SQLite format 3\x00", "an SQLite database", "write one column of it as lines"),
    (b"\x93NUMPY", "a NumPy array", "write it as lines"),
)
PLAIN = (b"%PDF-", b"{\\rtf")  # which may be printable throughout


def refusal(counts: Counts, kept: int, sample: Sample, encoding: str) -> str | None:
    """Return why the text cannot be trained on, or None: `kept` lines are left of it."""
    if not counts.bytes:
        return "the file is empty; expected plain text, one sample a line"
    binary = counts.damaged > DAMAGED * counts.lines
    for magic, kind, how in FORMATS:
        if sample.head.startswith(magic) and (binary or magic in PLAIN):
            return f"is {kind}; expected plain text, one sample a line: {how}"
    named = encoding.lower().replace("_", "-")
    if (mark := marked(sample.head)) and mark != named[:6]:
        return f"begins with the byte order mark of {mark}; use --encoding {mark}"
    if any(escape in sample.head for escape in JAPANESE) and "2022" not in named:
        return "has the escapes of iso2022_jp; use --encoding iso2022_jp"
    if binary:
        found = (
            f"{counts.damaged:,} of {counts.lines:,} lines {share(counts.damaged, counts.lines)}"
        )
        guess = guess_encoding(sample)
        if not guess.encodings:
            return f"looks like a binary file: {found} hold NUL or undecodable bytes; expected text"
        if guess.likeliest == named:
            return (
                f"{found} hold NUL or bytes that are not {encoding}, unlike the others; "
                f"remove them (iconv -c -f {encoding} -t utf-8 FILE > clean.txt)"
            )
        return (
            f"not text in {encoding}: {found} hold NUL or undecodable bytes; "
            f"name its encoding, {advised(guess)}"
        )
    if not kept:
        return f"all {counts.lines:,} lines are blank; expected one sample a line"
    return None


def advised(guess: Guess) -> str:
    """Return the encodings that bytes look like, with what they read as for the user to judge."""
    told = [
        f"--encoding {name}" + (f" (reads {shown(reading)})" if reading else "")
        for name, reading in zip(guess.encodings, guess.readings, strict=True)
    ]
    if guess.sure:
        return f"perhaps {told[0]}"
    return f"perhaps {', '.join(told[:-1])} or {told[-1]}: choose the one that reads correctly"
