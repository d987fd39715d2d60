"""Damage a document at one place, and tell from its contract alone whether it is still one."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

#: A value of every type that JSON knows; 6.5 is no integer, and 6 is a number too.
VALUES: dict[type, Any] = {str: "six", int: 6, float: 6.5, bool: True, NoneType: None, list: [], dict: {"six": 6}}

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Damage:
    """A document with one change: what was done where, and whether the contract allows it."""

    told: str
    document: Any
    is_allowed: bool


@dataclass(frozen=True)
class Place:
    """A part of a document: its name and hint in the contract, and its path; may it be missing? (None: a list's)"""

    name: str
    hint: Any
    path: Path
    may_miss: bool | None


def plain(hint: Any) -> tuple[list[Any], bool]:
    """Return the types that a hint allows, without what stands beside them, and whether a key may be missing."""
    origin = get_origin(hint)
    if origin is NotRequired:
        return plain(get_args(hint)[0])[0], True
    if origin is Annotated:
        return plain(get_args(hint)[0])
    if origin in (Union, UnionType):
        return [kind for each in get_args(hint) for kind in plain(each)[0]], False
    return [hint], False


def json_types(hint: Any) -> set[type]:
    """Return which types of JSON a hint allows."""
    found = {dict if is_typeddict(kind) else get_origin(kind) or kind for kind in plain(hint)[0]}
    return found | ({int} if float in found else set())


def places(hint: Any, value: Any, name: str, path: Path = ()) -> Iterator[Place]:
    """Yield every part of a document that its contract names."""
    (kind, *_) = [each for each in plain(hint)[0] if each is not NoneType]
    if value is None:
        return
    if is_typeddict(kind):
        hints = get_type_hints(kind, include_extras=True)
        parts = [(f"{kind.__name__}.{key}", hints[key], key, plain(hints[key])[1]) for key in hints if key in value]
    elif get_origin(kind) is dict:
        parts = [(f"an entry of {name}", get_args(kind)[1], key, True) for key in value]
    elif get_origin(kind) is list:
        parts = [(f"one of {name}", get_args(kind)[0], at, None) for at in range(len(value))]
    else:
        return
    for part, inner, step, may_miss in parts:
        yield Place(part, inner, (*path, step), may_miss)
        yield from places(inner, value[step], part, (*path, step))


def thin(value: Any, path: Path) -> tuple[Any, Path]:
    """Return a document of which every list keeps one entry, that of the path where it has one, and the path in it."""
    step, *rest = path or (0,)
    if isinstance(value, list):
        if not value:
            return [], path
        at = step if path else 0
        inner, inside = thin(value[at], tuple(rest) if path else ())
        return [inner], ((0, *inside) if path else ())
    if isinstance(value, dict):
        told, way = {}, ()
        for name, each in value.items():
            is_way = bool(path) and name == step
            told[name], inside = thin(each, tuple(rest) if is_way else ())
            way = (name, *inside) if is_way else way
        return told, way
    return value, path


def damages(root: type, documents: list[Any], each: int, seed: int = 1) -> Iterator[Damage]:
    """Yield documents with one part dropped, of another type, or beside one that nobody knows.

    Of every part that the contract names, `each` are taken from all the documents, by chance but always the same.
    """
    chance = random.Random(seed)
    found: dict[str, list[tuple[Any, Place]]] = defaultdict(list)
    for document in documents:
        for place in places(root, document, root.__name__):
            found[place.name].append((document, place))
    for name, known in found.items():
        for document, place in chance.sample(known, min(each, len(known))):
            small, way = thin(document, place.path)
            wrong = [value for kind, value in VALUES.items() if kind not in json_types(place.hint)]
            yield Damage(f"{name} of another type", _with(small, way, chance.choice(wrong)), is_allowed=False)
            if place.may_miss is not None:
                yield Damage(f"{name} dropped", _without(small, way), is_allowed=place.may_miss)
                yield Damage(f"{name} with another", _with(small, (*way[:-1], f"{way[-1]}_2"), None), is_allowed=False)


def _with(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    step, *rest = path
    if isinstance(value, list):
        return [_with(each, tuple(rest), new) if at == step else each for at, each in enumerate(value)]
    return {**value, step: _with(value.get(step), tuple(rest), new)}


def _without(value: Any, path: Path) -> Any:
    step, *rest = path
    if rest:
        return _with(value, (step,), _without(value[step], tuple(rest)))
    return {name: each for name, each in value.items() if name != step}
