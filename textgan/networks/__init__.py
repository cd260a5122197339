"""The networks of a GAN: a registry, and a family a file."""
