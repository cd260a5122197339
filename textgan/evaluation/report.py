"""One report on a set of samples: the single source of what is printed, saved and drawn.

Numbers are kept in full; they are rounded where they are rendered. What is unknown is None. The
JSON form is stable: a change of its fields raises SCHEMA, and what was added is told by CHANGELOG.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpora.errors import InputError
from textgan.evaluation.likelihood import Likelihood

__all__ = ["SCHEMA", "Divergence", "Likelihoods", "Report", "Share"]

SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Divergence:
    """The JSD of n-grams of the samples, in bits, and what real text scores.

    Attributes:
        n: the order of the n-grams.
        jsd: of all samples against the reference.
        floor: of held-out lines against the reference without them; None without held-out lines.
        at_floor_size: of as many samples as the floor has lines, against the reference; `jsd`
            itself where the floor has as many lines as there are samples.
        excess: at_floor_size − floor.
        signature: of `jsd`.
        floor_signature: of `floor`.
        excess_signature: of `at_floor_size` and `excess`.
    """

    n: int
    jsd: float
    floor: float | None
    at_floor_size: float | None
    excess: float | None
    signature: str
    floor_signature: str | None
    excess_signature: str | None


@dataclass(frozen=True, kw_only=True)
class Likelihoods:
    """A language model's view of the samples, and of real lines in their place.

    Attributes:
        samples: forward, of the samples; reverse, of held-out lines by a model of the samples.
        real: forward, of held-out lines; reverse, of held-out lines by a model of training lines.
        signature: of `samples`.
        real_signature: of `real`.
    """

    samples: Likelihood | None
    real: Likelihood | None
    signature: str
    real_signature: str | None


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share of the samples, from 0 to 1, and that of real lines in their place.

    Attributes:
        samples: of the samples.
        real: of the real lines, None where there are none.
        signature: of `samples`.
        real_signature: of `real`.
    """

    samples: float
    real: float | None
    signature: str
    real_signature: str | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """How near the samples come to real text, how varied they are, and how much is copied.

    Attributes:
        judged: the name of what was judged.
        against: the name of the text that it was judged against.
        length: T, the characters at which every line was cut.
        seed: of all random draws.
        m: samples judged.
        reference_size: lines they were judged against.
        held_out: how many held-out lines there are; 0 where there are none.
        held_out_drawn: whether they were drawn from the reference, for want of given ones.
        floor_m: lines of the floor: m, or all held-out lines where there are fewer.
        divergences: JSD by order, ascending.
        forward: samples under a model of training text.
        reverse: held-out text under a model of the samples.
        unique: distinct lines among the samples; `real`, among as many training lines.
        copied: samples that stand in the reference; `real`, held-out lines that stand in the rest.
        repeated: the commonest sample and how often it comes.
        examples: the first samples.
    """

    judged: str
    against: str
    length: int
    seed: int
    m: int
    reference_size: int
    held_out: int
    held_out_drawn: bool
    floor_m: int | None
    divergences: tuple[Divergence, ...]
    forward: Likelihoods
    reverse: Likelihoods
    unique: Share
    copied: Share
    repeated: tuple[str, int]
    examples: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, unrounded, with `schema` and the bits and perplexities spelt out."""
        plain = asdict(self)
        for name in ("forward", "reverse"):
            for which in ("samples", "real"):
                likelihood: Likelihood | None = getattr(getattr(self, name), which)
                if likelihood is not None:
                    plain[name][which] |= {
                        "bits_per_character": likelihood.bits_per_character,
                        "perplexity": likelihood.perplexity,
                    }
        return {"schema": SCHEMA, **plain}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Report":
        """Return the report that `to_dict` gave.

        Raises:
            InputError: the values are not those of a report of this schema.
        """
        found = plain.get("schema")
        if found != SCHEMA:
            raise InputError(
                f"found a report of schema {found!r}, expected {SCHEMA}; evaluate again to renew it"
            )
        rest = {name: value for name, value in plain.items() if name != "schema"}
        try:
            likelihoods = {name: _likelihoods(rest[name]) for name in ("forward", "reverse")}
            shares = {name: Share(**rest[name]) for name in ("unique", "copied")}
            line, times = rest["repeated"]
            tuples = {
                "divergences": tuple(Divergence(**row) for row in rest["divergences"]),
                "repeated": (line, times),
                "examples": tuple(rest["examples"]),
            }
            return cls(**{**rest, **likelihoods, **shares, **tuples})
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"the report is damaged ({type(error).__name__}: {error}); evaluate again"
            ) from None

    def save(self, path: Path) -> None:
        """Write the report as JSON; the file is whole or not there."""
        unfinished = path.with_name(path.name + ".unfinished")
        try:
            unfinished.write_text(json.dumps(self.to_dict(), indent=1) + "\n", encoding="utf-8")
            unfinished.replace(path)
        except OSError as error:
            raise InputError(
                f"{path}: cannot be written ({error.strerror}); check its folder and the disk"
            ) from None

    @classmethod
    def load(cls, path: Path) -> "Report":
        """Return the report saved at `path`; InputError where there is none or it is damaged."""
        try:
            plain = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise InputError(f"{path}: no report ({error.strerror}); evaluate first") from None
        except ValueError:
            plain = None
        if not isinstance(plain, dict):
            raise InputError(f"{path}: not a report in JSON; evaluate again to renew it")
        return cls.from_dict(plain)


def _likelihoods(plain: Mapping[str, Any]) -> Likelihoods:
    def likelihood(values: Mapping[str, Any] | None) -> Likelihood | None:
        if values is None:
            return None
        names = ("lines", "characters", "log2_likelihood")
        return Likelihood(**{name: values[name] for name in names})

    known = {name: likelihood(plain[name]) for name in ("samples", "real")}
    return Likelihoods(**{**plain, **known})
