"""Infusion files in, one row an infusion out, with the same care as lab files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from wbc_tracker import schema
from wbc_tracker.arrays import Mask, Whole
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.infusion_lists import InfusionLists
from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake.column.given import speaks_of_status
from wbc_tracker.intake.dated_columns import guard_people, tell_columns, warnings_of
from wbc_tracker.intake.dated_rows import DatedKind, DatedReading, read_dated_rows
from wbc_tracker.intake.file.opening import read_bytes
from wbc_tracker.intake.guards.identity import whom_it_names
from wbc_tracker.intake.infusion.judge import PLACES, JudgedRows, judge_rows
from wbc_tracker.intake.options import UNDATED, ReadingOptions, refuse_short_years
from wbc_tracker.intake.table.table import TextTable


@dataclass(frozen=True, kw_only=True)
class InfusionReading(DatedReading):
    """What one infusion file says.

    Attributes:
        infusions: schema.INFUSION_COLUMNS, at most one a patient and date, in the order of the
            file. Those that contradict an earlier one are rejects.
        lines: the line of each infusion in the file.
        events: schema.EVENT_COLUMNS, rows of other drugs and of steroid courses.
        not_given: patient, day and drug of infusions that did not take place, unless the file has
            one of that day that did.
    """

    infusions: pd.DataFrame
    lines: list[int]
    events: pd.DataFrame
    not_given: frozenset[tuple[str, str, str]] = frozenset()
    layout: str = "infusions"

    @property
    def rows(self) -> pd.DataFrame:
        """Whose the infusions and events are."""
        return pd.concat([self.infusions[["patient_id"]], self.events[["patient_id"]]])


#: Why a row was not read that may be a booking, seen from an earlier day.
_BY_TODAY = ("booking_past", "status_missing")


def read_infusions(
    path: Path | str, options: ReadingOptions | None = None, catalog: Catalog | None = None
) -> InfusionReading:
    """Read one infusion file, a row a dose.

    Args:
        path: a file as the commands take it: CSV, Excel, JSON Lines, FHIR or Parquet, packed too.
        options: what the file does not prove, as `ReadingOptions(as_of=..., date_order="dmy")`.
            Without options nothing of the file lies in the future, and no clock is asked.
        catalog: names and units; by default the program's own.

    Returns:
        `infusions`, at most one a patient and date, doses in mg; `events`, rows of other drugs;
        `rejects` and `warnings` as of `read_labs`.

    Raises:
        UnreadableFileError, UsageError: as of `read_labs`. AmbiguousFileError: too; without
            options, also a file that tells of bookings, which depend on the day of reading.
    """
    file = Path(path).name
    reading = read_infusion_bytes(read_bytes(Path(path)), file, options or UNDATED, catalog)
    if options is None:
        refuse_short_years(reading.infusions["infused_on"], file)
        if reading.rejects["code"].isin(_BY_TODAY).any():
            raise AmbiguousFileError(
                f"{file} tells of infusions that are booked or have no status: whether they were "
                "given depends on the day of reading.",
                'Give that day: ReadingOptions(as_of="2026-11-23").',
                code="bookings",
            )
    return reading


def read_infusion_bytes(
    raw: bytes, file: str, options: ReadingOptions, catalog: Catalog | None = None
) -> InfusionReading:
    """Read the bytes of one infusion file: a row an infusion, with a date and perhaps drug, dose,
    route and status.

    Raises:
        UnreadableFileError: not a text table, or without a date column.
        AmbiguousFileError: the date order or the decimal mark is not proved.
    """
    catalog = catalog or load_catalog()
    kind = _infusion_kind(options, catalog)
    rows = read_dated_rows(raw, file, kind, options, catalog)
    said = judge_rows(rows, catalog)
    frame, problems = said.frame, said.problems
    is_infusion = said.what == "infusion"
    also_read = dict.fromkeys(said.status_columns, "status")
    seen = guard_people(rows, also_read, problems, catalog)
    frame, repeats, conflicts, first = _compare(frame, problems.is_good & is_infusion)
    for at in np.flatnonzero(conflicts).tolist():
        words = _conflict_words(said.frame, at, int(first[at]), rows.table)
        problems.codes[at], problems.details[at] = "infusion_conflict", words
    kept = problems.is_good & ~repeats & is_infusion
    columns = tell_columns(rows, also_read, seen)
    events, repeated_events = _events_of(said)
    return InfusionReading(
        file=file,
        infusions=frame[kept].reset_index(drop=True),
        lines=rows.table.source_row[kept].tolist(),
        events=events,
        not_given=_not_given(said, frame[kept]),
        rejects=said.with_status_column(rows).rejects(problems, PLACES),
        read=rows.read,
        duplicates=int((repeats & ~conflicts).sum()) + repeated_events,
        names_patients=rows.names_patients,
        ignored=dict(Counter(kind for kind in said.ignored.tolist() if kind)),
        shape=rows.shape,
        columns=columns,
        named=whom_it_names(
            rows.table, rows.roles, {*rows.roles.values(), *also_read}, rows.options, catalog
        ),
        warnings=[*rows.table.warnings, *warnings_of(columns), *said.warnings],
    )


def _infusion_kind(options: ReadingOptions, catalog: Catalog) -> DatedKind:
    """Return what infusion files are; drug, dose or "infusion" prove one that looks like labs."""
    of_any_table = {"", *(fold_name(text) for text in catalog.words.roles["collected_at"])}
    lists = catalog.lists

    def proves(headers: Mapping[str, str]) -> bool:
        is_named = not headers.keys().isdisjoint(("drug", "dose_mg"))
        return is_named or headers.get("infused_on", "") not in of_any_table

    def narrow(table: TextTable, found: dict[str, list[int]]) -> dict[str, list[int]]:
        """Take the date of the infusion before any other; a planned day only where a status tells
        what became of it. What a pharmacy handed out is no infusion.

        Raises:
            AmbiguousFileError: it is a pharmacy's list.
        """
        header = table.header
        has_status = "status" in found or not lists.status_headers.isdisjoint(
            map(fold_name, header)
        )
        if not has_status and "infused_on" not in options.columns:
            _refuse_dispensed(table, lists)
        planned = found.pop("planned_on", [])
        dated = [at for at in found.get("infused_on", []) if not _answers(table, at, catalog)]
        named = [at for at in dated if fold_name(header[at]) not in of_any_table]
        if not dated and planned and has_status:
            dated = planned
        rest = {role: places for role, places in found.items() if role != "infused_on"}
        return {**rest, "infused_on": named or dated} if named or dated else rest

    return DatedKind(
        noun="infusion",
        roles={**catalog.words.infusion_roles, "status": ()},
        date="infused_on",
        needed=frozenset(("infused_on",)),
        looked_for="the date of the infusion, patient, drug and dose",
        example="infused_on",
        proves=proves,
        also_known=tuple(lists.status_headers),
        narrow=narrow,
    )


def _refuse_dispensed(table: TextTable, lists: InfusionLists) -> None:
    """Refuse a pharmacy's list without a status: the day on which a drug was handed out need not be
    the day of the dose.

    Raises:
        AmbiguousFileError: naming the column that shows it.
    """
    for name in table.header:
        if fold_name(name) in lists.dispensed_headers:
            raise AmbiguousFileError(
                f"{table.file}: the column {name!r} is that of a pharmacy's list, which tells what "
                "was handed out, not what was given.",
                "If its dates are those of the doses, say so with --map infused_on=HEADER.",
                code="dispensing_list",
            )


def _not_given(said: JudgedRows, given: pd.DataFrame) -> frozenset[tuple[str, str, str]]:
    """Return patient, day and drug of what was not given and stands nowhere as given."""
    if not np.any(said.not_given):
        return frozenset()
    return _keys(said.frame[said.not_given]) - _keys(given)


def _keys(infusions: pd.DataFrame) -> frozenset[tuple[str, str, str]]:
    """Return patient, day and drug of infusions."""
    day = infusions["infused_on"].str.slice(0, len("2025-03-01"))
    columns = (infusions["patient_id"], day, infusions["drug"])
    return frozenset(zip(*(column.astype("str").tolist() for column in columns), strict=True))


def _answers(table: TextTable, place: int, catalog: Catalog) -> bool:
    """Tell whether a column such as "given" says yes or no instead of a date."""
    return speaks_of_status(
        table.columns[place], table.header[place], catalog.lists, is_headed=True
    )


def _events_of(said: JudgedRows) -> tuple[pd.DataFrame, int]:
    """Return the rows that are events, each once, and how many repeat another."""
    is_event = said.problems.is_good & np.isin(said.what, ("other_drug", "other", "steroid"))
    rows = said.frame[is_event]
    events = pd.DataFrame(
        {
            "id": np.zeros(len(rows), dtype=np.int64),
            "patient_id": rows["patient_id"],
            "happened_on": rows["infused_on"].str.slice(0, len("2025-03-01")),
            "kind": pd.array(said.what[is_event], dtype="str"),
            "note": pd.array(said.notes[is_event], dtype="str"),
        },
        columns=schema.names(schema.EVENT_COLUMNS),
    )
    repeated = events.duplicated()
    return events[~repeated].reset_index(drop=True), int(repeated.sum())


def _compare(frame: pd.DataFrame, usable: Mask) -> tuple[pd.DataFrame, Mask, Mask, Whole]:
    """Find second infusions of a patient on one date.

    A row that has no dose, or no time, says less than one that has and repeats it; the first of
    them takes what the others know.

    Returns:
        The frame with that, which rows repeat the first or contradict it, which contradict it, and
        the first.
    """
    day = frame["infused_on"].str.slice(0, len("2025-03-01"))
    position = pd.Series(np.arange(len(frame)))[usable]
    groups = [frame["patient_id"][usable], day[usable]]
    firsts = np.arange(len(frame))
    firsts[np.flatnonzero(usable)] = position.groupby(groups).transform("first").to_numpy()
    later = usable & (firsts < np.arange(len(frame)))
    if not later.any():
        return frame, later, later, firsts
    dose = frame["dose_mg"].where(usable).groupby(firsts).transform("first")
    moment = frame["infused_on"].where(frame["infused_on"].str.len() > len("2025-03-01"))
    moment = moment.where(usable).groupby(firsts).transform("first").fillna(frame["infused_on"])
    full = frame.assign(dose_mg=dose.where(usable, frame["dose_mg"]))
    full["infused_on"] = moment.where(usable, frame["infused_on"])
    head = full.iloc[firsts].reset_index(drop=True)
    says_less = frame["dose_mg"].isna() | (frame["dose_mg"] == head["dose_mg"])
    says_less &= (frame["infused_on"] == head["infused_on"]) | (frame["infused_on"] == day)
    same = (frame["drug"] == head["drug"]) & says_less
    return full, later, later & ~same.to_numpy(dtype=bool), firsts


def _conflict_words(frame: pd.DataFrame, at: int, first: int, table: TextTable) -> str:
    given, before = frame.iloc[at], frame.iloc[first]
    return (
        f"{given['drug']} {given['dose_mg']:g} mg on {given['infused_on']} contradicts "
        f"{before['drug']} {before['dose_mg']:g} mg on line {table.source_row[first]}"
    ).replace("nan mg", "without a dose")
