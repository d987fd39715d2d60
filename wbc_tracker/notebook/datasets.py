"""From files, frames or a store to what is known on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from wbc_tracker import dataset as inner
from wbc_tracker.annotation.keys import complete_results as check_results
from wbc_tracker.annotation.keys import further_columns
from wbc_tracker.catalog import load_catalog
from wbc_tracker.dataset import Dataset, join_people
from wbc_tracker.errors import FrameError, PatientMismatchError, UsageError
from wbc_tracker.intake import (
    EventReading,
    FileReading,
    InfusionReading,
    LabReading,
    ReadingOptions,
)
from wbc_tracker.intake.groups import find_groups
from wbc_tracker.notebook.frames import (
    complete_events,
    complete_infusions,
    complete_results,
    is_date,
)
from wbc_tracker.notebook.units import with_canonical_names
from wbc_tracker.repeats import hide_superseded
from wbc_tracker.schema import DEFAULT_PATIENT
from wbc_tracker.store import Store
from wbc_tracker.whose import refuse_two_people

_SEXES = ("f", "m")


def from_readings(
    labs: Sequence[LabReading],
    infusions: Sequence[InfusionReading],
    as_of: str,
    events: Sequence[EventReading] = (),
) -> Dataset:
    """Join what files say into a dataset: what is known on a day.

    Repeated results are dropped; of those that the laboratory has replaced, the ones that stand are
    kept. Results after the day are left out and counted; later infusions and events are plans.
    `dataset.warnings` says what was left out.

    Args:
        labs: what `read_labs` returned of each lab file.
        infusions, events: of `read_infusions` and `read_events`. Those of a file without patients
            belong to the patient of the labs, if that is one.
        as_of: ISO date, `2026-11-23`: the day on which everything is told.

    Raises:
        UsageError: no ISO date; infusions or events without patients beside labs of several, or of
            nobody who has results; files that contradict each other; a covariate that no file has.
        PatientMismatchError: files without a column of patients that name different people.
    """
    _require_day(as_of)
    _refuse_two_people([*labs, *infusions, *events])
    return inner.from_readings(labs, infusions, as_of, events)


def _refuse_two_people(readings: Sequence[FileReading]) -> None:
    """Refuse files of somebody whom the caller has not named, and who are several."""
    unnamed = [
        reading
        for reading in readings
        if reading.named and set(reading.rows["patient_id"].dropna()) <= {DEFAULT_PATIENT}
    ]
    try:
        refuse_two_people(unnamed, ReadingOptions(as_of=""))
    except PatientMismatchError as error:
        raise PatientMismatchError(
            error.message,
            'Name whose each file is: ReadingOptions(as_of="2026-11-23", patient="ann").',
            code=error.code,
        ) from None


def assemble(
    results: pd.DataFrame,
    infusions: pd.DataFrame,
    as_of: str,
    events: pd.DataFrame | None = None,
    *,
    sexes: Mapping[str, str] | None = None,
) -> Dataset:
    """Make a dataset, what is known on a day, of frames that come from elsewhere.

    The frames are checked and not changed. The rest as of `from_readings`.

    Args:
        results: one row a result: `patient_id`, `collected_at` (text, `2025-03-01` or
            `2025-03-01T08:30:00`), `analyte` (`wbc`, `neutrophils`, `cd19` ...) and `value`, and
            where they are known the other columns of a reading's `results`, such as `unit`,
            `comparator` (`<`), `ref_low` and `ref_high`. Values and limits are in the canonical
            unit, in any of its spellings; `convert_units` converts others. Columns of other names
            (a centre, an arm) are carried along, and groups can be made by them.
        infusions: `patient_id`, `infused_on` (as `collected_at`), `drug` (`ocrelizumab` ...) and,
            where it is known, `dose_mg`.
        as_of: ISO date: the day on which everything is told.
        events: `patient_id`, `happened_on` (a date), `kind` (`steroid`, `infection` ...), `note`.
        sexes: patient -> `f` or `m`, for usual variation; without it the wider limits hold.

    Raises:
        FrameError: a column is missing or of another kind, a unit, analyte, drug, kind or date is
            not known, with the column, what it holds and what to do.
        UsageError: no ISO date; two rows contradict each other about an infusion; infusions or
            events of nobody who has results.
    """
    _require_day(as_of)
    if odd := {who: sex for who, sex in (sexes or {}).items() if sex not in _SEXES}:
        who, sex = next(iter(odd.items()))
        raise FrameError(f"The sex of {who!r} is {sex!r}; it is told as 'f' or 'm'.")
    stands = hide_superseded(with_canonical_names(complete_results(results), load_catalog()))
    stands = stands.assign(patient_id=stands["patient_id"].astype("str"))
    check_results(stands, load_catalog())
    given = complete_infusions(infusions)
    happened = inner.empty_events() if events is None else complete_events(events)
    for frame, what in ((given, "infusions"), (happened, "events")):
        _require_shared(stands, frame, what)
    told = join_people(stands, given, happened, as_of)
    names = further_columns(stands)
    told_of = LabReading(file="", results=stands, covariates=dict.fromkeys(names, True))
    return replace(told, sexes=dict(sexes or {}), groups=find_groups([told_of]))


def _require_shared(results: pd.DataFrame, frame: pd.DataFrame, what: str) -> None:
    """Refuse infusions or events none of which is of somebody who has results.

    Raises:
        UsageError: naming somebody of both.
    """
    people, others = (each["patient_id"].astype("str").unique() for each in (results, frame))
    if len(people) and len(others) and not set(people) & set(others):
        raise UsageError(
            f"The {what} are of {others[0]!r}, the results of {people[0]!r}: nobody is in both.",
            "Use the same patient_id in both; from_readings joins files without that column.",
        )


def read_store(store: Store, as_of: str, patient: str | None = None) -> Dataset:
    """Return the dataset of a store: what the commands without `--labs` work on.

    Args:
        store: an open store. as_of: as of `from_readings`.
        patient: whose; everybody's by default.

    Raises:
        UsageError: no ISO date. StoreError: the store is locked or damaged.
    """
    _require_day(as_of)
    results, infusions = store.results.load(patient), store.infusions.load(patient)
    told = inner.assemble(results, infusions, as_of, store.events.load(patient))
    return replace(told, sexes=store.patients.sexes(patient))


def _require_day(as_of: str) -> None:
    """Refuse what is no ISO date: compared as a text, it would leave out what it should not.

    Raises:
        UsageError: naming it.
    """
    if not isinstance(as_of, str) or not is_date(as_of):
        raise UsageError(f"as_of is {as_of!r}, no date as a text.", 'Write it as "2026-11-23".')
