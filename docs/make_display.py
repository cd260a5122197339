"""Draw what `textgan train us-baby-names` shows on a terminal while it trains.

    python docs/make_display.py docs/display.svg

It trains for some minutes, in a temporary folder. The picture fetches no fonts.
"""

import argparse
import io
import re
import tempfile
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

from cli.display import Display
from textgan import Config
from textgan.training.loop import Progress
from textgan.training.run import open_run, prepare

COLUMNS = 84


def main() -> None:
    """Draw the picture that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", type=Path, help="an SVG, which is replaced")
    parser.add_argument("--steps", type=int, default=1200, help="until it is drawn [1200]")
    options = parser.parse_args()
    options.picture.write_text(drawn(options.steps), encoding="utf-8")


def drawn(steps: int, **settings: object) -> str:
    """Return the display after some steps of a run of twice as many, as SVG."""
    shown = Console(width=COLUMNS, record=True, force_terminal=True, file=io.StringIO())
    usual = {"corpus": "us-baby-names", "steps": 2 * steps, "evaluate_every": steps // 2}
    with tempfile.TemporaryDirectory() as folder:
        loop = open_run(prepare(Config.build({**usual, **settings}), out=Path(folder) / "run"))
        display = Display(loop)
        display.console = shown

        def show(progress: Progress) -> None:
            if progress.step == steps:
                shown.print(display._panel(progress))

        loop((show,), should_stop=lambda: loop.step >= steps)
    plain = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return shown.export_svg(title="textgan train us-baby-names", code_format=plain)


if __name__ == "__main__":
    main()
