"""What a lab file is as a whole: its table, its layout, and what stands there that is no result."""

from __future__ import annotations

from dataclasses import replace

from wbc_tracker.catalog import Catalog
from wbc_tracker.intake.dialect import DELIMITERS
from wbc_tracker.intake.head import shown_preamble
from wbc_tracker.intake.headerless import tell_columns_by_cells
from wbc_tracker.intake.headers import HeaderWords
from wbc_tracker.intake.layout import Layout, find_layout
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.roles import refuse_unclear_patients
from wbc_tracker.intake.second_table import drop_repeated_headers
from wbc_tracker.intake.table import TextTable, read_table
from wbc_tracker.intake.tokens import DateWords

_SHOWN_LINES = 5
_ENCODINGS_WITHOUT_REMARK = ("utf-8", "utf-16", "utf-32", "utf-16-le", "utf-16-be")


def read_shape(
    raw: bytes, file: str, options: ReadingOptions, words: HeaderWords, catalog: Catalog
) -> tuple[TextTable, Layout, list[int]]:
    """Return the file as text, its layout, and the lines that repeat its header.

    Raises:
        UnreadableFileError: not a text table, several tables, or no recognised columns.
        AmbiguousFileError: header, layout or patient can be read in two ways.
        UsageError: an option names something that does not exist.
    """
    table = read_table(raw, file, options, words)
    dates = DateWords(options.today or options.as_of)
    if not table.head.has_header:
        told = tell_columns_by_cells(table, options.columns, words, dates, catalog)
        options = replace(options, columns={**told, **options.columns})
    layout = find_layout(table.head, options, words, catalog, file)
    flowsheet = layout.kind == "flowsheet"
    keys = {layout.roles["analyte"], *table.head.dates} if flowsheet else {layout.roles["collected_at"]}
    table, repeated = drop_repeated_headers(table, keys, words, dates)
    refuse_unclear_patients(table, layout.roles, layout.used, options, catalog)
    return table, layout, repeated


def name_shape(table: TextTable) -> str:
    """Return how the file was cut: encoding, delimiter and where its header stands."""
    delimiter = DELIMITERS.get(table.delimiter, repr(table.delimiter))
    where = f"header in line {table.head.header_line}" if table.head.has_header else "no header line"
    return f"{table.encoding}, {delimiter}, {where}"


def tell_shape(table: TextTable, layout: Layout, repeated: list[int], options: ReadingOptions) -> list[str]:
    """Return sentences about what was assumed of the file or left out of it."""
    warnings = []
    if table.encoding.lower().replace("_", "-") not in _ENCODINGS_WITHOUT_REMARK:
        warnings.append(f"{table.file} was read as {table.encoding} text; if names look wrong, use --encoding.")
    if table.head.preamble:
        told = f"Not read, above the table: {shown_preamble(table.head.preamble)}."
        whose = "" if "patient_id" in layout.roles else f" The results go to patient {options.patient!r}."
        warnings.append(told + whose)
    if not table.head.has_header:
        told = ", ".join(f"{table.header[i]} = {role}" for role, i in layout.roles.items())
        values = ", ".join(f"{column.header} = value" for column in layout.values)
        warnings.append(f"The file has no header line; its columns were told by their cells: {told}, {values}.")
    if layout.kind != "long" and layout.ignored:
        warnings.append(f"Columns not used: {', '.join(layout.ignored)}.")
    if repeated:
        lines = ", ".join(str(line) for line in repeated[:_SHOWN_LINES])
        more = f" and {len(repeated) - _SHOWN_LINES} more" if len(repeated) > _SHOWN_LINES else ""
        warnings.append(f"The header stands again in line {lines}{more}; it was skipped.")
    last = max((column.index for column in layout.values), default=-1)
    if not table.is_complete and last == len(table.header) - 1 and table.rows:
        warnings.append("The last line does not end with a line break. If the file was cut off, check its last value.")
    return warnings
