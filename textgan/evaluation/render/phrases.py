"""Numbers in sentences."""

__all__ = ["counted"]


def counted(number: float, what: str) -> str:
    """Return a number of things.

    >>> counted(1, "line"), counted(2000, "line"), counted(1.5, "minute"), counted(1.0, "minute")
    ('1 line', '2,000 lines', '1.5 minutes', '1 minute')
    """
    amount = f"{number:,}" if isinstance(number, int) else f"{number:,g}"
    return f"{amount} {what}{'' if number == 1 else 's'}"
