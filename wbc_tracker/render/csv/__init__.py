"""As CSV."""
