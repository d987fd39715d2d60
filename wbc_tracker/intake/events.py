"""Event files in, one row an event out, with the same care as lab and infusion files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker import schema
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.errors import UnreadableFileError, UsageError
from wbc_tracker.intake.column.dates import DATE_PROBLEMS, parse_dates
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.rejects import make_rejects, stack_rejects
from wbc_tracker.intake.table.headers import event_words
from wbc_tracker.intake.table.layout import looks_like_labs
from wbc_tracker.intake.table.roles import assign_roles, refuse_unclear_patients
from wbc_tracker.intake.table.second_table import drop_repeated_headers
from wbc_tracker.intake.table.table import TextTable, read_bytes, read_table

Words = npt.NDArray[np.object_]


@dataclass(frozen=True)
class EventReading:
    """What one event file says. `read = len(events) + duplicates + len(rejects)` always holds.

    Attributes:
        events: schema.EVENT_COLUMNS, the `id` 0, in the order of the file.
        rejects: rows that could not be read.
        names_patients: the file has a patient column.
    """

    file: str
    events: pd.DataFrame
    rejects: pd.DataFrame
    read: int
    duplicates: int
    names_patients: bool
    warnings: list[str] = field(default_factory=list)


def read_events(
    path: Path | str, options: ReadingOptions, catalog: Catalog | None = None
) -> EventReading:
    """Read one event file from disk; see `read_event_bytes`."""
    return read_event_bytes(read_bytes(Path(path)), Path(path).name, options, catalog)


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
    words = event_words(options, catalog)
    table = read_table(raw, file, options, words)
    if looks_like_labs(table.header, catalog, words):
        raise UnreadableFileError(
            f"{file} holds lab results, not events.",
            "Read it with `wbc-tracker import` or --labs.",
            code="wrong_file",
        )
    roles = assign_roles(table.header, catalog.events.roles, _chosen(options, catalog), file)
    refuse_unclear_patients(table, roles, set(roles.values()), options, catalog)
    if not {"happened_on", "kind"} <= set(roles):
        raise UnreadableFileError(
            f"{file} has no recognised columns. Looked for the date and the kind of the event, "
            "patient and note.",
            f"Its first line reads: {' | '.join(table.header)[:200]}. Name columns with --map "
            "kind=HEADER.",
            code="no_columns",
        )
    table, _ = drop_repeated_headers(table, {roles["happened_on"]}, words, words.dates)
    frame, problem, detail = _read_rows(table, roles, options, catalog)
    good = problem == ""
    repeated = np.zeros(table.rows, dtype=bool)
    repeated[good] = frame[good].duplicated().to_numpy()
    return EventReading(
        file=file,
        events=frame[good & ~repeated].reset_index(drop=True),
        rejects=stack_rejects([_ragged(table, roles), *_rejects(table, roles, problem, detail)]),
        read=table.rows + len(table.ragged),
        duplicates=int(repeated.sum()),
        names_patients="patient_id" in roles,
        warnings=_warnings(table, roles),
    )


def _chosen(options: ReadingOptions, catalog: Catalog) -> dict[str, str]:
    """Return the columns that the user names for events; `--map` may name roles of lab and
    infusion files, too.

    Raises:
        UsageError: a role of none of them.
    """
    others = {*catalog.words.roles, *catalog.words.infusion_roles} - set(catalog.events.roles)
    chosen = {role: name for role, name in options.columns.items() if role not in others}
    if unknown := sorted(set(chosen) - set(catalog.events.roles)):
        raise UsageError(
            f"--map: there is no role {unknown[0]!r}.",
            f"Roles are {', '.join(catalog.events.roles)}.",
        )
    return chosen


def _read_rows(
    table: TextTable, roles: dict[str, int], options: ReadingOptions, catalog: Catalog
) -> tuple[pd.DataFrame, Words, Words]:
    """Return the rows as a frame, and per row its problem ("" where there is none) with the words
    for it.
    """

    def column(role: str, default: str) -> TextColumn:
        return (
            table.columns[roles[role]]
            if role in roles
            else TextColumn.constant(default, table.rows)
        )

    date, patient = column("happened_on", ""), column("patient_id", options.patient)
    kind, note = column("kind", ""), column("note", "")
    where = f"{table.file}, column {table.header[roles['happened_on']]!r}"
    dates = parse_dates(date.words, options.date_order, options.today or options.as_of, where)
    days = TextColumn(
        date.codes, pc.utf8_slice_codeunits(pc.fill_null(dates.iso, ""), 0, len("2025-03-01"))
    )
    pairs = kind.joined(note, "\n")
    meant = [catalog.events.understand(*pair.split("\n", 1)) for pair in pairs.words.to_pylist()]
    kinds, notes = (
        TextColumn(
            pairs.codes, pa.array([found[at] if found else "" for found in meant], pa.string())
        )
        for at in (0, 1)
    )
    problem, detail = np.full(table.rows, "", dtype=object), np.full(table.rows, "", dtype=object)
    found = {
        "event_future": (date, _is_misplaced(days, kinds, options, catalog)),
        "event_unknown": (kind, kinds.is_blank()),
        **{
            code: (date, date.spread(dates.problem == i))
            for i, code in enumerate(DATE_PROBLEMS)
            if code
        },
        "patient_missing": (patient, patient.is_blank()),
    }
    for code, (texts, holds) in found.items():
        problem[holds] = code
        for at in np.flatnonzero(holds).tolist():
            detail[at] = texts[at]
    columns: dict[str, object] = {
        "id": np.zeros(table.rows, dtype=np.int64),
        "patient_id": patient.categories().astype("str"),
        "happened_on": days.categories().astype("str"),
        "kind": kinds.categories().astype("str"),
        "note": pd.array(notes.to_pylist(), dtype="str"),
    }
    return pd.DataFrame(columns, columns=schema.names(schema.EVENT_COLUMNS)), problem, detail


def _is_misplaced(
    days: TextColumn, kinds: TextColumn, options: ReadingOptions, catalog: Catalog
) -> npt.NDArray[np.bool_]:
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


def _rejects(
    table: TextTable, roles: dict[str, int], problem: Words, detail: Words
) -> list[pd.DataFrame]:
    """Return one reject a row with a problem, in the column that the problem is in."""
    column = {"event_unknown": "kind", "patient_missing": "patient_id"}
    return [
        make_rejects(
            table.file,
            problem[at],
            lines=table.source_row[at : at + 1],
            column=[table.header[roles[column.get(problem[at], "happened_on")]]],
            raw=[table.delimiter.join(cells[at] for cells in table.columns)],
            name=["event"],
            detail=[detail[at]],
        )
        for at in np.flatnonzero(problem != "").tolist()
    ]


def _ragged(table: TextTable, roles: dict[str, int]) -> pd.DataFrame:
    return make_rejects(
        table.file,
        "row_shape",
        lines=np.array([line for line, _ in table.ragged], dtype=np.int64),
        column=[table.header[roles["happened_on"]]] * len(table.ragged),
        raw=[table.delimiter.join(cells) for _, cells in table.ragged],
        name=["event"] * len(table.ragged),
        detail=[f"{len(cells)} cells, the header {len(table.header)}" for _, cells in table.ragged],
    )


def _warnings(table: TextTable, roles: dict[str, int]) -> list[str]:
    unused = [name for i, name in enumerate(table.header) if name and i not in roles.values()]
    return [f"Columns not used: {', '.join(unused)}."] if unused else []
