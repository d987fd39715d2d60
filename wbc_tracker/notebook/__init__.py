"""What the commands do, for a notebook or a program: one call each, on the same functions.

Frames come in through checks and go out without what the derivations keep for themselves. A
module is loaded when one of its names is first used.
"""
