"""Write annotated results as CSV, in the columns and order of schema.EXPORT_COLUMNS, or in others
that are asked for.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from wbc_tracker import schema
from wbc_tracker.frames import one_dictionary, render_slices, slices_of, text_of, to_arrow
from wbc_tracker.render.csv.cells import FORMULA, defuse
from wbc_tracker.wording import visible

#: What a terminal obeys or hides (as Arrow writes it), but for tab and line ends.
_HIDDEN = r"[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]"
_BETWEEN_LINES = r"[^\t\r\n]+"
_NEEDS_QUOTES = r'[",\r\n]'
_UNSAFE = f"{FORMULA}|{_HIDDEN}|{_NEEDS_QUOTES}"


def write_csv(
    annotated: pd.DataFrame,
    stream: BinaryIO,
    columns: Sequence[schema.Column] = schema.EXPORT_COLUMNS,
    *,
    escape_controls: bool = False,
) -> None:
    """Write UTF-8 CSV without BOM, LF line ends, numbers in their shortest form.

    A text cell that a spreadsheet would take for a formula gets a leading apostrophe, numbers
    never. A cell is quoted only where it must be. `escape_controls` is for a terminal, which would
    obey control characters.
    """
    table = _safe_table(annotated, columns, escape_controls)
    stream.write(csv_header(columns, escape_controls=escape_controls))
    for lines in render_slices(table, csv_text):
        stream.write(lines)


def csv_header(
    columns: Sequence[schema.Column] = schema.EXPORT_COLUMNS, *, escape_controls: bool = False
) -> bytes:
    """Return the first line of such a file."""
    names = (_safe(name, escape_controls) for name in schema.names(columns))
    return (",".join(names) + "\n").encode()


def csv_lines(
    annotated: pd.DataFrame, columns: Sequence[schema.Column] = schema.EXPORT_COLUMNS
) -> Iterator[bytes]:
    """Yield what `write_csv` writes below the header, some lines at a time."""
    table = _safe_table(annotated, columns, escape_controls=False)
    return map(csv_text, slices_of(table))


def _safe_table(
    annotated: pd.DataFrame, columns: Sequence[schema.Column], escape_controls: bool
) -> pa.Table:
    """Return the rows with every text as it shall stand in the file; each is made once.

    The words of a closed list are the program's own and no formula, also `-1`.
    """
    table = to_arrow(annotated, columns)
    safe = [
        _safe_texts(cells, escape_controls, column.words)
        for column, cells in zip(columns, table.columns, strict=True)
    ]
    return pa.table(safe, names=table.column_names)


def csv_text(table: pa.Table) -> bytes:
    """Return the lines of a table whose texts are as they shall stand in the file.

    Arrow's own writer is the fastest but quotes every text or none, so it is used where no cell
    needs quotes; else the cells, quoted already, are joined.
    """
    plain = pa.table([_as_text(column) for column in table.columns], names=table.column_names)
    buffer = io.BytesIO()
    try:
        pacsv.write_csv(
            plain, buffer, pacsv.WriteOptions(include_header=False, quoting_style="none")
        )
    except pa.ArrowInvalid:
        *cells, last = (pc.fill_null(pc.cast(column, pa.string()), "") for column in plain.columns)
        lines = pc.binary_join_element_wise(last, "\n", "")
        return text_of(pc.binary_join_element_wise(*cells, lines, ","))
    return buffer.getvalue()


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as texts; each number that is there several times is spelled once."""
    if pa.types.is_string(column.type):
        return column
    repeated = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    array = one_dictionary(repeated)
    if len(array.dictionary) > len(column) // 2:
        return pc.cast(column, pa.string())
    return pc.cast(array.dictionary, pa.string()).take(array.indices)


def _safe_texts(
    column: pa.ChunkedArray, escape_controls: bool, own: Sequence[str]
) -> pa.ChunkedArray:
    """Return the column with every text as it shall stand in the file, but for `own` words; most
    columns come back as they are.
    """
    if not pa.types.is_dictionary(column.type):
        return column
    array = one_dictionary(column)
    words = array.dictionary
    if not pc.any(pc.match_substring_regex(words, _UNSAFE)).as_py():
        return column
    texts = words.to_pylist()
    safe = [text if text in own else _safe(text, escape_controls) for text in texts]
    return pa.chunked_array(
        [pa.DictionaryArray.from_arrays(array.indices, pa.array(safe, pa.string()))]
    )


def quoted_words(words: pa.Array) -> pa.Array:
    """Return texts as cells, in quotation marks where they must be."""
    if not pc.any(pc.match_substring_regex(words, _NEEDS_QUOTES)).as_py():
        return words
    return pa.array(map(_quoted, words.to_pylist()), pa.string())


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"' if re.search(_NEEDS_QUOTES, word) else word


def _safe(word: str, escape_controls: bool) -> str:
    word = defuse(word)
    if escape_controls:
        word = re.sub(_BETWEEN_LINES, lambda found: visible(found[0]), word)
    return _quoted(word)
