"""Whom files name beside their columns of patients, kept as keyed hashes to be compared with the
next file's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from hashlib import blake2b

#: What of a person -> marks of the texts that say it.
Marks = Mapping[str, frozenset[str]]


def add_named(
    connection: sqlite3.Connection, import_id: int, patient_id: str, filed: str, said: Marks
) -> None:
    """Keep what the file of an import says of its person, under whichever id it was filed."""
    marks = marks_of(connection, said)
    under = "" if filed == patient_id else filed
    connection.executemany(
        "INSERT INTO named VALUES (?, ?, ?, ?, ?)",
        [
            (patient_id, import_id, what, mark, under)
            for what in marks
            for mark in sorted(marks[what])
        ],
    )


def marks_of(connection: sqlite3.Connection, said: Marks) -> Marks:
    """Return the marks of texts; the same text has the same mark in this store alone."""
    (key,) = connection.execute("SELECT key FROM keys WHERE name = 'named'").fetchone()
    return {what: frozenset(_mark(text, key) for text in texts) for what, texts in said.items()}


def _mark(text: str, key: bytes) -> str:
    return blake2b(text.encode(errors="backslashreplace"), key=key, digest_size=16).hexdigest()


def load_named(connection: sqlite3.Connection, patient_id: str) -> Sequence[tuple[int, Marks]]:
    """Return what the earlier files of a patient said, an import each."""
    question = "SELECT import_id, what, mark FROM named WHERE patient_id = ?"
    found: dict[int, dict[str, set[str]]] = {}
    for import_id, what, mark in connection.execute(question, (patient_id,)):
        found.setdefault(import_id, {}).setdefault(what, set()).add(mark)
    return [
        (import_id, {what: frozenset(marks) for what, marks in said.items()})
        for import_id, said in found.items()
    ]
