"""What each measure of a report is, what it is called, its unit, and which way is better.

A name is a kind and, for some, the order of its n-grams: `jsd4` is the kind `jsd` at n = 4.
`docs/evaluation.md` defines each, with its formula, its source and what it is blind to.
"""

import re
from dataclasses import dataclass

__all__ = ["KINDS", "OF_GIVEN", "Kind", "describe"]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What measures of one kind have in common.

    Attributes:
        title: in a table; `{n}` stands for the order.
        unit: of the number; `share` is from 0 to 1, "" has none.
        better: `lower`, `higher`, or `real` where the figure of real text is the best.
        form: how it is rounded.
    """

    title: str
    unit: str
    better: str
    form: str

    def show(self, value: float | None) -> str:
        """Return `value` rounded as this kind is, `unknown` for None."""
        return "unknown" if value is None else format(value, self.form)


KINDS: dict[str, Kind] = {
    "jsd": Kind(title="JSD of {n}-grams", unit="bits", better="lower", form="z.4f"),
    "text-jsd": Kind(
        title="JSD of {n}-grams without padding", unit="bits", better="lower", form="z.4f"
    ),
    "cosine": Kind(title="cosine distance of {n}-grams", unit="", better="lower", form="z.4f"),
    "precision": Kind(title="{n}-gram precision", unit="share", better="real", form=".1%"),
    "recall": Kind(title="{n}-gram recall", unit="share", better="real", form=".1%"),
    "forward": Kind(
        title="forward likelihood", unit="bits a symbol", better="real", form=".3f"
    ),
    "reverse": Kind(
        title="reverse likelihood", unit="bits a symbol", better="lower", form=".3f"
    ),
    "unique": Kind(title="distinct lines", unit="share", better="real", form=".1%"),
    "distinct": Kind(title="distinct {n}-grams", unit="share", better="real", form=".1%"),
    "copied": Kind(title="copied from training", unit="share", better="real", form=".1%"),
    "found": Kind(title="found in held-out text", unit="share", better="real", form=".2%"),
    "bleu": Kind(title="BLEU-{n}", unit="", better="real", form=".3f"),
    "self-bleu": Kind(title="self-BLEU-{n}", unit="", better="real", form=".3f"),
    "frechet": Kind(title="Fréchet distance", unit="", better="lower", form=".3f"),
    "piece-frechet": Kind(
        title="Fréchet distance of pieces", unit="", better="lower", form=".3f"
    ),
    "transport": Kind(title="earth mover's distance", unit="edits", better="lower", form=".2f"),
    "nearest": Kind(
        title="nearest training line", unit="edits a character", better="real", form=".3f"
    ),
}  # fmt: skip


# Of what a run was given or asked for: a `Report` has them under `labels` and `codes`, not among
# its measures, a `TranslationReport` under `restoration`.
OF_GIVEN: dict[str, Kind] = {
    "label-accuracy": Kind(title="label accuracy", unit="share", better="higher", form=".1%"),
    "information": Kind(title="information", unit="bits", better="higher", form=".3f"),
    "recovered": Kind(title="recovered", unit="share", better="higher", form=".1%"),
    "correlation": Kind(title="correlation", unit="", better="higher", form=".3f"),
    "changed": Kind(title="lines changed", unit="share", better="higher", form=".1%"),
    "cer": Kind(title="character error rate", unit="share", better="lower", form=".2%"),
    "cer-difference": Kind(title="less that of copying", unit="share", better="lower", form="+.2%"),
    "cer-ratio": Kind(title="by that of copying", unit="", better="lower", form=".3f"),
    "exact": Kind(title="exact lines", unit="share", better="higher", form=".1%"),
}


def describe(name: str) -> tuple[Kind, int | None]:
    """Return the kind of the measure called `name` and the order in it, None where it has none.

    >>> kind, n = describe("text-jsd4")
    >>> kind.title.format(n=n), kind.show(0.25)
    ('JSD of 4-grams without padding', '0.2500')

    Raises:
        ValueError: there is no such kind.
    """
    found = re.fullmatch(r"([a-z-]+?)([1-9][0-9]?)?", name)
    known = {**KINDS, **OF_GIVEN}
    if found is None or found[1] not in known:
        raise ValueError(f"found a measure {name!r}, expected one of {', '.join(known)}")
    return known[found[1]], int(found[2]) if found[2] else None
