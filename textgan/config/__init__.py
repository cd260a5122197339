"""The settings of a run: defaults, presets, objectives, and which pieces go together."""
