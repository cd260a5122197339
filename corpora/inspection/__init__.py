"""The corpus doctor: statistics of a text, findings and advice."""
