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
from wbc_tracker.intake.units import is_known_unit

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
    return roles


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
    if is_long and analytes and options.layout is None and len(analytes) > 1:
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
    used = set(roles.values()) | {column.index for column in analytes}
    ignored = [name for i, name in enumerate(header) if i not in used and name]
    _refuse_doubles(analytes, header, catalog, file)
    return Layout(kind, roles, analytes, ignored)


def _analyte_column(index: int, header: str, catalog: Catalog) -> AnalyteColumn | None:
    """Recognise a header as an analyte, with its unit if one is printed in it."""
    known = name_table(catalog)
    if fold_name(header) in known:
        return AnalyteColumn(index, header, "%" if fold_name(header).endswith("%") else "")
    for pattern in (_UNIT_IN_BRACKETS, _UNIT_BEHIND):
        match = pattern.match(header)
        if (
            match
            and fold_name(match[1]) in known
            and (pattern is _UNIT_IN_BRACKETS or is_known_unit(match[2], catalog))
        ):
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
