"""Whose a file is, as it says itself, against what the user says and what earlier files said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from wbc_tracker.errors import PatientMismatchError
from wbc_tracker.intake import FileReading, ReadingOptions
from wbc_tracker.intake.guards.identity import differs

if TYPE_CHECKING:
    from wbc_tracker.store import Store

_DIFFERS = {
    "name": "another name",
    "number": "another number",
    "birth date": "another birth date",
    "sex": "another sex",
}


def said_of_person(reading: FileReading) -> dict[str, frozenset[str]]:
    """Return what a file says of its person: what -> texts."""
    return {one.what: one.words for one in reading.named}


def refuse_other_patient(reading: FileReading, options: ReadingOptions) -> None:
    """Refuse a file that names other patients than `--patient` does.

    Raises:
        PatientMismatchError: naming one of them.
    """
    if not options.only_patient:
        return
    others = sorted(set(reading.rows["patient_id"].dropna().unique()) - {options.patient})
    if others:
        raise PatientMismatchError(
            f"{reading.file} is about {others[0]!r}, not of {options.patient!r}.",
            "Leave out --patient for a file that names its patients.",
        )


def compare_with_store(reading: FileReading, store: Store, options: ReadingOptions) -> list[str]:
    """Refuse a file that names another person than the earlier files of its patient did, unless the
    user names the patient; then return a sentence about it.

    Raises:
        PatientMismatchError: naming what differs.
    """
    if not reading.named:
        return []
    now, before = store.patients.named_before(options.patient, said_of_person(reading))
    for what in now:
        earlier = {number: said[what] for number, said in before if what in said}
        if not earlier or any(not differs(what, now[what], said) for said in earlier.values()):
            continue
        told = f"{_where(reading, what)} tells {_DIFFERS[what]} than earlier files of "
        told += f"{options.patient!r} did"
        if options.is_patient_named:
            first = min(earlier)
            return [f"{told} (import {first}): see `wbc-tracker imports list` if that is wrong."]
        raise _another_person(reading, told, options)
    return []


def refuse_two_people(readings: Sequence[FileReading], options: ReadingOptions) -> None:
    """Refuse files, read together for one patient that the user does not name, of which two name
    two people.

    Raises:
        PatientMismatchError: naming what differs.
    """
    if options.is_patient_named:
        return
    before: list[Mapping[str, frozenset[str]]] = []
    for reading in readings:
        now = said_of_person(reading)
        for what, words in now.items():
            earlier = [said[what] for said in before if what in said]
            if earlier and all(differs(what, words, said) for said in earlier):
                told = f"{_where(reading, what)} tells {_DIFFERS[what]} than the files before it"
                raise _another_person(reading, told, options)
        before.append(now)


def _where(reading: FileReading, what: str) -> str:
    return next(one.where for one in reading.named if one.what == what)


def _another_person(
    reading: FileReading, told: str, options: ReadingOptions
) -> PatientMismatchError:
    return PatientMismatchError(
        f"{reading.file} may be another person's: {told}.",
        f"Say whose it is with --patient ID, or with --patient {options.patient} if it is of the "
        "same person.",
        code="person_differs",
    )
