"""What the metrics of one evaluation share: its texts, and what is counted or fitted only once."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, TypeVar

from textgan.evaluation.language_model.baselines import NAMES, SAMPLERS, baselines, samplers
from textgan.evaluation.language_model.model import NgramModel
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.ngrams.counts import NgramCounts, count_orders, merge
from textgan.evaluation.ngrams.derived import without_padding
from textgan.evaluation.ngrams.windows import Rows
from textgan.evaluation.report.signature import Signature
from textgan.evaluation.statistics.seeding import choose
from textgan.evaluation.text.lines import Places, Text
from textgan.evaluation.text.texts import Lines, Texts, rows_at
from textgan.evaluation.text.validity import Validity
from textgan.evaluation.text.vocabulary import IdRows

__all__ = ["Case", "LineSet", "Workspace"]

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class LineSet:
    """Lines as rows (N, W) of ids. What is counted of them is kept by their identity.

    Attributes:
        rows: of ids.
        source: a text that has them; None of lines that were made as rows.
        places: where in `source` they stand, ascending; None: they are all of it.
    """

    rows: Rows
    source: Text | None = None
    places: Places | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def of(cls, lines: Lines) -> "LineSet":
        """Return the lines of a text."""
        return cls(lines.rows, lines.text)

    def take(self, places: Places) -> "LineSet":
        """Return the lines at `places`, which are distinct and ascend."""
        if len(places) == len(self):
            return self
        return LineSet(rows_at(self.rows, places), self.source, places)


@dataclass(frozen=True)
class Case:
    """Lines that a metric measures, and what it measures them by.

    Attributes:
        lines: the lines.
        work: what is shared with other metrics: texts, n-gram counts, the language model.
        n: the order of the n-grams; None for a metric without one.
        whole_reference: whether the lines are compared with the reference as published, drawn
            held-out lines included, and not with the training text alone.
    """

    lines: LineSet
    work: "Workspace"
    n: int | None = None
    whole_reference: bool = False

    @property
    def rows(self) -> Rows:
        """The lines as rows (N, W) of ids."""
        return self.lines.rows

    def text(self) -> list[str]:
        """Return the lines as text; those of a baseline as its symbols joined."""
        source, places = self.lines.source, self.lines.places
        if source is None:
            symbols = self.work.texts.vocabulary.read(self.rows)
            return ["".join(line) for line in symbols]
        return source.lines() if places is None else source.take(places).lines()

    def counts(self, *, padded: bool) -> tuple[NgramCounts, NgramCounts]:
        """Return the n-grams of the lines and of the text they are compared with."""
        assert self.n is not None
        samples = self.work.counts(self.lines, padded=padded)[self.n]
        real = self.work.reference_counts(padded=padded, whole=self.whole_reference)
        return samples, real[self.n]


@dataclass(eq=False)
class _Entry:
    """A value that one thread makes while others wait for it."""

    lock: Lock = field(default_factory=Lock)
    values: list[Any] = field(default_factory=list)


class Workspace:
    """The texts of an evaluation, and what metrics share.

    Args:
        texts: what is compared.
        setting: of the language models.
        seed: of every draw.
        orders: the n of the n-grams that are counted.
        valid: the check of the metric `valid`; None: it is not measured.

    Attributes:
        samples: the lines that are evaluated.
        systems: these and, in a comparison, those of the other systems.
        held_out: real lines apart from the training text; may be none.
        matched: a matched training sample: as many training lines as there are samples.
        baselines: lines that need no GAN, by name.
        base: what all signatures have in common.
        held_out_fields: what signatures say of a number that held-out lines bear on.
    """

    def __init__(
        self,
        texts: Texts,
        setting: Setting,
        seed: int,
        orders: tuple[int, ...],
        valid: Validity | None = None,
    ) -> None:
        self.texts, self.setting, self.seed, self.orders = texts, setting, seed, orders
        self.valid = valid
        self.V, self.width = len(texts.vocabulary), texts.vocabulary.width
        self.samples = LineSet.of(texts.samples)
        self.systems: tuple[LineSet, ...] = (self.samples,)
        self.held_out, self.matched = LineSet.of(texts.held_out), LineSet.of(texts.matched)
        self.baselines: dict[str, LineSet] = {}
        self.base: Signature = texts.base(seed)
        split = "drawn" if texts.drawn else "given"
        self.held_out_fields: dict[str, Any] = {"held_out": texts.held_out.part, "split": split}
        self._lock = Lock()
        self._entries: dict[Hashable, _Entry] = {}
        self._lasting: dict[Hashable, _Entry] = {}

    def cached(self, key: Hashable, make: Callable[[], T], *, lasting: bool = False) -> T:
        """Return what `make` returned for `key`, which is made once, whichever thread asks.

        Unless it is `lasting`, it is dropped when the metrics of a family are done.
        """
        with self._lock:
            entry = (self._lasting if lasting else self._entries).setdefault(key, _Entry())
        with entry.lock:
            if not entry.values:
                entry.values.append(make())
        value: T = entry.values[0]
        return value

    def forget(self, lines: LineSet | None = None) -> None:
        """Drop what was kept of `lines`, or all that is not lasting."""
        with self._lock:
            for key in list(self._entries):
                if lines is None or (isinstance(key, tuple) and lines in key):
                    del self._entries[key]

    def add_baselines(self) -> None:
        """Draw the baselines from the training text."""
        training, m = self.texts.training, len(self.samples)
        rows = baselines(training, self.sampler_model, self.V, m, self.width, self.seed)
        self.baselines |= {name: LineSet(drawn) for name, drawn in rows.items()}

    @property
    def model(self) -> NgramModel:
        """The language model of the training text."""
        return self.cached(
            "model", lambda: self.setting.fit(self.texts.training, self.V), lasting=True
        )

    @property
    def sampler_model(self) -> NgramModel:
        """A model of the training text that is of the highest order that is sampled from."""
        if self.setting.order >= max(SAMPLERS):
            return self.model
        return self.cached(
            "sampler model", lambda: Setting().fit(self.texts.training, self.V), lasting=True
        )

    @property
    def samplers(self) -> dict[str, LineSet]:
        """The lines of each n-gram sampler of the training text: baselines, or drawn for this."""
        if self.baselines:
            return {name: self.baselines[name] for name in NAMES}

        def draw() -> dict[str, LineSet]:
            rows = samplers(self.sampler_model, len(self.samples), self.width, self.seed)
            return {name: LineSet(drawn) for name, drawn in rows.items()}

        return self.cached("samplers", draw, lasting=True)

    def counts(self, lines: LineSet, *, padded: bool) -> dict[int, NgramCounts]:
        """Return the n-grams of `lines` at each order, with padding as a symbol or without."""
        if padded:
            return self.cached(("counts", lines), lambda: self._counts(lines.rows))
        return self.cached(
            ("counts without padding", lines), lambda: _text(self.counts(lines, padded=True))
        )

    def reference_counts(self, *, padded: bool, whole: bool) -> dict[int, NgramCounts]:
        """Return the n-grams of the training text, or of the whole reference."""
        whole = whole and self.texts.drawn
        if not padded:
            return self.cached(
                ("reference without padding", whole),
                lambda: _text(self.reference_counts(padded=True, whole=whole)),
            )
        training = self.cached("training", lambda: self._counts(self.texts.training))
        if not whole:
            return training
        held_out = self.counts(self.held_out, padded=True)
        return self.cached(
            "reference", lambda: {n: merge([training[n], held_out[n]]) for n in self.orders}
        )

    def _counts(self, rows: Rows | IdRows) -> dict[int, NgramCounts]:
        return count_orders(rows, self.orders, self.V, width=self.width)

    def of_equal_size(self, lines: LineSet, real: LineSet) -> tuple[LineSet, LineSet]:
        """Return as many of `lines` as of `real`, drawn from the larger; of matched ones all."""
        if real is self.matched:
            return self._drawn(lines, len(real), "variety"), real
        m = min(len(lines), len(real))
        return self._drawn(lines, m, "excess"), self._drawn(real, m, "floor")

    def at_most(self, lines: LineSet, m: int | None, purpose: str) -> LineSet:
        """Return `lines`, or m of them where there are more."""
        return lines if m is None else self._drawn(lines, m, purpose)

    def _drawn(self, lines: LineSet, m: int, purpose: str) -> LineSet:
        if m >= len(lines):
            return lines
        return self.cached(
            ("drawn", purpose, m, lines),
            lambda: lines.take(choose(len(lines), m, self.seed, purpose)),
            lasting=True,
        )

    def signed(self, name: str, n: int | None, m: int, fields: Mapping[str, Any]) -> Signature:
        """Return the signature of a figure of m lines."""
        return replace(self.base, **{"metric": name, "n": n, "m": m, **fields})


def _text(counts: Mapping[int, NgramCounts]) -> dict[int, NgramCounts]:
    return {n: without_padding(of_order) for n, of_order in counts.items()}
