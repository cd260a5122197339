"""Critics, a family a file: rows of symbol probabilities (B, T, V) get one score each, (B,)."""
