"""A run evaluated against its own text: its samples, labels, codes and pairs."""
