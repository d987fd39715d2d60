"""Cells of a file that people open in a spreadsheet, which would run what looks like a formula."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: A spreadsheet takes a cell that starts with one of these as a formula, some also the wide and
#: small forms. Literal characters, because both Python and Arrow read these expressions.
_SIGNS = "=+@＝＋－＠﹦﹢﹣﹫-"
#: What a reader does not see before a sign: spaces, joiners, marks of direction.
_UNSEEN = (
    " \t\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
#: A file may be opened with another separator than its own: then a cell starts behind one.
_OTHER_SEPARATORS = ";|\t\r\n"
_START = f"^[{_UNSEEN}]*[{_SIGNS}]|^[\t\r]"
_INSIDE = f"([{_OTHER_SEPARATORS}][{_UNSEEN}]*)([{_SIGNS}])"
#: Where a spreadsheet would find a formula in a text.
FORMULA = f"{_START}|{_INSIDE}"


def defuse(word: str) -> str:
    """Return a text with an apostrophe wherever a spreadsheet would take what follows for a
    formula.
    """
    word = re.sub(_INSIDE, r"\1'\2", word)
    return f"'{word}" if re.match(_START, word) else word


def defuse_columns(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return a table with the texts of some columns defused; missing stays missing."""
    return table.assign(**{name: table[name].map(defuse, na_action="ignore") for name in names})
