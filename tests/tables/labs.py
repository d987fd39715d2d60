"""Small tables for the tests of all that follows from results: a result or an infusion is one line.

at("-5 wbc 6.4", "60T08:30 cd19 <5 100-500")    days after 2024-01-01
draws("2024-01-10 wbc 6.1", "2024-01-10T08:30 cd19 <5 100-500")
infusions("2024-01-01 300", "2024-01-15 300", "2024-07-01 600 rituximab")
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pandas as pd

from wbc_tracker import schema
from wbc_tracker.annotation import annotate
from wbc_tracker.catalog import load_catalog

CATALOG = load_catalog()
AS_OF = "2026-06-30"
_LIMITS = re.compile(r"([0-9.]*)-([0-9.]*)")
_TEXTS = [column.name for column in schema.RESULT_COLUMNS if column.type == "text"]


def on(days: int) -> str:
    """The date that many days after 2024-01-01, on which most tests give the first infusion."""
    return (date(2024, 1, 1) + timedelta(days=days)).isoformat()


#: The split first dose.
SPLIT = (f"{on(0)} 300", f"{on(14)} 300")


def dated(line: str) -> str:
    """Write the day at the begin of a line as a date: `90 cd19 <1`, and `90T08:30 cd19 <1` with its time."""
    when, rest = line.split(maxsplit=1)
    day, mark, clock = when.partition("T")
    return f"{on(int(day))}{mark}{clock} {rest}"


def draws(*lines: str, who: str = "me") -> pd.DataFrame:
    """Build results from lines `WHEN ANALYTE VALUE [RANGE]`, in canonical units, as reading yields them.

    RANGE is `4.0-11.0`, `4.0-`, `-11.0`, or any other words: an interval that could not be read. A value is
    rounded to its last printed digit. The first line stands in line 2 of its file.
    """
    return _frame([_result(line, who, source_row) for source_row, line in enumerate(lines, start=2)])


def at(*lines: str) -> pd.DataFrame:
    """Build results from lines `DAY ANALYTE VALUE [RANGE]`; `60T08:00 wbc 6.1` carries a time."""
    return draws(*map(dated, lines))


def cohort(**people: pd.DataFrame) -> pd.DataFrame:
    """Put the results of several people one below the other, under their names."""
    return _frame([row | {"patient_id": who} for who, labs in people.items() for row in labs.to_dict("records")])


def _frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=schema.names(schema.RESULT_COLUMNS)).astype(dict.fromkeys(_TEXTS, "str"))


def _result(line: str, who: str, source_row: int) -> dict[str, object]:
    when, analyte, printed, *given = line.split(maxsplit=3)
    comparator, number = re.fullmatch(r"([<>]=?)?([0-9.]+)", printed).groups()
    reported_range = given[0] if given else None
    limits = _LIMITS.fullmatch(reported_range or "")
    low, high = limits.groups() if limits else ("", "")
    return {
        "patient_id": who,
        "collected_at": when if len(when) == 10 else f"{when}:00",
        "analyte": analyte,
        "loinc": CATALOG.analytes[analyte].loinc,
        "value": float(number),
        "comparator": comparator,
        "unit": CATALOG.canonical_unit(analyte),
        "reported_analyte": f"printed {analyte}",
        "reported_value": printed,
        "reported_unit": f"unit of {analyte}",
        "reported_range": reported_range,
        "reported_flag": None,
        "ref_low": float(low) if low else None,
        "ref_high": float(high) if high else None,
        "source_file": "labs.csv",
        "source_row": source_row,
        "unit_inferred": False,
        "value_step": 10.0 ** -len(number.partition(".")[2]),
    }


def infusions(*lines: str, who: str = "me") -> pd.DataFrame:
    """Build infusions from lines `WHEN [DOSE [DRUG]]`; the dose `?` is unknown, the drug mostly ocrelizumab."""
    rows = []
    for line in lines:
        when, *more = line.split()
        dose, drug = [*more, *("?", "ocrelizumab")[len(more) :]]
        rows.append((who, when if len(when) == 10 else f"{when}:00", drug, None if dose == "?" else float(dose)))
    frame = pd.DataFrame(rows, columns=schema.names(schema.INFUSION_COLUMNS))
    return frame.astype({"patient_id": "str", "infused_on": "str", "drug": "str", "dose_mg": "float64"})


def happened(*lines: str, who: str = "me") -> pd.DataFrame:
    """Build events from lines `DAY KIND [NOTE]`, the day counted from 2024-01-01."""
    cells = [line.split(maxsplit=2) for line in lines]
    rows = [(place, who, on(int(c[0])), c[1], c[2] if len(c) > 2 else "") for place, c in enumerate(cells, start=1)]
    return pd.DataFrame(rows, columns=schema.names(schema.EVENT_COLUMNS))


def annotated(
    labs: pd.DataFrame, *infused: str, as_of: str = AS_OF, same_day: str = "before", events: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Annotate the results of one patient, `me`; events are lines as of `happened`."""
    return annotate(labs, infusions(*infused), happened(*events), as_of=as_of, same_day=same_day)


def table(frame: pd.DataFrame, *columns: str) -> list[Any]:
    """Return the rows of some columns, None where a value is missing; of one column, its values."""
    cells = [[None if pd.isna(cell) else cell for cell in frame[name].astype(object)] for name in columns]
    return cells[0] if len(cells) == 1 else list(zip(*cells, strict=True))
