"""Mending what was filed wrongly: results removed and moved, patients renamed and merged, infusions
edited; and taking each of it back.

What files say is never changed by it. A row is kept with the id under which it was filed, and
whose it is follows from the entries that stand (`owners`); so a file that comes again finds its
rows where they were taken, and without an entry all is as if it had never been made.

- `owners`: whose a row is. `prints`: results are taken there. `arriving`: so are those of a file.
- `decisions`: which results are removed, or count all the same.
- `doses`: infusions and events of renamed and merged patients. `edits`: changes of single ones.
- `entries`: the lines of the history. `taking_back`: what undoing one does, and what forbids it.
- `erased`: who stays out.
"""
