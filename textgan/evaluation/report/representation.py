"""What a report, a comparison and a translation have in common: short text, JSON, HTML."""

import json
from typing import Any

__all__ = ["Renderable"]


class Renderable:
    """What a notebook, a file and `print` show of a report, a comparison, a translation."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        raise NotImplementedError

    def to_json(self) -> str:
        """Return every number, unrounded, and every signature as JSON."""
        return json.dumps(self.to_dict(), indent=1)

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
