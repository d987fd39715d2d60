"""Where the columns of a file stand, and the refusal of those that may name several people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake.guards import person
from wbc_tracker.intake.table.ledger import is_harmless_header
from wbc_tracker.intake.table.people import Suspect, people_unclear


@dataclass(frozen=True)
class Place:
    """Where the columns stand: what the guards must know of the rest of the file.

    Attributes:
        file, header: of the file. roles: role -> column.
        is_shared: what stands in a row speaks of several values.
        first_draw: year of the first draw. years: between the first and the last draw, None where
            that is not certain. is_named: the user named the patient.
        chosen: roles that the user mapped. set_aside: columns that the user ignores.
        by_profile: columns that a profile knows to be about something else.
        covariates: columns that the user carries along.
    """

    file: str
    header: list[str]
    roles: Mapping[str, int]
    is_shared: bool
    first_draw: int | None
    is_named: bool
    chosen: frozenset[str] = frozenset()
    set_aside: frozenset[int] = frozenset()
    years: int | None = None
    by_profile: frozenset[int] = frozenset()
    covariates: frozenset[int] = frozenset()


def refuse_people(place: Place, told: Mapping[int, person.PersonEvidence]) -> None:
    """Refuse columns that nothing was made of and that may tell several people apart.

    Raises:
        AmbiguousFileError: naming the column, what it looks like and what settles it.
    """
    suspects, aside = [], ""
    for index, evidence in told.items():
        name = place.header[index]
        if place.years is not None and person.ages_of_several(name, evidence, place.years):
            raise AmbiguousFileError(
                f"{place.file}: the ages in the column {name!r} ({some(evidence.shown)}) cannot "
                "all be those of one person.",
                "Say which column names each person with --map patient_id=HEADER, or, if all rows "
                "are one person's, name the person with --patient ID.",
                code="patient_unclear",
            )
        look = person.looks_like_people(name, evidence, place.first_draw)
        if look and not is_harmless_header(name, look) and not _has_unit(name):
            suspects.append(Suspect(name, look, some(evidence.shown)))
            aside = " --ignore does not settle it." if index in place.set_aside else aside
    if suspects:
        raise people_unclear(place.file, suspects, aside)


def _has_unit(header: str) -> bool:
    """Tell whether a header prints a unit, so that whole numbers under it measure something."""
    start, bracket, unit = header.replace("[", "(").partition("(")
    return bool(start and bracket and any(sign in unit for sign in "/%^*µ"))


def some(texts: Iterable[str]) -> str:
    """Return the first texts in short form, for a message."""
    shown = [text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..." for text in texts]
    return ", ".join(shown[:3]) + (" ..." if len(shown) > 3 else "")


_LONGEST = 24
