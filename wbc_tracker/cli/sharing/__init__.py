"""What commands have that make results fit to be shared."""
