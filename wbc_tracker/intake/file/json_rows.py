"""From JSON Lines, or one list of objects, to columns of texts: an object a row, its keys the
headers.

Numbers stay the digits that were printed. What two readers could take differently is refused, as in
FHIR; so is an object inside a row.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from wbc_tracker.errors import UnreadableFileError
from wbc_tracker.intake.file.fhir_json import Digits, json_values
from wbc_tracker.intake.file.named_columns import NamedColumns

_MOST_KEYS = 5_000
_RESOURCE = "resourceType"


def holds_fhir(raw: bytes) -> bool:
    """Tell whether JSON is of FHIR resources: each names its type."""
    return any(_RESOURCE.encode(name) in raw for name in ("utf-8", "utf-16-le", "utf-16-be"))


def read_json_rows(raw: bytes, file: str) -> NamedColumns:
    """Return the rows of JSON that is not FHIR; they are numbered by line, in a list from 1.

    Raises:
        UnreadableFileError: not JSON that can be read in one way only, or not of flat objects.
    """
    columns: dict[str, list[str]] = {}
    numbers: set[str] = set()
    lines: list[int] = []
    for value, line in _objects(raw, file):
        for key, cell in value.items():
            column = columns.get(key)
            if column is None:
                column = columns[key] = []
                if len(columns) > _MOST_KEYS:
                    raise _refused(f"{file}: its rows have more than {_MOST_KEYS} different keys")
            column.extend([""] * (len(lines) - len(column)))
            column.append(_text(cell, key, file, line))
            if isinstance(cell, Digits):
                numbers.add(key)
        lines.append(line)
    if not columns:
        raise _refused(f"{file} is JSON, but holds no FHIR resource and no rows")
    for column in columns.values():
        column.extend([""] * (len(lines) - len(column)))
    names = list(columns)
    return NamedColumns(
        "JSON",
        names,
        [pa.array(columns[name], pa.string()) for name in names],
        frozenset(at for at, name in enumerate(names) if name in numbers),
        np.array(lines, dtype=np.int64),
    )


def _objects(raw: bytes, file: str) -> list[tuple[dict[str, Any], int]]:
    """Return the object of each row, and where it stands.

    Raises:
        UnreadableFileError: a row is no object, or the file is FHIR.
    """
    found = list(json_values(raw, file))
    if len(found) == 1 and isinstance(found[0][0], list):
        found = [(item, number) for number, item in enumerate(found[0][0], start=1)]
    rows = []
    for value, line in found:
        if not isinstance(value, dict):
            raise _refused(f"{file}, row {line or 1}: it is no object with a key for each column")
        if _RESOURCE in value:
            raise UnreadableFileError(
                f"{file} is FHIR, which is read as it is, and for laboratory results alone.",
                "Leave out --layout; write infusions and events as CSV.",
                code="file_not_text",
            )
        rows.append((value, line or 1))
    return rows


def _text(cell: Any, key: str, file: str, line: int) -> str:
    """Return a cell as a CSV file of it would print it.

    Raises:
        UnreadableFileError: it is an object or a list.
    """
    if cell is None:
        return ""
    if isinstance(cell, Digits):
        return _plain(cell)
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    kind = "a list" if isinstance(cell, list) else "an object"
    raise _refused(f"{file}, row {line}: {key[:60]!r} is {kind}, not one value")


def _plain(digits: str) -> str:
    """Return a number such as `1e3` with all its digits; one without measure stays as it is."""
    if "e" not in digits and "E" not in digits:
        return str(digits)
    from decimal import Decimal, InvalidOperation

    try:
        number = Decimal(str(digits))
    except InvalidOperation:
        return str(digits)
    return format(number, "f") if abs(number.adjusted()) <= _MOST_DIGITS else str(digits)


_MOST_DIGITS = 30


def _refused(what: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{what}.",
        "Write one flat object a row, or a CSV file.",
        code="file_unreadable",
    )
