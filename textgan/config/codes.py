"""Codes (Chen et al. 2016): parts of the noise that the text is to depend on."""

from typing import NamedTuple

from corpora.errors import InputError

__all__ = ["NO_CODES", "Codes", "parse_codes"]

MAX_VALUES = 1000  # values of a code, and continuous codes


class Codes(NamedTuple):
    """Which codes there are.

    Attributes:
        categorical: The number of values of each categorical code.
        continuous: How many continuous codes, uniform on [−1, 1], come after them.
    """

    categorical: tuple[int, ...] = ()
    continuous: int = 0

    @property
    def size(self) -> int:
        """Numbers in the noise: one for each value (one-hot), one for each continuous code."""
        return sum(self.categorical) + self.continuous

    @property
    def outputs(self) -> int:
        """Numbers that recover them: logits of the values; mean and log σ of the continuous."""
        return sum(self.categorical) + 2 * self.continuous


NO_CODES = Codes()


def parse_codes(text: str) -> Codes:
    """Return the codes of a text such as `10,10,c2`: two of ten values, two continuous.

    Raises:
        InputError: It is not of that form.
    """
    parts = text.split(",") if text else []
    continuous = parts.pop()[1:] if parts and parts[-1].startswith("c") else "0"
    numbers = [
        int(part) if part.isascii() and part.isdecimal() and len(part) < 10 else -1
        for part in [*parts, continuous]
    ]
    *categorical, last = numbers
    fits = 0 <= last <= MAX_VALUES and all(2 <= size <= MAX_VALUES for size in categorical)
    if not fits or (text and not (categorical or last)):
        raise InputError(
            f"codes is {text!r}; give the numbers of values of categorical codes (2 to "
            f"{MAX_VALUES}) and cN for N continuous ones, as in 10,10,c2"
        )
    return Codes(tuple(categorical), last)
