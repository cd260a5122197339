"""What a report, a comparison and a translation have in common: short text, JSON, HTML."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from corpora.files import write_text

__all__ = ["Renderable"]


class Renderable:
    """What a notebook, a file and `print` show of a report, a comparison, a translation.

    Each of them is a dataclass.

    Attributes:
        schema: the number of the JSON form, which a change of its fields raises.
    """

    schema: ClassVar[int]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"schema": self.schema, **asdict(self)}  # type: ignore[call-overload]

    def to_json(self) -> str:
        """Return every number, unrounded, and every signature as JSON."""
        return json.dumps(self.to_dict(), indent=1)

    def save(self, path: Path) -> None:
        """Write it as JSON; InputError where that cannot be."""
        write_text(path, self.to_json() + "\n")

    def to_html(self) -> str:
        """Return a page of HTML that fetches nothing; that of a `Report` has pictures."""
        from textgan.evaluation.render.brief import document

        return document(self)

    def _repr_html_(self) -> str:
        from textgan.evaluation.render.brief import fragment

        return fragment(self)

    def __str__(self) -> str:
        from textgan.evaluation.render.brief import text

        return text(self)
