"""The inputs of networks: noise, codes, conditions, interpolation factors, one-hot text."""
