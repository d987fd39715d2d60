"""What stood in the store before an import."""
