"""Reports as plain values: the single source of what is printed, saved and drawn."""
