"""Text as data: nothing in it may act on the screen that shows it."""

import unicodedata

__all__ = ["visible"]

JOINERS = "\u200c\u200d"  # harmless, and emoji and several scripts are wrong without them


def visible(line: str) -> str:
    r"""Return `line` with every control character, invisible mark and lone surrogate spelt out.

    Control characters become their pictures (U+2400…), so that escape sequences do nothing, and
    the rest `\u` and hexadecimal digits, so that a line cannot turn the writing direction.

    >>> visible("a\x1b[31mb\u202ec\x85")
    'a␛[31mb\\u202ec\\u0085'
    """
    if line.isascii() and line.isprintable():
        return line
    return "".join(map(_shown, line))


def _shown(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if character not in JOINERS and unicodedata.category(character) in {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
    }:
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return character
