"""A run on pairs on a terminal, the answer first: whether it does better than copying."""

from rich.console import Console
from rich.text import Text

from textgan.evaluation.metrics.character_error_rate import TranslationReport
from textgan.evaluation.render.paragraph import print_paragraph
from textgan.evaluation.render.signatures import print_signatures
from textgan.evaluation.render.tables import print_table
from textgan.evaluation.render.translation import answer, figures, next_step
from textgan.evaluation.render.visible import visible

__all__ = ["show"]

EXAMPLES = 4  # without --tables


def show(
    translation: TranslationReport,
    console: Console,
    *,
    tables: bool = False,
    signatures: bool = False,
    run: str | None = None,
) -> None:
    """Print whether outputs are better than copies, the figures, examples and the signature.

    Args:
        translation: what is shown.
        console: where.
        tables: whether all examples are printed.
        signatures: whether all signatures are printed.
        run: what names the run on a command line; None: its name.
    """
    outputs = translation.restoration
    console.print(Text(visible(translation.evaluated), style="bold"), soft_wrap=True)
    print_paragraph(answer(outputs), console)
    print_paragraph(f"Next: {next_step(translation, run)}", console)
    console.print()
    print_table(figures(translation), console)
    console.print(Text("Source -> output (target), wrong ones first", style="bold"))
    for example in translation.examples[: None if tables else EXAMPLES]:
        source, output, target = map(visible, (example.source, example.output, example.target))
        console.print(Text(f"  {source} -> {output} ({target})"), soft_wrap=True)
    console.print()
    print_signatures([outputs.signature], console, full=signatures, tables=tables)
