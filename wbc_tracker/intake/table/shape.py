"""What a lab file is as a whole: its table, its layout, and what stands there that is no result."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.profiles import Profile, find_fitting, load_profiles
from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.file.fhir_json import is_json
from wbc_tracker.intake.file.json_rows import holds_fhir
from wbc_tracker.intake.file.opening import read_bytes, unpack
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.table.dialect import DELIMITERS
from wbc_tracker.intake.table.fhir import read_fhir
from wbc_tracker.intake.table.head import shown_preamble
from wbc_tracker.intake.table.headerless import tell_columns_by_cells
from wbc_tracker.intake.table.headers import lab_words
from wbc_tracker.intake.table.layout import Layout, find_layout
from wbc_tracker.intake.table.people import refuse_unclear_patients
from wbc_tracker.intake.table.roles import of_this_file
from wbc_tracker.intake.table.second_table import drop_repeated_headers
from wbc_tracker.intake.table.table import TextTable, read_table
from wbc_tracker.wording import count_words

_SHOWN_LINES = 5
#: What a stray line end leaves of a number, of its unit or of an interval.
_REST = re.compile(r"^\D{0,3}[0-9][^\n]{0,20}$")
_ENCODINGS_WITHOUT_REMARK = ("utf-8", "utf-16", "utf-32", "utf-16-le", "utf-16-be")


@dataclass(frozen=True)
class Shape:
    """A lab file before its cells are read.

    Attributes:
        table: the file as text, without repeated headers. layout: how it is laid out.
        repeated: the lines that repeat the header.
        options: the reading options, completed by a profile and by what the cells say of a file
            without a header.
    """

    table: TextTable
    layout: Layout
    repeated: list[int]
    options: ReadingOptions


def headers_of(path: Path, options: ReadingOptions) -> list[str]:
    """Return the headers of a file before anything is made of them; none where it cannot be read,
    which its reader will tell.
    """
    words = lab_words(options, load_catalog())
    try:
        raw = unpack(read_bytes(path), path.name)
        is_fhir = is_json(raw) and holds_fhir(raw)
        return [] if is_fhir else read_table(raw, path.name, options, words).header
    except WbcTrackerError:
        return []


def read_shape(raw: bytes, file: str, options: ReadingOptions, catalog: Catalog) -> Shape:
    """Find out what a lab file is as a whole.

    Raises:
        UnreadableFileError: not a text table, several tables, or no recognised columns.
        AmbiguousFileError: header, layout, patient or profile can be read in two ways.
        UsageError: an option names something that does not exist.
    """
    if options.named_profile:
        options = complete_text_options(options, options.named_profile)
    raw = unpack(raw, file)
    if options.layout == "fhir" or (options.layout is None and is_json(raw) and holds_fhir(raw)):
        table = read_fhir(raw, file, catalog)
        options = replace(options, layout="long")
    else:
        table = read_table(raw, file, options, lab_words(options, catalog))
    options = of_this_file(options, table.header, catalog.words.roles, file)
    profile = (
        options.named_profile
        or find_fitting(table.header, options.own_profiles, file)
        or find_fitting(table.header, load_profiles(), file)
    )
    if profile and profile.id in options.own_profiles:
        options = _with_kept_marks(options, profile)
    if profile:
        options = complete_table_options(options, profile, table.header, catalog.words.roles)
        table = fill_blanks(table, profile)
    words = lab_words(options, catalog)
    dates = words.dates
    if not table.head.has_header:
        told = tell_columns_by_cells(table, options.columns, words, dates, catalog)
        options = replace(options, columns={**told, **options.columns})
    layout = find_layout(table.head, _without_set_aside(options), words, catalog, file)
    table, repeated = drop_repeated_headers(table, key_columns(table, layout), words, dates)
    refuse_unclear_patients(table, layout.roles, layout.used, options, catalog)
    return Shape(table, layout, repeated, options)


def _with_kept_marks(options: ReadingOptions, profile: Profile) -> ReadingOptions:
    """Return the options with what the user's own profile keeps beside columns and units.

    The columns that it ignores are guarded as if the user ignored them now: in this file they may
    name several people.
    """
    return replace(
        options,
        usual_date_order=options.usual_date_order or profile.date_order,
        usual_decimal=options.usual_decimal or profile.decimal,
        set_aside=(*options.set_aside, *profile.ignore),
    )


def _without_set_aside(options: ReadingOptions) -> ReadingOptions:
    """Return the options with the columns that the user ignores among those that play no part."""
    aside = frozenset(fold_name(header) for header in options.set_aside)
    return replace(options, ignore=options.ignore | aside) if aside else options


def fill_blanks(table: TextTable, profile: Profile) -> TextTable:
    """Return the table with the cells of some columns taken from others where they say nothing, as
    the profile knows of its export.
    """
    places = {fold_name(name): index for index, name in enumerate(table.header)}
    columns = list(table.columns)
    for role, name in profile.instead.items():
        index = places.get(fold_name(profile.columns.get(role, "")), -1)
        other = places.get(fold_name(name), -1)
        if index >= 0 and other >= 0:
            columns[index] = _without_midnight(columns[index]).or_else(columns[other])
    return replace(table, columns=columns)


def _without_midnight(texts: TextColumn) -> TextColumn:
    """Return a column with the moments at midnight left out."""
    is_midnight = pc.match_substring_regex(texts.words, r"^\d{4}-\d\d-\d\d[ T]00:00(:00(\.0+)?)?$")
    return TextColumn(texts.codes, pc.if_else(is_midnight, "", texts.words))


def key_columns(table: TextTable, layout: Layout) -> set[int]:
    """Return columns whose cells are never words of a header in data."""
    if layout.kind == "flowsheet":
        return {layout.roles["analyte"], *table.head.dates}
    own = {c.beside["collected_at"] for c in layout.values if "collected_at" in c.beside}
    return {layout.roles["collected_at"]} if "collected_at" in layout.roles else own


def name_shape(shape: Shape) -> str:
    """Return how the file was cut: encoding, delimiter, where its header stands,
    and the profile that was used.
    """
    return name_table(shape.table, shape.options.profile)


def name_table(table: TextTable, profile: str) -> str:
    """Return how a table was cut, with the name of the profile that was used or ""."""
    delimiter = (
        f", {DELIMITERS.get(table.delimiter, repr(table.delimiter))}" if table.delimiter else ""
    )
    if table.observations:
        return f"{table.encoding}, {count_words(table.observations, 'observation', 'observations')}"
    where = (
        f", header in line {table.head.header_line}"
        if table.head.has_header
        else ", no header line"
    )
    used = f", profile {profile}" if profile else ""
    return f"{table.encoding}{delimiter}{'' if table.is_named else where}{used}"


def tell_shape(shape: Shape) -> list[str]:
    """Return sentences about what was assumed of the file or left out of it."""
    table, layout, options = shape.table, shape.layout, shape.options
    warnings = list(table.warnings)
    if (
        table.delimiter
        and table.encoding.lower().replace("_", "-") not in _ENCODINGS_WITHOUT_REMARK
    ):
        warnings.append(
            f"{table.file} was read as {table.encoding} text; if names look wrong, use --encoding."
        )
    if table.head.preamble:
        told = f"Not read, above the table: {shown_preamble(table.head.preamble)}."
        whose = (
            ""
            if "patient_id" in layout.roles
            else f" The results go to patient {options.patient!r}."
        )
        warnings.append(told + whose)
    renamed = any(role != header for role, header in options.columns.items())
    kept = options.profile in options.own_profiles
    if options.profile and (renamed or kept) and not options.named_profile:
        warnings.append(
            f"Read as an export of the kind {options.profile}; see wbc-tracker profiles show "
            f"{options.profile}."
        )
    if not table.head.has_header:
        told = ", ".join(f"{table.header[i]} = {role}" for role, i in layout.roles.items())
        values = ", ".join(f"{column.header} = value" for column in layout.values)
        warnings.append(
            f"The file has no header line; its columns were told by their cells: {told}, {values}."
        )
    if shape.repeated:
        lines = ", ".join(str(line) for line in shape.repeated[:_SHOWN_LINES])
        more = (
            f" and {len(shape.repeated) - _SHOWN_LINES} more"
            if len(shape.repeated) > _SHOWN_LINES
            else ""
        )
        warnings.append(f"The header stands again in line {lines}{more}; it was skipped.")
    return [*warnings, *_tell_cut_values(shape)]


def _tell_cut_values(shape: Shape) -> list[str]:
    """Return sentences about numbers that may have lost their end: at the end of the file, and
    where a stray line end left the rest of one on a line of its own.
    """
    table, layout = shape.table, shape.layout
    warnings = []
    if table.ragged and layout.used and max(layout.used) == len(table.header) - 1:
        above = np.isin([line - 1 for line, _ in table.ragged], table.source_row).tolist()
        rests = [
            (line, record[0].strip())
            for (line, record), is_below in zip(table.ragged, above, strict=True)
            if len(record) == 1 and is_below and _REST.match(record[0].strip())
        ]
        for line, rest in rests[:_SHOWN_LINES]:
            warnings.append(
                f"Line {line} holds only {rest!r}, which may be the end of line {line - 1}: check "
                f"the last value of line {line - 1}."
            )
    last = max((column.index for column in layout.values), default=-1)
    if not table.is_complete and last == len(table.header) - 1 and table.rows:
        line = table.source_row[-1]
        warnings.append(
            f"The last line, line {line}, does not end with a line break. If the file was cut off, "
            "check its value."
        )
    return warnings


def complete_text_options(options: ReadingOptions, profile: Profile) -> ReadingOptions:
    """Return the options with what a named profile says of the text and of marks that a column may
    not prove.
    """
    return replace(
        options,
        profile=profile.id,
        encoding=options.encoding or profile.encoding,
        delimiter=options.delimiter or profile.delimiter,
        has_header=options.has_header and profile.has_header,
        usual_date_order=profile.date_order,
        usual_decimal=profile.decimal,
    )


def complete_table_options(
    options: ReadingOptions, profile: Profile, header: list[str], roles: Collection[str]
) -> ReadingOptions:
    """Return the options with what a profile says of the columns, for the columns that the file
    has.

    A header that the user maps keeps the user's role; `roles` are those that the file can have. A
    profile that was only recognised leaves open what the file leaves open: layout, order of dates
    and decimal mark are those of a profile that the user named.
    """
    mapped = {fold_name(name) for name in options.columns.values()}
    columns = {
        role: name
        for role, name in profile.columns_in(header).items()
        if role in roles and fold_name(name) not in mapped
    }
    return replace(
        options,
        profile=profile.id,
        columns={**columns, **options.columns},
        units={**profile.units, **options.units},
        names={fold_name(name): analyte for name, analyte in profile.names.items()},
        ignore=frozenset(
            fold_name(name)
            for name in profile.ignore
            if fold_name(name) not in mapped and name not in options.set_aside
        ),
        instead={fold_name(name): role for role, name in profile.instead.items()},
        no_result=tuple(text.casefold() for text in profile.no_result),
        layout=options.layout or (options.named_profile.layout if options.named_profile else None),
    )
