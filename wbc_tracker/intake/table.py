"""From text to a table of text cells, each row with its line in the user's file.

A regular file (every record one line, every record as long as the header) goes through Arrow. Everything
else, quoted line breaks, blank lines, records of another length, goes through the csv module, which knows
its lines. Both read the same cells.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv

from wbc_tracker.errors import UnreadableFileError, UsageError
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.text import decode, find_delimiter
from wbc_tracker.intake.texts import Texts

_CHUNK_ROWS = 50_000
_FIELD_LIMIT = 1_000_000


@dataclass(frozen=True)
class TextTable:
    """A file as text: header, the texts of each column (trimmed, never missing), and where each row stands.

    `ragged` holds the records that are shorter or longer than the header, with their line.
    """

    file: str
    header: list[str]
    columns: list[Texts]
    source_row: npt.NDArray[np.int64]
    encoding: str
    delimiter: str
    ragged: list[tuple[int, list[str]]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Number of regular records."""
        return len(self.source_row)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        UnreadableFileError: there is no such file, it is a folder, or it may not be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableFileError(f"There is no file {path}.", "Check the name.", code="file_missing") from None
    except IsADirectoryError:
        raise UnreadableFileError(f"{path} is a folder.", "Name the file in it.", code="file_missing") from None
    except OSError as problem:
        raise UnreadableFileError(f"{path} cannot be read: {problem.strerror}.", code="file_missing") from None


def read_table(raw: bytes, file: str, options: ReadingOptions) -> TextTable:
    """Read a delimited text file.

    Args:
        raw: the file's bytes.
        file: its name, for messages and provenance.
        options: `encoding` and `delimiter` settle what the file leaves open.

    Raises:
        UnreadableFileError: not text, no header, or a quotation mark that never closes.
    """
    text, encoding = decode(raw, file, options.encoding)
    delimiter = _checked(options.delimiter) if options.delimiter else find_delimiter(text, file)
    body = text.rstrip(b"\n")
    table = _read_regular(body, delimiter)
    if table is None:
        header, columns, source_row, ragged = _read_irregular(body.decode("utf-8"), delimiter, file)
    else:
        header, columns, ragged = *table, []
        source_row = np.arange(2, 2 + (len(columns[0]) if columns else 0), dtype=np.int64)
    header = [name.strip() for name in header]
    texts = [Texts.of(column) for column in columns]
    return TextTable(file, header, texts, source_row, encoding, delimiter, ragged)


def _checked(delimiter: str) -> str:
    """Return a delimiter that can be used.

    Raises:
        UsageError: it is not one plain character, or one that has another meaning.
    """
    if len(delimiter) != 1:
        raise UsageError(f"--delimiter: {delimiter!r} is not one character.", "Try comma, semicolon, tab or pipe.")
    if not delimiter.isascii() or delimiter.isalnum() or delimiter in '"\n\r\0':
        raise UsageError(f"--delimiter: {delimiter!r} cannot cut cells.", "Try comma, semicolon, tab or pipe.")
    return delimiter


def _read_regular(body: bytes, delimiter: str) -> tuple[list[str], list[pa.Array]] | None:
    """Read a file whose records are its lines, or return None when that is not certain."""
    if body.startswith(b"\n") or b"\n\n" in body or not _has_plain_quotes(body, delimiter):
        return None
    first, _, rest = body.partition(b"\n")
    try:
        header = next(csv.reader([first.decode("utf-8")], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return None
    names = [str(number) for number in range(len(header))]
    if not rest:
        return header, [pa.array([], pa.string()) for _ in names]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(rest),
            read_options=pacsv.ReadOptions(column_names=names, block_size=1 << 22),
            parse_options=pacsv.ParseOptions(delimiter=delimiter),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != rest.count(b"\n") + 1:
        return None
    return header, list(table.columns)


def _has_plain_quotes(body: bytes, delimiter: str) -> bool:
    """Tell whether every quotation mark stands at an end of a cell and no cell holds a line break."""
    if b'"' not in body:
        return True
    characters = np.frombuffer(body, dtype=np.uint8)
    marks = np.flatnonzero(characters == ord('"'))
    if len(marks) % 2:
        return False
    edges = np.array([ord("\n"), *delimiter.encode()], dtype=np.uint8)
    opening, closing = marks[0::2], marks[1::2]
    before = np.append(edges[0], characters)[opening]
    behind = np.append(characters, edges[0])[closing + 1]
    lines = np.cumsum(characters == edges[0])
    return bool(
        np.isin(before, edges).all() and np.isin(behind, edges).all() and (lines[opening] == lines[closing]).all()
    )


def _read_irregular(
    text: str, delimiter: str, file: str
) -> tuple[list[str], list[pa.Array], npt.NDArray[np.int64], list[tuple[int, list[str]]]]:
    csv.field_size_limit(_FIELD_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    pending: list[list[str]] = []
    chunks: list[list[pa.Array]] = []
    lines: list[int] = []
    ragged: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for record in reader:
            start, line = line, reader.line_num + 1
            if not header:
                header = record if any(cell.strip() for cell in record) else []
            elif len(record) == len(header):
                _refuse_swallowed_lines(record, delimiter, file, start, line)
                pending.append(record)
                lines.append(start)
            elif any(cell.strip() for cell in record):
                ragged.append((start, record))
            if len(pending) == _CHUNK_ROWS:
                chunks.append(_to_arrays(pending, len(header)))
                pending = []
    except csv.Error as problem:
        raise UnreadableFileError(
            f"{file}, from line {line}: {_csv_problem(problem)}",
            "Mend that line in a text editor, or export the file again.",
            code="file_cut",
        ) from None
    if not header:
        raise UnreadableFileError(f"{file} has no header line.", code="file_empty")
    chunks.append(_to_arrays(pending, len(header)))
    columns = [pa.concat_arrays(parts) for parts in zip(*chunks, strict=True)]
    return header, columns, np.asarray(lines, dtype=np.int64), ragged


def _refuse_swallowed_lines(record: list[str], delimiter: str, file: str, start: int, end: int) -> None:
    """Refuse a cell that spans lines and holds as many delimiters as a row: a stray quotation mark.

    Raises:
        UnreadableFileError: naming the line of the mark.
    """
    if any("\n" in cell and cell.count(delimiter) >= len(record) - 1 for cell in record):
        raise UnreadableFileError(
            f"{file}, from line {start}: one cell holds what looks like whole rows, up to line {end - 1}.",
            "A stray quotation mark does this; take it out, or export the file again.",
            code="file_cut",
        )


def _csv_problem(problem: csv.Error) -> str:
    text = str(problem)
    if "field larger" in text:
        return f"a cell is longer than {_FIELD_LIMIT} characters."
    return "a quotation mark does not close, so the rest of the file cannot be cut into cells."


def _to_arrays(records: list[list[str]], width: int) -> list[pa.Array]:
    columns: Any = zip(*records, strict=True) if records else [[] for _ in range(width)]
    return [pa.array(list(column), pa.string()) for column in columns]
