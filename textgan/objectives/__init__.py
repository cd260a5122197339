"""Losses, penalties, constraints and regularizers: pure functions; `Objective` combines them."""

from textgan.objectives.losses import LOSSES
from textgan.objectives.objective import Objective
from textgan.objectives.penalties import PENALTIES

__all__ = ["LOSSES", "PENALTIES", "Objective"]
