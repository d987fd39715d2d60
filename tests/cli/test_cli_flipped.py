"""A bit of the store's file that was flipped is shown by no command: the same is printed, or the damage is told."""

from __future__ import annotations

import random
import re
import struct

import pytest

LABS = """patient_id,date,test,value,unit,range
me,2024-01-02,WBC,6.1,10^9/L,4.0-11.0
me,2024-01-02,CD19,<5,/uL,
me,2024-03-04,WBC,5.7,10^9/L,4.0-11.0
ann,2024-03-04,WBC,7.3,10^9/L,3.5-10.5
"""
AS_OF = ("--as-of", "2024-06-01")
COMMANDS = {
    "report": ("report", "--full", "--patient", "me", *AS_OF),
    "panel": ("report", *AS_OF),
    "export": ("export", "-", *AS_OF),
    "cohort": ("cohort", *AS_OF),
    "results": ("result", "list"),
    "infusions": ("infusion", "list"),
    "events": ("event", "list"),
    "imports": ("imports", "list"),
}
TOLD = re.compile(r"The store .* is damaged.*\n.*store (check|restore)", re.DOTALL)
#: What stands in the file -> the commands that show it.
STORED = {
    b"2024-03-04": ("report", "panel", "export", "results"),
    struct.pack(">d", 5.7): ("report",),
    struct.pack(">d", 7.3): ("panel", "cohort"),
    b"10*9/L": ("export",),
    b"3.5-10.5": ("export",),
    b"ocrelizumab": ("infusions", "report"),
    b"fever": ("events", "report"),
    b"labs.csv": ("imports", "export"),
}


@pytest.fixture
def written(wbc, db, tmp_path):
    """The bytes of a store, and what each command prints of it."""
    (tmp_path / "labs.csv").write_text(LABS)
    wbc("import", tmp_path / "labs.csv")
    wbc("infusion", "add", "2024-01-05", "--drug", "ocrelizumab", "--dose", "300", "--patient", "me")
    wbc("event", "add", "2024-02-01", "infection", "--note", "fever", "--patient", "me")
    runs = {name: wbc(*command) for name, command in COMMANDS.items()}
    assert [run.code for run in runs.values()] == [0] * len(runs), runs
    return db.read_bytes(), {name: run.out for name, run in runs.items()}


def test_no_flipped_bit_of_a_stored_field_is_shown(wbc, db, written):
    whole, printed = written
    rng, told = random.Random(14), set()
    for field, names in STORED.items():
        for found in re.finditer(re.escape(field), whole):
            flipped = bytearray(whole)
            flipped[found.start() + rng.randrange(len(field))] ^= 1 << rng.randrange(7)
            db.write_bytes(flipped)
            for name in names:
                run = wbc(*COMMANDS[name])
                assert (run.code, run.out) == (0, printed[name]) or (run.code == 3 and TOLD.search(run.err)), run
                told |= {(field, name)} if run.code else set()
    assert told == {(field, name) for field, names in STORED.items() for name in names}
