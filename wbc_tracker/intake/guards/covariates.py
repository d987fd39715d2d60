"""Columns that the user carries along beside the results: sex, birth year, centre, arm.

They go into files that are shared and split people into groups. What names a person is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from wbc_tracker import schema
from wbc_tracker.catalog.columns import has_phrase, header_words, load_columns
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.errors import UsageError
from wbc_tracker.intake.guards.evidence import Evidence
from wbc_tracker.intake.guards.looks import BIRTH
from wbc_tracker.intake.guards.person import tells_sexes
from wbc_tracker.intake.guards.place import some
from wbc_tracker.intake.table.layout import Layout
from wbc_tracker.intake.table.shape import Shape
from wbc_tracker.intake.table.table import TextTable
from wbc_tracker.near import meant_words, nearest

#: The one covariate that a column of another name tells, too, and that the store keeps.
SEX = "sex"
#: Columns that files for others have beside those of the schema.
_OF_SHARED_FILES = (
    "day_zero",
    "collected_day",
    "last_infusion_day",
    "next_infusion_day",
    "baseline_day",
)


def find_covariates(shape: Shape) -> dict[str, int | None]:
    """Return name as typed -> column of the file; None where it has none and others may.

    Raises:
        UsageError: the one file has no such column, it plays another part, it names people, or its
            name is that of a column of the results.
    """
    table, layout, options = shape.table, shape.layout, shape.options
    _refuse_names(options.covariates)
    found: dict[str, int | None] = {}
    for name in options.covariates:
        at = _place_of(name, table.header)
        if at is None and not options.is_one_of_several:
            near = nearest(name, filter(None, table.header))
            raise UsageError(
                f"{table.file} has no column {name!r} to carry along.{meant_words(near)}",
                f"Its columns: {', '.join(table.header)}.",
            )
        if at is not None:
            _refuse_used(table, layout, at)
            _refuse_names_of_people(table.file, table.header[at])
        found[name] = at
    return found


def carried_columns(covariates: Mapping[str, int | None]) -> frozenset[int]:
    """Return the columns that are carried along."""
    return frozenset(place for place in covariates.values() if place is not None)


def _place_of(name: str, header: Sequence[str]) -> int | None:
    """Return the column of a name: as printed, else folded; of `sex` one that tells sexes."""
    same = [at for at, text in enumerate(header) if text == name]
    alike = [at for at, text in enumerate(header) if fold_name(text) == fold_name(name)]
    sexes = [at for at, text in enumerate(header) if tells_sexes(text)] if name == SEX else []
    chosen = same or alike or sexes
    if len(chosen) > 1:
        raise UsageError(
            f"{len(chosen)} columns are called {name!r}.", "Rename all but one of them."
        )
    return chosen[0] if chosen else None


def _refuse_names(names: Sequence[str]) -> None:
    """Refuse names that two columns of what is written would bear.

    Raises:
        UsageError: naming it.
    """
    own = (*schema.RESULT_COLUMNS, *schema.EXPORT_COLUMNS)
    taken = {*schema.names((*own, *schema.TIMES.values())), *_OF_SHARED_FILES}
    for name in names:
        folded = name.casefold()
        if folded in taken or folded.startswith("_"):
            raise UsageError(
                f"A covariate cannot be called {name!r}: another column of the results has that "
                "name.",
                "Give the column of the file another name.",
            )
        taken.add(folded)


def _refuse_used(table: TextTable, layout: Layout, at: int) -> None:
    """Refuse a column that is read already.

    Raises:
        UsageError: naming what it is read as.
    """
    if at not in layout.used:
        return
    role = next((role for role, place in layout.roles.items() if place == at), "")
    what = f"the {role}" if role else "results or what stands beside them"
    hint = f"If it is not, name the right one: --map {role}=HEADER." if role else "Name another."
    raise UsageError(
        f"{table.file}: the column {table.header[at]!r} is read as {what}; it is no covariate.",
        hint,
    )


def _refuse_names_of_people(file: str, header: str) -> None:
    """Refuse a column whose header says that it names people.

    Raises:
        UsageError: naming it.
    """
    words, folded = load_columns(), header_words(header)
    names_them = has_phrase(folded, words.names) and has_phrase(folded, words.person)
    if names_them or folded in words.names | words.person | words.patient_ids | words.cases:
        raise UsageError(
            f"{file}: the column {header!r} names people; it is no covariate.",
            "Covariates go into files that are shared: carry along what several people have in "
            "common, such as a sex, a birth year, a centre or an arm.",
        )


def refuse_dates(table: TextTable, carried: Iterable[int], told: Mapping[int, Evidence]) -> None:
    """Refuse covariates that are dates: of birth, of diagnosis, they tell who somebody is.

    Raises:
        UsageError: naming the column and its first cells.
    """
    for at in carried:
        person = told[at].person if at in told else None
        if person and person.distinct and person.looks.get(BIRTH, 0) * 2 >= person.distinct:
            raise UsageError(
                f"{table.file}: the column {table.header[at]!r} holds dates "
                f"({some(person.shown)}); a covariate goes into files that are shared, and a date "
                "can tell who somebody is.",
                "Carry along a column of years.",
            )
