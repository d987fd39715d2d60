"""What commands that mend have in common: which rows are meant, and what was done to them."""
