"""Losses, penalties and constraints: separate pure functions, put together by `Objective`."""

from textgan.objectives.objective import OBJECTIVES, Objective

__all__ = ["OBJECTIVES", "Objective"]
