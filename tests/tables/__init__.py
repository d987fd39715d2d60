"""Small tables, parts and runs that the tests share, imported by name: `from tables.labs import draws`."""
