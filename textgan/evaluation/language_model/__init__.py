"""Smoothed n-gram language models: to score lines, to draw lines, to classify them."""
