"""One part of a check-up, and all of them together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["NOT_RECORDED", "Check", "CheckUp", "not_recorded"]

NOT_RECORDED = "not recorded"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One part of a check-up.

    Attributes:
        name: what is checked, a few words.
        text: what was found, clauses.
        good: whether it is as it should be; None: not recorded, or there is no rule.
        advice: what to try where it is not good.
        measured: the numbers, plain values.
    """

    name: str
    text: str
    good: bool | None = None
    advice: str | None = None
    measured: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CheckUp:
    """All checks of one run.

    Attributes:
        run: its name.
        step: of its last checkpoint.
        checks: in the order in which they are shown.
    """

    run: str
    step: int
    checks: tuple[Check, ...]

    @property
    def advice(self) -> tuple[str, ...]:
        """What to try, each once."""
        advice = [check.advice for check in self.checks if check.good is False and check.advice]
        return tuple(dict.fromkeys(advice))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, unrounded."""
        return {
            "run": self.run,
            "step": self.step,
            "checks": [{**vars(check), "measured": dict(check.measured)} for check in self.checks],
            "advice": list(self.advice),
        }


def not_recorded(name: str, what: str = "the log has no such numbers") -> Check:
    """Return the check of something that an older run did not record."""
    return Check(name=name, text=f"{NOT_RECORDED}: {what}")
