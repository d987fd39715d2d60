"""Take one file into the store: read, account for every cell, add in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from wbc_tracker.catalog import Catalog
from wbc_tracker.erased import Erased, without_erased
from wbc_tracker.errors import UnreadableFileError, WbcTrackerError
from wbc_tracker.import_notes import conflict_rejects, outcome_notes, still_recorded
from wbc_tracker.intake import (
    EventReading,
    FileReading,
    InfusionReading,
    LabReading,
    ReadingOptions,
    read_event_bytes,
    read_infusion_bytes,
    read_lab_bytes,
)
from wbc_tracker.intake.rejects import no_rejects
from wbc_tracker.repeats import drop_repeated, hide_superseded
from wbc_tracker.schema import WITHDRAWN
from wbc_tracker.store import Counts, Event, ImportInfo, Infusion, Store
from wbc_tracker.store.records import ImportKind
from wbc_tracker.whose import compare_with_store, refuse_other_patient, said_of_person

#: What taking a file in consists of, for whoever shows how far it is.
STEPS = ("reading", "adding")

_READERS: Mapping[ImportKind, Callable[[bytes, str, ReadingOptions, Catalog], FileReading]] = {
    "labs": read_lab_bytes,
    "infusions": read_infusion_bytes,
    "events": read_event_bytes,
}


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file. `read = added + duplicates + no_result + ignored + rejected` always
    holds.

    Attributes:
        reading: what the file says, without its rows; nothing, when it was refused as a whole.
        added: rows that are new in the store. repeated: rows that it has already.
        superseded: of the added ones, those that the laboratory has replaced by another value.
        conflicts: rejects of rows that contradict the store, schema.REJECT_COLUMNS.
        withheld: results that `--strict` kept out, with everything else of the file.
        erased: rows of patients who were erased, which are kept out.
        notes: sentences for the user, beside the warnings of the reading. patients: whose it is.
        error: why the file was refused; then every count is zero.
    """

    reading: FileReading
    added: int = 0
    repeated: int = 0
    superseded: int = 0
    conflicts: pd.DataFrame = field(default_factory=no_rejects)
    withheld: int = 0
    erased: int = 0
    notes: list[str] = field(default_factory=list)
    patients: tuple[str, ...] = ()
    import_id: int | None = None
    error: WbcTrackerError | None = None

    @property
    def file(self) -> str:
        """Name of the file."""
        return self.reading.file

    @property
    def read(self) -> int:
        """Rows, or cells that could hold a result."""
        return self.reading.read

    @property
    def duplicates(self) -> int:
        """Rows that repeat what the store has, or an earlier row of the file."""
        return self.repeated + self.reading.duplicates

    @property
    def no_result(self) -> int:
        """Cells that say there is no result."""
        return self.reading.no_result

    @property
    def ignored(self) -> int:
        """Cells of unknown tests, of other fluids, withdrawn ones, of erased patients, and what was
        withheld.
        """
        return sum(self.reading.ignored.values()) + self.withheld + self.erased

    @property
    def ignored_kinds(self) -> dict[str, int]:
        """The same number by kind."""
        told = self.reading.ignored_kinds if self.reading.is_of_results else self.reading.ignored
        kinds = {**told, "erased": self.erased, "withheld": self.withheld}
        return {kind: count for kind, count in kinds.items() if count}

    @property
    def rejected(self) -> int:
        """Rows or cells that could not be read, or contradict the store."""
        return len(self.reading.rejects) + len(self.conflicts)

    @property
    def rejects(self) -> pd.DataFrame:
        """Those, with the reasons."""
        parts = [part for part in (self.reading.rejects, self.conflicts) if len(part)]
        return pd.concat(parts, ignore_index=True) if parts else no_rejects()

    @property
    def warnings(self) -> list[str]:
        """Sentences for the user."""
        return [*self.reading.warnings, *self.notes]


def import_file(
    kind: ImportKind,
    store: Store,
    raw: bytes,
    file: str,
    options: ReadingOptions,
    catalog: Catalog,
    *,
    imported_at: str,
    strict: bool = False,
    begin: Callable[[str], None] | None = None,
) -> FileOutcome:
    """Add one file to the store.

    An infusion that contradicts a recorded one becomes a reject.

    Args:
        kind, store: what its rows are, and where to.
        raw, file: the bytes of the file, and its name. options: how to read it.
        catalog: names, units and limits. imported_at: ISO text for the history.
        strict: any reject keeps the whole file out. begin: called as each of the STEPS begins.

    Raises:
        UnreadableFileError, AmbiguousFileError, PatientMismatchError: the file is refused.
        StoreError: the store cannot be used.
        UsageError: an option names something that does not exist.
    """
    reading = _read(kind, raw, file, options, catalog, begin)
    if _adds_nothing(reading, strict=strict):
        return _nothing_added(reading)
    with store.one_change():  # another import may bring the same patient at this very moment
        notes = [*compare_with_store(reading, store, options), *still_recorded(reading, store)]
        left, erased = without_erased(reading, store)
        info = _info(left, raw, options, catalog, imported_at, erased)
        counts, conflicts = _add(store, left, info)
        ids = store.patients.ids()
    outcome = _outcome(left, counts, ids, conflicts, notes, counts.import_id)
    return _told_of_erased(outcome, erased)


def foresee(
    kind: ImportKind,
    store: Store | None,
    raw: bytes,
    file: str,
    options: ReadingOptions,
    catalog: Catalog,
    *,
    strict: bool = False,
    begin: Callable[[str], None] | None = None,
) -> FileOutcome:
    """Tell what importing a file would do (`--dry-run`), and write nothing.

    Takes and raises what `import_file` does; `store` is None when there is none yet.
    """
    reading = _read(kind, raw, file, options, catalog, begin)
    if _adds_nothing(reading, strict=strict):
        return _nothing_added(reading)
    if store is None:
        alone = _count_alone(reading)
        return _outcome(reading, alone, alone.new_patients)
    notes = [*compare_with_store(reading, store, options), *still_recorded(reading, store)]
    left, erased = without_erased(reading, store)
    info = _info(left, raw, options, catalog, "", erased)
    counts, conflicts = _add(store, left, info, on_trial=True)
    ids = [*store.patients.ids(), *counts.new_patients]
    return _told_of_erased(_outcome(left, counts, ids, conflicts, notes), erased)


def _told_of_erased(outcome: FileOutcome, erased: Erased) -> FileOutcome:
    return replace(outcome, erased=erased.rows, notes=[*erased.notes, *outcome.notes])


def _info(
    reading: FileReading,
    raw: bytes,
    options: ReadingOptions,
    catalog: Catalog,
    imported_at: str,
    erased: Erased,
) -> ImportInfo:
    is_erased = options.patient in erased.patients
    return ImportInfo(
        file=reading.file,
        sha256=hashlib.sha256(raw).hexdigest(),
        layout=reading.layout,
        read=reading.read,
        no_result=reading.no_result,
        ignored=sum(reading.ignored.values()) + erased.rows,
        catalogue_version=catalog.version,
        imported_at=imported_at,
        patient=options.patient,
        named={} if is_erased else said_of_person(reading),
        sexes=reading.sexes if isinstance(reading, LabReading) else {},
    )


def _outcome(
    reading: FileReading,
    counts: Counts,
    ids: Sequence[str],
    conflicts: pd.DataFrame | None = None,
    notes: Sequence[str] = (),
    import_id: int | None = None,
) -> FileOutcome:
    """Return what became of a file, in a store that knows these ids then."""
    return FileOutcome(
        reading.without_rows(),
        added=counts.added,
        repeated=counts.duplicates,
        superseded=counts.superseded,
        conflicts=no_rejects() if conflicts is None else conflicts,
        notes=[*notes, *outcome_notes(_nouns(reading), counts, ids)],
        patients=_people(reading, counts, ids),
        import_id=import_id,
    )


def _people(reading: FileReading, counts: Counts, ids: Sequence[str]) -> tuple[str, ...]:
    """Return who of these ids the rows of a file are of, as called now."""
    now = {one.filed_under: one.patient_id for one in counts.redirected if one.why == "renamed"}
    filed = map(str, reading.rows["patient_id"].dropna().unique())
    known = frozenset(ids)
    return tuple(dict.fromkeys(who for who in (now.get(x, x) for x in filed) if who in known))


def _nouns(reading: FileReading) -> tuple[str, str]:
    if isinstance(reading, InfusionReading):
        return "infusion", "infusions"
    return ("event", "events") if isinstance(reading, EventReading) else ("result", "results")


def _read(
    kind: ImportKind,
    raw: bytes,
    file: str,
    options: ReadingOptions,
    catalog: Catalog,
    begin: Callable[[str], None] | None,
) -> FileReading:
    """Read a file, and refuse one about somebody else."""
    begin = begin or (lambda _: None)
    begin(STEPS[0])
    reading = _READERS[kind](raw, file, options, catalog)
    begin(STEPS[1])
    refuse_other_patient(reading, options)
    return reading


def _adds_nothing(reading: FileReading, *, strict: bool) -> bool:
    """Tell whether the store stays as it was: the file gives nothing, or `--strict` holds it
    back.
    """
    rejects = len(reading.rejects) > 0
    return (rejects and (strict or not len(reading.rows))) or _is_without_use_of(reading)


def _is_without_use_of(reading: FileReading) -> bool:
    return isinstance(reading, LabReading) and reading.is_without_use


def _nothing_added(reading: FileReading) -> FileOutcome:
    """Return the outcome of a file that changes nothing, with the reason if it holds nothing that
    can be used.
    """
    error = nothing_usable(reading) if _is_without_use_of(reading) else None
    taken_back = reading.ignored_kinds.get("withdrawn", 0)
    withheld = 0 if error else max(len(reading.rows) - taken_back, 0)
    return FileOutcome(reading.without_rows(), withheld=withheld, error=error)


def nothing_usable(reading: FileReading) -> UnreadableFileError:
    """Return the error of a file that has rows and gives no result."""
    if len(reading.rejects):
        return UnreadableFileError(
            f"{reading.file} gives no result: none of its known tests could be read.",
            "See the reasons for each cell.",
            code="nothing_usable",
        )
    return UnreadableFileError(
        f"{reading.file} gives no result: none of its rows is a known test of blood.",
        "See how it was understood with --dry-run; name columns with --map, or other names of "
        "tests in a profile.",
        code="nothing_usable",
    )


def _add(
    store: Store, reading: FileReading, info: ImportInfo, *, on_trial: bool = False
) -> tuple[Counts, pd.DataFrame]:
    """Add what a file says, and return what became of it, with the rejects of what contradicts the
    store; on trial the store stays as it was.
    """
    match reading:
        case LabReading():
            add = store.results.foresee if on_trial else store.results.add
            return add(reading.results, reading.rejects, info), no_rejects()
        case InfusionReading():
            return _add_infusions(store, reading, info, on_trial=on_trial)
        case EventReading():
            given, rejects = events_of(reading), reading.rejects
            return store.events.add_file(given, rejects, info, on_trial=on_trial), no_rejects()
    raise TypeError(f"{type(reading).__name__} is no reading that can be added")


def _add_infusions(
    store: Store, reading: InfusionReading, info: ImportInfo, *, on_trial: bool
) -> tuple[Counts, pd.DataFrame]:
    worded = no_rejects()

    def word(conflicts: list[tuple[int, Infusion, Infusion]]) -> pd.DataFrame:
        nonlocal worded
        worded = conflict_rejects(reading, conflicts)
        return worded

    counts = store.infusions.add_file(
        infusions_of(reading),
        reading.rejects,
        info,
        conflict_rejects=word,
        events=events_of(reading),
        on_trial=on_trial,
    )
    return counts, worded


def _count_alone(reading: FileReading) -> Counts:
    """Return what a store without anything in it would count; it is not made to find out."""
    results, people = reading.rows, tuple(sorted(reading.rows["patient_id"].unique()))
    if not isinstance(reading, LabReading):
        return Counts(0, added=len(results), duplicates=0, new_patients=people)
    is_withdrawn = (results["status"] == WITHDRAWN).to_numpy(dtype=bool)
    withdrawn = int(is_withdrawn.sum())
    added = len(drop_repeated(results[~is_withdrawn]))
    return Counts(
        import_id=0,
        added=added,
        duplicates=len(results) - added - withdrawn,
        withdrawn=withdrawn,
        superseded=added - len(drop_repeated(hide_superseded(results))),
        new_patients=people,
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


def events_of(reading: EventReading | InfusionReading) -> list[Event]:
    """Return the events of a file as records."""
    return [
        Event(row["patient_id"], row["happened_on"], row["kind"], row["note"])
        for row in reading.events.to_dict("records")
    ]


def exit_code_of(outcomes: Sequence[FileOutcome]) -> int:
    """Return 0 when every cell is accounted for, 1 with rejects or some files refused,
    3 when nothing was done.
    """
    if all(_is_without_use(outcome) for outcome in outcomes):
        return 3
    return int(any(outcome.error or outcome.rejected for outcome in outcomes))


def _is_without_use(outcome: FileOutcome) -> bool:
    """Tell whether a file gave no result although it held some that could not be read."""
    usable = outcome.added + outcome.duplicates
    return bool(outcome.error or outcome.withheld or (outcome.rejected and not usable))
