"""Columns as a Table Schema (Frictionless): what each is called, holds and means; and those in the
names of CDISC as a dictionary of variables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from wbc_tracker.catalog.cdisc import DatasetHead, Variable
from wbc_tracker.schema import DAY, MOMENT, Column
from wbc_tracker.wording import visible_json

_TYPES = {"text": "string", "number": "number", "integer": "integer", "boolean": "boolean"}
_DEFINE_TYPES = {"number": "float"}
#: Of a SAS transport file: the bytes of a number, and the most letters of a text.
_NUMBER_LENGTH, _MOST_LETTERS = 8, 200
#: A variable of CDISC, and the column of the export that it is.
Described = tuple[Variable, Column]
#: A date, with a time or without, has no type of its own there: it stays a text.
_TIMES = {DAY: "date", MOMENT: "datetime"}


def table_schema(columns: Sequence[Column]) -> dict[str, object]:
    """Return the schema as plain data; `unit` is a property of our own."""
    return {"fields": [_field(column) for column in columns], "missingValues": [""]}


def variable_dictionary(head: DatasetHead, variables: Sequence[Described]) -> dict[str, object]:
    """Return CDISC variables as plain data, told as a define document tells them."""
    return {
        "dataset": {**vars(head), "keys": list(head.keys)},
        "variables": [_variable(variable, column) for variable, column in variables],
        "codelists": {
            variable.name: list(column.words) for variable, column in variables if column.words
        },
    }


def _variable(variable: Variable, column: Column) -> dict[str, object]:
    """`length` is that of a SAS transport file: 8 of a number, of a text its longest word."""
    longest = max(map(len, column.words), default=variable.length or _MOST_LETTERS)
    return {
        "name": variable.name,
        "label": variable.label,
        "type": _DEFINE_TYPES.get(variable.type, variable.type),
        "length": longest if variable.type == "text" else _NUMBER_LENGTH,
        "codelist": variable.name if column.words else None,
        "origin": variable.origin,
        "derivation": variable.derivation or None,
        "source": list(variable.source),
        "standard": variable.standard,
    }


def json_text(document: Mapping[str, object]) -> str:
    """Return plain data as JSON that can be read by eye."""
    return visible_json(json.dumps(document, ensure_ascii=False, indent=2))


def _field(column: Column) -> dict[str, object]:
    is_text = column.type == "text"
    field: dict[str, Any] = {
        "name": column.name,
        "title": column.label or column.name.replace("_", " "),
        "type": _TIMES.get(column.unit, "string") if is_text else _TYPES[column.type],
        "description": column.meaning,
    }
    if column.unit:
        field["unit"] = column.unit
    if column.words:
        words = column.words if is_text else tuple(map(int, column.words))
        field["constraints"] = {"enum": list(words)}
    return field
