"""Text in Markdown shows as it is."""

import pytest

from textgan.evaluation.render.markdown import block, code, escaped, indented, table


@pytest.mark.parametrize("text", ["a`b", "``", "<b>", "a|b", "[x](y)", "\x1b[31m"])
def test_text_cannot_end_its_code_nor_become_markup(text):
    assert escaped(text).replace("\\", "") in (text, "␛[31m")
    assert not set("`<|[") & set(escaped(text).replace("\\`", "").replace("\\<", "")
                                 .replace("\\|", "").replace("\\[", ""))  # fmt: skip
    fence = code(text)[: len(code(text)) - len(code(text).lstrip("`"))]
    assert fence not in code(text)[len(fence) : -len(fence)]
    lines = block([text, "````"]).splitlines()
    assert lines[0] == lines[-1] == "`````"


def test_lines_are_indented_and_control_characters_visible():
    assert indented(["a", "\x1b[31m"]) == "    a\n    ␛[31m"


def test_a_table_has_a_row_of_heads_and_a_rule():
    assert table(["a", "b"], [("1", "2")]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"
