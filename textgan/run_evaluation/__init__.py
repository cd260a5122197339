"""A run evaluated against its own text: samples, labels, codes and pairs."""
