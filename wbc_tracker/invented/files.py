"""Invented patients as files: labs in many shapes, infusions, events."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Literal

from wbc_tracker.invented.patients import SEED, InventedPatient, invent_patient
from wbc_tracker.invented.shapes import SHAPES, LabFileShape, PrintedResult
from wbc_tracker.invented.stories import PERSON, STORIES, Story

FileKind = Literal["labs", "infusions", "events"]
#: Between the seeds of two runs lie more patients than anybody asks for.
_SEEDS_APART = 1_000_003
_SHARED = tuple(shape for shape in SHAPES if not shape.is_of_one)


@dataclass(frozen=True)
class InventedFile:
    """One file.

    Attributes:
        title: what it is. people: whose results it has.
        patient: who must be named when it is read, since the file does not say; else "".
        printed: its results, of a lab file.
    """

    kind: FileKind
    name: str
    title: str
    raw: bytes
    people: tuple[str, ...]
    patient: str = ""
    printed: tuple[PrintedResult, ...] = ()


def invent_files(patients: int, seed: int = 1) -> list[InventedFile]:
    """Return the files of so many patients: labs in every shape there are people for, then their
    infusions and events.

    The same numbers give the same bytes. Of fewer patients than stories every so many are told;
    of more, the stories come again with other people.
    """
    width = max(2, len(str(patients)))
    people = [
        _invent(f"demo-{number + 1:0{width}d}", _shape_of(number), _story_of(number, patients),
                seed, number)
        for number in range(patients)
    ]  # fmt: skip
    made = [
        _labs(
            shape, [patient for number, patient in enumerate(people) if _shape_of(number) is shape]
        )
        for shape in SHAPES[:patients]
    ]
    return [*made, _infusions(people), _events(people)]


def invent_person(seed: int = 1) -> list[InventedFile]:
    """Return labs, infusions and events of the person whose report `demo` shows."""
    patient = _invent("demo", SHAPES[0], PERSON, seed, 0)
    return [_labs(SHAPES[0], [patient]), _infusions([patient]), _events([patient])]


def _shape_of(number: int) -> LabFileShape:
    """Return the shape of a patient's results: each shape once, then those for many in turn."""
    return SHAPES[number] if number < len(SHAPES) else _SHARED[number % len(_SHARED)]


def _story_of(number: int, patients: int) -> Story:
    return STORIES[number * len(STORIES) // patients if patients < len(STORIES)
                   else number % len(STORIES)]  # fmt: skip


def _invent(
    patient_id: str, shape: LabFileShape, story: Story, seed: int, number: int
) -> InventedPatient:
    told = replace(story, percent_only=True) if shape.percent_only else story
    return invent_patient(patient_id, told, SEED + (seed - 1) * _SEEDS_APART + number + 1)


def _labs(shape: LabFileShape, patients: Sequence[InventedPatient]) -> InventedFile:
    printed = tuple(
        PrintedResult.of(result, shape.laboratory)
        for patient in patients
        for result in patient.results
    )
    people = tuple(patient.patient_id for patient in patients)
    unnamed = "" if shape.names_patient else people[0]
    return InventedFile(
        "labs", shape.name, shape.title, shape.write(printed), people, unnamed, printed
    )


def _infusions(patients: Sequence[InventedPatient]) -> InventedFile:
    header = ("patient_id", "infused_on", "drug", "dose_mg")
    rows = [astuple(dose) for patient in patients for dose in patient.doses]
    people = tuple(patient.patient_id for patient in patients if patient.doses)
    return InventedFile("infusions", "infusions.csv", "doses", _table([header, *rows]), people)


def _events(patients: Sequence[InventedPatient]) -> InventedFile:
    header = ("patient_id", "date", "kind", "note")
    rows = [(each.patient_id, *event) for each in patients for event in each.story.events]
    people = tuple(patient.patient_id for patient in patients if patient.story.events)
    title = "vaccinations, infections and the like"
    return InventedFile("events", "events.csv", title, _table([header, *rows]), people)


def _table(rows: Iterable[Sequence[object]]) -> bytes:
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows(rows)
    return target.getvalue().encode()
