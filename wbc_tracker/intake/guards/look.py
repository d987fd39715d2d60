"""Look at the unread columns of a lab file, and give those that can be used their part."""

from __future__ import annotations

from dataclasses import replace

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.errors import AmbiguousFileError, Option
from wbc_tracker.intake.guards import person
from wbc_tracker.intake.guards.comparator import signs_among
from wbc_tracker.intake.guards.copies import refuse_lost_limits
from wbc_tracker.intake.guards.covariates import carried_columns, find_covariates, refuse_dates
from wbc_tracker.intake.guards.evidence import gather
from wbc_tracker.intake.guards.findings import Findings, settle
from wbc_tracker.intake.guards.own_date import refuse_second_dates
from wbc_tracker.intake.guards.own_export import refuse_own_export
from wbc_tracker.intake.guards.place import Place
from wbc_tracker.intake.guards.titles import (
    Sections,
    find_sections,
    find_titles,
    refuse_people,
    refuse_rows_about_columns,
)
from wbc_tracker.intake.options import mapped
from wbc_tracker.intake.table.headers import DateTokens
from wbc_tracker.intake.table.layout import Layout
from wbc_tracker.intake.table.shape import Shape, key_columns


def look_at_columns(shape: Shape, catalog: Catalog) -> tuple[Layout, Findings]:
    """Look at the columns of a file that nothing was made of.

    Returns:
        The layout with the roles that cells prove, and what else was found.

    Raises:
        UnreadableFileError: the program itself has written it.
        AmbiguousFileError: see `settle`.
    """
    table, layout, options = shape.table, shape.layout, shape.options
    refuse_own_export(table.file, table.header)
    unread = unread_columns(shape)
    dates = DateTokens(options.today or options.as_of, catalog)
    refuse_lost_limits(table, layout, unread)
    covariates = find_covariates(shape)
    carried = carried_columns(covariates)
    evidence = gather(table.columns, unread, dates, table.header, catalog)
    refuse_dates(table, carried, evidence)
    dates_told = dates_of_draws(shape) if unread else []
    findings = settle(evidence, place_of(shape, dates_told, carried))
    refuse_second_dates(table, layout, may_hold_dates(shape, unread), dates, catalog)
    layout = replace(layout, roles={**layout.roles, **findings.roles})
    sections = look_at_titles(shape, dates, catalog)
    signs = has_signs_in_marks(shape, layout, catalog)
    findings = replace(findings, sections=sections, signs_in_marks=signs, covariates=covariates)
    return layout, findings


def has_signs_in_marks(shape: Shape, layout: Layout, catalog: Catalog) -> bool:
    """Tell whether `<` among the marks that the laboratory puts beside its values is a comparator.

    Raises:
        AmbiguousFileError: nothing else stands there, so it may mean low.
    """
    table, options = shape.table, shape.options
    is_chosen = "abnormal_flag" in options.columns and not options.profile
    own = [c.beside["abnormal_flag"] for c in layout.values if "abnormal_flag" in c.beside]
    shared = [layout.roles["abnormal_flag"]] if "abnormal_flag" in layout.roles else []
    if is_chosen or not (own or shared):
        return False
    texts = [text for index in (*own, *shared) for text in table.columns[index].used()]
    signs, is_proved = signs_among(texts, catalog)
    if signs and not is_proved:
        name = table.header[(*shared, *own)[0]]
        ways: list[Option] = []
        hint = "Write the comparator in front of its value, e.g. <5, and take the signs out."
        if shared:
            ways = mapped(name, "comparator", "abnormal_flag")
            hint = f"Say which with --map comparator={name!r} or --map abnormal_flag={name!r}."
        raise AmbiguousFileError(
            f"{table.file}: the signs in the column {name!r} ({', '.join(sorted(set(signs)))}) may "
            "be comparators or mean low and high.",
            hint,
            code="comparator_unclear",
            settled_by=ways,
        )
    return bool(signs)


def look_at_titles(shape: Shape, dates: DateTokens, catalog: Catalog) -> Sections:
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


def unread_columns(shape: Shape) -> list[int]:
    """Return the columns that the headers gave no part, and that of accession numbers, which takes
    none in results.
    """
    layout = shape.layout
    return [
        index
        for index, name in enumerate(shape.table.header)
        if (index not in layout.used or index == layout.roles.get("accession"))
        and fold_name(name) not in shape.options.instead
    ]


def may_hold_dates(shape: Shape, unread: list[int]) -> list[int]:
    """Return the unread columns whose dates may be those of some of the values; none where the user
    says which the dates are.
    """
    options = shape.options
    if "collected_at" in options.columns and not options.profile:
        return []
    aside = {fold_name(header) for header in (*options.set_aside, *options.ignore)}
    return [index for index in unread if fold_name(shape.table.header[index]) not in aside]


def dates_of_draws(shape: Shape) -> list[str]:
    """Return the distinct dates of the draws, as printed."""
    table, layout = shape.table, shape.layout
    if layout.kind == "flowsheet":
        return [column.date for column in layout.values]
    return [text for index in key_columns(table, layout) for text in table.columns[index].used()]


def place_of(shape: Shape, dates: list[str], carried: frozenset[int]) -> Place:
    """Return what the guards must know of the rest of the file.

    Args:
        shape: the file. dates: of its draws. carried: columns that the user carries along.
    """
    table, layout, options = shape.table, shape.layout, shape.options
    folded = [fold_name(header) for header in table.header]
    aside = {fold_name(header) for header in options.set_aside}
    return Place(
        file=table.file,
        header=table.header,
        covariates=carried,
        roles=layout.roles,
        is_shared=layout.kind != "long" and len(layout.values) > 1,
        first_draw=person.first_year(dates),
        years=person.span_of_years(dates),
        is_named=options.is_patient_named,
        chosen=frozenset(options.columns),
        set_aside=frozenset(i for i, name in enumerate(folded) if name in aside),
        by_profile=frozenset(i for i, name in enumerate(folded) if name in options.ignore),
    )
