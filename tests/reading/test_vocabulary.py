"""Each name, header and unit of each language alone: what fails in `test_many_forms` is named here.

One result a file; the failing spellings are listed, not only the first one.
"""

from __future__ import annotations

import pytest
from tables.reading.forms_of_life import COLUMNS, LANGUAGES, NAMES, UNITS
from tables.reading.writers import AS_OF

from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.intake import ReadingOptions, read_lab_bytes

SHARES = ("neutrophils", "lymphocytes", "cd19")
COUNTS = ("neutrophils", "lymphocytes", "platelets")


def became(table: str) -> str:
    """Say what became of the only result of a file: `wbc 2026-01-15`, or why it was not read."""
    try:
        reading = read_lab_bytes(table.encode(), "labs.csv", ReadingOptions(as_of=AS_OF))
    except WbcTrackerError as refusal:
        return refusal.code
    if len(reading.results):
        row = reading.results.iloc[0]
        return f"{row['analyte']} {row['collected_at']}"
    return f"ignored {list(reading.ignored)}, rejected {list(reading.rejects['code'])}"


def spellings(language: str) -> list[tuple[str, str, str]]:
    """Return (analyte, name, unit) for every name with every unit that it is printed with."""
    found = []
    for analyte, names in NAMES[language].items():
        units = UNITS[language]["wbc" if analyte in COUNTS else analyte]
        found += [(analyte, name, unit) for name in names for unit, _ in units]
        found += [(f"{analyte}_pct", name, "%") for name in names if analyte in SHARES]
    return found


def few_spellings(language: str) -> list[tuple[str, str, str]]:
    """Return every name and every unit of an analyte at least once: all of them would be thousands of files."""
    names, units, found = set(), set(), []
    for analyte, name, unit in spellings(language):
        if name not in names or (analyte, unit) not in units:
            found.append((analyte, name, unit))
            names.add(name)
            units.add((analyte, unit))
    return found


def value_of(analyte: str, unit: str) -> str:
    """Return a number that is plausible in any of the units."""
    return ("13" if unit == "g/dL" else "131") if analyte == "hemoglobin" else "12"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_with_every_unit_in_a_row(language):
    """All in one file; what is missing among its results is named."""
    rows = spellings(language)
    lines = [f"2026-01-15;{name};{value_of(analyte, unit)};{unit}\n" for analyte, name, unit in rows]
    table = "date;test;value;unit\n" + "".join(lines)
    reading = read_lab_bytes(table.encode(), "labs.csv", ReadingOptions(as_of=AS_OF))
    read_as = dict(zip(reading.results["source_row"], reading.results["analyte"], strict=True))
    said = {(name, unit): read_as.get(line, "not read") for line, (_, name, unit) in enumerate(rows, start=2)}
    assert said == {(name, unit): analyte for analyte, name, unit in rows}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_and_every_unit_in_a_header(language):
    said = {
        (name, unit): became(f"date;{name} ({unit})\n2026-01-15;{value_of(analyte, unit)}\n")
        for analyte, name, unit in few_spellings(language)
    }
    assert said == {(name, unit): f"{analyte} 2026-01-15" for analyte, name, unit in few_spellings(language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headers_of_each_language(language):
    words = COLUMNS[language]
    name = NAMES["en"]["wbc"][0]
    header = f"{words['patient']};{words['date']};{words['test']};{words['value']};{words['unit']};{words['range']}"
    reading = read_lab_bytes(
        f"{header}\n007;2026-01-15;{name};6,1;10^9/L;4,0-11,0\n".encode(), "labs.csv", ReadingOptions(as_of=AS_OF)
    )
    row = reading.results.iloc[0]
    assert (row["patient_id"], row["value"], row["ref_low"], row["ref_high"]) == ("007", 6.1, 4.0, 11.0)
    assert [column.role for column in reading.columns] == [
        "patient_id", "collected_at", "analyte", "value", "unit", "ref_range",
    ]  # fmt: skip
