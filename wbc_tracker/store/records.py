"""What goes into the store and comes out of it, apart from frames."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from wbc_tracker.errors import UsageError

ImportKind: TypeAlias = Literal["labs", "infusions", "events"]
#: What a line of the history is: an import, or what the user has mended.
EntryKind: TypeAlias = Literal["labs", "infusions", "events", "mending"]
Verb: TypeAlias = Literal["remove", "restore", "move", "rename", "merge", "edit"]
Noun: TypeAlias = Literal["result", "infusion", "event", "patient"]

#: Stands for the name of the file where results were typed by hand.
BY_HAND = "by hand"

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?", re.ASCII)


@dataclass(frozen=True)
class Infusion:
    """One dose given on a date.

    `infused_on` is a date or a date and time (`2024-03-31T09:30:00`).
    """

    patient_id: str
    infused_on: str
    drug: str
    dose_mg: float | None


@dataclass(frozen=True)
class Event:
    """Something that happened on a date.

    `id` is its number in the store and no part of what it is.
    """

    patient_id: str
    happened_on: str
    kind: str
    note: str = ""
    id: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class StoredResult:
    """One result with its number in the store, as the import that knows most printed it.

    `unit` is the canonical one, `value_step` the printed rounding step, `ref_low` and `ref_high`
    the printed interval in that unit. `status` is what the laboratory says about it, empty for
    nothing. `removed_at` is when the user removed it, None where that is not so.
    """

    id: int
    patient_id: str
    collected_at: str
    analyte: str
    comparator: str
    value: float
    unit: str
    value_step: float | None
    reported_value: str | None
    file: str
    source_row: int
    status: str
    removed_at: str | None
    ref_low: float | None = None
    ref_high: float | None = None


#: Position in the list that was given, the infusion given there, and the one that stands on that
#: date.
Conflict: TypeAlias = tuple[int, Infusion, Infusion]


@dataclass(frozen=True)
class ImportInfo:
    """What the caller knows about a file: where it came from and how its cells were accounted for.

    `imported_at` is ISO 8601 text: the store never reads the clock. `read`, `no_result` and
    `ignored` count cells that could hold a result; what was added, repeated or rejected the store
    counts itself. `named` is what the file says of its one person, `patient`, where it has no
    column of patients; the store keeps only marks of it. `sexes`: patient -> `f` or `m`, where the
    file tells it.
    """

    file: str
    sha256: str
    layout: str
    read: int
    no_result: int
    ignored: int
    catalogue_version: str
    imported_at: str
    patient: str = ""
    named: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sexes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def by_hand(cls, catalogue_version: str, imported_at: str) -> ImportInfo:
        """Return what is known of entries that were typed; the store counts them."""
        return cls(BY_HAND, "", "", 0, 0, 0, catalogue_version, imported_at)


@dataclass(frozen=True)
class Maker:
    """Who made an entry of the history: the user, as the system calls them, and the computer."""

    user: str
    host: str


@dataclass(frozen=True)
class Mending:
    """What an entry of the history mended, and how many rows.

    `from_id` and `into_id` are patients: of a rename or a merge the old id and the new one, of a
    move to whom it went; empty where that is not one patient, or one who was erased.
    """

    verb: Verb
    noun: Noun
    rows: int
    from_id: str = ""
    into_id: str = ""


@dataclass(frozen=True)
class Redirected:
    """Rows of a file that went to another patient than it names: because that one is called
    otherwise now (`renamed`), or because the user has moved that result (`moved`).

    `still_counts`: the rows take back, without naming a value, what was moved to that patient. They
    say no value, and he may have results of his own of that time: so they take back nothing there.
    """

    filed_under: str
    patient_id: str
    rows: int
    why: Literal["renamed", "moved", "still_counts"]


@dataclass(frozen=True)
class ImportRecord:
    """One line of the history of imports. The counts are those of the moment of the import;
    `superseded` is part of `added`. Of a mending they are 0, and
    `mending` tells what it did; None where the patient was erased since. `maker`: by whom, None
    where that is not known.
    """

    id: int
    kind: EntryKind
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
    superseded: int = 0
    mending: Mending | None = None
    maker: Maker | None = None


@dataclass(frozen=True)
class Counts:
    """What an import did: `added`, `duplicates`, `withdrawn` and `conflicts` are all its rows.

    Attributes:
        conflicts: infusions that contradict one on the same date; none was added.
        removed: rows that the user has removed before: they are among the duplicates and stay
            removed.
        withdrawn: rows that take a value back.
        superseded: of the added ones, those that another value of their draw has replaced, or that
            were withdrawn before.
        replaced: results of earlier imports that this one replaces or withdraws.
        filled: doses that were not known before; their rows are among the duplicates.
        new_patients: ids that the store did not know.
        redirected: rows that belong to another patient than the file names.
        edited: rows of infusions that the user has edited; they are among the duplicates.
    """

    import_id: int
    added: int
    duplicates: int
    conflicts: list[Conflict] = field(default_factory=list)
    removed: int = 0
    withdrawn: int = 0
    superseded: int = 0
    replaced: int = 0
    filled: int = 0
    new_patients: tuple[str, ...] = ()
    redirected: tuple[Redirected, ...] = ()
    edited: int = 0


@dataclass(frozen=True)
class Holder:
    """Another import that holds part of one that was taken back, and how many rows of it."""

    import_id: int
    file: str
    rows: int


@dataclass(frozen=True)
class UndoResult:
    """The import that was taken back, and how many results, infusions and events went with it.

    `returned` counts results that it had replaced or withdrawn and that are shown again. `holders`
    are the imports in which the rest stays. Of a mending, `concerned` counts the rows that are as
    they were before it.
    """

    record: ImportRecord
    removed_results: int
    removed_infusions: int
    removed_events: int = 0
    returned: int = 0
    holders: tuple[Holder, ...] = ()
    concerned: int = 0


@dataclass(frozen=True)
class PatientRecord:
    """One patient: how much is in the store, and the first and latest draw (None without results).

    `removed` counts the results that the user has removed, `superseded` those that the laboratory
    has replaced or withdrawn; they are not among the `results`. `formerly`: other ids under which
    files may name this patient.
    """

    patient_id: str
    results: int
    infusions: int
    first_at: str | None
    latest_at: str | None
    events: int = 0
    removed: int = 0
    superseded: int = 0
    formerly: tuple[str, ...] = ()


def is_moment(text: str) -> bool:
    """Tell whether a text is `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SS` and names a real date and
    time.
    """
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
    """Refuse an infusion without a patient, drug or real date, or with a dose that is no positive
    number.

    Raises:
        UsageError: when one of these is missing or wrong.
    """
    split_moment(infusion.infused_on)
    if not infusion.patient_id or not infusion.drug:
        raise UsageError("An infusion needs a patient and a drug.")
    dose = infusion.dose_mg
    if dose is not None and not (math.isfinite(dose) and dose > 0):
        raise UsageError(
            f"{dose!r} is not a dose in mg.", "Leave the dose out when it is not known."
        )


def check_event(event: Event) -> None:
    """Refuse an event without a patient, a kind or a real date (a date alone, without a time).

    Raises:
        UsageError: when one of these is missing or wrong.
    """
    if not is_moment(event.happened_on) or "T" in event.happened_on:
        raise UsageError(
            f"{event.happened_on!r} is not a date of an event.", "Write it as 2024-03-31."
        )
    if not event.patient_id or not event.kind:
        raise UsageError("An event needs a patient and a kind.")


def describe(infusion: Infusion) -> str:
    """Put an infusion into words, for messages."""
    dose = "dose not known" if infusion.dose_mg is None else f"{infusion.dose_mg:g} mg"
    return f"{infusion.drug}, {dose}, on {infusion.infused_on.replace('T', ' at ')}"
