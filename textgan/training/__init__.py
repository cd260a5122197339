"""Training: the step (no I/O), the loop (when to log, validate and save), checkpoints, runs."""
