"""The JSON Schema (draft 2020-12) of what is printed as JSON, made from the contract of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import ModuleType, NoneType, UnionType
from typing import (
    Annotated,
    Any,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from wbc_tracker.catalog import Catalog
from wbc_tracker.render.json import contract
from wbc_tracker.render.json.contract import ReportJson
from wbc_tracker.render.json.named import Named

_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}


def report_schema(catalog: Catalog) -> str:
    """Return the schema of `report --format json` as JSON text; its words are those of the
    catalogue.
    """
    document = document_schema(contract, ReportJson, "wbc-tracker report", catalog)
    return json.dumps(document, ensure_ascii=False, indent=2)


def document_schema(
    types: ModuleType, root: type, title: str, catalog: Catalog
) -> dict[str, object]:
    """Return the schema of a document.

    Args:
        types: the module of its contract. root: the object that is the document.
        title: of the schema. catalog: its words.
    """
    definitions = {}
    for each in vars(types).values():
        if (named := _named(each)) is not None:
            words = list(named.words(catalog) if callable(named.words) else named.words)
            only = {"enum": words} if words else {}
            definitions[named.name] = {
                **({"description": named.description} if named.description else {}),
                **_restricted(_plain(get_args(each)[0], catalog), {**only, **named.keywords}),
            }
        elif is_typeddict(each) and each is not root:
            definitions[_name_of(each)] = _object(each, catalog)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **_object(root, catalog),
        "$defs": definitions,
    }


def _named(hint: Any) -> Named | None:
    if get_origin(hint) is not Annotated:
        return None
    return next((told for told in hint.__metadata__ if isinstance(told, Named)), None)


def _name_of(kind: type) -> str:
    """Return the name of an object in the schema: `NextInfusionJson` is `next_infusion`."""
    name = kind.__name__.removesuffix("Json")
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]


def _object(kind: type, catalog: Catalog) -> dict[str, Any]:
    """Return a closed object with its keys; its docstring describes it."""
    hints = get_type_hints(kind, include_extras=True)
    optional = {name for name, hint in hints.items() if get_origin(hint) is NotRequired}
    hints |= {name: get_args(hints[name])[0] for name in optional}
    return {
        "description": " ".join((kind.__doc__ or "").split()),
        "type": "object",
        "additionalProperties": False,
        "required": [name for name in hints if name not in optional],
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
    if get_origin(hint) is dict:
        return {"type": "object", "additionalProperties": _described(get_args(hint)[1], catalog)}
    if get_origin(hint) is list:
        return {"type": "array", "items": _described(get_args(hint)[0], catalog)}
    if get_origin(hint) in (Union, UnionType):
        inner, *others = (part for part in get_args(hint) if part is not NoneType)
        if others:
            return {"type": [_TYPES[each] for each in (inner, *others)]}
        schema = _described(inner, catalog)
        if "$ref" in schema:
            return {"anyOf": [schema, {"type": "null"}]}
        return {**schema, "type": [schema["type"], "null"]}
    return {"type": _TYPES[hint]}
