"""What a profile adds to the reading options; what the user types comes before it."""

from __future__ import annotations

from dataclasses import replace

from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.profiles import Profile
from wbc_tracker.intake.options import ReadingOptions


def complete_text_options(options: ReadingOptions, profile: Profile) -> ReadingOptions:
    """Return the options with what a named profile says of the text and of marks that a column may not prove."""
    return replace(
        options,
        profile=profile.id,
        encoding=options.encoding or profile.encoding,
        delimiter=options.delimiter or profile.delimiter,
        has_header=options.has_header and profile.has_header,
        usual_date_order=profile.date_order,
        usual_decimal=profile.decimal,
    )


def complete_table_options(options: ReadingOptions, profile: Profile, header: list[str]) -> ReadingOptions:
    """Return the options with what a profile says of the columns, for the columns that the file has.

    A header that the user maps keeps the user's role. A profile that was only recognised leaves open what the file
    leaves open: layout, order of dates and decimal mark are those of a profile that the user named.
    """
    mapped = {fold_name(name) for name in options.columns.values()}
    columns = {role: name for role, name in profile.columns_in(header).items() if fold_name(name) not in mapped}
    return replace(
        options,
        profile=profile.id,
        columns={**columns, **options.columns},
        units={**profile.units, **options.units},
        names={fold_name(name): analyte for name, analyte in profile.names.items()},
        ignore=frozenset(fold_name(name) for name in profile.ignore) - mapped,
        no_result=tuple(text.casefold() for text in profile.no_result),
        layout=options.layout or (options.named_profile.layout if options.named_profile else None),
    )
