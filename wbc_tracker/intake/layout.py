"""Which table is it: one row a result (long) or one row a draw (wide), and which column plays which role."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.naming import name_table
from wbc_tracker.errors import AmbiguousFileError, UnreadableFileError, UsageError
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.table import TextTable
from wbc_tracker.intake.units import looks_like_unit

#: Roles that say something about one result.
_PER_RESULT = ("unit", "ref_low", "ref_high", "ref_range", "abnormal_flag", "comparator")
_OF_LONG = ("analyte", "loinc", "value")
_SEVERAL = 2
_UNIT_IN_BRACKETS = re.compile(r"^(.*?)\s*[(\[]([^()\[\]]*)[)\]]\s*$")
_UNIT_BEHIND = re.compile(r"^(.*?)[\s,;:_]+(\S+)$")


@dataclass(frozen=True)
class AnalyteColumn:
    """A column of a wide file that holds one analyte: its place, printed name and unit in the header."""

    index: int
    name: str
    unit: str


@dataclass(frozen=True)
class Layout:
    """How a file is laid out.

    Attributes:
        kind: `long` or `wide`.
        roles: role -> index of the column.
        analytes: the analyte columns of a wide file; empty for a long one.
        ignored: headers that play no role.
    """

    kind: str
    roles: dict[str, int]
    analytes: list[AnalyteColumn] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def assign_roles(
    header: list[str], spellings: Mapping[str, tuple[str, ...]], chosen: Mapping[str, str], file: str
) -> dict[str, int]:
    """Return role -> column index.

    A role chosen by the user comes first, then a header that is the canonical name, then its synonyms.

    Args:
        header: the printed headers.
        spellings: role -> the headers it is known by, the canonical name first.
        chosen: role -> header, from `--map`.
        file: for messages.

    Raises:
        UsageError: `--map` names a role or header that does not exist.
        AmbiguousFileError: two columns could play one role.
    """
    folded = [fold_name(name) for name in header]
    if unknown := sorted(set(chosen) - set(spellings)):
        raise UsageError(f"--map: there is no role {unknown[0]!r}.", f"Roles are {', '.join(spellings)}.")
    roles: dict[str, int] = {}
    for role, texts in spellings.items():
        if role in chosen:
            found = [i for i, name in enumerate(header) if name == chosen[role] or folded[i] == fold_name(chosen[role])]
            if not found:
                raise UsageError(f"--map: {file} has no column {chosen[role]!r}.", f"Its columns: {', '.join(header)}.")
        else:
            known = {fold_name(text) for text in texts}
            found = [i for i, text in enumerate(folded) if text in known]
            canonical = [i for i in found if folded[i] == fold_name(role)]
            found = canonical or found
        if len(found) > 1:
            names = " and ".join(repr(header[i]) for i in found[:3])
            raise AmbiguousFileError(
                f"{file}: the columns {names} could both be the {role}.",
                f"Say which with --map {role}=HEADER (the others rename), or remove one.",
                code="header_ambiguous",
            )
        if found:
            roles[role] = found[0]
    _refuse_double_roles(header, roles, chosen)
    return roles


def _refuse_double_roles(header: list[str], roles: Mapping[str, int], chosen: Mapping[str, str]) -> None:
    for role in chosen:
        others = [other for other, index in roles.items() if index == roles.get(role) and other != role]
        if others:
            raise UsageError(
                f"--map: the column {header[roles[role]]!r} would be both the {role} and the {others[0]}.",
                f"Name another column for one of them, e.g. --map {others[0]}=HEADER.",
            )


def looks_like_labs(header: list[str], catalog: Catalog) -> bool:
    """Tell whether headers are those of lab results: a test and a value, or columns of tests."""
    roles = assign_roles_freely(header, catalog)
    columns = [c for i, name in enumerate(header) if (c := _analyte_column(i, name, catalog))]
    return bool(columns) or ("value" in roles and ("analyte" in roles or "loinc" in roles))


def assign_roles_freely(header: list[str], catalog: Catalog) -> set[str]:
    """Return the roles of a lab file that some header could play."""
    folded = {fold_name(name) for name in header}
    return {role for role, texts in catalog.words.roles.items() if folded & {fold_name(text) for text in texts}}


def refuse_unclear_patients(
    table: TextTable, roles: Mapping[str, int], used: set[int], options: ReadingOptions, catalog: Catalog
) -> None:
    """Refuse a file in which an unknown column may name several patients: they would become one.

    Raises:
        AmbiguousFileError: naming the column and the options that settle it.
    """
    if "patient_id" in roles or options.is_patient_named:
        return
    for index, name in enumerate(table.header):
        words = set(fold_name(name).split())
        hinted = words & set(catalog.words.patient_hints) and not words & set(catalog.words.patient_exempt)
        if index in used or not hinted or len(set(table.columns[index].words.to_pylist()) - {""}) < _SEVERAL:
            continue
        raise AmbiguousFileError(
            f"{table.file}: the column {name!r} may name several patients.",
            f"If it does, say so with --map patient_id={name!r}; if not, name the one patient with --patient.",
            code="patient_unclear",
        )


def find_layout(header: list[str], options: ReadingOptions, catalog: Catalog, file: str) -> Layout:
    """Recognise the layout by its headers.

    Raises:
        UnreadableFileError: no recognised columns; the message names what was looked for.
        AmbiguousFileError: both layouts, or two columns for one role or analyte.
    """
    roles = assign_roles(header, catalog.words.roles, options.columns, file)
    taken = set(roles.values())
    analytes = [c for i, name in enumerate(header) if i not in taken and (c := _analyte_column(i, name, catalog))]
    is_long = "value" in roles and ("analyte" in roles or "loinc" in roles)
    is_wide = bool(analytes) and "value" not in roles
    kind = options.layout or ("long" if is_long else "wide" if is_wide else None)
    if is_long and analytes and options.layout is None:
        raise AmbiguousFileError(
            f"{file} could be read as long (column {header[roles['value']]!r}) or as wide "
            f"(column {analytes[0].name!r}).",
            "Say which with --layout long or --layout wide.",
            code="layout_ambiguous",
        )
    fits = {"long": is_long, "wide": bool(analytes)}
    if kind is None or not fits.get(kind, False) or "collected_at" not in roles:
        raise UnreadableFileError(
            f"{file} has no recognised columns"
            + (f" for the layout {options.layout}." if options.layout else ".")
            + " Looked for a date of collection, and either a test name, a value and a unit in each row,"
            " or one column a test (such as WBC or CD19).",
            f"Its first line reads: {' | '.join(header)[:200]}. Name columns with --map ROLE=HEADER.",
            code="no_columns",
        )
    if kind == "long":
        analytes = []
    if kind == "wide":
        roles = _roles_of_wide(roles, analytes, header, file)
    used = set(roles.values()) | {column.index for column in analytes}
    ignored = [name for i, name in enumerate(header) if i not in used and name]
    _refuse_doubles(analytes, header, catalog, file)
    return Layout(kind, roles, analytes, ignored)


def _roles_of_wide(
    roles: dict[str, int], analytes: list[AnalyteColumn], header: list[str], file: str
) -> dict[str, int]:
    """Return the roles that a wide file can have: the name of a test stands in the header, not in a column.

    Raises:
        AmbiguousFileError: a unit, interval, mark or comparator beside several tests: whose is it?
    """
    beside = [role for role in _PER_RESULT if role in roles]
    if beside and len(analytes) > 1:
        raise AmbiguousFileError(
            f"{file}: the column {header[roles[beside[0]]]!r} stands beside {len(analytes)} tests; "
            "it is not clear which one it belongs to.",
            "Remove it, or write one row a result.",
            code="header_ambiguous",
        )
    return {role: index for role, index in roles.items() if role not in _OF_LONG}


def _analyte_column(index: int, header: str, catalog: Catalog) -> AnalyteColumn | None:
    """Recognise a header as an analyte, with its unit if one is printed in it."""
    known = name_table(catalog)
    if fold_name(header) in known:
        return AnalyteColumn(index, header, "%" if fold_name(header).endswith("%") else "")
    for pattern in (_UNIT_IN_BRACKETS, _UNIT_BEHIND):
        match = pattern.match(header)
        if not match or fold_name(match[1]) not in known:
            continue
        if pattern is _UNIT_IN_BRACKETS or looks_like_unit(match[2], catalog):
            return AnalyteColumn(index, match[1], match[2].strip())
    return None


def _refuse_doubles(columns: list[AnalyteColumn], header: list[str], catalog: Catalog, file: str) -> None:
    known = name_table(catalog)
    seen: dict[tuple[tuple[str, ...], str], int] = {}
    for column in columns:
        key = (known[fold_name(column.name)], column.unit)
        if key in seen:
            raise AmbiguousFileError(
                f"{file}: the columns {header[seen[key]]!r} and {header[column.index]!r} mean the same test.",
                "Remove one of them, or export one table a file.",
                code="header_ambiguous",
            )
        seen[key] = column.index
