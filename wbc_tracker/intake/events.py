"""Event files in, one row an event out, with the same care as lab and infusion files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker import schema
from wbc_tracker.arrays import Mask
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.intake.column.drugs import read_drug_cell
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.dated_columns import guard_people, tell_columns, warnings_of
from wbc_tracker.intake.dated_rows import (
    DatedKind,
    DatedReading,
    DatedRows,
    Problems,
    read_dated_rows,
)
from wbc_tracker.intake.file.opening import read_bytes
from wbc_tracker.intake.guards.identity import whom_it_names
from wbc_tracker.intake.infusion.status import find_cancelled
from wbc_tracker.intake.options import UNDATED, ReadingOptions, refuse_short_years

#: The role of the column that a reject is told of; the others are told of the date's.
_PLACES = {
    "event_unknown": "kind",
    "patient_missing": "patient_id",
    "patient_conflict": "patient_id",
}


@dataclass(frozen=True, kw_only=True)
class EventReading(DatedReading):
    """What one event file says.

    Attributes:
        events: schema.EVENT_COLUMNS, the `id` 0, in the order of the file.
    """

    events: pd.DataFrame
    layout: str = "events"

    @property
    def rows(self) -> pd.DataFrame:
        """The events."""
        return self.events


def read_events(
    path: Path | str, options: ReadingOptions | None = None, catalog: Catalog | None = None
) -> EventReading:
    """Read one event file, a row each: steroids, infections, vaccinations, ends of treatment.

    Args:
        path: a file as the commands take it: CSV, Excel, JSON Lines, FHIR or Parquet, packed too.
        options: what the file does not prove, as `ReadingOptions(as_of=..., date_order="dmy")`.
            Without options nothing of the file lies in the future, and no clock is asked.
        catalog: names and units; by default the program's own.

    Returns:
        `events`, one row each; `rejects` and `warnings` as of `read_labs`.

    Raises:
        UnreadableFileError, AmbiguousFileError, UsageError: as of `read_labs`.
    """
    file = Path(path).name
    reading = read_event_bytes(read_bytes(Path(path)), file, options or UNDATED, catalog)
    if options is None:
        refuse_short_years(reading.events["happened_on"], file)
    return reading


def read_event_bytes(
    raw: bytes, file: str, options: ReadingOptions, catalog: Catalog | None = None
) -> EventReading:
    """Read the bytes of one event file: a row an event, with a date, a kind and perhaps a note.

    A time beside the date is dropped. A word that says more than its kind ("flu shot") is kept as
    the note.

    Raises:
        UnreadableFileError: not a text table, a lab file, or without the columns of date and kind.
        AmbiguousFileError: the date order is not proved.
        UsageError: `--map` names a role or header that does not exist.
    """
    catalog = catalog or load_catalog()
    kind = _event_kind(catalog)
    rows = read_dated_rows(raw, file, kind, options, catalog)
    frame, problems = _understand(rows, rows.options, catalog)
    cancelled, status_columns = find_cancelled(rows, catalog)
    also_read = dict.fromkeys(status_columns, "status")
    seen = guard_people(rows, also_read, problems, catalog)
    problems.codes[cancelled != ""] = ""
    good = problems.is_good & (cancelled == "")
    repeated = np.zeros(len(frame), dtype=bool)
    repeated[good] = frame[good].duplicated().to_numpy()
    columns = tell_columns(rows, also_read, seen)
    return EventReading(
        file=file,
        events=frame[good & ~repeated].reset_index(drop=True),
        rejects=rows.rejects(problems, _PLACES),
        read=rows.read,
        duplicates=int(repeated.sum()),
        names_patients=rows.names_patients,
        ignored=dict(Counter(kind for kind in cancelled.tolist() if kind)),
        shape=rows.shape,
        columns=columns,
        named=whom_it_names(
            rows.table, rows.roles, {*rows.roles.values(), *also_read}, rows.options, catalog
        ),
        warnings=[*rows.table.warnings, *warnings_of(columns)],
    )


def _event_kind(catalog: Catalog) -> DatedKind:
    """Return what event files are; none has columns of lab results."""
    return DatedKind(
        noun="event",
        roles=catalog.events.roles,
        date="happened_on",
        needed=frozenset(("happened_on", "kind")),
        looked_for="the date and the kind of the event, patient and note",
        example="kind",
        proves=lambda _: False,
    )


def _understand(
    rows: DatedRows, options: ReadingOptions, catalog: Catalog
) -> tuple[pd.DataFrame, Problems]:
    """Return the rows as a frame, and their problems."""
    date, patient = rows.column("happened_on"), rows.column("patient_id", options.patient)
    kind, note = rows.column("kind"), rows.column("note")
    dates = rows.dates(catalog)
    days = TextColumn(
        date.codes, pc.utf8_slice_codeunits(pc.fill_null(dates.iso, ""), 0, len("2025-03-01"))
    )
    pairs = kind.joined(note, "\n")
    meant = [_meaning(pair, catalog) for pair in pairs.words.to_pylist()]
    kinds, notes = (
        TextColumn(
            pairs.codes, pa.array([found[at] if found else "" for found in meant], pa.string())
        )
        for at in (0, 1)
    )
    problems = Problems.none(rows.table.rows)
    problems.note("event_future", _is_misplaced(days, kinds, options, catalog), date)
    problems.note("event_unknown", kinds.is_blank(), kind)
    rows.note_places(problems, dates, patient)
    columns: dict[str, object] = {
        "id": np.zeros(rows.table.rows, dtype=np.int64),
        "patient_id": patient.categories().astype("str"),
        "happened_on": days.categories().astype("str"),
        "kind": kinds.categories().astype("str"),
        "note": pd.array(notes.to_pylist(), dtype="str"),
    }
    return pd.DataFrame(columns, columns=schema.names(schema.EVENT_COLUMNS)), problems


def _meaning(pair: str, catalog: Catalog) -> tuple[str, str] | None:
    """Return kind and note of a word and a note in two lines; the name of another drug of MS is
    such an event.
    """
    word, _, note = pair.partition("\n")
    understood = catalog.events.understand(word, note)
    if understood is not None:
        return understood
    cell = read_drug_cell(word, catalog)
    if cell.what != "other_drug":
        return None
    drug = catalog.lists.other_drugs[cell.drug]
    return drug.event, f"{drug.id}: {note}" if note else drug.id


def _is_misplaced(
    days: TextColumn, kinds: TextColumn, options: ReadingOptions, catalog: Catalog
) -> Mask:
    """Return which events lie after the day although their kind cannot be planned."""
    if not options.reject_future:
        return np.zeros(len(days), dtype=bool)
    later = days.spread(
        np.array([day > options.as_of for day in days.words.to_pylist()], dtype=bool)
    )
    planned = {kind.id for kind in catalog.events.kinds.values() if kind.can_be_planned}
    is_fixed = kinds.spread(
        np.array([kind not in planned for kind in kinds.words.to_pylist()], dtype=bool)
    )
    return np.asarray(later & is_fixed, dtype=bool)
