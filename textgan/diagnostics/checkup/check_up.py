"""`check_up`: all checks of a run."""

from pathlib import Path

from textgan.diagnostics.checkup.check import CheckUp
from textgan.diagnostics.checkup.log_checks import check_log
from textgan.diagnostics.checkup.network_checks import check_networks
from textgan.run_evaluation.curves import read_curves
from textgan.runs import read_config
from textgan.training.distributed import ALONE
from textgan.training.run import open_trainer

__all__ = ["check_up"]


def check_up(run: str | Path) -> CheckUp:
    """Return the check-up of a run folder, from its log and its last checkpoint; nothing changes.

    What the log of an older run lacks is said to be not recorded. Gradients, rows and symbols are
    measured now, on batches of the training text.

    Raises:
        InputError: A file of the run is missing, damaged or of another format.
    """
    run = Path(run)
    config = read_config(run)
    trainer, step = open_trainer(run, config, ALONE, "cpu", 1)
    checks = [*check_log(config, read_curves(run)), *check_networks(trainer, step)]
    return CheckUp(run=run.name, step=step, checks=tuple(checks))
