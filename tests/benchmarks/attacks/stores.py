"""Stores to attack, made of invented patients, and what a store holds as a value that can be compared."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from attacks.program import AS_OF, Program

PATIENTS = 30
OLD_COPIES = 1000
#: The moment of an import, and what is computed with it; random keys of a store that was made anew.
_NOT_COMPARED = {"imported_at", "removed_at", "mark"}
_WITHOUT = {"keys", "totals"}


def state_of(store: Path) -> str:
    """Return a mark of all that a store holds: equal for equal rows, whenever they were written."""
    if not store.exists() or not store.stat().st_size:
        return "nothing"
    mark = hashlib.sha256()
    with closing(sqlite3.connect(store)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        mark.update(f"schema {version}\n".encode())
        for (table,) in tables:
            if table in _WITHOUT:
                continue
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            compared = [f'"{name}"' for name in columns if name not in _NOT_COMPARED and "checksum" not in name]
            compared = [name for name in compared if not name.endswith('_sum"')]
            for row in connection.execute(f"SELECT {', '.join(compared)} FROM {table} ORDER BY {', '.join(compared)}"):
                mark.update(f"{table} {row}\n".encode())
    return mark.hexdigest()


def write_inputs(folder: Path, seed: int) -> None:
    """Write the files of invented patients into a folder."""
    from wbc_tracker.invented.files import invent_files

    folder.mkdir(parents=True)
    for file in invent_files(PATIENTS, seed):
        (folder / file.name).write_bytes(file.raw)


def fill(program: Program, folder: Path) -> None:
    """Import the half of the files, infusions and events into the store of a folder."""
    for words in (
        ["import", "labs-long.csv", "labs-german.csv", "labs-cells.csv.gz", "--as-of", AS_OF],
        ["infusion", "import", "infusions.csv"],
        ["event", "import", "events.csv"],
        ["import", "labs-percent.tsv", "--as-of", AS_OF],
        ["result", "remove", "3"],
    ):
        ended = program.run(folder, *words)
        if ended.code not in (0, 1):
            raise SystemExit(f"{words}: {ended.words}")


def enlarge_old(store: Path) -> None:
    """Add patients to a store of an old schema, so that bringing it up to date takes a while."""
    with closing(sqlite3.connect(store)) as connection, connection:
        highest = connection.execute("SELECT max(id) FROM results").fetchone()[0]
        results = connection.execute("SELECT * FROM results").fetchall()
        sightings = connection.execute("SELECT * FROM sightings").fetchall()
        for number in range(1, OLD_COPIES):
            put = "INSERT INTO {} VALUES ({})".format
            moved = [(row[0] + number * highest, f"{row[1]}-{number}", *row[2:]) for row in results]
            connection.executemany(put("results", ", ".join("?" * len(results[0]))), moved)
            seen = [(row[0], row[1] + number * highest, row[2] + number * highest, *row[3:]) for row in sightings]
            connection.executemany(put("sightings", ", ".join("?" * len(sightings[0]))), seen)


def copied(source: Path, target: Path) -> Path:
    """Return a fresh copy of a folder."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target
