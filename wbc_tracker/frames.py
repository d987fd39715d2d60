"""Putting frames one below the other without losing the compact form of their texts."""

from __future__ import annotations

from collections.abc import Sequence

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
