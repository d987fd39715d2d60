"""Arrow's answers as NumPy masks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]


def to_mask(answers: pa.Array) -> Mask:
    """Return Arrow booleans without nulls as a NumPy mask."""
    return np.asarray(answers.to_numpy(zero_copy_only=False), dtype=bool)


def matches(texts: pa.Array, pattern: str) -> Mask:
    """Return which texts match a regular expression (RE2)."""
    return to_mask(pc.match_substring_regex(texts, pattern))


def is_blank(texts: pa.Array) -> Mask:
    """Return which texts are empty."""
    return to_mask(pc.equal(texts, ""))
