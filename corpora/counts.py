"""What was read, changed and left out: numbers that add up, and how messages say them."""

from dataclasses import dataclass, fields
from typing import Any

from corpora.errors import InputError

__all__ = ["LONGEST", "UNUSUAL", "Counts", "counted", "end_of_piece", "quoted", "share"]

# Counts whose name in files and in JSON is another.
NAMES_IN_FILES = {
    "without_tab": "unparted",
    "blank_column": "lacking",
    "unseen_label": "untrained",
}
ADDED_LATER = {"unparted", "lacking", "untrained", "overlong", "invisible"}  # names in files
LONGEST = 1 << 20  # characters of one line that are kept together
UNUSUAL = 0.01  # share of lines with invisible characters above which a message says so


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Numbers of one part of a text; `+` adds those of two parts.

    A *line* is a line of the file; a *row* is what training receives (a line can become no row,
    one, or, under `split`, several). *Damaged* lines hold a NUL byte or bytes that do not decode.
    """

    bytes: int = 0
    lines: int = 0
    blank: int = 0
    bom: int = 0  # byte order marks removed, at the beginning of any line
    crlf: int = 0  # lines that ended in \r\n
    cr: int = 0  # lines that ended in \r alone
    unended: int = 0  # 1 if the last line has no line end
    controls: int = 0  # control characters and Unicode line separators removed, without NUL
    nuls: int = 0
    undecodable: int = 0  # sequences of bytes that became U+FFFD
    damaged: int = 0  # lines
    normalised: int = 0  # lines changed by NFC
    overlong: int = 0  # lines over LONGEST characters, of which the rest was skipped
    invisible: int = 0  # lines with characters that do not show, or spaces that are not U+0020
    long: int = 0  # lines over T
    dropped: int = 0  # long lines left out
    rows: int = 0
    symbols: int = 0  # in all rows, padding not counted
    unknown: int = 0  # symbols that became the unknown one
    without_tab: int = 0  # lines without the TAB between their two columns
    blank_column: int = 0  # lines of which one column is blank
    unseen_label: int = 0  # rows left out because their label is not in the training part

    @property
    def usable(self) -> int:
        """How many lines have all their columns: rows are made of these."""
        return self.lines - self.blank - self.without_tab - self.blank_column

    def __add__(self, other: "Counts") -> "Counts":
        """Return the counts of both parts together."""
        added = vars(other)  # `asdict` would copy each number deeply
        return Counts(**{name: number + added[name] for name, number in vars(self).items()})

    def to_plain(self) -> dict[str, int]:
        """Return the counts under their names in files."""
        return {NAMES_IN_FILES.get(name, name): number for name, number in vars(self).items()}

    @classmethod
    def from_plain(cls, plain: Any, where: str) -> "Counts":  # noqa: ANN401 - JSON may be anything
        """Return counts from their form in files; InputError for others than could be counted.

        All are natural numbers, and a part is not more than its whole: long lines, for example,
        are some of the usable ones. Corpora of earlier versions lack the counts in ADDED_LATER,
        which are 0.
        """
        names = {NAMES_IN_FILES.get(field.name, field.name): field.name for field in fields(cls)}
        if not isinstance(plain, dict) or not set(names) - ADDED_LATER <= set(plain) <= set(names):
            raise InputError(
                f"{where}: its counts are not those this version writes; encode the corpus again"
            )
        if not all(type(value) is int and value >= 0 for value in plain.values()):
            raise InputError(
                f"{where}: its counts are not natural numbers; encode the corpus again"
            )
        counts = cls(**{names[name]: value for name, value in plain.items()})
        filled = counts.lines - counts.blank
        parts = ((counts.long, counts.usable), (counts.invisible, filled), (0, counts.usable))
        if any(part > whole for part, whole in (*parts, (counts.unknown, counts.symbols))):
            raise InputError(f"{where}: its counts do not add up; encode the corpus again")
        return counts

    def sentences(self) -> list[str]:
        """Return one sentence for each thing that happened to the text while it was read."""
        sentences = [f"{counted(self.lines, 'line')} read ({self.bytes:,} bytes)"]
        if self.bom:
            sentences.append(f"{counted(self.bom, 'byte order mark')} removed")
        if self.crlf or self.cr:
            ended = self.crlf + self.cr
            sentences.append(
                f"{counted(ended, 'line')} ended in a carriage return, which is removed"
            )
        if self.blank:
            sentences.append(
                f"{counted(self.blank, 'blank line')} skipped {share(self.blank, self.lines)}"
            )
        if self.controls:
            sentences.append(f"{counted(self.controls, 'control character')} removed")
        if self.nuls:
            sentences.append(f"{counted(self.nuls, 'NUL byte')} removed")
        if self.undecodable:
            sentences.append(
                f"{counted(self.undecodable, 'undecodable sequence')} of bytes "
                "became the unknown symbol U+FFFD"
            )
        if self.normalised:
            sentences.append(f"{counted(self.normalised, 'line')} brought to Unicode form NFC")
        if self.overlong:
            sentences.append(
                f"{counted(self.overlong, 'line')} over {LONGEST:,} characters; "
                "the rest of each is ignored"
            )
        filled = self.lines - self.blank
        if self.invisible > UNUSUAL * filled:
            sentences.append(
                f"{counted(self.invisible, 'line')} {share(self.invisible, filled)} with invisible "
                "characters or unusual spaces, each a symbol of its own: "
                "textgan inspect lists them"
            )
        return sentences


def share(part: int, whole: int) -> str:
    """Return `(12.3%)`; a share that would round to 0% or 100% without being it says so.

    >>> share(1, 3), share(1, 1_000_000), share(0, 5)
    ('(33.3%)', '(under 0.1%)', '(0%)')
    """
    if not part:
        return "(0%)"
    percent = 100 * part / whole
    if percent < 0.1:
        return "(under 0.1%)"
    if part < whole and percent > 99.9:
        return "(over 99.9%)"
    return f"({percent:.1f}%)" if part < whole else "(100%)"


def end_of_piece(line: str, limit: int) -> int:
    """Return where the first piece of a line of over `limit` characters ends: behind a space.

    >>> end_of_piece("one two three", 9), end_of_piece("xxxxxxxxxxxx", 9)
    (8, 9)
    """
    return line.rfind(" ", 0, limit) + 1 or limit


def counted(number: float, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun, in the plural `plural`, or else noun + s.

    >>> counted(1, "line"), counted(2000, "line"), counted(1.5, "minute"), counted(1.0, "minute")
    ('1 line', '2,000 lines', '1.5 minutes', '1 minute')
    >>> counted(2, "line is", "lines are")
    '2 lines are'
    """
    amount = f"{number:,}" if isinstance(number, int) else f"{number:,g}"
    return f"{amount} {noun if number == 1 else plural or f'{noun}s'}"


def quoted(text: str) -> str:
    """Return the beginning of a text in quotes, its control characters visible."""
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
