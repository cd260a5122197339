from dataclasses import fields, replace

import pytest

import textgan
from textgan.evaluation.report.signature import Part, Signature, combine

FULL = Signature(
    metric="jsd",
    n=4,
    unit="char",
    smoothing="none",
    padding="counted",
    length=32,
    vocabulary=80,
    m=5_000,
    ref=Part(95_000, "0123abcd"),
    held_out=Part(5_000, "4567cdef"),
    split="drawn",
    seed=0,
    version="1.2.3",
)


def test_a_signature_tells_everything_in_one_line():
    assert str(FULL) == (
        "jsd|n:4|unit:char|smoothing:none|padding:counted|T:32|V:80|m:5000|ref:95000@0123abcd"
        "|held-out:5000@4567cdef|split:drawn|seed:0|v:1.2.3"
    )


@pytest.mark.parametrize("name", [field.name for field in fields(Signature)])
def test_a_signature_changes_with_every_parameter(name):
    other = {"ref": Part(95_000, "0123abce"), "held_out": Part(5_001, "4567cdef")}
    value = other.get(name, 7 if isinstance(getattr(FULL, name), int) else "other")
    assert str(replace(FULL, **{name: value})) != str(FULL)


def test_what_does_not_bear_on_a_number_is_left_out_and_the_version_is_ours():
    text = str(Signature(metric="unique", length=9, m=3, seed=0))
    assert text == f"unique|unit:char|T:9|m:3|seed:0|v:{textgan.__version__}"


def test_combined_signatures_name_each_value_once():
    assert combine([str(replace(FULL, n=n)) for n in (1, 2, 2)]).startswith("jsd|n:1,2|unit:char|")
    assert combine([str(FULL)]) == str(FULL)
