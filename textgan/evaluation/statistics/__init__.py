"""Standard errors, intervals and tests of figures computed from finitely many lines."""
