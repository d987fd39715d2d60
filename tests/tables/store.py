"""Small tables for the store's tests: a result is one line, `patient analyte date value`."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from wbc_tracker.errors import StoreError
from wbc_tracker.schema import REJECT_COLUMNS, RESULT_COLUMNS, names
from wbc_tracker.store import ImportInfo, Infusion, Store

NOON = "2025-03-01T12:00:00"
#: Some hundred results of one patient.
MANY = [
    f"me wbc {year}-{month:02}-{day:02} 6.1" for year in range(2015, 2024) for month in (1, 2) for day in range(1, 29)
]

NO_REJECTS = pd.DataFrame(columns=names(REJECT_COLUMNS))
#: Files in memory, where there are any: no transaction waits for a disk.
_MEMORY = Path("/dev/shm")
_ROOM = 32_000_000  # bytes


@contextmanager
def store_in_memory() -> Iterator[Store]:
    """Open an empty store for one example of a property, of which many follow one another."""
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    folder = tempfile.TemporaryDirectory(dir=_MEMORY if has_room else None)
    with folder as path, Store(Path(path) / "wbc.db") as store:
        yield store


def lab_table(*lines: str, lab: str = "north") -> pd.DataFrame:
    """Build results from lines such as `me wbc 2024-01-01 6.1` or `me cd19 2024-01-01T08:00:00 <5 final`.

    The value `-` is none, as a withdrawal may have.

    `lab` colours all that does not belong to a result's identity.
    """
    rows = []
    for source_row, line in enumerate(lines, start=2):
        patient_id, analyte, collected_at, printed, *status = line.split()
        comparator, number = re.fullmatch(r"([<>]=?)?(.+)", printed).groups()
        rows.append(
            {
                "patient_id": patient_id,
                "analyte": analyte,
                "collected_at": collected_at,
                "value": None if number == "-" else float(number),
                "comparator": comparator,
                "unit": "10*9/L",
                "reported_analyte": f"{analyte} ({lab})",
                "reported_value": printed,
                "ref_low": 4.0,
                "source_file": "the store takes the name from the import",
                "source_row": source_row,
                "unit_inferred": False,
                "status": status[0] if status else None,
            }
        )
    return pd.DataFrame(rows, columns=names(RESULT_COLUMNS))


def import_info(file: str = "labs.csv", **changes: object) -> ImportInfo:
    values = {
        "file": file,
        "sha256": "0" * 64,
        "layout": "long",
        "read": 0,
        "no_result": 0,
        "ignored": 0,
        "catalogue_version": "1.0",
        "imported_at": "2025-03-01T12:00:00",
    }
    return ImportInfo(**(values | changes))


def reject_table(*raws: str, file: str = "labs.csv") -> pd.DataFrame:
    rows = [(file, 9, "value", "value_unreadable", "Not a number.", "", raw) for raw in raws]
    return pd.DataFrame(rows, columns=names(REJECT_COLUMNS))


def shown(store: Store) -> list[str]:
    """The visible results as lines, in their order."""
    frame = store.results.load()
    numbers = frame["comparator"].fillna("") + frame["value"].map("{:g}".format).astype("str")
    return (frame["patient_id"] + " " + frame["analyte"] + " " + frame["collected_at"] + " " + numbers).tolist()


def infusion(infused_on: str, dose_mg: float | None = 600.0, drug: str = "ocrelizumab", who: str = "me") -> Infusion:
    return Infusion(who, infused_on, drug, dose_mg)


def use(path, **options) -> None:
    with Store(path, **options) as store:
        store.results.load()
        store.patients.list()
        store.results.add(lab_table(MANY[0]), NO_REJECTS, import_info())


def refused(path, **options) -> StoreError:
    """The error of opening, reading and writing a store."""
    with pytest.raises(StoreError) as caught:
        use(path, **options)
    assert caught.value.exit_code == 3
    assert str(path) in caught.value.message
    assert caught.value.hint
    return caught.value
