from tests.evaluation.render.conftest import SOURCES, TARGETS, translated
from tests.evaluation.render.terminal.printed import printed
from textgan.evaluation.render.terminal.translation import show


def test_a_translation_is_printed_with_all_its_numbers():
    text = printed(show, translated(SOURCES, [*TARGETS[:-1], "birds"], TARGETS, pairs=99), 200)
    # 1 edit, and 2 of each transposition: 20 of 65 characters
    assert text.startswith(
        "[red]<b>␛\nBetter than copying: the character error rate of the outputs is 1.54%, of "
        "copies of the sources 30.77%.\nNext: "
    )
    assert "20 of 99 test pairs, 65 characters of targets" in text
    assert "in the 19 whose three texts are equally long 20 of 20 wrong characters are" in text
    assert "  bird -> birds (bird)\n  teh -> the (the)\n" in text
    assert "cer|unit:char|T:5|m:20|" in text
    for figure in ("-29.23%", "0.050", "95.0%", "50.0%"):
        assert figure in text


def test_all_examples_come_on_request(translation):
    assert printed(show, translation).count(" -> ") == 1 + 4  # and the heading
    assert printed(show, translation, tables=True).count(" -> ") == 1 + len(translation.examples)


def test_on_80_columns_nothing_is_cut():
    text = printed(show, translated(SOURCES, ["x" * 9] * 20, TARGETS), signatures=True)
    assert "…" not in text.partition("Signatures")[0]
