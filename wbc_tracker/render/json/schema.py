"""The JSON Schema (draft 2020-12) of what `report --format json` prints, made from its contract."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints, is_typeddict

from wbc_tracker.catalog import Catalog
from wbc_tracker.render.json import contract
from wbc_tracker.render.json.contract import Named, ReportJson

_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}


def report_schema(catalog: Catalog) -> str:
    """Return the schema as JSON text; its words are those of the catalogue."""
    definitions = {}
    for each in vars(contract).values():
        if (named := _named(each)) is not None:
            words = list(named.words(catalog) if callable(named.words) else named.words)
            only = {"enum": words} if words else {}
            definitions[named.name] = {
                **({"description": named.description} if named.description else {}),
                **_restricted(_plain(get_args(each)[0], catalog), {**only, **named.keywords}),
            }
        elif is_typeddict(each) and each is not ReportJson:
            definitions[_name_of(each)] = _object(each, catalog)
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "wbc-tracker report",
        **_object(ReportJson, catalog),
        "$defs": definitions,
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _named(hint: Any) -> Named | None:
    if get_origin(hint) is not Annotated:
        return None
    return next((told for told in hint.__metadata__ if isinstance(told, Named)), None)


def _name_of(kind: type) -> str:
    """Return the name of an object in the schema: `NextInfusionJson` is `next_infusion`."""
    name = kind.__name__.removesuffix("Json")
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]


def _object(kind: type, catalog: Catalog) -> dict[str, Any]:
    """Return a closed object with all its keys; its docstring describes it."""
    hints = get_type_hints(kind, include_extras=True)
    return {
        "description": " ".join((kind.__doc__ or "").split()),
        "type": "object",
        "additionalProperties": False,
        "required": list(hints),
        "properties": {name: _described(hint, catalog) for name, hint in hints.items()},
    }


def _described(hint: Any, catalog: Catalog) -> dict[str, Any]:
    """Return the schema of a type with the description and the keywords that stand beside it."""
    if get_origin(hint) is not Annotated:
        return _plain(hint, catalog)
    named, schema = _named(hint), {}
    keywords: dict[str, Any] = {}
    for told in hint.__metadata__:
        if isinstance(told, str):
            schema["description"] = told
        elif isinstance(told, Mapping):
            keywords |= told
        elif callable(told):
            keywords |= told(catalog)
    if named is not None:
        return {**schema, "$ref": f"#/$defs/{named.name}"}
    return {**schema, **_restricted(_plain(get_args(hint)[0], catalog), keywords)}


def _restricted(schema: dict[str, Any], keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Add keywords; a list of words with null, or one word, says the type itself."""
    says_type = "const" in keywords or None in keywords.get("enum", ())
    return {**({} if says_type else schema), **keywords}


def _plain(hint: Any, catalog: Catalog) -> dict[str, Any]:
    """Return the schema of a type without what stands beside it."""
    if is_typeddict(hint):
        return {"$ref": f"#/$defs/{_name_of(hint)}"}
    if get_origin(hint) is list:
        return {"type": "array", "items": _described(get_args(hint)[0], catalog)}
    if get_origin(hint) in (Union, UnionType):
        (inner,) = (part for part in get_args(hint) if part is not NoneType)
        schema = _described(inner, catalog)
        if "$ref" in schema:
            return {"anyOf": [schema, {"type": "null"}]}
        return {**schema, "type": [schema["type"], "null"]}
    return {"type": _TYPES[hint]}
