"""A report made readable: the only place where its numbers are rounded."""
