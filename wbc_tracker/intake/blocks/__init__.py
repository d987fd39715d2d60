"""A lab file that is read in blocks of its lines, as if it were read whole.

A *plan* is made from the first lines: what the file is, and what its cells seem to prove. Under it
each block is read by the functions that read a whole file, and beside its results says what it
proves itself. The sum of that is *settled* at the end: the plan holds for the whole file, or
another follows, under which the blocks are read once more; or the file is none for blocks, and
whoever reads it whole will say why. So nothing is decided in blocks that would be decided
otherwise of the whole.
"""
