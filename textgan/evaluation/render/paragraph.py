"""Sentences on a terminal."""

from rich.console import Console
from rich.text import Text

__all__ = ["print_paragraph"]


def print_paragraph(text: str | Text, console: Console, style: str = "") -> None:
    """Print text broken between words, without the spaces at which it was broken."""
    text = Text(text, style=style) if isinstance(text, str) else text
    for line in text.wrap(console, console.width):
        line.rstrip()
        console.print(line, soft_wrap=True)
