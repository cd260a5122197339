"""Layers that networks are made of; between layers text is (N, C, H, T), see `layout`."""
