"""The schema of the store, as an ordered list of steps; each is applied whole or not at all.

A step is an `.sql` file beside this module: its number is the name of the file, its name the first
line.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from wbc_tracker.store import failures
from wbc_tracker.store.sums.filling import fill
from wbc_tracker.store.transactions import reading, writing


@dataclass(frozen=True)
class Migration:
    """One step of the schema. A step that was released is never changed: a new one is added.

    Attributes:
        filling: what the program itself does after the statements, where SQL cannot.
    """

    number: int
    name: str
    statements: tuple[str, ...]
    filling: Callable[[sqlite3.Connection], None] | None = None


# The sixth step adds the columns and the seventh changes the tables that are summed up.
_FILLINGS = {7: fill}


def read_migration(path: Path) -> Migration:
    """Read a step from its file: `003.sql`, whose first line is `-- what it adds`."""
    text = path.read_text(encoding="utf-8")
    name = text.partition("\n")[0].removeprefix("-- ")
    statements: list[str] = []
    lines = ""
    for line in text.splitlines(keepends=True):
        # Comments that stand before a statement do not belong to it: SQLite keeps its text.
        if lines or not line.startswith("--"):
            lines = (lines + line).lstrip()
        if lines and sqlite3.complete_statement(lines):
            statements.append(lines.rstrip().removesuffix(";"))
            lines = ""
    number = int(path.stem)
    return Migration(number, name, tuple(statements), _FILLINGS.get(number))


MIGRATIONS: tuple[Migration, ...] = tuple(
    read_migration(path) for path in sorted(Path(__file__).parent.glob("*.sql"))
)

#: In the header of the file, so that the database of another program is not taken for a store:
#: "WBCT".
APPLICATION_ID = 0x57424354


def check(connection: sqlite3.Connection, path: Path, known: int) -> int:
    """Return the number of the store's schema, 0 for an empty file. Nothing is changed.

    Raises:
        StoreError: when the store is newer than the program, or the file belongs to another
            program.
    """
    # One transaction: another process may be making the tables between two of these questions.
    with reading(connection):
        return _check(connection, path, known)


def apply(connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    """Apply the steps that the store lacks, each in one transaction together with its record.

    Two processes may open a new store at once: the second waits for the lock, then finds the step
    done.

    Raises:
        StoreError: when the store is newer than the program, or the file belongs to another
            program.
    """
    known = migrations[-1].number
    if check(connection, path, known) == known:
        return
    for migration in migrations:
        with writing(connection):
            if _check(connection, path, known) < migration.number:
                _apply_one(connection, migration)


def _apply_one(connection: sqlite3.Connection, migration: Migration) -> None:
    for statement in migration.statements:
        connection.execute(statement)
    if migration.filling is not None:
        migration.filling(connection)
    connection.execute(
        "INSERT INTO migrations (number, name) VALUES (?, ?)", (migration.number, migration.name)
    )
    # Both are kept in the file's header and belong to the transaction.
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {migration.number}")


def _check(connection: sqlite3.Connection, path: Path, known: int) -> int:
    application_id, version, objects = (
        int(connection.execute(question).fetchone()[0])
        for question in (
            "PRAGMA application_id",
            "PRAGMA user_version",
            "SELECT count(*) FROM sqlite_master",
        )
    )
    if application_id != APPLICATION_ID and (application_id or version or objects):
        raise failures.unusable(path, "its file is the database of another program")
    if version > known:
        raise failures.newer(path, version, known)
    return version
