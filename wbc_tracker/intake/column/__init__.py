"""What one column of texts says: dates, values, units, ranges, names."""
