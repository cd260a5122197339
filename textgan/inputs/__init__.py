"""What networks are given: noise, codes and labels, interpolation factors, one-hot text."""
