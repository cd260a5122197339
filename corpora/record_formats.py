"""Whether lines are records of some format rather than samples, and how to get at the samples.

The rules are strict: text that is meant to be learnt as it is (prose, names with commas,
molecules in brackets) must never be taken for a table.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from corpora.columns import MAX_LABELS

__all__ = ["Look", "add_first", "looks_like"]

MAX_LINES = 1_000  # the first lines of the text, which are looked at
MAX_CHARACTERS = 1 << 20  # of these lines together, or little more
MIN_LINES = 5  # fewer show no format
MIN_SHARE = 0.95  # of the lines that have the format
MIN_QUOTED = 0.05  # share of the lines of a table that have quoted fields
MIN_NUMBERS = 0.9  # share of the fields of a column of numbers
NAME = re.compile(r"[^\W\d][\w .()/#%-]{0,39}")  # of a column
QUOTED_FIELD = re.compile(r'(?:^|[,;])"(?:[^"]|"")*"(?=[,;]|$)')
NUMBER = re.compile(r"[-+]?\d[\d.,:/-]*%?")
MARKUP = re.compile(r"\s*<(?:!doctype|html|\?xml)\b", re.IGNORECASE)
MEMBER = re.compile(r'\s*"[^"]*":\s')  # of a JSON object


class Look(NamedTuple):
    """What a text looks like, and what to do about it."""

    kind: str
    advice: str


def add_first(first: list[str], lines: Sequence[str]) -> None:
    """Add to the first lines of a text what `looks_like` needs of the next."""
    room = MAX_CHARACTERS - sum(map(len, first))
    for line in lines[: max(MAX_LINES - len(first), 0)]:
        if room <= 0:
            return
        first.append(line)
        room -= len(line)


def looks_like(lines: Sequence[str]) -> Look | None:
    """Return what the first lines of a text look like; None for samples, one a line.

    JSON, a table with commas or semicolons that has a header and either quotes or numbers,
    columns between TABs, a page of HTML or XML.
    """
    lines = lines[:MAX_LINES]
    if lines and MARKUP.match(lines[0]):
        return Look(
            "looks like HTML or XML: the model would learn its tags", "extract its text first"
        )
    if len(lines) < MIN_LINES:
        return None
    return _json(lines) or _columns(lines) or _table(lines, ",") or _table(lines, ";")


def _json(lines: Sequence[str]) -> Look | None:
    """Return the look of JSON objects: one a line, perhaps within an array, or on several lines."""
    objects = [value for value in map(_object, lines) if value]
    if len(objects) < MIN_SHARE * (len(lines) - 2):  # [ and ]
        members = sum(MEMBER.match(line) is not None for line in lines)
        if lines[0].strip() in {"[", "{", "[{"} and members > 0.3 * len(lines):
            return Look("looks like a JSON document", "write its texts to a file, one a line")
        return None
    kind = "looks like JSON, an object a line: the model would learn its keys and braces"
    sizes: Counter[str] = Counter()
    for values in objects:
        sizes.update({key: len(text) for key, text in values.items() if isinstance(text, str)})
    key = sizes.most_common(1)[0][0] if sizes else "'"
    if "'" in key or not key.isprintable():
        return Look(kind, "write only the texts to a file, one a line")
    value = f"json.loads(line)[{json.dumps(key, ensure_ascii=False)}]"
    code = f"import json, sys; [print(*{value}.split()) for line in sys.stdin]"
    return Look(kind, f"for the values of {key!r}: python3 -c '{code}' < FILE > text.txt")


def _object(line: str) -> dict[str, Any] | None:
    text = line.strip().removesuffix(",")
    if not (text.startswith("{") and text.endswith("}")):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _columns(lines: Sequence[str]) -> Look | None:
    """Return the look of lines that have as many TABs, with text on all sides of them."""
    number, _ = Counter(line.count("\t") + 1 for line in lines).most_common(1)[0]
    rows = [line.split("\t") for line in lines if line.count("\t") + 1 == number]
    if number == 2:
        rows = [row for row in rows if row[0].strip() and row[1].strip()]
    if number == 1 or len(rows) < MIN_SHARE * len(lines):
        return None
    kind = f"looks like {number} columns separated by TABs, which the model would learn"
    widest = max(range(number), key=lambda column: sum(len(row[column]) for row in rows)) + 1
    cut = f"cut -f{widest} FILE > text.txt for column {widest} alone"
    if number > 2:
        return Look(kind, cut)
    labels = len({row[0].strip() for row in rows})
    if labels <= min(MAX_LABELS, len(rows) // 2):
        return Look(kind, f"--labels, if the first is the class of the second; or {cut}")
    return Look(kind, f"--pairs, if the first is to be translated into the second; or {cut}")


def _table(lines: Sequence[str], separator: str) -> Look | None:
    """Return the look of a table in CSV: a header, and quoted fields or a column of numbers."""
    try:
        header, *body = csv.reader(lines, delimiter=separator, strict=True)
    except csv.Error:
        return None
    number, names = len(header), [name.strip() for name in header]
    if number < 2 or len(set(names)) < number or not all(map(NAME.fullmatch, names)):
        return None
    rows = [row for row in body if len(row) == number]
    if len(rows) < max(MIN_SHARE * len(body), len(lines) / 4, MIN_LINES - 1):
        return None
    quoted = sum(QUOTED_FIELD.search(line) is not None for line in lines[1:])
    texts = [column for column in range(number) if not _of_numbers([row[column] for row in rows])]
    if quoted < MIN_QUOTED * len(lines) and (number < 3 or len(texts) == number):
        return None
    widest = max(texts or [0], key=lambda column: sum(len(row[column]) for row in rows))
    option = "" if separator == "," else f', delimiter="{separator}"'
    code = (
        f"import csv, sys; [print(*row[{widest}].split()) for row in csv.reader(sys.stdin{option})"
        " if row]"
    )
    return Look(
        f"looks like CSV, a table of {number} columns: "
        "the model would learn its header and separators",
        f"for column {names[widest]!r}: python3 -c '{code}' < FILE | tail -n +2 > text.txt",
    )


def _of_numbers(fields: list[str]) -> bool:
    numbers = sum(NUMBER.fullmatch(field.strip()) is not None for field in fields)
    return numbers > MIN_NUMBERS * len(fields)
