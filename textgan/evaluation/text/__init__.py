"""The texts that an evaluation compares: lines, and rows of ids over one vocabulary."""
