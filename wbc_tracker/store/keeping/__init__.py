"""Backups of a store, and the way back from them."""
