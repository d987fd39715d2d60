"""What must hold for every file: one set of results reads the same however it is written; nothing is lost."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables.intake import ONE_HEADER, column, dates, delimited, read, rejected, values, words
from tables.trials import examples

from wbc_tracker.errors import WbcTrackerError

steady = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=examples(30))

#: analyte -> name that means it alone, decimals of a canonical value, and per printed unit the power of ten.
KINDS = {
    "wbc": ("White blood cells", 1, {"10^9/L": 0, "K/uL": 0, "x10E3/µL": 0, "cells/uL": 3, "/mm3": 3}),
    "neutrophils": ("Neutrophils, Absolute", 2, {"10^9/L": 0, "10*3/uL": 0, "/uL": 3}),
    "lymphocytes_pct": ("Lymphocytes %", 1, {"%": 0}),
    "cd19": ("CD19 Absolute Count", 0, {"cells/uL": 0, "/mm3": 0, "10^6/L": 0, "10^9/L": -3}),
    "igg": ("IgG", 2, {"g/L": 0, "mg/dL": 2, "g/dL": -1}),
    "hemoglobin": ("Hemoglobin", 0, {"g/L": 0, "g/dL": -1}),
    "platelets": ("Platelet Count", 0, {"10^9/L": 0, "Thousand/uL": 0, "/cumm": 3}),
}
DATE_FORMS = {
    "%Y-%m-%d": None, "%Y/%m/%d": None, "%Y%m%d": None, "%d-%b-%Y": None, "%B %d, %Y": None, "%d %b %y": None,
    "%d/%m/%Y": "dmy", "%d.%m.%Y": "dmy", "%m/%d/%Y": "mdy", "%m-%d-%Y": "mdy",
}  # fmt: skip
TIME_FORMS = ("%H:%M", "%I:%M %p", "%H:%M:00Z")


@dataclass(frozen=True)
class Style:
    """How a laboratory writes its files."""

    layout: str
    units: tuple[tuple[str, str], ...]
    unit_in_value: bool
    three_decimals: bool
    decimal: str
    date_form: str
    time_form: str
    delimiter: str
    encoding: str
    line_end: str
    blank_line: bool

    @property
    def options(self) -> dict:
        """What a user says who knows how the file was written."""
        order = DATE_FORMS[self.date_form]
        return {"decimal": self.decimal} | ({"date_order": order} if order else {})


styles = st.builds(
    Style,
    layout=st.sampled_from(["long", "wide"]),
    units=st.tuples(*(st.tuples(st.just(a), st.sampled_from(sorted(k[2]))) for a, k in KINDS.items())),
    unit_in_value=st.booleans(),
    three_decimals=st.booleans(),
    decimal=st.sampled_from(".,"),
    date_form=st.sampled_from(sorted(DATE_FORMS)),
    time_form=st.sampled_from(TIME_FORMS),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "windows-1252"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    blank_line=st.booleans(),
)
moments = st.tuples(st.dates(date(2001, 1, 1), date(2025, 6, 29)), st.sampled_from(["", "00:00", "08:30", "23:59"]))
#: (patient, moment, analyte) -> comparator and the digits of a value that every analyte here can have.
result_sets = st.dictionaries(
    st.tuples(st.sampled_from(["Ann", "Björn, B."]), moments, st.sampled_from(sorted(KINDS))),
    st.tuples(st.sampled_from(["", "", "", "<", ">="]), st.integers(10, 260)),
    min_size=1,
    max_size=12,
)


def canonical(analyte: str, digits: int) -> Decimal:
    """Return the value in the canonical unit: 61 are 6.1 x 10^9/L of white cells and 61 CD19 cells per microlitre."""
    return Decimal(digits).scaleb(-KINDS[analyte][1])


def expected(results: dict) -> list[tuple]:
    return sorted(
        (patient, f"{day}T{time}:00" if time else str(day), analyte, comparator, float(canonical(analyte, digits)))
        for (patient, (day, time), analyte), (comparator, digits) in results.items()
    )


def found(reading) -> list[tuple]:
    frame = reading.results[["patient_id", "collected_at", "analyte", "comparator", "value"]].astype(object)
    return sorted(tuple("" if cell is None or cell != cell else cell for cell in row) for row in frame.to_numpy())


def print_cell(analyte: str, comparator: str, digits: int, style: Style) -> str:
    unit = dict(style.units)[analyte]
    value = canonical(analyte, digits).scaleb(KINDS[analyte][2][unit])
    text = f"{value:.3f}" if style.three_decimals else f"{value:f}"
    text = comparator + text.replace(".", style.decimal)
    return f"{text} {unit}" if style.unit_in_value else text


def print_moment(moment: tuple, style: Style) -> str:
    day, time = moment
    text = day.strftime(style.date_form)
    return f"{text} {datetime.strptime(time, '%H:%M').strftime(style.time_form)}" if time else text  # noqa: DTZ007  # a clock time has no zone


def write(results: dict, style: Style) -> bytes:
    """Write a set of results as a file of this style."""
    units = dict(style.units)
    if style.layout == "long":
        rows = [["Patient ID", "Collection date", "Test", "Result"] + ([] if style.unit_in_value else ["Units"])]
        for (patient, moment, analyte), (comparator, digits) in results.items():
            cell = print_cell(analyte, comparator, digits, style)
            rows.append([patient, print_moment(moment, style), KINDS[analyte][0], cell])
            rows[-1] += [] if style.unit_in_value else [units[analyte]]
    else:
        headers = [KINDS[a][0] + ("" if style.unit_in_value else f" ({units[a]})") for a in KINDS]
        rows = [["Patient ID", "Collection date", *headers]]
        for patient, moment in dict.fromkeys((patient, moment) for patient, moment, _ in results):
            cells = [(a, results.get((patient, moment, a))) for a in KINDS]
            printed = [print_cell(a, *result, style) if result else "" for a, result in cells]
            rows.append([patient, print_moment(moment, style), *printed])
    text = delimited(*rows, delimiter=style.delimiter)
    text = text.replace("\n", "\n\n", 1) if style.blank_line else text
    return text.replace("\n", style.line_end).encode(style.encoding)


@steady
@given(result_sets, styles)
def test_results_read_the_same_however_they_are_written(results, style):
    reading = read(write(results, style), **style.options)
    assert found(reading) == expected(results)
    assert rejected(reading) == []


@steady
@given(result_sets, styles)
def test_without_options_results_read_the_same_or_the_file_is_refused_as_ambiguous(results, style):
    try:
        reading = read(write(results, style))
    except WbcTrackerError as refusal:
        assert refusal.code in ("decimal_ambiguous", "date_order_ambiguous")  # noqa: PT017  # only some files are refused
        return
    assert found(reading) == expected(results)


@steady
@given(st.lists(st.decimals(0, 49_999, places=3), min_size=1, max_size=30))
def test_a_plain_number_is_read_as_it_stands(cells):
    assert column(*(str(cell) for cell in cells), decimal=".") == [f"{float(cell):.12g}" for cell in cells]


@steady
@given(
    st.lists(st.dates(date(1900, 1, 1), date(2025, 6, 30)), min_size=1, max_size=30),
    st.sampled_from(sorted(DATE_FORMS)),
)
def test_a_date_reads_as_itself_in_every_form(days, form):
    if "%y" in form:
        days = [max(day, date(1950, 1, 1)) for day in days]
    assert dates(*(day.strftime(form) for day in days), date_order=DATE_FORMS[form]) == [str(day) for day in days]


HEADERS = words(
    "patient|date|collected_at|time|test|analyte|loinc|value|result|unit|low|high|range|flag|comparator|WBC|"
    "WBC (10^9/L)|CD19 (/uL)|Lymphocytes|Lymphocytes %|IgG (mg/dL)|CD4/CD8|Platelets|note|"
)
CELLS = words(
    "|6.1|6,1|1,234|1.234|<5|>= 3|2025-01-15|03/04/2025|13/04/2025|04/13/2025|45000|WBC|CD19|Lymphocytes|CD4/CD8|"
    "6690-2|736-9|10^9/L|/uL|%|g/L|H|4.0-11.0|<11|4,000-11,000|--|pending|x|08:30|-3|1e3|1e400|６|1'234|\x1b[31m|<|"
    '~|Jun 5 2025|a\nb|"|1|0|nan|.|,|½|9999999999999|0000-00-00|99/99/9999|-|+|e|=cmd|{raw}|%s|\ufeff|\u2028|'
    "2025-06-05T08:30"
)
junk = st.one_of(st.sampled_from(CELLS), st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=6))
likely = st.sampled_from(["2025-01-15", "2024-12-01", "WBC", "CD19", "6.1", "10^9/L", "/uL", ""])


@st.composite
def junk_tables(draw) -> list[list[str]]:
    header = draw(st.lists(st.sampled_from(HEADERS), min_size=1, max_size=7, unique=True))
    if draw(st.booleans()):
        header = ["date", "test", "value", *(name for name in header if name not in ("date", "test", "value"))]
    width = len(header)
    cell = draw(st.sampled_from([junk, likely, st.one_of(junk, likely)]))
    rows = draw(st.lists(st.lists(cell, min_size=width, max_size=width), max_size=6))
    if rows and draw(st.booleans()):
        rows[-1] = rows[-1][: draw(st.integers(0, width))] + draw(st.lists(cell, max_size=2))
    return [header, *rows]


def account(rows: list[list[str]], **options) -> tuple | str:
    """Return what a table says, whatever the order of its rows; `read` holds the sum of its cells."""
    try:
        reading = read(delimited(*rows).encode(), **options)
    except WbcTrackerError as refusal:
        return refusal.code
    problems = sorted(text.split()[1] for text in rejected(reading))
    return sorted(values(reading)), problems, dict(reading.ignored), reading.no_result, reading.read


@settings(steady, max_examples=examples(60))
@given(junk_tables(), st.sampled_from([{}, {"decimal": "."}, {"date_order": "dmy"}, {"units": {"cd19": "/uL"}}]))
def test_every_cell_of_a_junk_table_is_accounted_for(rows, options):
    said = account(rows, **options)
    assert isinstance(said, str) or said[4] >= 0


@steady
@given(junk_tables(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows, chance: random.Random):
    shuffled = [rows[0], *chance.sample(rows[1:], len(rows) - 1)]
    assert account(shuffled) == account(rows)


@steady
@given(
    st.lists(st.sampled_from(["6.1", "<5", "0", "250", "pending", "x", "6,2", "-1", "1e2"]), max_size=6),
    st.integers(0, 5),
)
def test_a_row_says_the_same_whatever_stands_in_the_others(cells, at):
    """Except for what a column proves together: the decimal mark and an inferred unit."""
    rows = [("2025-01-15", "WBC", cell, "10^9/L", "") for cell in cells]
    table = delimited(ONE_HEADER, *rows[:at], ("2025-02-20", "CD19", "<5", "/uL", ""), *rows[at:])
    try:
        reading = read(table)
    except WbcTrackerError as refusal:
        assert refusal.code == "decimal_ambiguous"  # noqa: PT017  # only some files are refused
        return
    assert "cd19 <5" in values(reading)
