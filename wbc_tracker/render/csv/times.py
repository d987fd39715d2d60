"""The time-to-event data as a file: CSV, or Parquet with real dates and whole numbers."""

from __future__ import annotations

import io

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from wbc_tracker.cohort.listing import COLUMNS
from wbc_tracker.render.csv.cells import defuse_columns

_TEXTS = ("patient_id", "group")


def render_times_csv(table: pd.DataFrame) -> bytes:
    """Return the table as CSV: UTF-8, LF; what comes from files is no formula.

    Args:
        table: from `list_times`.
    """
    texts = [name for name in _TEXTS if name in table.columns]
    return defuse_columns(table, texts).to_csv(index=False, lineterminator="\n").encode()


def render_times_parquet(table: pd.DataFrame) -> bytes:
    """Return the table as Parquet; each column carries what it means.

    Args:
        table: from `list_times`.
    """
    dated = table.assign(origin_on=pd.to_datetime(table["origin_on"]).dt.date)
    made = pa.Table.from_pandas(dated, preserve_index=False)
    fields = [
        field.with_metadata({"description": COLUMNS[field.name]})
        for field in made.schema.remove_metadata()
    ]
    stream = io.BytesIO()
    pq.write_table(made.cast(pa.schema(fields)), stream)
    return stream.getvalue()
