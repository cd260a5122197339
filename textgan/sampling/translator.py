"""Lines written anew by a run on pairs, one for each line that comes.

A line is translated in pieces: what the run has no symbol for stays as it is, and so do the spaces
at which what is longer than T is broken. No line is held that is longer than LONGEST characters: it
is read, and translated, as several lines.
"""

import codecs
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, TextIO

from corpora.errors import InputError
from corpora.length_policy import pieces
from corpora.reader import LONGEST, decoder_of
from corpora.sources import open_source
from textgan.runs import folder as runs
from textgan.sampling.sampler import Sampler

__all__ = ["Translation", "Translator", "every_line", "parts"]

AT_ONCE = 256  # lines
CHARACTERS = 1 << 18  # of the lines that are translated at once, where they are long


class Translation(NamedTuple):
    """A line as it came, and what became of it."""

    source: str
    text: str


class _Part(NamedTuple):
    text: str
    translated: bool  # or kept as it is


class Translator:
    """Writes lines anew, block by block.

    Characters outside the vocabulary stand where they stood, between what is translated: the
    network has never seen them and would end the text there.

    Args:
        sampler: Of a run on pairs.
        length: T, symbols to a row.
        seed: Of the noise; None: the mean network, which has none.
        normalise: Whether text is composed (Unicode NFC) first, as that of the run was.
    """

    def __init__(
        self, sampler: Sampler, length: int, *, seed: int | None = None, normalise: bool = True
    ) -> None:
        self.sampler, self.length, self.seed, self.normalise = sampler, length, seed, normalise
        self._known: dict[str, bool] = {}  # character -> whether it is in the vocabulary

    @classmethod
    def load(
        cls, run: Path | str, checkpoint: str | None = None, *, seed: int | None = None
    ) -> "Translator":
        """Return the translator of a run folder; nothing but the folder is needed.

        Raises:
            InputError: The run is not one on pairs, or a file of it is missing or damaged.
        """
        config = runs.read_config(Path(run))
        if config.columns != "pairs" or config.length is None:
            raise InputError(
                f"{run} writes lines from noise: textgan sample {run}; to translate, train a run "
                "by textgan train FILE --pairs, and name it with --run"
            )
        sampler = Sampler.load(run, checkpoint)
        return cls(sampler, config.length, seed=seed, normalise=config.normalise)

    def __call__(self, lines: str | Path | Iterable[str]) -> Iterator[Translation]:
        """Yield each line with what it becomes, in order; blank ones stay as they are.

        A str or Path names a file or a bundled corpus.
        """
        if isinstance(lines, str | Path):
            lines = every_line(lines)
        done = 0  # pieces, each with noise of its place
        for block in _blocks(lines):
            split = [self._parts(line) for line in block]
            sources = [part.text for line in split for part in line if part.translated]
            written = iter(self._written(sources, done))
            done += len(sources)
            for line, found in zip(block, split, strict=True):
                text = "".join(next(written) if part.translated else part.text for part in found)
                yield Translation(line, text)

    def _parts(self, line: str) -> list[_Part]:
        if self.normalise:
            line = unicodedata.normalize("NFC", line)
        found: list[_Part] = []
        for known, stretch in groupby(line, self._knows):
            text = "".join(stretch)
            cut = self._pieces(text) if known else [text]
            found.extend(_Part(one, known and not one.isspace()) for one in cut)
        return found

    def _pieces(self, text: str) -> list[str]:
        encoder = self.sampler.encoder
        if encoder.lengths([text])[0] <= self.length:
            return [text]
        if encoder.max_characters > 1:  # T characters are at most T subwords
            return parts(text, self.length)
        return parts(text, self.length, lambda text: int(encoder.lengths([text])[0]))

    def _written(self, sources: list[str], first: int) -> list[str]:
        """Return what each source, of at most T symbols, becomes, from place `first` on."""
        encoder = self.sampler.encoder
        rows = encoder.encode_rows(sources, self.length)
        return encoder.decode_rows(self.sampler.translate(rows, self.seed, first=first))

    def _knows(self, character: str) -> bool:
        if character not in self._known:
            encoder = self.sampler.encoder
            self._known[character] = encoder.unknown not in encoder.encode(character)
        return self._known[character]


def parts(line: str, length: int, size: Callable[[str], int] = len) -> list[str]:
    """Return a line as its `pieces` and the spaces that were between them: joined, the line.

    >>> parts("to be or not to be", 7)
    ['to be', ' ', 'or not', ' ', 'to be']
    """
    found: list[str] = []
    end = 0
    for piece in pieces(line, length, size):
        end += len(piece)
        found.append(piece)
        if line.startswith(" ", end):  # only a break at a space is followed by one
            found.append(" ")
            end += 1
    return found


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield lines in blocks: AT_ONCE, or fewer that have CHARACTERS together."""
    block: list[str] = []
    characters = 0
    for line in lines:
        block.append(line)
        characters += len(line)
        if len(block) == AT_ONCE or characters >= CHARACTERS:
            yield block
            block, characters = [], 0
    if block:
        yield block


def every_line(
    source: str | Path,
    *,
    encoding: str = "utf-8",
    on_long: Callable[[int], None] = lambda number: None,
) -> Iterator[str]:
    """Yield all lines of a path, `-` or a bundled corpus, blank ones too, without their ends.

    A line of more than LONGEST characters comes as several, broken behind a space where it has one
    there: put together they are the line.

    Args:
        source: what is read.
        encoding: its own.
        on_long: called once for each line that comes as several, with its number, from 1.

    Raises:
        InputError: It cannot be read, or is no text in `encoding`.
    """
    decoder_of(encoding)  # refuses what is no encoding
    if codecs.lookup(encoding).name == "utf-8":
        encoding = "utf-8-sig"  # a byte order mark is no text
    try:
        with open_source(source) as file, io.TextIOWrapper(file, encoding) as text:
            yield from _lines(text, on_long)
    except UnicodeError as error:
        raise InputError(
            f"{source}: not {encoding.removesuffix('-sig')} ({error}); name its own encoding by "
            "--encoding"
        ) from error


def _lines(text: TextIO, on_long: Callable[[int], None]) -> Iterator[str]:
    number, rest, broken = 1, "", False
    while line := rest + text.readline(LONGEST + 1 - len(rest)):
        if len(line) <= LONGEST or line.endswith("\n"):
            yield line.removesuffix("\n")
            number, rest, broken = number + 1, "", False
            continue
        if not broken:
            on_long(number)
        at = line.rfind(" ", 0, LONGEST) + 1 or LONGEST
        yield line[:at]
        rest, broken = line[at:], True
