"""As JSON Lines."""
