"""Frames one below the other without losing the compact form of their texts, and their columns as
plain values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals


def stack_frames(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the frames one below the other, with a fresh index.

    Columns that are categories in one frame stay categories, over all words of all frames; plain
    concatenation would turn them into one text a row.
    """
    if len(frames) == 1:
        return frames[0].reset_index(drop=True)
    columns = {}
    for name in frames[0].columns:
        parts = [frame[name] for frame in frames]
        if any(isinstance(part.dtype, pd.CategoricalDtype) for part in parts):
            columns[name] = pd.Series(
                union_categoricals([part.astype("category") for part in parts])
            )
        else:
            columns[name] = pd.concat(parts, ignore_index=True)
    return pd.DataFrame(columns)


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
