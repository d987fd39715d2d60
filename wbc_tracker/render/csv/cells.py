"""Cells of a file that people open in a spreadsheet, which would run what looks like a formula."""

from __future__ import annotations

import re

import pandas as pd

#: A spreadsheet takes a cell that starts with one of these as a formula.
FORMULA_START = r"^[=+\-@\t\r]"


def defuse(word: str) -> str:
    """Return a text with a leading apostrophe where a spreadsheet would take it for a formula."""
    return f"'{word}" if re.match(FORMULA_START, word) else word


def defuse_columns(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return a table with the texts of some columns defused; missing stays missing."""
    return table.assign(
        **{
            name: table[name].str.replace(f"({FORMULA_START})", r"'\1", regex=True)
            for name in names
        }
    )
