"""Training: the step (no I/O), the loop (cadence), checkpoints, the log, and whole runs."""
