"""Write one set of results in many forms: layout, language, units, decimal mark, date form, encoding, delimiter.

Every function is pure. Numbers are Decimals in the canonical unit; a printed number is the canonical one divided
by the unit's factor, exactly, so that whatever is printed stands for the same value.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from tables.reading.forms_of_life import COLUMNS, MONTHS, NAMES, UNITS
from wbc_tracker.intake import ReadingOptions

AS_OF = "2026-11-23"
PREAMBLE = (("North Laboratory",), ("Blood counts of one person",), ())
_DATE_FORMS = {
    "iso": "{y}-{m:02}-{d:02}",
    "slashes, year first": "{y}/{m:02}/{d:02}",
    "dmy with dots": "{d:02}.{m:02}.{y}",
    "dmy with slashes": "{d:02}/{m:02}/{y}",
    "dmy without zeros": "{d}/{m}/{y}",
    "dmy, two-digit year": "{d:02}.{m:02}.{short}",
    "mdy": "{m:02}/{d:02}/{y}",
    "mdy, two-digit year": "{m}/{d}/{short}",
    "month name": "{d} {month} {y}",
}
DATE_FORMS = tuple(_DATE_FORMS)


@dataclass(frozen=True)
class Result:
    """One result as it is: `value` in the canonical unit, `at` with a time only if the file shall print one."""

    patient: str
    at: datetime
    is_timed: bool
    analyte: str
    value: Decimal
    comparator: str = ""

    @property
    def collected_at(self) -> str:
        return self.at.isoformat() if self.is_timed else self.at.date().isoformat()

    @property
    def canonical(self) -> tuple[str, str, str, str, str]:
        return (self.patient, self.collected_at, self.analyte, f"{float(self.value):.12g}", self.comparator)


@dataclass(frozen=True)
class Form:
    """How the results are written.

    `units` names, for each analyte, the place of its spelling in UNITS; `unit_place` is where it stands:
    `column`, `header`, `cell`, `range` (long) or `row` (a row of units under a wide header).
    """

    language: str = "en"
    layout: str = "long"
    unit_place: str = "column"
    unit_choice: int = 0
    name_choice: int = 0
    decimal: str = "."
    grouping: bool = False
    date_form: str = "iso"
    encoding: str = "utf-8"
    delimiter: str = ","
    line_end: str = "\n"
    quote_all: bool = False
    preamble: bool = False
    final_line_end: bool = True
    blank: str = ""
    comparator_space: str = ""


def unit_of(analyte: str, form: Form) -> tuple[str, Decimal]:
    """Return the printed unit of an analyte and its factor to the canonical unit."""
    known = UNITS[form.language].get(analyte) or UNITS[form.language][_UNITS_LIKE.get(analyte, analyte)]
    text, factor = known[form.unit_choice % len(known)]
    return text, Decimal(factor)


_UNITS_LIKE = {
    "neutrophils": "wbc",
    "lymphocytes": "wbc",
    "platelets": "wbc",
    "lymphocytes_pct": "pct",
    "cd19_pct": "pct",
}


def name_of(analyte: str, form: Form) -> str:
    """Return the printed name of an analyte.

    A percentage has the bare name of its cells, as laboratories print it, unless two columns of units would then
    have one header.
    """
    known = NAMES[form.language][analyte.removesuffix("_pct")]
    name = known[form.name_choice % len(known)]
    beside_unit_columns = (form.layout, form.unit_place) == ("wide", "column")
    return f"{name} %" if beside_unit_columns and analyte.endswith("_pct") else name


def print_number(value: Decimal, form: Form) -> str:
    """Print a number with the form's decimal mark, and with a mark of thousands where the form has one."""
    text = f"{value.normalize():f}"
    whole, _, fraction = text.partition(".")
    if form.grouping:
        whole = f"{int(whole):,}".replace(",", "." if form.decimal == "," else ",")
    return f"{whole}{form.decimal}{fraction}" if fraction else whole


def print_value(result: Result, form: Form) -> str:
    """Print a value in its unit, with its comparator and, where units stand in the cells, its unit."""
    unit, factor = unit_of(result.analyte, form)
    text = print_number(result.value / factor, form)
    if result.comparator:
        text = f"{result.comparator}{form.comparator_space}{text}"
    return f"{text} {unit}" if form.unit_place == "cell" else text


def print_date(at: datetime, is_timed: bool, form: Form) -> str:
    """Print a date, with its time where the result has one."""
    months = MONTHS[form.language]
    date = _DATE_FORMS[form.date_form].format(
        y=at.year, m=at.month, d=at.day, short=f"{at.year % 100:02}", month=months[at.month - 1]
    )
    return f"{date} {at.hour:02}:{at.minute:02}" if is_timed else date


def draws_of(results: Sequence[Result]) -> list[tuple[str, datetime, bool]]:
    """Return patient and time of every draw, in order of appearance."""
    return list(dict.fromkeys((result.patient, result.at, result.is_timed) for result in results))


def analytes_of(results: Sequence[Result]) -> list[str]:
    """Return the analytes in order of appearance."""
    return list(dict.fromkeys(result.analyte for result in results))


def has_patients(results: Sequence[Result]) -> bool:
    """Tell whether a file of these results needs a patient column."""
    return {result.patient for result in results} != {"me"}


def long_rows(results: Sequence[Result], form: Form) -> list[list[str]]:
    """Return a row a result."""
    words = COLUMNS[form.language]
    header = [words["date"], words["test"], words["value"]]
    header += [words["unit"]] if form.unit_place == "column" else []
    header += [words["range"]] if form.unit_place == "range" else []
    rows = [header]
    for result in results:
        unit, _ = unit_of(result.analyte, form)
        row = [print_date(result.at, result.is_timed, form), name_of(result.analyte, form), print_value(result, form)]
        row += [unit] if form.unit_place == "column" else []
        row += (
            [f"{print_number(Decimal('0.5'), form)} - {print_number(Decimal('99.5'), form)} {unit}"]
            if (form.unit_place == "range")
            else []
        )
        rows.append(row)
    return _with_patients(rows, [result.patient for result in results], results, form)


def _with_patients(
    rows: list[list[str]], patients: list[str], results: Sequence[Result], form: Form
) -> list[list[str]]:
    if not has_patients(results):
        return rows
    above = len(rows) - len(patients) - 1
    column = [COLUMNS[form.language]["patient"], *[""] * above, *patients]
    return [[first, *row] for first, row in zip(column, rows, strict=True)]


def wide_rows(results: Sequence[Result], form: Form) -> list[list[str]]:
    """Return a row a draw and a column an analyte."""
    found = {(r.patient, r.at, r.is_timed, r.analyte): r for r in results}
    analytes = analytes_of(results)
    in_header = form.unit_place == "header"
    header, units = [COLUMNS[form.language]["date"]], [""]
    names = [name_of(analyte, form) for analyte in analytes]
    for analyte, printed in zip(analytes, names, strict=True):
        unit, _ = unit_of(analyte, form)
        brackets = "[{}]" if form.unit_choice % 2 else "({})"
        # Two columns of one name are refused; where no unit in the header tells them apart, the name must.
        told = form.unit_place in ("cell", "column") and analyte.endswith("_pct") and names.count(printed) > 1
        name = f"{printed} %" if told else printed
        header.append(f"{name} {brackets.format(unit)}" if in_header else name)
        units.append(unit)
        if form.unit_place == "column":
            header.append(f"{name} unit")
    rows = [header, units] if form.unit_place == "row" else [header]
    draws = draws_of(results)
    for patient, at, is_timed in draws:
        row = [print_date(at, is_timed, form)]
        for analyte in analytes:
            result = found.get((patient, at, is_timed, analyte))
            row.append(print_value(result, form) if result else form.blank)
            if form.unit_place == "column":
                row.append(unit_of(analyte, form)[0] if result else "")
        rows.append(row)
    return _with_patients(rows, [patient for patient, _, _ in draws], results, form)


def flowsheet_rows(results: Sequence[Result], form: Form) -> list[list[str]]:
    """Return a row an analyte and a column a date; of one patient."""
    found = {(r.at, r.is_timed, r.analyte): r for r in results}
    draws = [(at, is_timed) for _, at, is_timed in draws_of(results)]
    words = COLUMNS[form.language]
    has_units = form.unit_place == "column"
    rows = [[words["test"], *([words["unit"]] if has_units else []), *(print_date(*draw, form) for draw in draws)]]
    for analyte in analytes_of(results):
        unit, _ = unit_of(analyte, form)
        name = name_of(analyte, form)
        row = [f"{name} ({unit})" if form.unit_place == "header" else name, *([unit] if has_units else [])]
        for draw in draws:
            result = found.get((*draw, analyte))
            row.append(print_value(result, form) if result else form.blank)
        rows.append(row)
    return rows


LAYOUTS = {"long": long_rows, "wide": wide_rows, "flowsheet": flowsheet_rows}
UNIT_PLACES = {
    "long": ("column", "cell", "range"),
    "wide": ("header", "cell", "row", "column"),
    "flowsheet": ("column", "header", "cell"),
}


def write(results: Sequence[Result], form: Form) -> bytes:
    """Write the results as the bytes of a file. An encoding that lacks a character is replaced by UTF-8."""
    rows = LAYOUTS[form.layout](results, form)
    target = io.StringIO()
    quoting = csv.QUOTE_ALL if form.quote_all else csv.QUOTE_MINIMAL
    csv.writer(target, delimiter=form.delimiter, lineterminator=form.line_end, quoting=quoting).writerows(rows)
    above = "".join(form.delimiter.join(line) + form.line_end for line in PREAMBLE) if form.preamble else ""
    text = above + target.getvalue()
    text = text if form.final_line_end else text.removesuffix(form.line_end)
    try:
        return text.encode(form.encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8")


def options_for(results: Sequence[Result], form: Form) -> ReadingOptions:
    """Return the options that settle what the file itself cannot prove, and no others."""
    settled = ReadingOptions(as_of=AS_OF)
    order = form.date_form[:3]
    is_proved = any(result.at.day > 12 for result in results) and "two-digit" not in form.date_form
    if order in ("dmy", "mdy") and not is_proved:
        settled = replace(settled, date_order=order)
    if form.grouping:
        settled = replace(settled, decimal=form.decimal)
    if form.encoding in ("utf-16-le", "utf-16-be"):
        settled = replace(settled, encoding=form.encoding)
    return settled
