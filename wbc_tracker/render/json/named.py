"""Types with a name of their own in a JSON Schema: they stand there once and are referred to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wbc_tracker.catalog import Catalog

Words = Sequence[str | None]


@dataclass(frozen=True, eq=False)
class Named:
    """A type with a name of its own in the schema.

    Attributes:
        name, description: what stands there. words: all it can be, or how the catalogue tells them.
        keywords: of JSON Schema.
    """

    name: str
    description: str = ""
    words: Words | Callable[[Catalog], Words] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)
