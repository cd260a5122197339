"""Losses, penalties and constraints: separate pure functions, put together by `Objective`."""

from textgan.objectives.losses import LOSSES
from textgan.objectives.objective import Objective
from textgan.objectives.penalties import PENALTIES

__all__ = ["LOSSES", "PENALTIES", "Objective"]
