"""What every file says, whatever its rows are: how it was read, and what of it was not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import pandas as pd

from wbc_tracker.errors import Option
from wbc_tracker.intake.guards.identity import SaidOfPerson
from wbc_tracker.intake.rejects import no_rejects
from wbc_tracker.intake.result.mapping import TestReading
from wbc_tracker.intake.table.ledger import ColumnState


@dataclass(frozen=True, kw_only=True)
class FileReading:
    """What one file says; as it stands here, of a file that was refused as a whole.

    `read = len(rows) + duplicates + no_result + sum(ignored.values()) + len(rejects)` always holds,
    where `rows` are counted without those that only take a result back.

    Attributes:
        file: its name. layout: `long`, `wide`, `flowsheet`, `infusions` or `events`.
        rejects: what could not be read, schema.REJECT_COLUMNS and MENDABLE_COLUMNS.
        mended_by: options that would let rejects in, all of them together.
        read: rows, or cells that could hold a result. no_result: cells that say there is none.
        duplicates: rows that repeat an earlier one of the file.
        ignored: names of what is something else, with their number: tests the catalogue does not
            know, rows of no infusion. ignored_kinds: of results, the same number by kind
            (`unknown_test`, `other_fluid`, `withdrawn`).
        shape: encoding, delimiter and place of the header in words.
        columns: what became of every column.
        tests: how every test was understood; only where the options ask to explain.
        warnings: sentences for the user.
        named: what it says of its person where it has no column of patients.
    """

    file: str
    layout: str = ""
    rejects: pd.DataFrame = field(default_factory=no_rejects)
    mended_by: tuple[Option, ...] = ()
    read: int = 0
    duplicates: int = 0
    no_result: int = 0
    ignored: Mapping[str, int] = field(default_factory=dict)
    ignored_kinds: Mapping[str, int] = field(default_factory=dict)
    shape: str = ""
    columns: list[ColumnState] = field(default_factory=list)
    tests: list[TestReading] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    named: tuple[SaidOfPerson, ...] = ()

    @property
    def rows(self) -> pd.DataFrame:
        """What could be read: results, infusions or events."""
        return pd.DataFrame({"patient_id": pd.Series(dtype="str")})

    @property
    def is_of_results(self) -> bool:
        """Whether it is a lab file; a row of the others is an infusion or an event."""
        return self.layout not in ("infusions", "events")

    def without_rows(self) -> FileReading:
        """Return what is left to tell when the rows are where they belong."""
        kept = {each.name: getattr(self, each.name) for each in fields(FileReading)}
        return FileReading(**kept)
