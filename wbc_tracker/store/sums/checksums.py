"""A number for each stored row that changes with any of its fields.

The function, so that any other program can compute it again. All whole numbers are of 64 bits,
unsigned, and wrap.

- `mix(x)` is the last step of splitmix64: `x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9`, then
  `x = (x ^ x >> 27) * 0x94D049BB133111EB`, then `x ^ x >> 31`.
- A cell is a number. Of a text: its UTF-8, filled up with zeros to words of 8 bytes, little-endian;
  the sum of `mix(word ^ mix(n))` over its words, `n` from 1, plus how many bytes it has. Of a real
  number its IEEE 754 bits, with 0.0 for -0.0; of a whole number its two's complement; of what is
  missing 0x9E3779B97F4A7C15.
- A row is `mix` of the sum of `mix(cell ^ mix(place + kind))` over its columns. `place` counts from
  1; `kind` is 0 for what is missing, 1000 for a text, 2000 for a real and 3000 for a whole number.

So a value that moves to another column, or becomes a text, changes the row too. SQLite keeps the
checksum, and sums of them, as a signed number.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers: TypeAlias = npt.NDArray[np.uint64]

Kind: TypeAlias = Literal["text", "number", "integer"]
#: What the cells of a row are.
Cell: TypeAlias = str | float | None

#: What the functions here raise at a cell of another kind than its column's.
WRONG_KIND = (TypeError, ValueError, AttributeError, OverflowError)

_ALL = 0xFFFF_FFFF_FFFF_FFFF
_MISSING = 0x9E37_79B9_7F4A_7C15
_FIRST, _SECOND = 0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB
_TEXT, _REAL, _WHOLE = 1000, 2000, 3000
_WORD_BYTES = 8
#: Longer texts are rare, and hashed one by one: a table of words is as wide as the longest.
_SHORT_BYTES = 40


@dataclass(frozen=True)
class CodedTexts:
    """A column of texts as its distinct ones and which row has which; -1 is missing."""

    distinct: Sequence[str]
    codes: npt.NDArray[np.intp]


def signed(number: int) -> int:
    """Return a number that may be of any size as the 64 bits that SQLite keeps."""
    number &= _ALL
    return number - (1 << 64) if number >> 63 else number


def row_checksum(*cells: Cell) -> int:
    """Return the checksum of one row; numpy is not loaded.

    Raises:
        WRONG_KIND: a cell is of another kind.
    """
    total = 0
    for place, cell in enumerate(cells, start=1):
        if cell is None:
            number, kind = _MISSING, 0
        elif isinstance(cell, str):
            number, kind = _of_text(cell.encode()), _TEXT
        elif isinstance(cell, float):
            number, kind = struct.unpack("<Q", struct.pack("<d", cell + 0.0))[0], _REAL
        else:
            number, kind = cell & _ALL, _WHOLE
        total += _mix(number ^ _mix(place + kind))
    return signed(_mix(total & _ALL))


def checksums(columns: Sequence[Sequence[Any]], kinds: Sequence[Kind]) -> npt.NDArray[np.int64]:
    """Return the checksum of each of many rows.

    Args:
        columns: the cells of each column, None where missing; at least one row.
        kinds: of each column. Only texts and reals can be missing.

    Raises:
        WRONG_KIND: a cell is of another kind.
    """
    import numpy as np

    places = enumerate(zip(columns, kinds, strict=True), start=1)
    found = row_sums([mixed(cells, kind, place) for place, (cells, kind) in places])
    return np.broadcast_to(found, len(columns[0]))


def row_sums(mixed_columns: Iterable[Numbers | int]) -> npt.NDArray[np.int64]:
    """Return the checksum of each row of columns that are mixed; a number stands for a column that
    holds one value alone.
    """
    import numpy as np

    total, constant = summed(mixed_columns)
    return mix_all(total + np.uint64(constant)).view(np.int64)


def summed(mixed_columns: Iterable[Numbers | int]) -> tuple[Numbers, int]:
    """Return the sum of columns that are mixed: that of the arrays and that of the numbers."""
    import numpy as np

    total, constant = np.zeros(1, dtype=np.uint64), 0
    for column in mixed_columns:
        if isinstance(column, int):
            constant += column
        elif len(total) == len(column):
            total += column
        else:
            total = total + column
    return total, constant & _ALL


def mixed(
    cells: Sequence[Any] | npt.NDArray[np.int64] | CodedTexts, kind: Kind, place: int
) -> Numbers | int:
    """Return what the cells of a column add to the checksums of their rows.

    Raises:
        WRONG_KIND: a cell is of another kind.
    """
    import numpy as np

    if kind == "text" and not isinstance(cells, np.ndarray):
        return _mixed_texts(cells if isinstance(cells, CodedTexts) else coded(cells), place)
    assert not isinstance(cells, CodedTexts)
    if kind == "number":
        reals = np.array(cells, dtype=np.float64)  # None becomes NaN, which SQLite cannot hold
        key = np.uint64(_mix(place + _REAL))
        numbers = mix_all((reals + 0.0).view(np.uint64) ^ key)
        is_missing = np.isnan(reals)
        if is_missing.any():
            numbers[is_missing] = _mix(_MISSING ^ _mix(place))
        return numbers
    whole = np.array(cells)  # without a type: a real number would be cut, and a text read
    if whole.dtype.kind not in "iu":
        raise TypeError(f"whole numbers are {whole.dtype}")
    return mix_all(whole.astype(np.int64, copy=False).view(np.uint64) ^ whole_key(place))


def whole_key(place: int) -> np.uint64:
    """Return what whole numbers of a place are mixed with."""
    import numpy as np

    return np.uint64(_mix(place + _WHOLE))


def coded(cells: Sequence[str | None]) -> CodedTexts:
    """Return a column of texts as its distinct ones."""
    import numpy as np

    if cells.count(cells[0]) == len(cells):
        code = -1 if cells[0] is None else 0
        distinct = [] if cells[0] is None else [cells[0]]
        return CodedTexts(distinct, np.full(len(cells), code, dtype=np.intp))
    import pandas as pd

    codes, distinct_array = pd.factorize(np.array(cells, dtype=object))
    return CodedTexts(distinct_array.tolist(), codes)


def mix_all(numbers: Numbers) -> Numbers:
    """Return `mix` of each number."""
    import numpy as np

    mixed_numbers = numbers >> np.uint64(30)
    mixed_numbers ^= numbers
    mixed_numbers *= np.uint64(_FIRST)
    mixed_numbers ^= mixed_numbers >> np.uint64(27)
    mixed_numbers *= np.uint64(_SECOND)
    mixed_numbers ^= mixed_numbers >> np.uint64(31)
    return mixed_numbers


def _mixed_texts(texts: CodedTexts, place: int) -> Numbers | int:
    import numpy as np

    missing = _mix(_MISSING ^ _mix(place))
    if not texts.distinct:
        return missing
    key = np.uint64(_mix(place + _TEXT))
    numbers = mix_all(_of_texts(texts.distinct) ^ key)
    # What is missing has the code -1, and so the last number.
    return np.append(numbers, np.uint64(missing))[texts.codes]


def _of_texts(texts: Sequence[str]) -> Numbers:
    import numpy as np

    raw = [text.encode() for text in texts]
    lengths = np.fromiter(map(len, raw), dtype=np.uint64, count=len(raw))
    words = -(-min(int(lengths.max()), _SHORT_BYTES) // _WORD_BYTES) or 1
    table = np.array(raw, dtype=f"S{words * _WORD_BYTES}").view("<u8").reshape(len(raw), words)
    total = lengths.copy()
    for at in range(words):
        column = mix_all(table[:, at].astype(np.uint64) ^ np.uint64(_mix(at + 1)))
        total += np.where(lengths > at * _WORD_BYTES, column, np.uint64(0))
    for at in np.flatnonzero(lengths > _SHORT_BYTES).tolist():
        total[at] = _of_text(raw[at])
    return total


def _of_text(raw: bytes) -> int:
    filled = raw + bytes(-len(raw) % _WORD_BYTES)
    words = struct.unpack(f"<{len(filled) // _WORD_BYTES}Q", filled)
    return (len(raw) + sum(_mix(word ^ _mix(at)) for at, word in enumerate(words, start=1))) & _ALL


def _mix(number: int) -> int:
    number = ((number ^ (number >> 30)) * _FIRST) & _ALL
    number = ((number ^ (number >> 27)) * _SECOND) & _ALL
    return number ^ (number >> 31)
