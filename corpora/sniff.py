"""Which encoding bytes are in: by marks where there are any, by NULs, by how the text reads."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["JAPANESE", "Guess", "Sample", "guess_encoding", "marked"]

HEAD = 1 << 16  # bytes that are enough to guess from
WIDE_LINE = 1 << 10  # bytes of one line in a sample
DAMAGE = 0.2  # share of a sample's lines that need not be UTF-8 in a text that is
FEW = 20  # bytes over 127: no more are too few to be sure, or to tell readings apart
CLOSE = 0.05  # readings whose costs differ by less are both told
SHOWN = 40  # characters of a reading
COHERENCE = 0.5  # what a text that reads wholly as its language is worth, against strangeness
PAIRS = 0.2  # what it is worth that all bytes over 127 pair up to characters
ALIKE = 0.02  # readings that differ by less are in the order of ENCODINGS
TOLD = 3  # encodings that are told where it is not sure

MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
JAPANESE = (b"\x1b$B", b"\x1b$@")  # escapes of ISO-2022-JP, which has no bytes over 127

# Those in use, of which the first is named where several read a text alike; all are Python's.
ENCODINGS = (
    "cp1252", "cp1251", "cp1250", "cp932", "gb18030", "big5", "euc_jp", "cp949", "cp1254", "cp1257",
    "cp1253", "cp1255", "cp1256", "cp1258", "koi8_r", "koi8_u", "mac_roman", "mac_cyrillic",
    "mac_latin2", "cp850", "cp437", "cp852", "cp866", "iso8859_2", "iso8859_5", "iso8859_7",
    "iso8859_15", "tis_620", "cp950", "big5hkscs",
)  # fmt: skip
# Signs that stand beside letters.
PUNCTUATION = (
    "¿¡«»\u2039\u203a\u201c\u201d\u201e\u2018\u2019\u201a\u2026\u2013\u2014°\u20ac£\u2122®©"
)


class Guess(NamedTuple):
    """Likely encodings, the likeliest first, each with some text as it reads; none: no text."""

    encodings: tuple[str, ...]
    readings: tuple[str, ...] = ()  # "" where there is nothing to choose

    @property
    def likeliest(self) -> str | None:
        """The first, or None."""
        return self.encodings[0] if self.encodings else None

    @property
    def sure(self) -> bool:
        """Whether no other comes near."""
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
        at = 0 if not self.head else data.find(b"\n") + 1 or len(data)  # within a line perhaps
        self.head = self.head or data[:HEAD]
        while self._size < HEAD and (high := HIGH.search(data, at)):
            start = max(data.rfind(b"\n", 0, high.start()) + 1, high.start() - WIDE_LINE // 2)
            end = data.find(b"\n", high.end())
            if end < 0 and self.lines:  # perhaps goes on in the next bytes
                return
            at = min(len(data) if end < 0 else end, start + WIDE_LINE)
            self.lines.append(data[start:at])
            self._size += at - start


HIGH = re.compile(rb"[\x80-\xff]")


def guess_encoding(sample: Sample) -> Guess:
    """Return the likely encodings of the text that the sample is of.

    Byte order marks are sure, and so are the escapes of ISO-2022-JP; with NULs it is UTF-16 or
    UTF-32 if it reads as such, or no text; else UTF-8 if most of its lines decode; else what
    charset-normalizer finds, if hardly a control character is in it.
    """
    head = sample.head
    if name := marked(head):
        return Guess((name,), ("",))
    if b"\0" in head:
        return _with_nuls(head)
    if any(escape in head for escape in JAPANESE):
        return Guess(("iso2022_jp",), (_first(head.decode("iso2022_jp", "replace")),))
    decoding = sum(map(_is_utf8, sample.lines))
    if decoding >= (1 - DAMAGE) * len(sample.lines):
        return Guess(("utf-8",), ("",))
    controls = sum(head.count(byte) for byte in range(32) if byte not in b"\t\n\r")
    return _by_reading(sample.lines) if controls <= 0.001 * len(head) else Guess(())


def marked(head: bytes) -> str | None:
    """Return the encoding whose byte order mark the bytes begin with; UTF-8 needs no name."""
    return next((name for mark, name in MARKS if head.startswith(mark)), None)


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
        strange = sum(unicodedata.category(c) in {"Cc", "Cn", "Co"} for c in text)
        lines = text.count("\n") + text.count("\r")
        if text and strange - lines - text.count("\t") <= 0.01 * len(text):
            return Guess((name,), (_first(text),))
    return Guess(())


def _first(text: str) -> str:
    """Return the beginning of the first line that is not blank."""
    return text.strip().split("\n")[0].strip()[:SHOWN]


def _by_reading(lines: list[bytes]) -> Guess:
    """Return the encodings in which the lines read best, those that read alike named once."""
    import charset_normalizer  # slow to load, and seldom needed

    data = b"\n".join(lines)
    high = len(HIGH.findall(data))
    costs: dict[str, float] = {}
    readings: dict[str, str] = {}
    known = set()  # those in which it reads as some language, or all bytes pair up
    for match in charset_normalizer.from_bytes(data, cp_isolation=list(ENCODINGS)):
        text = str(match)
        name = min(match.could_be_from_charset, key=ENCODINGS.index)
        if text not in readings.values():
            readings[name] = text
            pairs = min(2 * (len(data) - len(text)) / high, 1)
            costs[name] = match.chaos + _strangeness(text)
            costs[name] -= COHERENCE * match.coherence + PAIRS * pairs
            known |= {name} if match.coherence or pairs > 0.5 else set()
    close, alike = (CLOSE, ALIKE) if high > FEW else (1.0, 0.1)
    ranked = sorted(costs, key=lambda name: (round(costs[name] / alike), ENCODINGS.index(name)))
    told = [name for name in ranked if costs[name] < costs[ranked[0]] + close][:TOLD]
    if not known & set(told[:1]) and ENCODINGS[0] not in told:
        told = [*told[: TOLD - 1], ENCODINGS[0]]
        readings[ENCODINGS[0]] = data.decode(ENCODINGS[0], "replace")
    return Guess(tuple(told), tuple(_telling(told, readings)))


def _strangeness(text: str) -> float:
    """Return how many of the characters over U+007F stand where words have none of them.

    A capital within small letters, a sign or a digit beside a letter, a mark without a letter, a
    letter beside one of another script.
    """
    high = strange = 0
    for before, here, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if here < "\x80":
            continue
        high += 1
        if unicodedata.category(here)[0] == "M":
            strange += not (before.isalpha() or unicodedata.category(before)[0] == "M")
        elif "\uff61" <= here <= "\uff9f":  # the narrow Katakana of old machines
            strange += 1
        elif not here.isalpha():
            sign = here not in PUNCTUATION and here < "\u3000"
            strange += sign and (before.isalpha() or after.isalpha())
        elif before.isalpha():
            within = here.isupper() and (before.islower() or after.islower())
            strange += within or _script(before) != _script(here)
    return strange / max(high, 1)


def _script(letter: str) -> str:
    """Return the script of a letter as its name has it, those of East Asian text as one."""
    script = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
    return "CJK" if script in {"HIRAGANA", "KATAKANA", "HALFWIDTH", "IDEOGRAPHIC"} else script


def _telling(names: list[str], readings: dict[str, str]) -> Iterator[str]:
    """Yield the same line of the text as each encoding reads it, one in which all differ if any."""
    texts = [readings[name].splitlines() for name in names]
    lines = list(zip(*texts, strict=False))
    best = max(lines, key=lambda line: (len(set(line)), -len(line[0])), default=("",) * len(names))
    yield from (line.strip()[:SHOWN] for line in best)
