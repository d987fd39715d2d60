"""What the contents of unread columns speak of: a person, another fluid, a state, a comparator.

A guard gathers evidence from a block of rows, on distinct texts; evidence of blocks adds up by
`merge`, and is settled once for the whole file. What was settled is then said of every row.
"""
