"""How the table of results is written: its form, and what it was made with."""
