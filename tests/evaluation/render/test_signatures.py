from tests.evaluation.render.terminal.printed import printed
from textgan.evaluation.render.signatures import digest, print_signatures

THREE = ["jsd|n:4|T:8", "unique|T:8", "reverse|T:8"]


def lines(signatures, **options):
    return printed(print_signatures, signatures, **options).splitlines()


def test_one_signature_stands_for_all_with_a_digest_of_them():
    assert lines(THREE, full=False) == [
        "jsd|n:4|T:8", f"2 more: --signatures (sha256 of all {digest(THREE)})",
    ]  # fmt: skip
    assert digest(THREE) != digest([*THREE[:2], "reverse|T:9"])


def test_all_signatures_are_printed_on_request():
    assert lines(THREE, full=True) == ["Signatures", *THREE]
    assert lines(THREE, full=True, tables=False)[-1] == "all tables: --tables"


def test_a_long_signature_is_one_line_so_that_it_can_be_copied():
    long = "jsd|" + "x" * 200
    assert lines([long], full=False) == [long]
