"""As JSON, with the schema of it."""
