"""Rejects: cells that could not be read, as values, with the words of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from wbc_tracker import schema
from wbc_tracker.arrays import Whole
from wbc_tracker.catalog import load_catalog


def make_rejects(
    file: str,
    code: str,
    *,
    lines: Whole,
    column: Sequence[str],
    raw: Sequence[str],
    name: Sequence[str],
    detail: Sequence[str],
) -> pd.DataFrame:
    """Return rejects of one code, one row a cell; all sequences of equal length.

    Returns:
        schema.REJECT_COLUMNS, and schema.MENDABLE_COLUMNS empty, for whoever knows them to fill.
    """
    problem = load_catalog().problems[code]
    words = [{"raw": r, "name": n, "detail": d} for r, n, d in zip(raw, name, detail, strict=True)]
    return pd.DataFrame(
        {
            "source_file": file,
            "source_row": np.asarray(lines, dtype=np.int64),
            "column": list(column),
            "code": code,
            "message": [problem.message.format(**word) for word in words],
            "hint": [problem.hint.format(**word) for word in words],
            "raw": list(raw),
            **dict.fromkeys(schema.names(schema.MENDABLE_COLUMNS), ""),
        },
        columns=schema.names((*schema.REJECT_COLUMNS, *schema.MENDABLE_COLUMNS)),
    )


def no_rejects() -> pd.DataFrame:
    """Return an empty frame of rejects."""
    return _nothing().copy(deep=False)  # nearly every file asks for some, and has none


@cache
def _nothing() -> pd.DataFrame:
    return make_rejects(
        "", "row_shape", lines=np.empty(0, np.int64), column=[], raw=[], name=[], detail=[]
    )


def stack_rejects(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return rejects one below the other, in the order of their lines."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return no_rejects()
    return pd.concat(filled, ignore_index=True).sort_values(
        "source_row", kind="stable", ignore_index=True
    )
