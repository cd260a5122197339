"""What a terminal of a given width gets."""

import io

from rich.console import Console


def printed(show, report, width=80, **options):
    """Return what `show` prints of a report."""
    out = io.StringIO()
    show(report, Console(file=out, width=width, force_terminal=False), **options)
    return out.getvalue()
