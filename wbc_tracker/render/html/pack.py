"""Many charts of the same data in little room: what they have in common is written once.

A chart for every width, theme and time axis would repeat nearly everything. Equal parts go into a
list; where they stood, `{"$": n}` names the n-th of it. page.js puts them back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

REFERENCE = "$"
#: A part shorter than that, written as JSON, costs less than naming it.
_LEAST_LENGTH = 40
_CONTAINERS = (dict, list)


def pack(value: Any) -> dict[str, Any]:
    """Return `{"parts": [...], "packed": ...}`: plain data with its repeated parts written once.

    A part may name parts that stand before it, never one behind it.
    """
    packer = _Packer()
    root = packer.learn(value) if type(value) in _CONTAINERS else value
    return {"parts": packer.parts, "packed": packer.packed(root)}


@dataclass(eq=False)
class _Part:
    """An object or list, once however often it stands in the data.

    Attributes:
        names: of an object, None for a list. inside: what is in it; objects and lists as parts.
        length: as JSON. uses: how many different parts it stands in. place: in the list of parts,
            -1 outside.
    """

    names: tuple[str, ...] | None
    inside: list[Any]
    length: int
    uses: int = 0
    place: int = -1


class _Packer:
    """Learns which parts are equal, from the inside out, then replaces what stands at several
    places.
    """

    def __init__(self) -> None:
        self.parts: list[Any] = []
        self._known: dict[Any, _Part] = {}
        self._seen: dict[int, _Part] = {}

    def learn(self, value: Any) -> _Part:
        """Return an object or list as a part, with those in it as parts; equal ones are the same
        part.

        A page has thousands of them: one loop, and a plain key for what needs no more.
        """
        # What stands at several places is often the very same object; all of them live while this
        # runs.
        seen = self._seen.get(id(value))
        if seen is not None:
            return seen
        names = tuple(value) if type(value) is dict else None
        inside: list[Any] = []
        key: list[Any] = [names]
        for one in value if names is None else value.values():
            kind = type(one)
            if kind in _CONTAINERS:
                part = self.learn(one)
                inside.append(part)
                key.append(part)
                continue
            inside.append(one)
            # 1, 1.0 and True are equal, but not the same.
            key.append(one if kind is str else (kind, one))
        whole = tuple(key)
        known = self._known.get(whole)
        if known is None:
            known = self._known[whole] = _Part(names, inside, _length(names, inside))
            for one in inside:
                if type(one) is _Part:
                    one.uses += 1
        self._seen[id(value)] = known
        return known

    def packed(self, part: Any) -> Any:
        """Return a part with names for what is written elsewhere."""
        if type(part) is not _Part:
            return part
        if part.uses < 2 or part.length < _LEAST_LENGTH:
            return self._opened(part)
        if part.place < 0:
            opened = self._opened(part)
            self.parts.append(opened)
            part.place = len(self.parts) - 1
        return {REFERENCE: part.place}

    def _opened(self, part: _Part) -> Any:
        inside = [self.packed(one) if type(one) is _Part else one for one in part.inside]
        return inside if part.names is None else dict(zip(part.names, inside, strict=True))


def _length(names: tuple[str, ...] | None, inside: list[Any]) -> int:
    """Return how many characters a part has as JSON without spaces, escapes not counted."""
    told = 1 + max(1, len(inside))  # brackets and commas
    if names is not None:
        told += sum(len(name) + 3 for name in names)
    for one in inside:
        if type(one) is _Part:
            told += one.length
        else:
            told += len(one) + 2 if isinstance(one, str) else len(str(one))
    return told
