"""The headers of a file, before anything is made of them."""

from __future__ import annotations

from pathlib import Path

from wbc_tracker.catalog import load_catalog
from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.table.headers import lab_words
from wbc_tracker.intake.table.table import read_bytes, read_table


def headers_of(path: Path, options: ReadingOptions) -> list[str]:
    """Return the headers of a file; none where it cannot be read, which its reader will tell."""
    words = lab_words(options, load_catalog())
    try:
        return read_table(read_bytes(path), path.name, options, words).header
    except WbcTrackerError:
        return []
