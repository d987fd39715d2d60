"""Many charts of the same data in little room: what they have in common is written once.

A chart for every width, theme and time axis would repeat nearly everything. Equal parts go into a list; where
they stood, `{"$": n}` names the n-th of it. page.js puts them back.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

REFERENCE = "$"
#: A part shorter than that costs less than naming it.
_LEAST_LENGTH = 40


def pack(value: Any) -> dict[str, Any]:
    """Return `{"parts": [...], "packed": ...}`: plain data with its repeated parts written once.

    A part may name parts that stand before it, never one behind it.
    """
    packer = _Packer(Counter(_texts(value)))
    packed = packer.packed(value)
    return {"parts": packer.parts, "packed": packed}


def _texts(value: Any) -> Iterator[str]:
    """Yield every object and list in a value as text; what stands inside a repeated one is not counted again."""
    seen: set[str] = set()
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, dict | list):
            continue
        text = _text(part)
        yield text
        if text not in seen:
            seen.add(text)
            waiting += part.values() if isinstance(part, dict) else part


def _text(part: Any) -> str:
    return json.dumps(part, separators=(",", ":"))


class _Packer:
    """Replaces what stands at several places; `parts` holds each of these once."""

    def __init__(self, counts: Counter[str]) -> None:
        self.parts: list[Any] = []
        self._counts = counts
        self._places: dict[str, int] = {}

    def packed(self, part: Any) -> Any:
        """Return a part with names for what is written elsewhere."""
        if not isinstance(part, dict | list):
            return part
        text = _text(part)
        if self._counts[text] < 2 or len(text) < _LEAST_LENGTH:
            return self._opened(part)
        if text not in self._places:
            self.parts.append(self._opened(part))
            self._places[text] = len(self.parts) - 1
        return {REFERENCE: self._places[text]}

    def _opened(self, part: Any) -> Any:
        if isinstance(part, dict):
            return {name: self.packed(inner) for name, inner in part.items()}
        return [self.packed(inner) for inner in part]
