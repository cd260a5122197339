"""Losses, penalties, constraints and regularizers: pure functions; `Objective` combines them."""

from textgan.objectives.objective import Objective

__all__ = ["Objective"]
