"""Look at the unread columns of a lab file, and give those that can be used their part."""

from __future__ import annotations

from dataclasses import replace

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.intake.guards import person
from wbc_tracker.intake.guards.evidence import gather
from wbc_tracker.intake.guards.findings import Findings, Place, settle
from wbc_tracker.intake.guards.titles import (
    Sections,
    find_sections,
    find_titles,
    refuse_people,
    refuse_rows_about_columns,
)
from wbc_tracker.intake.table.headers import DateTokens
from wbc_tracker.intake.table.layout import Layout
from wbc_tracker.intake.table.shape import Shape, key_columns


def look_at_columns(shape: Shape, catalog: Catalog) -> tuple[Layout, Findings]:
    """Look at the columns of a file that nothing was made of.

    Returns:
        The layout with the roles that cells prove, and what else was found.

    Raises:
        AmbiguousFileError: see `settle`.
    """
    table, layout, options = shape.table, shape.layout, shape.options
    unread = [
        index
        for index, name in enumerate(table.header)
        if index not in layout.used and fold_name(name) not in options.instead
    ]
    dates = DateTokens(options.today or options.as_of, catalog)
    evidence = gather(table.columns, unread, dates, table.header, catalog)
    findings = settle(evidence, _place(shape))
    layout = replace(layout, roles={**layout.roles, **findings.roles})
    return layout, replace(findings, sections=_look_at_titles(shape, dates, catalog))


def _look_at_titles(shape: Shape, dates: DateTokens, catalog: Catalog) -> Sections:
    """Return what titles inside the table say of the rows below them.

    Raises:
        AmbiguousFileError: titles, or rows about columns, speak of several people or of what cannot
            be placed.
    """
    table, layout, options = shape.table, shape.layout, shape.options
    if table.observations:
        return Sections()
    titles = find_titles(table, layout, dates)
    if "patient_id" not in layout.roles and not options.is_patient_named:
        refuse_people(table, layout, titles, catalog)
    if layout.kind == "flowsheet":
        refuse_rows_about_columns(table, layout, options.is_patient_named, catalog)
    return find_sections(titles, catalog)


def _place(shape: Shape) -> Place:
    """Return what the guards must know of the rest of the file."""
    table, layout, options = shape.table, shape.layout, shape.options
    folded = [fold_name(header) for header in table.header]
    aside = {fold_name(header) for header in options.set_aside}
    if layout.kind == "flowsheet":
        dates = [column.date for column in layout.values]
    else:
        dates = [
            text for index in key_columns(table, layout) for text in table.columns[index].used()
        ]
    return Place(
        file=table.file,
        header=table.header,
        roles=layout.roles,
        is_shared=layout.kind != "long" and len(layout.values) > 1,
        first_draw=person.first_year(dates),
        is_named=options.is_patient_named,
        chosen=frozenset(options.columns),
        set_aside=frozenset(i for i, name in enumerate(folded) if name in aside),
        by_profile=frozenset(i for i, name in enumerate(folded) if name in options.ignore),
    )
