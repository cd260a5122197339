"""Metrics of samples against real text, a family a file."""
