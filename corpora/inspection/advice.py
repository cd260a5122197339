"""What is wrong with a text, and which settings would suit it better, in sentences."""

import unicodedata

from corpora.counts import UNUSUAL, quoted, share
from corpora.inspection.findings import Findings
from corpora.sniff import same_encoding

__all__ = ["problems", "suggestions"]

FEW_LINES = 1_000  # a model memorizes fewer sooner than it learns from them
FEW_ROWS_OF_A_LABEL = 100
MAX_SUGGESTED_LENGTH = 128  # time and memory grow with T


def problems(findings: Findings) -> list[str]:
    """Return a sentence for each thing that training would suffer from, the worst first."""
    counts, kept, sentences = findings.counts, findings.kept, []
    if findings.refused:
        sentences.append(f"training would refuse this text: {findings.refused}")
    if counts.damaged and not findings.refused:
        sentences.append(f"{counts.damaged:,} lines hold NUL or undecodable bytes")
    if findings.looks:
        sentences.append(findings.looks[0])
    if _misread(findings):
        name, reading = next(iter(findings.encodings.items()))
        example = f": {quoted(reading)}" if reading else ""
        sentences.append(f"read as {findings.settings.encoding}, but looks like {name}{example}")
    if 0 < kept < FEW_LINES:
        sentences.append(f"only {kept:,} lines: a model soon memorizes them")
    copies = kept - findings.distinct_lines
    if copies > 0.01 * kept:
        sentences.append(f"{copies:,} lines {share(copies, kept)} are copies of others")
    if findings.distinct_rows is not None:
        rows = counts.rows
        same = rows - findings.distinct_rows
        if same > 0.1 * rows and same > 2 * copies:
            sentences.append(
                f"{same:,} rows {share(same, rows)} are copies once cut at {findings.length}"
            )
    if findings.over_length and findings.over_length > 0.05 and findings.settings.long != "split":
        left = "left out" if findings.settings.long == "drop" else "cut"
        sentences.append(
            f"{100 * findings.over_length:.1f}% of the lines are longer than T and are {left}"
        )
    if rare := [label for label, rows in findings.labels.items() if rows < FEW_ROWS_OF_A_LABEL]:
        least = min(rare, key=findings.labels.__getitem__)
        sentences.append(
            f"{len(rare):,} of {len(findings.labels):,} labels have under {FEW_ROWS_OF_A_LABEL} "
            f"rows to train on; {quoted(least)} has {findings.labels[least]:,}"
        )
    left_out, lines = counts.without_tab + counts.blank_column, counts.lines - counts.blank
    if left_out > 0.01 * lines and not findings.refused:
        sentences.append(f"{left_out:,} lines {share(left_out, lines)} lack one of their columns")
    if _has_invisible(findings):
        kinds = [f"{c.code} {c.name} in {c.count:,}" for c in findings.hidden[:4]]
        more = len(findings.hidden) - len(kinds)
        sentences.append(
            f"{counts.invisible:,} lines {share(counts.invisible, kept)} hold characters that do "
            f"not show, or spaces other than U+0020, each a symbol of its own: {', '.join(kinds)}"
            + (f" and {more:,} more kinds" if more else "")
        )
    if findings.unknown and findings.unknown > 0.001:
        sentences.append(
            f"{100 * findings.unknown:.2g}% of the text is outside the vocabulary, so unknown"
        )
    if counts.blank > 0.5 * counts.lines:
        sentences.append(f"{counts.blank:,} of {counts.lines:,} lines are blank")
    return sentences


def suggestions(findings: Findings) -> list[str]:
    """Return a sentence for each setting that would suit the text better than those in force."""
    sentences, settings = [findings.looks[1]] if findings.looks else [], findings.settings
    if (findings.refused and findings.kept) or _misread(findings):
        sentences += [
            f"--encoding {name}, which fits the bytes" + (f": {quoted(text)}" if text else "")
            for name, text in findings.encodings.items()
            if not same_encoding(name, settings.encoding)
        ]
    if _has_invisible(findings):
        sentences.append(f"unless they are intended, remove them: {_removal_command(findings)}")
    if findings.over_length and findings.over_length > 0.05:
        length = -(-findings.lengths["95%"] // 8) * 8
        if (
            settings.encoder == "char"
            and findings.length is not None
            and findings.length < length <= MAX_SUGGESTED_LENGTH
        ):
            sentences.append(f"--length {length}, which is enough for 95% of the lines")
        if settings.long != "split" and settings.columns != "pairs":
            sentences.append("--long split, which keeps all of the long lines, in several rows")
    if findings.unknown and findings.unknown > 0.001:
        if settings.encoder == "char":
            sentences.append(
                f"--max-vocabulary {findings.distinct_characters}, enough for every character"
            )
        sentences.append("--encoder byte, whose vocabulary covers every text")
    return sentences


def _misread(findings: Findings) -> bool:
    """Return whether the text decodes in the encoding that was named, and reads as another."""
    if (
        findings.refused
        or len(findings.encodings) != 1
        or findings.characters == findings.counts.bytes
    ):
        return False
    (name,) = findings.encodings
    return not same_encoding(name, findings.settings.encoding)


def _has_invisible(findings: Findings) -> bool:
    return findings.counts.invisible > UNUSUAL * findings.kept


def _removal_command(findings: Findings) -> str:
    """Return a command that makes plain spaces of the unusual ones and removes what is hidden."""
    codes = {" ": "", "": ""}
    for invisible in findings.hidden:
        character = chr(int(invisible.code.removeprefix("U+"), 16))
        space = " " if unicodedata.category(character) == "Zs" else ""
        codes[space] += f"\\x{{{ord(character):X}}}"
    edits = [f"s/[{which}]/{space}/g" for space, which in codes.items() if which]
    return f"perl -CSD -pe '{'; '.join(edits)}' FILE > clean.txt"
