"""Columns as a Table Schema (Frictionless): what each is called, holds and means."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from wbc_tracker.schema import DAY, MOMENT, Column
from wbc_tracker.wording import visible_json

_TYPES = {"text": "string", "number": "number", "integer": "integer", "boolean": "boolean"}
#: A date, with a time or without, has no type of its own there: it stays a text.
_TIMES = {DAY: "date", MOMENT: "datetime"}


def table_schema(columns: Sequence[Column]) -> dict[str, object]:
    """Return the schema as plain data; `unit` is a property of our own."""
    return {"fields": [_field(column) for column in columns], "missingValues": [""]}


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
