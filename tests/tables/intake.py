"""Small lab files for the intake tests, and short words for what became of their cells.

`outcome` says what became of a single cell: `wbc 6.1` or `cd19 <5` (read, in the canonical unit),
`rejected: unit_unknown`, `no result`, `ignored`, or `refused: decimal_ambiguous` for the whole file.
"""

from __future__ import annotations

import csv
import io
from textwrap import dedent

from wbc_tracker.catalog import load_catalog
from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.intake import (
    InfusionReading,
    LabReading,
    ReadingOptions,
    read_infusion_bytes,
    read_lab_bytes,
)

#: The day on which every test file is read, unless a test says otherwise.
AS_OF = "2025-06-30"
ONE_HEADER = ("collected_at", "analyte", "value", "unit", "ref_range")
CATALOG = load_catalog()


def words(text: str) -> list[str]:
    """Return the cells of `a|b|c`, for long lists of texts."""
    return text.split("|")


def as_bytes(table: str | bytes) -> bytes:
    """Take the margin of the test from a table; bytes stay as they are."""
    return table if isinstance(table, bytes) else dedent(table).removeprefix("\n").encode()


def read(table: str | bytes, **options) -> LabReading:
    """Read a lab file. Whatever it holds, every cell is accounted for and every value is in its canonical unit."""
    reading = read_lab_bytes(as_bytes(table), "labs.csv", ReadingOptions(**{"as_of": AS_OF, **options}))
    results, rejects = reading.results, reading.rejects
    standing = results[results["status"] != "withdrawn"]
    assert reading.read == len(standing) + reading.no_result + sum(reading.ignored.values()) + len(rejects)
    assert sum(reading.ignored_kinds.values()) == sum(reading.ignored.values())
    assert list(results["unit"]) == [CATALOG.canonical_unit(analyte) for analyte in results["analyte"]]
    assert set(rejects["code"]) <= set(CATALOG.problems)
    return reading


def read_infusions_of(table: str | bytes, **options) -> InfusionReading:
    """Read an infusion file; every row is accounted for."""
    reading = read_infusion_bytes(as_bytes(table), "infusions.csv", ReadingOptions(**{"as_of": AS_OF, **options}))
    parts = (len(reading.infusions), len(reading.events), reading.duplicates, len(reading.rejects))
    assert reading.read == sum(parts) + sum(reading.ignored.values())
    return reading


def shown(result: dict) -> str:
    """Show a value with its comparator: `6.1`, `<5`."""
    comparator = result["comparator"] if isinstance(result["comparator"], str) else ""
    return f"{comparator}{result['value']:.12g}"


def told(reading: LabReading) -> list[str]:
    """Tell every result as `line patient date analyte value`."""
    return [
        f"{r['source_row']} {r['patient_id']} {r['collected_at']} {r['analyte']} {shown(r)}"
        for r in reading.results.to_dict("records")
    ]


def values(reading: LabReading) -> list[str]:
    """Tell every result as `analyte value`."""
    return [f"{r['analyte']} {shown(r)}" for r in reading.results.to_dict("records")]


def rejected(reading: LabReading | InfusionReading) -> list[str]:
    """Tell every reject as `line code`."""
    return [f"{row.source_row} {row.code}" for row in reading.rejects.itertuples()]


def delimited(*rows: tuple[str, ...] | list[str], delimiter: str = ",") -> str:
    """Write rows as a delimited text, quoted where needed."""
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return target.getvalue()


def one_row(value="6.1", unit="10^9/L", name="WBC", date="2025-01-15", interval="") -> bytes:
    """Return a long file with one result."""
    return delimited(ONE_HEADER, (date, name, value, unit, interval)).encode()


def outcome(table: bytes | str, **options) -> str:
    """Say what became of the only cell of a file."""
    try:
        reading = read(table, **options)
    except WbcTrackerError as refusal:
        return f"refused: {refusal.code}"
    assert reading.read == 1
    if reading.no_result:
        return "no result"
    if reading.ignored:
        return "ignored"
    return values(reading)[0] if len(reading.results) else f"rejected: {reading.rejects['code'].iloc[0]}"


def one(value="6.1", unit="10^9/L", name="WBC", date="2025-01-15", interval="", **options) -> str:
    """Say what becomes of one result in a long file."""
    return outcome(one_row(value, unit, name, date, interval), **options)


def by_line(reading: LabReading) -> dict[int, str]:
    """Say what became of each line of a long file that holds a result or a reject."""
    results = {r["source_row"]: f"{r['analyte']} {shown(r)}" for r in reading.results.to_dict("records")}
    return results | {row.source_row: f"rejected: {row.code}" for row in reading.rejects.itertuples()}


def each(*rows: tuple[str, ...], **options) -> dict[tuple[str, ...], str]:
    """Read rows of name, value, unit (and interval) as one file and say what became of each."""
    lines = [("2025-01-15", *row, *[""] * (4 - len(row))) for row in rows]
    said = by_line(read(delimited(ONE_HEADER, *lines), **options))
    return {row: said.get(line, "nothing") for line, row in enumerate(rows, start=2)}


def each_value(*cells: str, name="WBC", unit="10^9/L", **options) -> dict[str, str]:
    """Read cells as values of one test in one file and say what became of each."""
    said = each(*((name, cell, unit) for cell in cells), **options)
    return {cell: said[name, cell, unit] for cell in cells}


def column(*cells: str, unit="/uL", name="CD4", **options) -> list[str] | str:
    """Read several values of one test in one file; return their values, or the refusal of the file."""
    rows = [("2025-01-15", name, cell, unit, "") for cell in cells]
    try:
        return [text.split()[1] for text in values(read(delimited(ONE_HEADER, *rows), **options))]
    except WbcTrackerError as refusal:
        return f"refused: {refusal.code}"


def dates(*cells: str, **options) -> list[str] | str:
    """Read several dates of collection in one file; return them as ISO text or problem, or the refusal."""
    rows = [(cell, "WBC", "6.1", "10^9/L", "") for cell in cells]
    try:
        reading = read(delimited(ONE_HEADER, *rows), **options)
    except WbcTrackerError as refusal:
        return f"refused: {refusal.code}"
    found = dict(zip(reading.results["source_row"], reading.results["collected_at"], strict=True))
    found |= dict(zip(reading.rejects["source_row"], reading.rejects["code"], strict=True))
    return [found[line] for line in range(2, 2 + len(cells))]


def each_date(*cells: str, **options) -> dict[str, str]:
    """Read dates of collection in one file and say what became of each."""
    return dict(zip(cells, dates(*cells, **options), strict=True))


def values_of(table: bytes | str, **options) -> list[str] | str:
    """Return the values of a file as `analyte value`, or its refusal."""
    try:
        return values(read(table, **options))
    except WbcTrackerError as refusal:
        return f"refused: {refusal.code}"


def is_read(said: str) -> bool:
    """Tell whether an outcome is a value."""
    return said.split()[0] in CATALOG.analytes
