"""Checksums of what is stored: a value that was changed and a row that was lost outside the program
are seen when they are read.

Every result and sighting carries the checksum of its own fields; of the rows of the other tables,
of which a patient has few, only the sum is kept. `patients` holds a row for everybody, with what is
shown of them, counted, and the sums; what is read is hashed again and held against them. So it does
not matter where the file was hurt: in a table, in an index, or in the sums themselves.

Who changes rows of a patient does it within `changing`, and seals results and sightings of which
another field becomes another (`resealed_result`, `relabelling`).
"""

from wbc_tracker.store.sums.ledger import changing, forget, listed, relabelling

__all__ = ["changing", "forget", "listed", "relabelling"]
