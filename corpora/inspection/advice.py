"""The doctor's words: what is wrong with a text, and which settings would suit it better."""

import codecs
import unicodedata

from corpora.columns import shown
from corpora.counts import UNUSUAL, share
from corpora.inspection.findings import Findings

__all__ = ["problems", "suggestions"]

FEW = 1_000  # lines: fewer are learnt by heart sooner than they are learnt from
FEW_OF_A_LABEL = 100
WIDE = 128  # the longest rows worth suggesting: time and memory grow with T


def problems(found: Findings) -> list[str]:
    """Return a sentence for each thing that training would suffer from, the worst first."""
    counts, kept, said = found.counts, found.kept, []
    if found.refused:
        said.append(f"training would refuse this text: {found.refused}")
    if counts.damaged and not found.refused:
        said.append(f"{counts.damaged:,} lines hold NUL or undecodable bytes")
    if found.looks:
        said.append(found.looks[0])
    if _misread(found):
        name, reading = next(iter(found.encodings.items()))
        example = f": {shown(reading)}" if reading else ""
        said.append(f"read as {found.settings.encoding}, but looks like {name}{example}")
    if 0 < kept < FEW:
        said.append(f"only {kept:,} lines: a model soon memorizes them")
    copies = kept - found.distinct_lines
    if copies > 0.01 * kept:
        said.append(f"{copies:,} lines {share(copies, kept)} are copies of others")
    if found.distinct_rows is not None:
        rows = counts.rows
        same = rows - found.distinct_rows
        if same > 0.1 * rows and same > 2 * copies:
            said.append(f"{same:,} rows {share(same, rows)} are copies once cut at {found.length}")
    if found.over_length and found.over_length > 0.05 and found.settings.long != "split":
        left = "left out" if found.settings.long == "drop" else "cut"
        said.append(f"{100 * found.over_length:.1f}% of the lines are longer than T and are {left}")
    if rare := [label for label, rows in found.labels.items() if rows < FEW_OF_A_LABEL]:
        least = min(rare, key=found.labels.__getitem__)
        said.append(
            f"{len(rare):,} of {len(found.labels):,} labels have under {FEW_OF_A_LABEL} rows to "
            f"train on; {shown(least)} has {found.labels[least]:,}"
        )
    left_out, lines = counts.unparted + counts.lacking, counts.lines - counts.blank
    if left_out > 0.01 * lines and not found.refused:
        said.append(f"{left_out:,} lines {share(left_out, lines)} lack one of their columns")
    if _hides(found):
        kinds = [f"{each.code} {each.name} in {each.count:,}" for each in found.hidden[:4]]
        more = len(found.hidden) - len(kinds)
        said.append(
            f"{counts.invisible:,} lines {share(counts.invisible, kept)} hold characters that do "
            f"not show, or spaces other than U+0020, each a symbol of its own: {', '.join(kinds)}"
            + (f" and {more:,} more kinds" if more else "")
        )
    if found.unknown and found.unknown > 0.001:
        said.append(f"{100 * found.unknown:.2g}% of the text is outside the vocabulary, so unknown")
    if counts.blank > 0.5 * counts.lines:
        said.append(f"{counts.blank:,} of {counts.lines:,} lines are blank")
    return said


def suggestions(found: Findings) -> list[str]:
    """Return a sentence for each setting that would suit the text better than those in force."""
    said, settings = [found.looks[1]] if found.looks else [], found.settings
    if (found.refused and found.kept) or _misread(found):
        said += [
            f"--encoding {name}, which fits the bytes" + (f": {shown(text)}" if text else "")
            for name, text in found.encodings.items()
            if not _same(name, settings.encoding)
        ]
    if _hides(found):
        said.append(f"unless they are intended, remove them: {_without(found)}")
    if found.over_length and found.over_length > 0.05:
        wide = -(-found.lengths["95%"] // 8) * 8
        if settings.encoder == "char" and found.length is not None and found.length < wide <= WIDE:
            said.append(f"--length {wide}, which is enough for 95% of the lines")
        if settings.long != "split" and settings.columns != "pairs":
            said.append("--long split, which keeps all of the long lines, in several rows")
    if found.unknown and found.unknown > 0.001:
        if settings.encoder == "char":
            said.append(f"--max-vocabulary {found.distinct_characters}, enough for every character")
        said.append("--encoder byte, whose vocabulary covers every text")
    return said


def _misread(found: Findings) -> bool:
    """Return whether the text decodes in the encoding that was named, and reads as another."""
    if found.refused or len(found.encodings) != 1 or found.characters == found.counts.bytes:
        return False
    (name,) = found.encodings
    return not _same(name, found.settings.encoding)


def _same(name: str, other: str) -> bool:
    return codecs.lookup(name).name == codecs.lookup(other).name


def _hides(found: Findings) -> bool:
    return found.counts.invisible > UNUSUAL * found.kept


def _without(found: Findings) -> str:
    """Return a command that makes plain spaces of the unusual ones and removes what is hidden."""
    codes = {" ": "", "": ""}
    for each in found.hidden:
        character = chr(int(each.code.removeprefix("U+"), 16))
        space = " " if unicodedata.category(character) == "Zs" else ""
        codes[space] += f"\\x{{{ord(character):X}}}"
    edits = [f"s/[{which}]/{space}/g" for space, which in codes.items() if which]
    return f"perl -CSD -pe '{'; '.join(edits)}' FILE > clean.txt"
