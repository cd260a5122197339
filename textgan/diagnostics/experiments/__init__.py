"""The experiments: one object in each file; `textgan.diagnostics.registry` lists them."""
