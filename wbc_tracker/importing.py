"""Take one file into the store: read, account for every cell, add in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from wbc_tracker.catalog import Catalog
from wbc_tracker.dataset import drop_repeated
from wbc_tracker.errors import PatientMismatchError, WbcTrackerError
from wbc_tracker.frames import stack_frames
from wbc_tracker.intake import (
    InfusionReading,
    ReadingOptions,
    read_event_bytes,
    read_infusion_bytes,
    read_lab_bytes,
)
from wbc_tracker.intake.rejects import make_rejects, no_rejects
from wbc_tracker.intake.result.mapping import ColumnReading, TestReading
from wbc_tracker.store import Event, ImportInfo, Infusion, Store
from wbc_tracker.wording import count_words

#: What taking a file in consists of, for whoever shows how far it is.
STEPS = ("reading", "adding")


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file. `read = added + duplicates + no_result + ignored + rejected` always
    holds.

    Attributes:
        shape: encoding, delimiter and place of the header in words.
        columns: what every column was taken for. tests: how every test was understood
            (`--dry-run`).
        ignored_tests: names of tests the catalogue does not know, with their number.
        rejects: schema.REJECT_COLUMNS.
        error: why the file was refused as a whole; then every count is zero.
        withheld: `--strict` kept everything of this file out.
    """

    file: str
    layout: str = ""
    read: int = 0
    added: int = 0
    duplicates: int = 0
    no_result: int = 0
    ignored: int = 0
    rejected: int = 0
    shape: str = ""
    columns: list[ColumnReading] = field(default_factory=list)
    tests: list[TestReading] = field(default_factory=list)
    ignored_tests: Mapping[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    rejects: pd.DataFrame = field(default_factory=no_rejects)
    error: WbcTrackerError | None = None
    withheld: bool = False
    import_id: int | None = None


def import_labs(
    store: Store | None,
    raw: bytes,
    file: str,
    options: ReadingOptions,
    catalog: Catalog,
    *,
    imported_at: str,
    strict: bool = False,
    write: bool = True,
    begin: Callable[[str], None] | None = None,
) -> FileOutcome:
    """Add one lab file to the store.

    Args:
        store: where to; None when there is none yet and nothing shall be written.
        raw: the bytes of the file. file: its name.
        options: how to read it. catalog: names, units and limits.
        imported_at: ISO text for the history.
        strict: any reject keeps the whole file out.
        write: False only tells what would happen (`--dry-run`).
        begin: called at the beginning of each of the STEPS.

    Raises:
        StoreError: the store cannot be used.
        UsageError: an option names something that does not exist.
    """
    begin = begin or (lambda _: None)
    begin(STEPS[0])
    reading = read_lab_bytes(raw, file, options, catalog)
    begin(STEPS[1])
    _refuse_other_patient(file, reading.results, options)
    ignored = sum(reading.ignored.values())
    told: FileOutcome = FileOutcome(
        file=file,
        layout=reading.layout,
        read=reading.read,
        no_result=reading.no_result,
        ignored=ignored,
        rejected=len(reading.rejects),
        shape=reading.shape,
        columns=reading.columns,
        tests=reading.tests,
        ignored_tests=reading.ignored,
        warnings=reading.warnings,
        rejects=reading.rejects,
    )
    if len(reading.rejects) and not len(reading.results):
        return told  # nothing usable: the store stays as it was
    if strict and len(reading.rejects):
        return replace(told, ignored=ignored + len(reading.results), withheld=True)
    if store is None or not write:
        there = [store.results(), store.hidden_frame()] if store is not None else []
        new = _count_new(there, reading.results)
        removed = _count_new([], reading.results) - _count_new(there[1:], reading.results)
        warnings = [*reading.warnings, *_removed_words(removed)]
        return replace(told, added=new, duplicates=len(reading.results) - new, warnings=warnings)
    info = _info(
        raw, file, reading.layout, reading.read, reading.no_result, ignored, catalog, imported_at
    )
    counts = store.add_results(reading.results, reading.rejects, info)
    warnings = [*reading.warnings, *_removed_words(counts.removed)]
    return replace(
        told,
        added=counts.added,
        duplicates=counts.duplicates,
        import_id=counts.import_id,
        warnings=warnings,
    )


def _count_new(there: Sequence[pd.DataFrame], results: pd.DataFrame) -> int:
    """Return how many of the results are repeats neither of one another nor of those that are
    there.
    """
    before = len(drop_repeated(stack_frames(there))) if there else 0
    return len(drop_repeated(stack_frames([*there, results]))) - before


def _removed_words(removed: int) -> list[str]:
    """Say that a file holds results again that the user has removed: they neither come back nor
    vanish unsaid.
    """
    if not removed:
        return []
    told = count_words(
        removed,
        "result of it was removed by you and stays",
        "results of it were removed by you and stay",
    )
    return [f"{told} removed: see `wbc-tracker result list --removed`."]


def import_infusions(
    store: Store,
    raw: bytes,
    file: str,
    options: ReadingOptions,
    catalog: Catalog,
    *,
    imported_at: str,
) -> FileOutcome:
    """Add one infusion file to the store; an infusion that contradicts a recorded one becomes a
    reject.
    """
    reading = read_infusion_bytes(raw, file, options, catalog)
    _refuse_other_patient(file, reading.infusions, options)
    infusions = infusions_of(reading)
    if len(reading.rejects) and not infusions:
        return FileOutcome(
            file,
            "infusions",
            read=reading.read,
            rejected=len(reading.rejects),
            rejects=reading.rejects,
        )
    info = _info(raw, file, "infusions", reading.read, 0, 0, catalog, imported_at)
    worded: list[pd.DataFrame] = []

    def word(conflicts: list[tuple[int, Infusion, Infusion]]) -> pd.DataFrame:
        worded.append(_conflict_rejects(reading, conflicts))
        return worded[-1]

    counts = store.import_infusions(infusions, reading.rejects, info, conflict_rejects=word)
    rejects = pd.concat(
        [part for part in (reading.rejects, *worded) if len(part)] or [no_rejects()],
        ignore_index=True,
    )
    return FileOutcome(
        file=file,
        layout="infusions",
        read=reading.read,
        added=counts.added,
        duplicates=counts.duplicates + reading.duplicates,
        rejected=len(rejects),
        warnings=reading.warnings,
        rejects=rejects,
        import_id=counts.import_id,
    )


def import_events(
    store: Store,
    raw: bytes,
    file: str,
    options: ReadingOptions,
    catalog: Catalog,
    *,
    imported_at: str,
) -> FileOutcome:
    """Add one event file to the store."""
    reading = read_event_bytes(raw, file, options, catalog)
    _refuse_other_patient(file, reading.events, options)
    told = FileOutcome(
        file=file,
        layout="events",
        read=reading.read,
        rejected=len(reading.rejects),
        warnings=reading.warnings,
        rejects=reading.rejects,
    )
    if len(reading.rejects) and not len(reading.events):
        return told
    rows = reading.events.to_dict("records")
    events = [
        Event(row["patient_id"], row["happened_on"], row["kind"], row["note"]) for row in rows
    ]
    info = _info(raw, file, "events", reading.read, 0, 0, catalog, imported_at)
    counts = store.import_events(events, reading.rejects, info)
    return replace(
        told,
        added=counts.added,
        duplicates=counts.duplicates + reading.duplicates,
        import_id=counts.import_id,
    )


def infusions_of(reading: InfusionReading) -> list[Infusion]:
    """Return the infusions of a file as records."""
    return [
        Infusion(
            row["patient_id"],
            row["infused_on"],
            row["drug"],
            None if pd.isna(row["dose_mg"]) else row["dose_mg"],
        )
        for row in reading.infusions.to_dict("records")
    ]


def _conflict_rejects(
    reading: InfusionReading, conflicts: list[tuple[int, Infusion, Infusion]]
) -> pd.DataFrame:
    size = len(conflicts)
    return make_rejects(
        reading.file,
        "infusion_conflict",
        lines=pd.array([reading.lines[at] for at, _, _ in conflicts], dtype="int64").to_numpy(),
        column=["infused_on"] * size,
        raw=[f"{given.infused_on} {given.drug} {given.dose_mg}" for _, given, _ in conflicts],
        name=["infusion"] * size,
        detail=[_contradiction(given, existing) for _, given, existing in conflicts],
    )


def _contradiction(given: Infusion, existing: Infusion) -> str:
    return (
        f"{given.drug} {_dose(given)} on {given.infused_on} contradicts {existing.drug} "
        f"{_dose(existing)} on {existing.infused_on}, which is recorded"
    )


def _dose(infusion: Infusion) -> str:
    return "without a dose" if infusion.dose_mg is None else f"{infusion.dose_mg:g} mg"


def _refuse_other_patient(file: str, rows: pd.DataFrame, options: ReadingOptions) -> None:
    """Refuse a file that names other patients than `--patient` does."""
    if not options.only_patient:
        return
    others = sorted(set(rows["patient_id"].dropna().unique()) - {options.patient})
    if others:
        raise PatientMismatchError(
            f"{file} is about {others[0]!r}, not of {options.patient!r}.",
            "Leave out --patient for a file that names its patients.",
        )


def _info(
    raw: bytes,
    file: str,
    layout: str,
    read: int,
    no_result: int,
    ignored: int,
    catalog: Catalog,
    imported_at: str,
) -> ImportInfo:
    digest = hashlib.sha256(raw).hexdigest()
    return ImportInfo(file, digest, layout, read, no_result, ignored, catalog.version, imported_at)


def exit_code_of(outcomes: Sequence[FileOutcome]) -> int:
    """Return 0 when every cell is accounted for, 1 with rejects or some files refused,
    3 when nothing was done.
    """
    undone = [outcome for outcome in outcomes if outcome.error is not None or outcome.withheld]
    if len(undone) == len(outcomes) or all(_without_use(outcome) for outcome in outcomes):
        return 3
    return 1 if undone or any(outcome.rejected for outcome in outcomes) else 0


def _without_use(outcome: FileOutcome) -> bool:
    """Tell whether a file gave no result although it held some that could not be read."""
    usable = outcome.added + outcome.duplicates
    return outcome.error is not None or outcome.withheld or (outcome.rejected > 0 and not usable)
