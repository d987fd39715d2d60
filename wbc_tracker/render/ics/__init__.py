"""Calendar files, for whoever keeps appointments elsewhere."""
