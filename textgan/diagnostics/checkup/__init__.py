"""The check-up of a run: what its log and its last checkpoint say of how it trains."""
