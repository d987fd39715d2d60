"""The attacks of `attack.py`, one file each."""
