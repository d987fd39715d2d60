"""From Parquet to columns of texts: typed or text, each as a CSV file of it would print it.

A typed date needs no proof of its order, a typed number none of its decimal mark. A column of
structures or lists is refused by name: what it holds cannot be looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

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
        return _named(source.read(), file)
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


def parquet_pieces(path: Path, file: str, rows: int) -> Iterator[NamedColumns]:
    """Yield the columns of a Parquet file some rows at a time; together they are what
    `read_parquet` returns.

    Raises:
        UnreadableFileError: see `read_parquet`; or a column whose texts are known only when all of
            it is read.
        OSError, pyarrow.ArrowException: the file is damaged.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as source:
        _refuse_too_large(source.metadata, file)
        has_times = _columns_with_times(source, file, rows)
        for batch in source.iter_batches(batch_size=rows):
            yield _named(pa.Table.from_batches([batch]), file, has_times)


def _columns_with_times(source: pa.parquet.ParquetFile, file: str, rows: int) -> frozenset[str]:
    """Return the columns of moments that are not all at midnight.

    Raises:
        UnreadableFileError: a column keeps moments that no row has.
    """
    types = pa.types
    moments = {}
    for field in source.schema_arrow:
        kind = field.type
        if types.is_timestamp(kind):
            moments[field.name] = False
        elif types.is_dictionary(kind) or isinstance(kind, pa.BaseExtensionType):
            within = kind.value_type if types.is_dictionary(kind) else kind.storage_type
            if types.is_timestamp(within):
                raise _no_texts(f"{file}: the column {field.name!r}", "of moments of its own kind")
    if moments:
        for batch in source.iter_batches(batch_size=rows, columns=list(moments)):
            for name, known in moments.items():
                moments[name] = known or _has_times(_seconds(batch[name]))
    return frozenset(name for name, has_times in moments.items() if has_times)


def _named(table: pa.Table, file: str, has_times: frozenset[str] = frozenset()) -> NamedColumns:
    """Return the columns of a table; `has_times`: those of moments that are known not to be dates.

    Raises:
        UnreadableFileError: one of them is neither text nor number nor date.
    """
    names = [str(name) for name in table.schema.names]
    columns = [
        _texts(column, f"{file}: the column {name!r}", has_times=name in has_times)
        for name, column in zip(names, table.columns, strict=True)
    ]
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


def _texts(column: pa.ChunkedArray, where: str, *, has_times: bool = False) -> pa.DictionaryArray:
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
    words = _words(whole.dictionary, where, has_times=has_times)
    words.validate(full=True)
    missing = pa.scalar(len(words), whole.indices.type) if whole.null_count else None
    codes = whole.indices.cast(pa.int32())
    if missing is not None:
        codes = pc.fill_null(codes, len(words))
        words = pa.concat_arrays([words, pa.array([""])])
    return pa.DictionaryArray.from_arrays(codes, words)


def _words(values: pa.Array, where: str, *, has_times: bool = False) -> pa.Array:
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
        return pc.fill_null(_moments(values, has_times=has_times), "")
    told: Callable[[pa.Array], pa.Array] = lambda each: pc.cast(each, pa.string())  # noqa: E731
    if types.is_floating(kind):
        plain = pc.cast(values, pa.float64()) if types.is_float16(kind) else values
        values = pc.if_else(pc.is_nan(plain), pa.scalar(None, plain.type), plain)
    texts = told(values)
    if types.is_floating(kind) or types.is_decimal(kind):
        texts = _without_exponent(texts)
    return pc.fill_null(texts, "")


def _moments(values: pa.Array, *, has_times: bool) -> pa.Array:
    """Return moments as the clock showed them, dates alone where all of them are at midnight; some
    others of the column `has_times`.
    """
    seconds = _seconds(values)
    if has_times or _has_times(seconds):
        return pc.cast(seconds, pa.string())
    return pc.cast(pc.cast(seconds, pa.date32()), pa.string())


def _seconds(values: pa.Array) -> pa.Array:
    """Return moments as the clock showed them, in whole seconds."""
    if values.type.tz is not None:
        values = pc.local_timestamp(values)
    return pc.cast(values, pa.timestamp("s"), safe=False)


def _has_times(seconds: pa.Array) -> bool:
    """Tell whether a moment is not at midnight."""
    since = pc.drop_null(pc.cast(seconds, pa.int64())).to_numpy()
    return bool((since % _DAY_S).any())


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
