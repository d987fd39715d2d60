"""Forms of one file that several workers can write: lines, one below the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Whole
from wbc_tracker.render.csv.results import csv_header, csv_lines
from wbc_tracker.render.jsonl.results import json_lines
from wbc_tracker.schema import Column

_NEW_LINE, _QUOTE = b"\n"[0], b'"'[0]


@dataclass(frozen=True)
class LinesForm:
    """How rows become lines.

    Attributes:
        header: what stands above them. lines: those of rows with some columns, some at a time.
        ends: where each row of such a text ends.
    """

    header: Callable[[Sequence[Column]], bytes]
    lines: Callable[[pd.DataFrame, Sequence[Column]], Iterator[bytes]]
    ends: Callable[[bytes], Whole]


def csv_ends(content: bytes) -> Whole:
    """Return where each row of a CSV ends: a cell in quotation marks may hold line breaks."""
    characters = np.frombuffer(content, dtype=np.uint8)
    breaks = np.flatnonzero(characters == _NEW_LINE)
    if _QUOTE in content:
        quotes = np.flatnonzero(characters == _QUOTE)
        breaks = breaks[np.searchsorted(quotes, breaks) % 2 == 0]
    return np.asarray(breaks + 1, dtype=np.int64)


def line_ends(content: bytes) -> Whole:
    """Return where each line ends."""
    return np.flatnonzero(np.frombuffer(content, dtype=np.uint8) == _NEW_LINE) + 1


def _no_header(_: Sequence[Column]) -> bytes:
    return b""


CSV = LinesForm(csv_header, csv_lines, csv_ends)
JSON_LINES = LinesForm(_no_header, json_lines, line_ends)
