"""Rows of a format that names its columns itself (Parquet, JSON Lines): columns of texts."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from wbc_tracker.arrays import Whole


@dataclass(frozen=True)
class NamedColumns:
    """What such a file holds, as a CSV file of it would print it.

    Attributes:
        format: its name, for messages. names: of the columns, in their order.
        columns: a text a row, "" where there is none.
        numbers: places of columns with numbers, whose decimal mark is the point.
        source_row: where each row stands: its number from 1, or its line.
    """

    format: str
    names: list[str]
    columns: list[pa.Array]
    numbers: frozenset[int]
    source_row: Whole
