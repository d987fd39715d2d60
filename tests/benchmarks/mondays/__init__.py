"""A clinic's Mondays, for `monday.py`: who is in it, what files say of them, what the program must answer."""
