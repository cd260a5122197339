from collections.abc import Mapping
from dataclasses import asdict, dataclass

import pytest

from textgan.evaluation.report.plain import revive


@dataclass(frozen=True)
class Inner:
    pair: tuple[str, int]


@dataclass(frozen=True)
class Outer:
    share: float
    many: tuple[Inner, ...]
    named: Mapping[str, float]
    maybe: int | None


OUTER = Outer(1.0, (Inner(("a", 1)), Inner(("b", 2))), {"x": 0.5}, None)


def test_what_json_made_plain_is_what_it_was():
    plain = asdict(OUTER) | {"share": 1, "many": [{"pair": ["a", 1]}, {"pair": ["b", 2]}]}
    assert revive(Outer, plain) == OUTER


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        ({"share": True}, TypeError),
        ({"many": [{"pair": ["a"]}]}, ValueError),
        ({"many": [{}]}, KeyError),
        ({"named": []}, TypeError),
        ({"maybe": 0.5}, TypeError),
        ({"surprise": 1}, KeyError),
    ],
)
def test_misshapen_fields_are_refused(edit, error):
    with pytest.raises(error):
        revive(Outer, asdict(OUTER) | edit)
