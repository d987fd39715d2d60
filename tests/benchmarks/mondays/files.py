"""The files of the clinic as its hospital writes them: exports that overlap, the day unit's workbook, letters."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import xlsxwriter

from mondays.people import MONDAYS, Appointment, Person
from wbc_tracker.invented.laboratories import SI_LAB

#: An export has the draws of four weeks; the first one has everything.
_WINDOW = timedelta(28)
#: These exports were opened in Excel and saved: ids are numbers there.
_OPENED_IN_EXCEL = (2, 3)
#: What the day unit's workbook begins with.
_UNIT_FROM = date(2026, 9, 1)
_LAB_HEADER = (
    "MRN",
    "Collection Date",
    "Test Name",
    "Result",
    "Units",
    "Reference Range",
    "Result Status",
    "Ordering Provider",
)
_UNIT_HEADER = ("MRN", "Appointment", "Medication", "Status", "Reason")
_BRANDS = {
    "ocrelizumab": "OCREVUS {} mg IV",
    "ocrelizumab_sc": "OCREVUS SC {} mg",
    "rituximab": "Rituximab {} mg IV",
    "ublituximab": "BRIUMVI {} mg IV",
    "ofatumumab": "KESIMPTA {} mg SC",
    "natalizumab": "Tysabri {} mg IV",
}


def is_exported(day: date, export: int) -> bool:
    """Tell whether an export has the draws of a day."""
    until = MONDAYS[export]
    return day < until and (export == 0 or day >= until - _WINDOW)


def printed_id(person: Person, export: int) -> str:
    """Return the id of a person as an export has it."""
    return str(int(person.mrn)) if export in _OPENED_IN_EXCEL else person.mrn


def lab_rows(people: Sequence[Person], export: int) -> list[tuple[str, ...]]:
    """Return the rows of known tests of an export."""
    rows = []
    for person in people:
        for result in person.results:
            if is_exported(result.day, export):
                test, said = SI_LAB[result.analyte], result.at(export)
                interval = f"{test.ref_low}-{test.ref_high}"
                day = result.day.strftime("%d/%m/%Y")
                rows.append(
                    (
                        printed_id(person, export),
                        day,
                        test.name,
                        said.text,
                        test.unit,
                        interval,
                        said.status,
                        "Dr Invented",
                    )
                )
    return rows


def write_labs(path: Path, people: Sequence[Person], export: int) -> int:
    """Write an export, with a test of no interest beside each draw; return how many rows it has."""
    rows = lab_rows(people, export)
    others = [(*row[:2], "Creatinine", "71", "umol/L", "45-84", "Final", row[-1]) for row in rows if row[2] == "WBC"]
    _write(path, _LAB_HEADER, [*rows, *others])
    return len(rows) + len(others)


def write_registry(path: Path, people: Sequence[Person]) -> None:
    """Write the doses from before the day unit's workbook."""
    rows = [
        (p.mrn, one.day.isoformat(), one.drug, one.mg) for p in people for one in p.appointments if one.day < _UNIT_FROM
    ]
    _write(path, ("patient_id", "infused_on", "drug", "dose_mg"), rows)


def write_letters(path: Path, people: Sequence[Person]) -> None:
    """Write who stopped and who left."""
    rows = [(p.mrn, p.ended[0].isoformat(), *p.ended[1:]) for p in people if p.ended]
    _write(path, ("patient_id", "date", "kind", "note"), rows)


def write_unit(path: Path, people: Sequence[Person], export: int) -> None:
    """Write the day unit's workbook: what was given and what was not, with the drugs before it, and bookings."""
    rows = [
        (person.mrn, one, word)
        for person in people
        for one in person.appointments
        if one.day >= _UNIT_FROM and (word := one.at(export)) and (one.day < MONDAYS[export] or word == "Booked")
    ]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, as_date = book.add_worksheet("Day unit"), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, _UNIT_HEADER)
        at = 1
        for mrn, one, word in rows:
            for medication in _medications(one, word):
                sheet.write_string(at, 0, mrn)
                sheet.write_datetime(at, 1, _midnight(one.day), as_date)
                sheet.write_string(at, 2, medication)
                sheet.write_string(at, 3, word)
                sheet.write_string(at, 4, "chest infection" if word == "Cancelled" else "")
                at += 1


def _medications(one: Appointment, word: str) -> list[str]:
    before = ["Methylprednisolone 100 mg IV"] if word == "Given" and one.drug != "natalizumab" else []
    return [*before, _BRANDS[one.drug].format(one.mg)]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a cell has no zone


def _write(path: Path, header: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([tuple(header), *rows])
