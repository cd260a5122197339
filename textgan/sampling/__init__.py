"""Text from a trained run: sampled, or translated from a source."""
