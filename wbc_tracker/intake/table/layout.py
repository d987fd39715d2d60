"""Which table is it: a row a result (long), a row a draw (wide), or a column a draw (flowsheet)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.naming import name_table
from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.table.columns import ValueColumn, test_columns, values_of_long
from wbc_tracker.intake.table.head import TableHead
from wbc_tracker.intake.table.headers import PER_RESULT, HeaderWords
from wbc_tracker.intake.table.missing import no_columns
from wbc_tracker.intake.table.roles import find_candidates, settle_roles

_OF_LONG = ("analyte", "loinc", "value")
_OF_DATES = ("collected_at", "collected_time", "value", "abnormal_flag", "comparator")


@dataclass(frozen=True)
class Layout:
    """How a file is laid out.

    Attributes:
        kind: `long`, `wide` or `flowsheet`.
        roles: role -> column, for what speaks about all values of a row.
        values: the columns that hold values.
    """

    kind: str
    roles: dict[str, int]
    values: list[ValueColumn] = field(default_factory=list)

    @property
    def used(self) -> set[int]:
        """Every column that plays a part."""
        beside = {index for column in self.values for index in column.beside.values()}
        return {*self.roles.values(), *(column.index for column in self.values), *beside}


def looks_like_labs(header: list[str], catalog: Catalog, words: HeaderWords) -> bool:
    """Tell whether headers are those of lab results: a test and a value, or columns of tests."""
    folded = {fold_name(name) for name in header}
    known = {
        role
        for role, texts in catalog.words.roles.items()
        if folded & {fold_name(text) for text in texts}
    }
    named = any(words.is_test(name) for name in header)
    return named or ("value" in known and ("analyte" in known or "loinc" in known))


def find_layout(
    head: TableHead, options: ReadingOptions, words: HeaderWords, catalog: Catalog, file: str
) -> Layout:
    """Recognise the layout by the headers.

    Raises:
        UnreadableFileError: no recognised columns; the message names what was looked for.
        AmbiguousFileError: both layouts, or two columns for one role or analyte.
    """
    candidates = find_candidates(
        head.header, catalog.words.roles, options.columns, file, options.ignore
    )
    if (head.dates and options.layout is None) or options.layout == "flowsheet":
        return _flowsheet(head, candidates, options, file)
    taken = {
        index for role, columns in candidates.items() for index in columns if role not in PER_RESULT
    }
    tests = test_columns(head, taken, options, catalog)
    singles = {column.index for column in tests}
    candidates = {
        role: [i for i in columns if i not in singles] for role, columns in candidates.items()
    }
    candidates = {role: columns for role, columns in candidates.items() if columns}
    candidates = _with_spare(head, candidates, tests, options, catalog)
    values = values_of_long(head.header, candidates, words)
    if not values and len(candidates.get("value", [])) > 1:
        settle_roles(head.header, {"value": candidates["value"]}, file)
    is_long = bool(values) and ("analyte" in candidates or "loinc" in candidates)
    kind = options.layout or _kind(
        is_long, bool(tests) and "value" not in candidates, head, tests, candidates, file
    )
    fits = {"long": is_long, "wide": bool(tests)}
    own_dates = kind == "wide" and all("collected_at" in column.beside for column in tests)
    if not fits.get(kind, False) or not ("collected_at" in candidates or own_dates):
        raise no_columns(head, options, file, candidates, tests)
    if kind == "long":
        return _long(head, candidates, values, file)
    return _wide(head, candidates, tests, catalog, file)


def _kind(
    is_long: bool,
    is_wide: bool,
    head: TableHead,
    tests: Sequence[ValueColumn],
    candidates: Mapping[str, list[int]],
    file: str,
) -> str:
    if is_long and tests:
        value = head.header[(candidates.get("value") or candidates["analyte"])[0]]
        raise AmbiguousFileError(
            f"{file} could be read as long (column {value!r}) or as wide (column "
            f"{tests[0].header!r}).",
            "Say which with --layout long or --layout wide.",
            code="layout_ambiguous",
            settled_by=[("--layout", "long"), ("--layout", "wide")],
        )
    return "long" if is_long else "wide" if is_wide else ""


def _with_spare(
    head: TableHead,
    candidates: dict[str, list[int]],
    tests: Sequence[ValueColumn],
    options: ReadingOptions,
    catalog: Catalog,
) -> dict[str, list[int]]:
    """Return the candidates with the headers that play a role only where no other does.

    "Visit Date" is the date of a file without a better one; "Item" and "Level" are test and value
    of a file whose columns are not tests themselves.
    """
    taken = {*(i for columns in candidates.values() for i in columns), *(c.index for c in tests)}
    folded = {i: fold_name(text) for i, text in enumerate(head.header) if i not in taken}
    found = dict(candidates)
    named = "analyte" in candidates or "loinc" in candidates
    for role, texts in catalog.words.spare_roles.items():
        if role in candidates or (role in _OF_LONG and tests):
            continue
        if role == "analyte" and named:
            continue
        known = {fold_name(text) for text in texts}
        columns = [i for i, text in folded.items() if text in known and text not in options.ignore]
        if columns:
            found[role] = columns
    return found


def _long(
    head: TableHead, candidates: Mapping[str, list[int]], values: list[ValueColumn], file: str
) -> Layout:
    own = {index for column in values for index in (column.index, *column.beside.values())}
    shared = {
        role: [i for i in columns if i not in own]
        for role, columns in candidates.items()
        if role != "value"
    }
    roles = settle_roles(
        head.header, {role: columns for role, columns in shared.items() if columns}, file
    )
    return Layout("long", roles, values)


def _wide(
    head: TableHead,
    candidates: Mapping[str, list[int]],
    tests: list[ValueColumn],
    catalog: Catalog,
    file: str,
) -> Layout:
    """Lay out a wide file: the name of a test stands in the header, not in a column.

    Raises:
        AmbiguousFileError: a unit, interval, mark or comparator beside several tests: whose is it?
    """
    own = {index for column in tests for index in column.beside.values()}
    shared = {role: [i for i in columns if i not in own] for role, columns in candidates.items()}
    shared = {role: columns for role, columns in shared.items() if columns and role not in _OF_LONG}
    beside = [role for role in PER_RESULT if role in shared]
    if beside and len(tests) > 1:
        raise AmbiguousFileError(
            f"{file}: the column {head.header[shared[beside[0]][0]]!r} stands beside {len(tests)} "
            "tests; it is not clear which one it belongs to.",
            "Remove it, or write one row a result.",
            code="header_ambiguous",
        )
    _refuse_doubles(tests, catalog, file)
    _refuse_incomplete_units(head, tests, catalog, file)
    return Layout("wide", settle_roles(head.header, shared, file), tests)


def _refuse_incomplete_units(
    head: TableHead, tests: list[ValueColumn], catalog: Catalog, file: str
) -> None:
    """Refuse a row of units under the header that leaves a test without one: it may be moved by a
    column.

    Raises:
        AmbiguousFileError: naming the test.
    """
    names = name_table(catalog)
    for column in tests:
        ids = names.get(fold_name(column.name), ())
        unitless = any(catalog.families[catalog.analytes[id].family].unitless for id in ids)
        if head.has_unit_row and not column.unit and not column.beside.get("unit") and not unitless:
            raise AmbiguousFileError(
                f"{file}: the row of units under the header has none for {column.name!r}; it may "
                "be moved by a column.",
                "Fill it in, or remove that row and name the units with --unit.",
                code="units_incomplete",
            )


def _flowsheet(
    head: TableHead, candidates: Mapping[str, list[int]], options: ReadingOptions, file: str
) -> Layout:
    """Lay out a file with a column a date: the names of the tests stand in a column."""
    if not head.dates:
        raise no_columns(head, options, file, {})
    kept = {
        role: [i for i in columns if i not in head.dates] for role, columns in candidates.items()
    }
    kept = {role: columns for role, columns in kept.items() if columns and role not in _OF_DATES}
    if "analyte" not in options.columns:
        kept["analyte"] = [head.name_column]
        kept = {
            role: columns
            for role, columns in kept.items()
            if role == "analyte" or head.name_column not in columns
        }
    roles = settle_roles(head.header, kept, file)
    values = [
        ValueColumn(index, head.header[index], date=head.header[index])
        for index in sorted(head.dates)
    ]
    printed = [column.date for column in values]
    if twice := next((date for date in printed if printed.count(date) > 1), None):
        raise AmbiguousFileError(
            f"{file}: two columns have the date {twice!r}.",
            "If they are two draws, write their times, too; else remove one.",
            code="header_ambiguous",
        )
    return Layout("flowsheet", roles, values)


def _refuse_doubles(columns: Sequence[ValueColumn], catalog: Catalog, file: str) -> None:
    known = name_table(catalog)
    seen: dict[tuple[tuple[str, ...], str], str] = {}
    for column in columns:
        key = (known.get(fold_name(column.name), (column.name,)), column.unit)
        if key in seen and not column.beside.get("unit"):
            raise AmbiguousFileError(
                f"{file}: the columns {seen[key]!r} and {column.header!r} mean the same test.",
                "Remove one of them, or export one table a file.",
                code="header_ambiguous",
            )
        seen[key] = column.header
