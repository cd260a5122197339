"""Whether bytes are text, in which encoding, and what to say when they cannot be used.

The encoding is guessed: by a byte order mark, by NULs, by how the text reads.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from corpora.counts import Counts, quoted, share

__all__ = ["Guess", "Sample", "guess_encoding", "reason_to_refuse", "same_encoding"]

HEAD = 1 << 16  # bytes that are enough to guess from
WIDE_LINE = 1 << 10  # bytes of one line in a sample
MAX_DAMAGED = 0.01  # share of lines with NUL or undecodable bytes; more is no text in that encoding
MAX_NOT_UTF8 = 0.2  # share of a sample's lines that need not be UTF-8 in a text that is
FEW_BYTES = 20  # bytes over 127: so few are not enough to be sure, or to tell readings apart
CLOSE_COSTS = 0.05  # readings whose costs differ by less are both named
EQUAL_COSTS = 0.02  # readings whose costs differ by less are in the order of ENCODINGS
COHERENCE_WEIGHT = 0.5  # gain of a text that reads wholly as its language, against strangeness
PAIRS_WEIGHT = 0.2  # gain where all bytes over 127 pair up to characters
MAX_READING = 40  # characters of a reading
MAX_ENCODINGS = 3  # that are named where the guess is not sure

BYTE_ORDER_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
JAPANESE_ESCAPES = (b"\x1b$B", b"\x1b$@")  # escapes of ISO-2022-JP, which has no bytes over 127

# In use today, all of them Python's. Where several read a text alike, the first is named.
ENCODINGS = (
    "cp1252", "cp1251", "cp1250", "cp932", "gb18030", "big5", "euc_jp", "cp949", "cp1254", "cp1257",
    "cp1253", "cp1255", "cp1256", "cp1258", "koi8_r", "koi8_u", "mac_roman", "mac_cyrillic",
    "mac_latin2", "cp850", "cp437", "cp852", "cp866", "iso8859_2", "iso8859_5", "iso8859_7",
    "iso8859_15", "tis_620", "cp950", "big5hkscs",
)  # fmt: skip
# Signs that may stand next to letters.
PUNCTUATION = (
    "¿¡«»\u2039\u203a\u201c\u201d\u201e\u2018\u2019\u201a\u2026\u2013\u2014°\u20ac£\u2122®©"
)
HIGH = re.compile(rb"[\x80-\xff]")
# What files of other formats begin with, and how to make text of them.
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
PRINTABLE_FORMATS = (b"%PDF-", b"{\\rtf")  # their files may hold no binary byte


class Guess(NamedTuple):
    """Likely encodings, the likeliest first, each with a line as it reads; none for no text."""

    encodings: tuple[str, ...]
    readings: tuple[str, ...] = ()  # "" where there is nothing to choose

    @property
    def likeliest(self) -> str | None:
        """The first, or None."""
        return self.encodings[0] if self.encodings else None

    @property
    def sure(self) -> bool:
        """Whether no other encoding is nearly as likely."""
        return len(self.encodings) == 1


class Sample:
    """Bytes to guess from, of a text of any size: its head, and lines with bytes over 127."""

    def __init__(self, data: bytes = b"") -> None:
        self.head = b""
        self.lines: list[bytes] = []
        self._size = 0
        self.add(data)

    def add(self, data: bytes) -> None:
        """Take what is needed of the next bytes of the text."""
        end = 0 if not self.head else data.find(b"\n") + 1 or len(data)  # within a line perhaps
        self.head = self.head or data[:HEAD]
        while self._size < HEAD and (high := HIGH.search(data, end)):
            start = max(data.rfind(b"\n", 0, high.start()) + 1, high.start() - WIDE_LINE // 2)
            newline = data.find(b"\n", high.end())
            if newline < 0 and self.lines:  # perhaps goes on in the next bytes
                return
            end = min(len(data) if newline < 0 else newline, start + WIDE_LINE)
            self.lines.append(data[start:end])
            self._size += end - start


def guess_encoding(sample: Sample) -> Guess:
    """Return the likely encodings of the text of which this is a sample.

    A byte order mark decides, and so do the escapes of ISO-2022-JP. With NULs it is UTF-16 or
    UTF-32 if it reads as such, or no text. Else it is UTF-8 if most of the lines decode. Else it
    is what charset-normalizer finds, if there is hardly a control character.
    """
    head = sample.head
    if name := _byte_order_mark(head):
        return Guess((name,), ("",))
    if b"\0" in head:
        return _with_nuls(head)
    if any(escape in head for escape in JAPANESE_ESCAPES):
        return Guess(("iso2022_jp",), (_first(head.decode("iso2022_jp", "replace")),))
    decoding = sum(map(_is_utf8, sample.lines))
    if decoding >= (1 - MAX_NOT_UTF8) * len(sample.lines):
        return Guess(("utf-8",), ("",))
    controls = sum(head.count(byte) for byte in range(32) if byte not in b"\t\n\r")
    return _by_reading(sample.lines) if controls <= 0.001 * len(head) else Guess(())


def reason_to_refuse(counts: Counts, filled: int, sample: Sample, encoding: str) -> str | None:
    """Return why the text cannot be used, or None; `filled` of its lines are not blank."""
    if not counts.bytes:
        return "the file is empty; expected plain text, one sample a line"
    binary = counts.damaged > MAX_DAMAGED * counts.lines
    for prefix, name, remedy in FORMATS:
        if sample.head.startswith(prefix) and (binary or prefix in PRINTABLE_FORMATS):
            return f"is {name}; expected plain text, one sample a line: {remedy}"
    named = codecs.lookup(encoding).name
    if (marked := _byte_order_mark(sample.head)) and not named.startswith(marked):
        return f"begins with the byte order mark of {marked}; use --encoding {marked}"
    if any(escape in sample.head for escape in JAPANESE_ESCAPES) and "2022" not in named:
        return "has the escapes of iso2022_jp; use --encoding iso2022_jp"
    if binary:
        return _damage(counts, guess_encoding(sample), encoding)
    if not filled:
        return f"all {counts.lines:,} lines are blank; expected one sample a line"
    return None


def same_encoding(name: str, other: str) -> bool:
    """Return whether two names are of one encoding, such as `utf8` and `UTF-8`."""
    return codecs.lookup(name).name == codecs.lookup(other).name


def _damage(counts: Counts, guess: Guess, encoding: str) -> str:
    """Return what to do about a text of which many lines do not decode as `encoding`."""
    portion = share(counts.damaged, counts.lines)
    damaged = f"{counts.damaged:,} of {counts.lines:,} lines {portion}"
    if guess.likeliest is None:
        return f"looks like a binary file: {damaged} hold NUL or undecodable bytes; expected text"
    if same_encoding(guess.likeliest, encoding):
        return (
            f"{damaged} hold NUL or bytes that are not {encoding}, unlike the others; "
            f"remove them (iconv -c -f {encoding} -t utf-8 FILE > clean.txt)"
        )
    return (
        f"not text in {encoding}: {damaged} hold NUL or undecodable bytes; "
        f"name its encoding, {_advice(guess)}"
    )


def _advice(guess: Guess) -> str:
    """Return the likely encodings with what each reads, so that the user can choose."""
    options = [
        f"--encoding {name}" + (f" (reads {quoted(reading)})" if reading else "")
        for name, reading in zip(guess.encodings, guess.readings, strict=True)
    ]
    if guess.sure:
        return f"perhaps {options[0]}"
    return (
        f"perhaps {', '.join(options[:-1])} or {options[-1]}: choose the one that reads correctly"
    )


def _byte_order_mark(head: bytes) -> str | None:
    """Return the encoding whose byte order mark the bytes begin with; UTF-8 needs no name."""
    return next((name for prefix, name in BYTE_ORDER_MARKS if head.startswith(prefix)), None)


def _is_utf8(line: bytes) -> bool:
    """Return whether a line decodes; its ends may lie inside a character if it is cut."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        begins = error.start < 3 and len(line) >= WIDE_LINE
        ends = error.reason == "unexpected end of data" and HIGH.search(line[: error.start])
        return bool(ends) or (begins and _is_utf8(line[error.end :]))
    return True


def _with_nuls(head: bytes) -> Guess:
    """Return UTF-16 or UTF-32 without a byte order mark, in which even ASCII has NULs."""
    for name, width in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        try:
            text = head[: len(head) // width * width].decode(name)
        except UnicodeDecodeError as error:
            if error.start < len(head) - 4:  # else the head ends inside a character
                continue
            text = head[: error.start].decode(name)
        unusual = sum(unicodedata.category(c) in {"Cc", "Cn", "Co"} for c in text)
        lines = text.count("\n") + text.count("\r")
        if text and unusual - lines - text.count("\t") <= 0.01 * len(text):
            return Guess((name,), (_first(text),))
    return Guess(())


def _first(text: str) -> str:
    """Return the beginning of the first line that is not blank."""
    return text.strip().split("\n")[0].strip()[:MAX_READING]


def _by_reading(lines: list[bytes]) -> Guess:
    """Return the encodings in which the lines read best, those that read alike named once."""
    import charset_normalizer  # slow to load, and seldom needed

    data = b"\n".join(lines)
    high = len(HIGH.findall(data))
    costs: dict[str, float] = {}
    readings: dict[str, str] = {}
    credible = set()  # encodings in which it reads as a language, or whose bytes pair up
    for match in charset_normalizer.from_bytes(data, cp_isolation=list(ENCODINGS)):
        text = str(match)
        name = min(match.could_be_from_charset, key=ENCODINGS.index)
        if text not in readings.values():
            readings[name] = text
            pairs = min(2 * (len(data) - len(text)) / high, 1)
            costs[name] = match.chaos + _strangeness(text)
            costs[name] -= COHERENCE_WEIGHT * match.coherence + PAIRS_WEIGHT * pairs
            credible |= {name} if match.coherence or pairs > 0.5 else set()
    close, equal = (CLOSE_COSTS, EQUAL_COSTS) if high > FEW_BYTES else (1.0, 0.1)
    ranked = sorted(costs, key=lambda name: (round(costs[name] / equal), ENCODINGS.index(name)))
    named = [name for name in ranked if costs[name] < costs[ranked[0]] + close][:MAX_ENCODINGS]
    if not credible & set(named[:1]) and ENCODINGS[0] not in named:
        named = [*named[: MAX_ENCODINGS - 1], ENCODINGS[0]]
        readings[ENCODINGS[0]] = data.decode(ENCODINGS[0], "replace")
    return Guess(tuple(named), tuple(_same_line(named, readings)))


def _strangeness(text: str) -> float:
    """Return the share of the characters over U+007F that are where words have none of them.

    A capital within small letters, a sign next to a letter, a mark without a letter, a letter
    next to one of another script.
    """
    high = unusual = 0
    for before, character, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if character < "\x80":
            continue
        high += 1
        if unicodedata.category(character)[0] == "M":
            unusual += not (before.isalpha() or unicodedata.category(before)[0] == "M")
        elif "\uff61" <= character <= "\uff9f":  # half-width Katakana
            unusual += 1
        elif not character.isalpha():
            sign = character not in PUNCTUATION and character < "\u3000"
            unusual += sign and (before.isalpha() or after.isalpha())
        elif before.isalpha():
            within = character.isupper() and (before.islower() or after.islower())
            unusual += within or _script(before) != _script(character)
    return unusual / max(high, 1)


def _script(letter: str) -> str:
    """Return the script of a letter as its name has it, those of East Asian text as one."""
    script = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
    return "CJK" if script in {"HIRAGANA", "KATAKANA", "HALFWIDTH", "IDEOGRAPHIC"} else script


def _same_line(names: list[str], readings: dict[str, str]) -> Iterator[str]:
    """Yield a line of the text as each encoding reads it: one that all read differently if any."""
    texts = [readings[name].splitlines() for name in names]
    lines = list(zip(*texts, strict=False))
    best = max(lines, key=lambda line: (len(set(line)), -len(line[0])), default=("",) * len(names))
    yield from (line.strip()[:MAX_READING] for line in best)
