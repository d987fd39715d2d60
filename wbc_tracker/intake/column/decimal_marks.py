"""Which of comma and point is the decimal mark of a column, by what its numbers prove."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake.column.texts import matches
from wbc_tracker.intake.options import DECIMAL_MARKS

#: One separator followed by exactly three digits: a thousands mark or a decimal mark.
_EITHER = r"^[1-9][0-9]{0,2}[.,][0-9]{3}$"
GROUPED = "^[1-9][0-9]{0,2}"
#: Lakhs: `2,50,000`; groups of two above the thousands are written with commas alone.
INDIAN = {".": "[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}", ",": "(?:)x"}
_PROVES_DECIMAL = {
    mark: rf"^[0-9]*{m}[0-9]+$|{GROUPED}(?:{o}[0-9]{{3}})+{m}[0-9]+$"
    rf"|{GROUPED}(?:{o}[0-9]{{3}}){{2,}}$|^{INDIAN[mark]}(?:{m}[0-9]+)?$"
    for mark, m, o in ((".", r"\.", ","), (",", ",", r"\."))
}


def settle_mark(separated: pa.Array, where: str, proven: str | None, usual: str | None) -> str:
    """Return the decimal mark that the numbers of a column prove; see `parse_values`.

    Raises:
        AmbiguousFileError: it is not proved, or both marks are.
    """
    if proven:
        return _agree(separated, proven, where)
    return find_decimal_mark(separated, where, usual)


def find_decimal_mark(tokens: pa.Array, where: str, usual: str | None = None) -> str:
    """Return the decimal mark that the numbers of one column prove; `.` if none has a separator.

    Where they prove none, it is the `usual` one if there is one.

    Raises:
        AmbiguousFileError: every separator is followed by exactly three digits, or both marks are
            proved.
    """
    separated = tokens.filter(pc.match_substring_regex(tokens, "[.,]"))
    either = pc.match_substring_regex(separated, _EITHER)
    certain = separated.filter(pc.invert(either))
    proof = {
        mark: certain.filter(pc.match_substring_regex(certain, p))
        for mark, p in _PROVES_DECIMAL.items()
    }
    if len(proof["."]) and len(proof[","]):
        raise AmbiguousFileError(
            f"{where}: {proof['.'][0].as_py()!r} has a decimal point and {proof[','][0].as_py()!r} "
            "a decimal comma.",
            "Say which with --decimal . or --decimal , (cells with the other mark are then "
            "rejected).",
            code="decimal_ambiguous",
            settled_by=DECIMAL_MARKS,
        )
    if not len(proof["."]) and not len(proof[","]) and len(separated) > len(certain):
        if usual:
            return usual
        raise AmbiguousFileError(
            _two_readings(str(separated.filter(either)[0].as_py()), where),
            "Say which with --decimal . or --decimal ,",
            code="decimal_ambiguous",
            settled_by=DECIMAL_MARKS,
        )
    return "," if len(proof[","]) else "."


def _agree(tokens: pa.Array, proven: str, where: str) -> str:
    """Return the proven decimal mark if no number has a separator that can be the other one.

    Raises:
        AmbiguousFileError: naming such a cell.
    """
    other = "," if proven == "." else "."
    doubtful = matches(tokens, _PROVES_DECIMAL[other]) | (
        matches(tokens, _EITHER) & matches(tokens, rf"[{other}]")
    )
    if doubtful.any():
        cell = tokens[int(np.flatnonzero(doubtful)[0])].as_py()
        raise AmbiguousFileError(
            f"{where}: {cell!r} may have {other!r} for its decimal mark, but the numbers of the "
            f"file have {proven!r}.",
            "Say which with --decimal . or --decimal ,",
            code="decimal_ambiguous",
            settled_by=DECIMAL_MARKS,
        )
    return proven


def _two_readings(cell: str, where: str) -> str:
    digits = re.sub("[.,]", "", cell)
    fraction = re.sub("[.,]", ".", cell)
    return (
        f"{where}: {cell!r} can be {fraction} or {digits}, and no other cell of the column "
        "proves which."
    )
