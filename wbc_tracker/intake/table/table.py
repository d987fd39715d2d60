"""From text to a table of text cells, each row with its line in the user's file.

A regular file (every record one line, every record as long as the header) goes through Arrow.
Everything else, quoted line breaks, blank lines, records of another length, goes through the csv
module, which knows its lines. Both read the same cells.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from wbc_tracker.arrays import Mask, Whole
from wbc_tracker.errors import UnreadableFileError
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.column.wrapping import as_printed, unwrap, unwrap_column
from wbc_tracker.intake.file.encoding import ZIP, decode
from wbc_tracker.intake.file.fhir_json import is_json
from wbc_tracker.intake.file.json_rows import read_json_rows
from wbc_tracker.intake.file.named_columns import NamedColumns
from wbc_tracker.intake.file.parquet import PARQUET, read_parquet
from wbc_tracker.intake.file.sheet import read_sheet
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.table.dialect import find_dialect
from wbc_tracker.intake.table.head import SAMPLED_RECORDS, Record, TableHead, find_head, records_of
from wbc_tracker.intake.table.headers import HeaderWords

_CHUNK_ROWS = 50_000
_FIELD_LIMIT = 1_000_000
_MOST_COLUMNS, _MOST_RAGGED = 5_000, 20_000


@dataclass(frozen=True)
class TextTable:
    """A file as text: header, the texts of each column (trimmed, never missing), and where each
    row stands.

    `ragged` holds the records that are shorter or longer than the header, with their line.
    `is_complete`: the last line ends with a line break, so the file was not cut off in it.
    `proven`: the decimal mark that the file itself proves for a column (numbers of a workbook).
    `delimiter` is "" for a workbook. `observations`: how many a FHIR file holds; 0 for a table.
    `warnings`: sentences for the user. `printed`: by place, the columns whose texts were wrapped in
    something, as an id takes them. `sheet`: the name of the sheet of a workbook. `is_named`: the
    format names its columns, and `encoding` is its name.
    """

    file: str
    head: TableHead
    columns: list[TextColumn]
    source_row: Whole
    encoding: str
    delimiter: str
    ragged: list[tuple[int, list[str]]] = field(default_factory=list)
    is_complete: bool = True
    proven: dict[int, str] = field(default_factory=dict)
    observations: int = 0
    warnings: list[str] = field(default_factory=list)
    printed: dict[int, TextColumn] = field(default_factory=dict)
    sheet: str = ""
    is_named: bool = False

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return self.head.header

    @property
    def rows(self) -> int:
        """Number of regular records."""
        return len(self.source_row)

    def row(self, place: int) -> list[str]:
        """Return the cells of one record."""
        return [column[place] for column in self.columns]

    def ids(self, place: int) -> TextColumn:
        """Return a column of ids, in which nothing is taken off that may tell two people apart."""
        return self.printed.get(place, self.columns[place])

    def without(self, rows: Mask) -> TextTable:
        """Return the table without some records."""
        kept = np.flatnonzero(~rows)
        columns = [column.take(kept) for column in self.columns]
        printed = {place: column.take(kept) for place, column in self.printed.items()}
        return replace(self, columns=columns, source_row=self.source_row[kept], printed=printed)


def read_table(raw: bytes, file: str, options: ReadingOptions, words: HeaderWords) -> TextTable:
    """Read a delimited text file, a workbook, Parquet or rows of JSON.

    Args:
        raw: the file's bytes.
        file: its name, for messages and provenance.
        options: `encoding`, `delimiter` and `has_header` settle what the file leaves open.
        words: what headers of this kind of file can say.

    Raises:
        UnreadableFileError: not text, no header, or a quotation mark that never closes.
    """
    if raw.startswith(ZIP):
        return read_workbook(raw, file, options, words)
    if raw.startswith(PARQUET):
        return _of_named(read_parquet(raw, file), file, options, words)
    if is_json(raw):
        return _of_named(read_json_rows(raw, file), file, options, words)
    text, encoding = decode(raw, file, options.encoding)
    dialect = find_dialect(text, file, options, words)
    head, delimiter = dialect.head, dialect.delimiter
    body = text.rstrip(b"\n")
    if len(head.header) > _MOST_COLUMNS:
        raise UnreadableFileError(
            f"{file} has {len(head.header)} columns; at most {_MOST_COLUMNS} are read.",
            "Name the right delimiter with --delimiter, or export the results again.",
            code="file_unreadable",
        )
    above, below = _split_lines(body, head.lines)
    _check_above(above, delimiter, file)
    columns = _read_regular(below, delimiter, len(head.header))
    ragged: list[tuple[int, list[str]]] = []
    if columns is None:
        columns, source_row, ragged = _read_irregular(below.decode("utf-8"), delimiter, file, head)
    else:
        first = head.lines + 1
        source_row = np.arange(first, first + (len(columns[0]) if columns else 0), dtype=np.int64)
    texts, printed = _unwrapped(columns)
    return TextTable(
        file,
        head,
        texts,
        source_row,
        encoding,
        delimiter,
        ragged,
        text.endswith(b"\n"),
        printed=printed,
    )


def read_workbook(raw: bytes, file: str, options: ReadingOptions, words: HeaderWords) -> TextTable:
    """Read one sheet of an Excel workbook as a table of texts; its rows are numbered as in the
    sheet.

    Raises:
        UnreadableFileError, AmbiguousFileError, UsageError: see `read_sheet`.
    """
    sheet = read_sheet(raw, file, options.sheet)
    records = [
        Record([unwrap(cell) for cell in row], sheet.first_row + at)
        for at, row in enumerate(sheet.rows)
    ]
    dates = words.dates
    head = find_head(records[:SAMPLED_RECORDS], words, dates, without=not options.has_header)
    below = [
        at
        for at, record in enumerate(records)
        if record.last_line > head.lines and any(record.cells)
    ]
    columns = _to_arrays([sheet.rows[at] for at in below], len(head.header))
    lines = np.array([records[at].last_line for at in below], dtype=np.int64)
    proven = {
        column: "."
        for column in range(len(head.header))
        if any(sheet.numeric[at, column] and "." in records[at].cells[column] for at in below)
    }
    hidden = (
        [f"Hidden sheets were not read: {', '.join(sheet.hidden)} (see --sheet)."]
        if sheet.hidden
        else []
    )
    texts, printed = _unwrapped(columns)
    return TextTable(
        file,
        head,
        texts,
        lines,
        f"sheet {sheet.name!r}",
        "",
        proven=proven,
        warnings=hidden,
        printed=printed,
        sheet=sheet.name,
    )


def _of_named(
    named: NamedColumns, file: str, options: ReadingOptions, words: HeaderWords
) -> TextTable:
    """Return the table of a format that names its columns, as of a text file whose first line are
    the names.
    """
    records = records_of(named.names, [c[:SAMPLED_RECORDS].to_pylist() for c in named.columns])
    head = find_head(records, words, words.dates, without=not options.has_header)
    above = max(head.lines - 1, 0)
    texts, printed = _unwrapped([column[above:] for column in named.columns])
    fractions = (at for at in named.numbers if any("." in word for word in texts[at].used()))
    return TextTable(
        file,
        head,
        texts,
        named.source_row[above:],
        named.format,
        "",
        proven=dict.fromkeys(fractions, "."),
        printed=printed,
        is_named=True,
    )


def _unwrapped(columns: list[pa.Array]) -> tuple[list[TextColumn], dict[int, TextColumn]]:
    """Return the columns as a person sees them, and those that this changed, as ids take them."""
    given = [TextColumn.of(column) for column in columns]
    texts = [unwrap_column(column) for column in given]
    changed = {
        place: as_printed(column)
        for place, column in enumerate(given)
        if texts[place] is not column
    }
    return texts, changed


def _split_lines(body: bytes, lines: int) -> tuple[bytes, bytes]:
    """Cut the text behind its first lines."""
    end = 0
    for _ in range(lines):
        end = body.find(b"\n", end) + 1
        if not end:
            return body, b""
    return body[:end], body[end:]


def _check_above(above: bytes, delimiter: str, file: str) -> None:
    """Refuse a header with a quotation mark that closes only further down: it would swallow
    results.

    Raises:
        UnreadableFileError: naming the line of the mark.
    """
    csv.field_size_limit(_FIELD_LIMIT)
    reader = csv.reader(
        io.StringIO(above.decode("utf-8"), newline=""), delimiter=delimiter, strict=True
    )
    line = 1
    try:
        for record in reader:
            _refuse_swallowed_lines(record, delimiter, file, line, reader.line_num + 1)
            line = reader.line_num + 1
    except csv.Error as problem:
        raise _cut_file(file, line, problem) from None


def cut_records(table: TextTable, body: bytes, lines: Whole, delimiter: str) -> TextTable | None:
    """Return a table with other records of the same file, None where they are not one a line.

    Args:
        table: its head. body: the records, whole lines in UTF-8 without the last line break.
        lines: where in the file each stands. delimiter: what parts the cells of these lines.
    """
    columns = _read_regular(body, delimiter, len(table.header))
    if columns is None or len(columns[0]) != len(lines):
        return None
    texts, printed = _unwrapped(columns)
    return replace(table, columns=texts, source_row=lines, printed=printed)


def _read_regular(body: bytes, delimiter: str, width: int) -> list[pa.Array] | None:
    """Read records that are lines, or return None when that is not certain."""
    names = [str(number) for number in range(width)]
    if not body:
        return [pa.array([], pa.string()) for _ in names]
    if body.startswith(b"\n") or b"\n\n" in body or not _has_plain_quotes(body, delimiter):
        return None
    try:
        table = pacsv.read_csv(
            pa.BufferReader(body),
            read_options=pacsv.ReadOptions(column_names=names, block_size=1 << 22),
            parse_options=pacsv.ParseOptions(delimiter=delimiter),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    return list(table.columns) if table.num_rows == body.count(b"\n") + 1 else None


def _has_plain_quotes(body: bytes, delimiter: str) -> bool:
    """Tell whether every quotation mark stands at an end of a cell and no cell holds a line
    break.
    """
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
        np.isin(before, edges).all()
        and np.isin(behind, edges).all()
        and (lines[opening] == lines[closing]).all()
    )


def _read_irregular(
    text: str, delimiter: str, file: str, head: TableHead
) -> tuple[list[pa.Array], Whole, list[tuple[int, list[str]]]]:
    csv.field_size_limit(_FIELD_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    width = len(head.header)
    pending: list[list[str]] = []
    chunks: list[list[pa.Array]] = []
    lines: list[int] = []
    ragged: list[tuple[int, list[str]]] = []
    line = head.lines + 1
    try:
        for record in reader:
            start, line = line, head.lines + reader.line_num + 1
            if len(record) == width:
                _refuse_swallowed_lines(record, delimiter, file, start, line)
                pending.append(record)
                lines.append(start)
            elif any(cell.strip() for cell in record):
                ragged.append((start, record))
                _refuse_another_shape(ragged, len(lines), width, file)
            if len(pending) == _CHUNK_ROWS:
                chunks.append(_to_arrays(pending, width))
                pending = []
    except csv.Error as problem:
        raise _cut_file(file, line, problem) from None
    chunks.append(_to_arrays(pending, width))
    columns = [pa.concat_arrays(parts) for parts in zip(*chunks, strict=True)]
    return columns, np.asarray(lines, dtype=np.int64), ragged


def _refuse_another_shape(
    ragged: list[tuple[int, list[str]]], regular: int, width: int, file: str
) -> None:
    """Refuse a file of which most records are not as long as the header, once that is thousands of
    them.

    Raises:
        UnreadableFileError: naming the first of them.
    """
    if len(ragged) > max(_MOST_RAGGED, regular):
        line, record = ragged[0]
        raise UnreadableFileError(
            f"{file}: most rows have another number of cells than the header; line {line} has "
            f"{len(record)}, the header {width}.",
            "Name the right delimiter with --delimiter, or export the file again.",
            code="file_unreadable",
        )


def _cut_file(file: str, line: int, problem: csv.Error) -> UnreadableFileError:
    return UnreadableFileError(
        f"{file}, from line {line}: {_csv_problem(problem)}",
        "Mend that line in a text editor, or export the file again.",
        code="file_cut",
    )


def _refuse_swallowed_lines(
    record: list[str], delimiter: str, file: str, start: int, end: int
) -> None:
    """Refuse a cell that spans lines and holds as many delimiters as a row: a stray quotation mark.

    Raises:
        UnreadableFileError: naming the line of the mark.
    """
    if any("\n" in cell and cell.count(delimiter) >= max(len(record) - 1, 1) for cell in record):
        raise UnreadableFileError(
            f"{file}, from line {start}: one cell holds what looks like whole rows, up to line "
            f"{end - 1}.",
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
