"""What is timed, against a plain reference, as ratios in one run."""
