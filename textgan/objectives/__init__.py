"""Losses, penalties and constraints: separate pure functions, put together by `Objective`."""

from textgan.objectives.objective import Objective

__all__ = ["Objective"]
