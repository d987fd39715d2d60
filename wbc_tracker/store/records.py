"""What goes into the store and comes out of it, apart from frames."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from wbc_tracker.errors import UsageError

ImportKind: TypeAlias = Literal["labs", "infusions"]

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?", re.ASCII)


@dataclass(frozen=True)
class Infusion:
    """One dose given on a date. `infused_on` is a date or a date and time (`2024-03-31T09:30:00`)."""

    patient_id: str
    infused_on: str
    drug: str
    dose_mg: float | None


#: Position in the list that was given, the infusion given there, and the one that stands on that date.
Conflict: TypeAlias = tuple[int, Infusion, Infusion]


@dataclass(frozen=True)
class ImportInfo:
    """What the caller knows about a file: where it came from and how its cells were accounted for.

    `imported_at` is ISO 8601 text: the store never reads the clock. `read`, `no_result` and `ignored` count
    cells that could hold a result; what was added, repeated or rejected the store counts itself.
    """

    file: str
    sha256: str
    layout: str
    read: int
    no_result: int
    ignored: int
    catalogue_version: str
    imported_at: str


@dataclass(frozen=True)
class ImportRecord:
    """One line of the history of imports. The counts are those of the moment of the import."""

    id: int
    kind: ImportKind
    imported_at: str
    file: str
    sha256: str
    layout: str
    read: int
    added: int
    duplicates: int
    no_result: int
    ignored: int
    rejected: int
    catalogue_version: str


@dataclass(frozen=True)
class Counts:
    """What an import did. `conflicts` are infusions that contradict one on the same date; none was added."""

    import_id: int
    added: int
    duplicates: int
    conflicts: list[Conflict] = field(default_factory=list)


@dataclass(frozen=True)
class UndoResult:
    """The import that was taken back, and how many results and infusions went with it."""

    record: ImportRecord
    removed_results: int
    removed_infusions: int


@dataclass(frozen=True)
class PatientRecord:
    """One patient: how much is in the store, and the first and latest draw (None without results)."""

    patient_id: str
    results: int
    infusions: int
    first_at: str | None
    latest_at: str | None


def is_moment(text: str) -> bool:
    """Tell whether a text is `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SS` and names a real date and time."""
    if _MOMENT.fullmatch(text) is None:
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def split_moment(text: str) -> tuple[str, str]:
    """Return the date and the time of an infusion; the time is empty when only the date is known.

    Raises:
        UsageError: when the text is no such date.
    """
    if not is_moment(text):
        raise UsageError(
            f"{text!r} is not a date of an infusion.",
            "Write it as 2024-03-31, or with a time as 2024-03-31T09:30:00.",
        )
    date, _, time = text.partition("T")
    return date, time


def check_infusion(infusion: Infusion) -> None:
    """Refuse an infusion without a patient, drug or real date, or with a dose that is no positive number.

    Raises:
        UsageError: when one of these is missing or wrong.
    """
    split_moment(infusion.infused_on)
    if not infusion.patient_id or not infusion.drug:
        raise UsageError("An infusion needs a patient and a drug.")
    dose = infusion.dose_mg
    if dose is not None and not (math.isfinite(dose) and dose > 0):
        raise UsageError(f"{dose!r} is not a dose in mg.", "Leave the dose out when it is not known.")


def describe(infusion: Infusion) -> str:
    """Put an infusion into words, for messages."""
    dose = "dose not known" if infusion.dose_mg is None else f"{infusion.dose_mg:g} mg"
    return f"{infusion.drug}, {dose}, on {infusion.infused_on.replace('T', ' at ')}"
