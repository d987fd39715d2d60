"""Frames as plain records: Python values, None where one is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

#: A row as a mapping, None where a value is missing.
Record = Mapping[str, Any]


def plain_list(column: pd.Series) -> list[Any]:
    """Return a column as plain values, None where one is missing."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        # Only the words of these rows: a cohort has many more.
        codes, places = np.unique(column.cat.codes.to_numpy(), return_inverse=True)
        known: list[Any] = column.cat.categories.take(codes[codes >= 0]).tolist()
        words = [None] * (len(codes) - len(known)) + known
        return [words[place] for place in places.tolist()]
    missing = column.isna().tolist()
    return [
        None if absent else value for value, absent in zip(column.tolist(), missing, strict=True)
    ]


def records_by_patient(frame: pd.DataFrame) -> dict[str, list[Record]]:
    """Return the rows of each patient, in their order."""
    columns = {str(name): plain_list(frame[name]) for name in frame.columns}
    grouped: dict[str, list[Record]] = {}
    for cells in zip(*columns.values(), strict=True):
        record = dict(zip(columns, cells, strict=True))
        grouped.setdefault(str(record["patient_id"]), []).append(record)
    return grouped
