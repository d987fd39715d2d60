"""What is known on a day: repeated results dropped, later ones left out,
infusions and events matched to patients.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
import pandas as pd

from wbc_tracker import schema
from wbc_tracker.annotation import annotate
from wbc_tracker.annotation.compose import drop_private_columns
from wbc_tracker.arrays import is_after
from wbc_tracker.catalog import Catalog
from wbc_tracker.errors import UsageError
from wbc_tracker.flags import derive_flags
from wbc_tracker.frames import stack_frames
from wbc_tracker.intake import EventReading, InfusionReading, LabReading
from wbc_tracker.intake.groups import (
    Groups,
    find_groups,
    groups_of,
    sexes_of,
    tally_groups,
    texts_of,
    warn_of_groups,
)
from wbc_tracker.repeats import drop_repeated, hide_superseded, one_a_day
from wbc_tracker.schema import DEFAULT_PATIENT
from wbc_tracker.wording import count_words


def empty_infusions() -> pd.DataFrame:
    """Return a frame of infusions without rows."""
    return _empty(schema.INFUSION_COLUMNS)


def empty_events() -> pd.DataFrame:
    """Return a frame of events without rows."""
    return _empty(schema.EVENT_COLUMNS)


def _empty(columns: Sequence[schema.Column]) -> pd.DataFrame:
    kinds = {"text": "str", "number": "float64", "integer": "int64"}
    return pd.DataFrame({c.name: pd.Series(dtype=kinds[c.type]) for c in columns})


@dataclass(frozen=True)
class Dataset:
    """Results, infusions and events of one or many patients as known on `as_of`.

    Attributes:
        results: schema.RESULT_COLUMNS without repeats. infusions: schema.INFUSION_COLUMNS.
        patients: everybody who has results, infusions or events, also after `as_of`, in the order
            of appearance.
        later: patient -> number of results after `as_of`, which were left out.
        strangers: people of an infusion file who have no results -> number of their infusions, left
            out too.
        events: schema.EVENT_COLUMNS. strange_events: as `strangers`, of event files.
        sexes: patient -> `f` or `m`, where it is known.
        groups: name of a covariate -> patient -> what the files tell, SEVERAL where their rows
            differ; who is not named has none. `results` have a column of each behind all others.
    """

    results: pd.DataFrame
    infusions: pd.DataFrame
    as_of: str
    patients: list[str] = field(default_factory=list)
    later: Mapping[str, int] = field(default_factory=dict)
    strangers: Mapping[str, int] = field(default_factory=dict)
    events: pd.DataFrame = field(default_factory=empty_events)
    strange_events: Mapping[str, int] = field(default_factory=dict)
    sexes: Mapping[str, str] = field(default_factory=dict)
    groups: Groups = field(default_factory=dict)

    def annotate(self, same_day: str, catalog: Catalog) -> pd.DataFrame:
        """Return the annotated results with their flags, without what the derivations keep for
        themselves.
        """
        frame = annotate(
            self.results,
            self.infusions,
            self.events,
            as_of=self.as_of,
            same_day=same_day,
            catalog=catalog,
            sexes=self.sexes,
        )
        return drop_private_columns(derive_flags(frame, catalog))

    @property
    def covariates(self) -> tuple[str, ...]:
        """The names of the columns that the user carries along."""
        return tuple(self.groups)

    def covariate_of_patients(self, name: str) -> pd.Series:
        """Return patient -> what a covariate tells, "" where nothing does, SEVERAL where the rows
        of a patient differ; `sex` is also known without a column of that name.

        Raises:
            UsageError: there is no such covariate.
        """
        return texts_of(name, self.patients, self.groups, self.sexes)

    def of_patient(self, patient_id: str) -> Dataset:
        """Return the part of one patient.

        Raises:
            UsageError: nobody has that id.
        """
        if patient_id not in self.patients:
            raise UsageError(f"There is no patient {patient_id!r}.", _known_patients(self.patients))
        results, infusions, events = (
            frame[(frame["patient_id"] == patient_id).to_numpy(dtype=bool)].reset_index(drop=True)
            for frame in (self.results, self.infusions, self.events)
        )
        later = {patient_id: self.later.get(patient_id, 0)}
        return replace(
            self,
            results=results,
            infusions=infusions,
            events=events,
            patients=[patient_id],
            later=later,
            sexes={who: sex for who, sex in self.sexes.items() if who == patient_id},
            groups=groups_of(patient_id, self.groups),
        )

    @property
    def warnings(self) -> list[str]:
        """Sentences about covariates and about what does not count on the day."""
        told = warn_of_groups(tally_groups(self.groups), len(self.patients))
        return [*told, *LeftOut.of(self).words(self.as_of)]


@dataclass(frozen=True)
class LeftOut:
    """What of the files does not count on the day, or is of nobody who has results.

    Attributes:
        later: results after the day. booked: infusions after it. to_come: events after it.
        strangers: people without results -> number of their infusions. strange_events: of events.
    """

    later: int = 0
    booked: int = 0
    to_come: int = 0
    strangers: Mapping[str, int] = field(default_factory=dict)
    strange_events: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, dataset: Dataset) -> LeftOut:
        """Count what a dataset leaves out."""
        return cls(
            sum(dataset.later.values()),
            int(is_after(dataset.infusions["infused_on"], dataset.as_of).sum()),
            int(is_after(dataset.events["happened_on"], dataset.as_of).sum()),
            dataset.strangers,
            dataset.strange_events,
        )

    def words(self, as_of: str) -> list[str]:
        """Say so."""
        strange = [
            f"Left out, because no results have that patient_id: "
            f"{count_words(sum(strangers.values()), noun, f'{noun}s')} of {_some(list(strangers))}."
            for strangers, noun in ((self.strangers, "infusion"), (self.strange_events, "event"))
            if strangers
        ]
        return [
            *_after(self.later, "result", as_of, "was", "were", "left out (see --as-of)."),
            *strange,
            *_after(self.booked, "infusion", as_of, "counts", "count", "as booked, not as given."),
            *_after(self.to_come, "event", as_of, "has", "have", "not happened by then."),
        ]


def _after(count: int, noun: str, day: str, one: str, several: str, rest: str) -> list[str]:
    words = count_words(count, noun, f"{noun}s")
    return [f"{words} after {day} {one if count == 1 else several} {rest}"] if count else []


def assemble(
    results: pd.DataFrame, infusions: pd.DataFrame, as_of: str, events: pd.DataFrame | None = None
) -> Dataset:
    """Drop repeated results and leave out what lies after `as_of`.

    Later infusions and events stay, as plans.
    """
    results = drop_repeated(results)
    events = empty_events() if events is None else events
    told = (frame["patient_id"].unique().tolist() for frame in (results, infusions, events))
    known = list(dict.fromkeys(chain.from_iterable(told)))
    later = is_after(results["collected_at"], as_of)
    left_out: Mapping[str, int] = {}
    if later.any():
        left_out = Counter(results["patient_id"][later].astype("str").tolist())
        results = results[~later].reset_index(drop=True)
    return Dataset(results, infusions, as_of, known, left_out, events=events)


def from_readings(
    labs: Sequence[LabReading],
    infusions: Sequence[InfusionReading],
    as_of: str,
    events: Sequence[EventReading] = (),
) -> Dataset:
    """Join what several files say; of results the laboratory has replaced, only those that stand.

    Infusions and events of a file without a patient column belong to the patient of the labs, if
    that is one. Those of people without results are left out and counted.

    Raises:
        UsageError: infusions or events without patients beside labs of several, or of nobody who
            has results; a covariate that no file has.
    """
    results = hide_superseded(stack_frames([reading.results for reading in labs]))
    people = results["patient_id"].unique().tolist()
    doses, strangers = _of_people(
        [(i.infusions, i) for i in infusions], people, empty_infusions(), "infusions"
    )
    happened, strange_events = _of_people(
        [(e.events, e) for e in events] + [(i.events, i) for i in infusions if len(i.events)],
        people,
        empty_events(),
        "events",
    )
    return replace(
        join_people(results, doses, happened, as_of),
        strangers=strangers,
        strange_events=strange_events,
        sexes=sexes_of(reading.sexes for reading in labs),
        groups=find_groups(labs),
    )


def join_people(
    results: pd.DataFrame, infusions: pd.DataFrame, events: pd.DataFrame, as_of: str
) -> Dataset:
    """Join results that stand with the infusions and events of their patients, of all files.

    Raises:
        UsageError: two files contradict each other about an infusion.
    """
    # Several files may tell the same event.
    happened = events.drop_duplicates(ignore_index=True)
    return assemble(results, one_a_day(infusions), as_of, happened)


def _of_people(
    told: Sequence[tuple[pd.DataFrame, InfusionReading | EventReading]],
    people: Sequence[str],
    empty: pd.DataFrame,
    what: str,
) -> tuple[pd.DataFrame, Mapping[str, int]]:
    """Return the rows of several files that belong to people who have results,
    and how many of whom else.
    """
    frames = [empty]
    for frame, reading in told:
        if not reading.names_patients and len(people) > 1:
            raise UsageError(
                f"{reading.file} does not say whose {what} these are, and the labs hold "
                f"{len(people)} patients.",
                "Add a patient_id column to it.",
            )
        is_theirs = (
            not reading.names_patients
            and len(people) == 1
            and set(frame["patient_id"]) == {DEFAULT_PATIENT}
        )
        frames.append(frame.assign(patient_id=people[0]) if is_theirs else frame)
    joined = pd.concat([part for part in frames if len(part)] or [empty], ignore_index=True)
    codes, names = pd.factorize(joined["patient_id"], use_na_sentinel=False)
    theirs = set(people)
    known = np.array([not people or name in theirs for name in names.tolist()], dtype=bool)[codes]
    if len(joined) and not known.any():
        raise UsageError(
            f"The {what} are of {_some(list(joined['patient_id'].unique()))}, the results of "
            f"{_some(people)}.",
            "Use the same patient_id in both, or name the patient of files without that column "
            "with --patient.",
        )
    return joined[known].reset_index(drop=True), Counter(joined["patient_id"][~known].tolist())


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(repr(str(name)) for name in names[:3])
    return shown + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _known_patients(patients: list[str]) -> str:
    return f"Known are {_some(patients)}." if patients else "There are no results yet."
