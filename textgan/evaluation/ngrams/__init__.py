"""n-gram counts of id rows: packed into integers, sorted, of any size."""
