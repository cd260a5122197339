"""The theory of Wasserstein GANs, experiment by experiment, each with its figure and conclusion."""
