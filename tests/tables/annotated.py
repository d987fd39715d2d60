"""Annotated frames made by hand: the columns of the export with the dtypes of the pipeline."""

from __future__ import annotations

import io

import pandas as pd

from wbc_tracker.render.csv.results import write_csv
from wbc_tracker.schema import EXPORT_COLUMNS

DTYPES = {"text": "str", "number": "float64", "integer": "Int64", "boolean": "bool"}


def annotated(rows: int = 1, **columns: object) -> pd.DataFrame:
    """Return a frame of so many rows in which everything is missing but the given columns."""
    frame = pd.DataFrame({c.name: pd.Series([None] * rows, dtype=DTYPES[c.type]) for c in EXPORT_COLUMNS})
    for name, cells in columns.items():
        frame[name] = pd.Series(cells, dtype=getattr(cells, "dtype", frame[name].dtype))
    return frame


def csv_bytes(frame: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    write_csv(frame, stream)
    return stream.getvalue()


def column_of(frame: pd.DataFrame, name: str) -> list[str]:
    """Return the printed cells of a column in which no cell needs quotes."""
    place = [column.name for column in EXPORT_COLUMNS].index(name)
    return [line.split(",")[place] for line in csv_bytes(frame).decode().splitlines()[1:]]
