"""As lines for a terminal."""
