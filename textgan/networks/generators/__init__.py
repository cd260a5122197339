"""Generators, a family a file: noise (B, Z) becomes T rows of symbol probabilities (B, T, V)."""
