"""Turn TOML tables into the catalogue's dataclasses, refusing whatever does not fit."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from wbc_tracker.errors import CatalogError

T = TypeVar("T")
#: Metadata of a field that no table may give: the loader derives it.
DERIVED = {"derived": True}


def build(cls: type[T], table: Mapping[str, Any], where: str) -> T:
    """Build a dataclass from a TOML table.

    Args:
        cls: a dataclass whose fields are str, int, float, bool, Literal, an enum by its
            word, `X | None`, `tuple[X, ...]`, `dict[str, X]` or another dataclass.
        table: the parsed TOML table.
        where: file and entry, for the message.

    Raises:
        CatalogError: a key is unknown or missing, or a value has the wrong type.
    """
    hints, declared = _declaration(cls)  # type: ignore[arg-type]  # a class is hashable
    if unknown := sorted(set(table) - set(declared)):
        raise CatalogError(f"{where}: unknown key {', '.join(unknown)}.")
    values: dict[str, Any] = {}
    for name, field in declared.items():
        if name in table:
            values[name] = _convert(hints[name], table[name], f"{where}: {name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise CatalogError(f"{where}: the key {name} is missing.")
    return cls(**values)


@cache
def _declaration(cls: Any) -> tuple[dict[str, Any], dict[str, Field[Any]]]:
    """Return types and given fields of a dataclass, evaluated once: that is the slow part."""
    given = {each.name: each for each in fields(cls) if not each.metadata.get("derived")}
    return typing.get_type_hints(cls), given


def build_all(cls: type[T], tables: list[Mapping[str, Any]], key: str, where: str) -> dict[str, T]:
    """Build one dataclass a table, keyed by the field `key`.

    Raises:
        CatalogError: as `build`, or two tables have the same key.
    """
    entries: dict[str, T] = {}
    for number, table in enumerate(tables, start=1):
        entry = build(cls, table, f"{where}, entry {number} ({table.get(key, 'no ' + key)})")
        identity = str(getattr(entry, key))
        if identity in entries:
            raise CatalogError(f"{where}: {identity} stands there twice.")
        entries[identity] = entry
    return entries


def _convert(kind: Any, value: Any, where: str) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return _convert(
            next(part for part in arguments if part is not types.NoneType), value, where
        )
    if origin is tuple and isinstance(value, list):
        return tuple(_convert(arguments[0], item, where) for item in value)
    if origin is dict and isinstance(value, dict):
        return {
            str(name): _convert(arguments[1], item, f"{where}.{name}")
            for name, item in value.items()
        }
    if origin is typing.Literal and value in arguments:
        return value
    if isinstance(kind, type) and issubclass(kind, Enum) and isinstance(value, str):
        for member in kind:
            if value == member.name.lower():
                return member
    if is_dataclass(kind) and isinstance(kind, type) and isinstance(value, dict):
        return build(kind, value, where)
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if kind in (str, int, bool) and type(value) is kind:
        return value
    raise CatalogError(f"{where}: {value!r} does not fit.")
