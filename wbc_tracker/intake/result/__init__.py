"""From the cells of a table to results, rejects and an account of both."""
