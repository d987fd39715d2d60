"""What goes to others: results without ids, dates and printed texts, and the key of the ids."""
