"""From Parquet to columns of texts: typed or text, each as a CSV file of it would print it.

A typed date needs no proof of its order, a typed number none of its decimal mark. A column of
structures or lists is refused by name: what it holds cannot be looked at.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.errors import UnreadableFileError
from wbc_tracker.intake.file.named_columns import NamedColumns
from wbc_tracker.intake.file.opening import MOST_BYTES

#: How a Parquet file begins; one that is encrypted begins otherwise.
PARQUET = b"PAR1"
#: A few bytes can stand for any number of rows. Our choice: what fits into memory.
_MOST_ROWS, _MOST_CELLS = 50_000_000, 1_000_000_000
_DAY_S = 86_400


def read_parquet(raw: bytes, file: str) -> NamedColumns:
    """Return the columns of a Parquet file; its rows are numbered from 1.

    Raises:
        UnreadableFileError: damaged, too large, or with a column that is neither text nor number
            nor date.
    """
    import pyarrow.parquet as pq

    try:
        source = pq.ParquetFile(pa.BufferReader(raw))
        _refuse_too_large(source.metadata, file)
        table = source.read()
        names = [str(name) for name in table.schema.names]
        columns = [
            _texts(column, f"{file}: the column {name!r}")
            for name, column in zip(names, table.columns, strict=True)
        ]
    except UnreadableFileError:
        raise
    except MemoryError:
        raise UnreadableFileError(
            f"{file} does not fit into the memory that is free.",
            "Cut it into smaller files.",
            code="file_too_large",
        ) from None
    except (pa.ArrowException, OSError, ValueError):
        raise UnreadableFileError(
            f"{file} is a damaged Parquet file, or one that cannot be read.",
            "Export or download it again.",
            code="file_damaged",
        ) from None
    numbers = frozenset(at for at, kind in enumerate(table.schema.types) if _is_number(kind))
    rows = np.arange(1, table.num_rows + 1, dtype=np.int64)
    return NamedColumns("Parquet", names, columns, numbers, rows)


def _refuse_too_large(told: pa.parquet.FileMetaData, file: str) -> None:
    """Refuse a file that says it holds more than can be read.

    Raises:
        UnreadableFileError: naming it.
    """
    groups = (told.row_group(at) for at in range(told.num_row_groups))
    size = sum(group.total_byte_size for group in groups)
    cells = told.num_rows * told.num_columns
    if told.num_rows > _MOST_ROWS or cells > _MOST_CELLS or size > MOST_BYTES:
        raise UnreadableFileError(
            f"{file} says that it holds {told.num_rows} rows, {size // 1_000_000} MB; that is more "
            "than can be read at once.",
            "Cut it into smaller files.",
            code="file_too_large",
        )


def _is_number(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _texts(column: pa.ChunkedArray, where: str) -> pa.DictionaryArray:
    """Return the cells as texts, each distinct one once; what is missing is "".

    Raises:
        UnreadableFileError: the column is neither text nor number nor date.
    """
    if isinstance(column.type, pa.BaseExtensionType):
        kind = column.type.storage_type
        column = pa.chunked_array([chunk.storage for chunk in column.chunks], kind)
    if pa.types.is_nested(column.type):
        raise _no_texts(where, "of structures or lists")
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], column.type)
    words = _words(whole.dictionary, where)
    words.validate(full=True)
    missing = pa.scalar(len(words), whole.indices.type) if whole.null_count else None
    codes = whole.indices.cast(pa.int32())
    if missing is not None:
        codes = pc.fill_null(codes, len(words))
        words = pa.concat_arrays([words, pa.array([""])])
    return pa.DictionaryArray.from_arrays(codes, words)


def _words(values: pa.Array, where: str) -> pa.Array:
    """Return typed values as texts.

    Raises:
        UnreadableFileError: they are neither text nor number nor date.
    """
    kind = values.type
    types = pa.types
    if types.is_nested(kind):
        raise _no_texts(where, "of structures or lists")
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        raise _no_texts(where, "of bytes that are no text")
    if types.is_timestamp(kind):
        return pc.fill_null(_moments(values), "")
    told: Callable[[pa.Array], pa.Array] = lambda each: pc.cast(each, pa.string())  # noqa: E731
    if types.is_floating(kind):
        plain = pc.cast(values, pa.float64()) if types.is_float16(kind) else values
        values = pc.if_else(pc.is_nan(plain), pa.scalar(None, plain.type), plain)
    texts = told(values)
    if types.is_floating(kind) or types.is_decimal(kind):
        texts = _without_exponent(texts)
    return pc.fill_null(texts, "")


def _moments(values: pa.Array) -> pa.Array:
    """Return moments as the clock showed them, dates alone where all of them are at midnight."""
    if values.type.tz is not None:
        values = pc.local_timestamp(values)
    seconds = pc.cast(values, pa.timestamp("s"), safe=False)
    since = pc.drop_null(pc.cast(seconds, pa.int64())).to_numpy()
    if not (since % _DAY_S).any():
        return pc.cast(pc.cast(seconds, pa.date32()), pa.string())
    return pc.cast(seconds, pa.string())


def _without_exponent(texts: pa.Array) -> pa.Array:
    """Return numbers such as `1e+15` with all their digits."""
    if not pc.any(pc.match_substring(texts, "e", ignore_case=True)).as_py():
        return texts
    from decimal import Decimal

    plain = (
        format(Decimal(text), "f") if text and "e" in text.lower() else text
        for text in texts.to_pylist()
    )
    return pa.array(plain, pa.string())


def _no_texts(where: str, what: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{where} is one {what}, which cannot be read.",
        "Write the file again without it, or with what it holds as columns of text.",
        code="file_unreadable",
    )
