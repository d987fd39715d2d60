"""What became of the columns of a file of dated rows, and whether one may tell people apart."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.intake.dated_rows import DatedRows, Problems
from wbc_tracker.intake.guards import person
from wbc_tracker.intake.guards.place import Place, refuse_people
from wbc_tracker.intake.table.headers import dated_words
from wbc_tracker.intake.table.ledger import ColumnState, state_of_unread, unread_words


def tell_columns(
    rows: DatedRows,
    also_read: Mapping[int, str],
    seen: Mapping[int, str] = MappingProxyType({}),
) -> list[ColumnState]:
    """Return what became of each column.

    Args:
        rows: of the file. also_read: places and roles of those that were found by their cells.
        seen: what a guard found in others.
    """
    roles = {place: role for role, place in rows.roles.items()}
    by_user = f"profile {rows.options.profile}" if rows.options.profile else "--map"
    told = []
    for place, header in enumerate(rows.table.header):
        texts = rows.table.columns[place]
        role = roles.get(place) or also_read.get(place)
        if role is None:
            state, reason = state_of_unread(
                header, texts, _who_ignores(rows, header), seen.get(place, "")
            )
            told.append(ColumnState(header, "", state, reason, texts.first()))
            continue
        how = by_user if role in rows.options.columns else "header"
        how = "its cells" if place not in roles else how
        told.append(ColumnState(header, role, "read", how, texts.first()))
    return told


def _who_ignores(rows: DatedRows, header: str) -> str:
    """Return who says that a column is about something else, or ""."""
    folded = fold_name(header)
    if folded not in rows.options.ignore:
        return ""
    aside = {fold_name(name) for name in rows.options.set_aside}
    return "--ignore" if folded in aside else f"profile {rows.options.profile}"


def warnings_of(columns: list[ColumnState]) -> list[str]:
    """Name the columns that nothing was made of."""
    told = unread_words(columns)
    return [told] if told else []


def guard_people(
    rows: DatedRows, also_read: Mapping[int, str], problems: Problems, catalog: Catalog
) -> dict[int, str]:
    """Refuse a file with a column that may tell several people apart while none is read as the
    patient; note rows of patients with two dates of birth or two sexes, and return which columns
    told of those.

    Args:
        rows: of the file. also_read: columns that were found by their cells.
        problems: of the rows; some are noted. catalog: words and names.

    Raises:
        AmbiguousFileError: naming the column and what settles it.
    """
    table, options = rows.table, rows.options
    folded = [fold_name(header) for header in table.header]
    aside = {fold_name(name) for name in options.set_aside}
    known = {*rows.roles.values(), *also_read}
    dates = dated_words(rows.kind.roles, options, catalog).dates
    evidence = {
        place: person.gather(texts, dates, catalog)
        for place, texts in enumerate(table.columns)
        if place not in known
    }
    first_year = person.first_year(rows.column(rows.kind.date).used())
    seen: dict[int, str] = {}
    if rows.names_patients:
        patient = rows.column("patient_id")
        for place, told in evidence.items():
            if look := person.marks_person(table.header[place], told, first_year):
                seen[place] = f"{look} of the row's patient"
                clash = person.clashing_patients(patient, table.columns[place])
                names = np.array(patient.to_pylist(), dtype=object)
                problems.note("patient_conflict", clash, names)
    elif not options.is_patient_named:
        by_profile = options.ignore - aside
        where = Place(
            file=table.file,
            header=table.header,
            roles=rows.roles,
            is_shared=False,
            first_draw=first_year,
            is_named=False,
            set_aside=frozenset(i for i, name in enumerate(folded) if name in aside),
        )
        # Words under a header such as "outcome" are states that are not known, not names.
        said = catalog.lists.status_headers
        asked = {
            i: told
            for i, told in evidence.items()
            if folded[i] not in by_profile and not (folded[i] in said and told.looks_like_words)
        }
        refuse_people(where, asked)
    return seen
