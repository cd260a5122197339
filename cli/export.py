"""`textgan export`: a run as a folder of plain files, to publish or to use without textgan."""

from pathlib import Path

import click

from cli import completion, options
from cli.checkpoints import note_choice
from cli.progress import progress
from textgan.evaluation.render.visible import visible

__all__ = ["export"]


@click.command()
@click.argument("run", required=False, shell_complete=completion.runs)
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="DIR",
    required=True,
    help="Folder that is made.",
)
@options.checkpoint()
@click.option(
    "--licence",
    metavar="NAME",
    help="Licence of the training text, for the model card; for example cc0-1.0. The card names no "
    "other.",
)
@click.option(
    "--onnx/--no-onnx",
    default=True,
    show_default=True,
    help="Write model.onnx, the generator for onnxruntime. It needs the extra textgan[export].",
)
@click.option(
    "--evaluate",
    is_flag=True,
    help="Evaluate the run for the report.  [default: the report that textgan evaluate saved]",
)
@click.option("--force", is_flag=True, help="Replace the exported model at --to.")
@options.runs("folder")
def export(
    run: str | None,
    to: Path,
    checkpoint: str | None,
    licence: str | None,
    onnx: bool,
    evaluate: bool,
    force: bool,
    folder: Path,
) -> None:
    """Export a RUN to a folder without its text.

    The folder has the averaged generator as ONNX and as safetensors, the settings, the encoder, a
    model card, samples and the report. textgan sample DIR writes the lines of the run. RUN is a run
    folder, its name or its number. Without RUN the latest run is used.
    """
    from textgan import runs

    path = runs.find(run, folder)
    note_choice(path, checkpoint)
    from textgan.export.export_run import export_run  # loads torch: not before there is a run

    with progress("loading the run") as bar:
        export_run(
            path,
            to,
            checkpoint=checkpoint,
            licence=licence,
            onnx=onnx,
            evaluate=evaluate,
            force=force,
            stage=bar.stage,
            note=lambda text: click.echo(f"textgan: {visible(text)}", err=True),
        )
    click.echo(str(to))
