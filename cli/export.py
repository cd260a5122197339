"""`textgan export`: a run as a folder of plain files or as a page, to use without textgan."""

from pathlib import Path

import click

from cli import completion, options
from cli.checkpoints import choose_checkpoint
from cli.output import check_writable
from cli.progress import progress
from cli.typed import typed
from textgan.evaluation.render.visible import visible

__all__ = ["export"]


@click.command()
@click.argument("run", required=False, shell_complete=completion.runs)
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder to write.",
)
@click.option(
    "--page",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="HTML page to write. It contains the generator, and writes lines in a browser without a "
    "network.",
)
@options.checkpoint()
@click.option(
    "--licence",
    metavar="NAME",
    help="Licence of the training text, for the model card and the page; for example cc0-1.0. "
    "Without it both say that none was stated.",
)
@click.option(
    "--onnx/--no-onnx",
    default=True,
    show_default=True,
    help="Write model.onnx to the folder, the generator for onnxruntime. It needs the extra "
    "textgan[export].",
)
@click.option(
    "--evaluate",
    is_flag=True,
    help="Evaluate the run for the report.  [default: the report that textgan evaluate saved]",
)
@click.option(
    "--force", is_flag=True, help="Replace the exported model at --to and the file at --page."
)
@options.runs("folder")
def export(
    run: str | None,
    to: Path | None,
    page: Path | None,
    checkpoint: str | None,
    licence: str | None,
    onnx: bool,
    evaluate: bool,
    force: bool,
    folder: Path,
) -> None:
    """Export a RUN without its text: to a folder, to one HTML page, or to both.

    The folder has the averaged generator as ONNX and as safetensors, the settings, the encoder, a
    model card, samples and the report. textgan sample DIR writes the lines of the run. The page is
    one HTML file that shows the model and writes its lines. RUN is a run folder, its name or its
    number. Without RUN the latest run is used.
    """
    _check_options(to, page)
    from textgan import runs

    path = runs.find(run, folder)
    checkpoint = choose_checkpoint(path, checkpoint)
    from textgan.export.export_run import export_run  # loads torch: not before there is a run

    with progress("loading the run") as bar:
        export_run(
            path,
            to,
            page=page,
            checkpoint=checkpoint,
            licence=licence,
            onnx=onnx,
            evaluate=evaluate,
            force=force,
            stage=bar.stage,
            note=lambda text: click.echo(f"textgan: {visible(text)}", err=True),
        )
    for made in (to, page):
        if made is not None:
            click.echo(str(made))


def _check_options(to: Path | None, page: Path | None) -> None:
    """Raise UsageError where nothing is to be made, or --onnx is for a folder that is not."""
    if to is None and page is None:
        raise click.UsageError("name what is made: --to DIR, --page FILE, or both")
    if to is None and "onnx" in typed():
        raise click.UsageError("--onnx and --no-onnx are for the folder of --to: leave them out")
    if page is not None:
        check_writable(page)
