"""The texts that an evaluation compares: loaded, as rows of symbols over one vocabulary."""
