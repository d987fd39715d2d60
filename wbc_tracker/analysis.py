"""What follows from a dataset: each part computed once for all patients, when it is first asked
for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from wbc_tracker.annotation.compose import annotate_between
from wbc_tracker.annotation.courses import Courses, find_courses
from wbc_tracker.annotation.happenings import Happenings, read_happenings
from wbc_tracker.annotation.standings import Standings, find_standings
from wbc_tracker.arrays import Mask, Small, Whole, ascending, day_of, encode
from wbc_tracker.catalog import Catalog, Rules, Severity, own_catalog
from wbc_tracker.dataset import Dataset
from wbc_tracker.flags.count_rules import falls_broadly
from wbc_tracker.flags.evaluate import fill_flags, list_flags, rank_flags
from wbc_tracker.flags.facts import Facts, collect_facts, find_latest
from wbc_tracker.flags.patient import list_patient_flags
from wbc_tracker.flags.repeats import Repeat, find_repeats
from wbc_tracker.flags.standings import PatientFacts
from wbc_tracker.trends import summarize_trends
from wbc_tracker.trends.courses import summarize_within


@dataclass(frozen=True, eq=False)
class Analysis:
    """Everything that is computed of a dataset, for reports, panels, charts and the cohort.

    All of it is about all patients at once; what is told of one takes the rows of that one, see
    `rows_of`. It keeps what it has computed. An export of many millions of results therefore goes
    by `Dataset.annotate`, which lets go of the facts.

    Attributes:
        dataset: results, infusions and events. same_day: as of `annotate`.
        catalog: rules, figures and words.
    """

    dataset: Dataset
    same_day: str
    catalog: Catalog

    @cached_property
    def patients(self) -> pd.Index[str]:
        """Everybody on record; arrays with one entry a patient are in this order."""
        index: pd.Index[str] = pd.Index(self.dataset.patients, dtype="str")
        return index

    @cached_property
    def as_of_day(self) -> int:
        """The day of the dataset, in days since 1970-01-01."""
        return day_of(self.dataset.as_of)

    @cached_property
    def happenings(self) -> Happenings:
        """The events that have happened, as arrays."""
        return read_happenings(self.dataset.events, self.patients, self.as_of_day, self.catalog)

    @cached_property
    def courses(self) -> Courses:
        """The infusions given, grouped into courses, and how treatments ended."""
        infusions = self.dataset.infusions
        return find_courses(infusions, self.patients, self.as_of_day, self.catalog, self.happenings)

    @cached_property
    def unflagged(self) -> pd.DataFrame:
        """The annotated results, the column `flags` still empty."""
        return annotate_between(
            self.dataset.results,
            self.courses,
            self.patients,
            self.dataset.events,
            as_of_day=self.as_of_day,
            same_day=self.same_day,
            catalog=self.catalog,
            sexes=self.dataset.sexes,
        )

    @cached_property
    def facts(self) -> Facts:
        """What the rules look at: one entry a row."""
        return collect_facts(self.unflagged, self.catalog)

    @cached_property
    def ranks(self) -> dict[str, Small]:
        """Code -> severity rank of each row, 0 where it is not flagged."""
        return rank_flags(self.facts, self.catalog)

    @cached_property
    def annotated(self) -> pd.DataFrame:
        """The annotated results with their flags."""
        return fill_flags(self.unflagged, self.ranks)

    @cached_property
    def row_flags(self) -> pd.DataFrame:
        """Every flag of every row, see `list_flags`."""
        return list_flags(self.ranks)

    @cached_property
    def _age(self) -> Whole:
        """How many days ago each row was drawn."""
        return np.asarray(self.as_of_day - self.unflagged["_day"].to_numpy())

    @cached_property
    def _is_latest(self) -> Mask:
        return find_latest(self.unflagged, self.facts)

    @cached_property
    def may_stand(self) -> Mask:
        """The rows on which a flag can stand, see `stand`; a superset."""
        figure = self.catalog.figure
        late = self._is_latest & (self._age <= 7 * figure("unrepeated_weeks"))
        return np.asarray(late | (self._age <= figure("urgent_stands_days")))

    def stand(self, row: Whole, rank: Whole) -> Mask:
        """Return which flags of rows stand: on the latest result of its kind, at most 26 weeks ago.

        An urgent one stands for 28 days after its draw, whatever came later; an urgent one, or one
        to discuss, of a count that was not repeated stands for 78 weeks.

        Args:
            row: places of annotated rows. rank: the severity of a flag on each, as a Severity.
        """
        figure = self.catalog.figure
        age, latest = self._age[row], self._is_latest[row]
        graded = [name in self.catalog.gradings for name in self.catalog.analytes]
        counts = np.array(graded)[self.facts.analyte[row]]
        recent = latest & (age <= 7 * figure("current_weeks"))
        urgent = (rank >= Severity.URGENT) & (age <= figure("urgent_stands_days"))
        unrepeated = counts & latest & (rank >= Severity.DISCUSS)
        return np.asarray(recent | urgent | (unrepeated & (age <= 7 * figure("unrepeated_weeks"))))

    @cached_property
    def repeats(self) -> list[Repeat]:
        """Whether a low row was low at a neighbouring draw too, see `find_repeats`."""
        return find_repeats(self.facts)

    @cached_property
    def broad(self) -> Mask:
        """The rows that show that more than the B cells fell, see `falls_broadly`."""
        return falls_broadly(self.facts)

    @cached_property
    def infections_before(self) -> Whole:
        """How many infections are recorded in the year before each row; before today where it is
        the latest result.
        """
        happened, frame = self.happenings, self.unflagged
        return happened.count(
            happened.is_kind("infection"),
            frame["_patient"].to_numpy(),
            np.where(self._is_latest, self.as_of_day, frame["_day"].to_numpy()),
            before=self.catalog.figure("infections_within_days"),
        )

    @cached_property
    def standings(self) -> Standings:
        """Where each patient stands on the day of the dataset."""
        size = len(self.patients)
        return find_standings(self.courses, np.arange(size), np.full(size, self.as_of_day))

    @cached_property
    def event_standings(self) -> Standings:
        """Where the patient of each event stands on its day, in the order of the events.

        For an event to come, a booking before it counts as given.
        """
        events = self.dataset.events
        days = events["happened_on"].str.slice(0, 10).to_numpy(dtype="datetime64[D]")
        day = days.astype(np.int64)
        last = int(day.max(initial=self.as_of_day))
        courses = self.courses
        if last > self.as_of_day:
            courses = find_courses(self.dataset.infusions, self.patients, last, self.catalog)
        patient = encode(events["patient_id"], self.patients)
        return find_standings(courses, patient, day)

    @cached_property
    def patient_facts(self) -> PatientFacts:
        """What the rules of the flags of a patient look at."""
        patient = self.unflagged["_patient"].to_numpy()
        return PatientFacts.of(self.unflagged, patient, self.standings, self.catalog)

    @cached_property
    def patient_flags(self) -> pd.DataFrame:
        """The flags of the patients, as of `evaluate_patient_flags`."""
        return list_patient_flags(self.patient_facts, self.patients)

    @cached_property
    def trends(self) -> pd.DataFrame:
        """One row a patient and analyte, as of `summarize_trends`."""
        return summarize_trends(self.unflagged, self.catalog)

    @cached_property
    def course_summaries(self) -> pd.DataFrame:
        """One row a patient, analyte and course, as of `summarize_courses`."""
        patient = self.unflagged["_patient"].to_numpy()
        return summarize_within(self.unflagged, patient, self.courses, self.catalog)

    def rows_of(self, place: int) -> Whole:
        """Return the annotated rows of the patient who has this place in `patients`, in order."""
        return self._rows.of(place)

    def events_of(self, place: int) -> Whole:
        """Return the places of a patient's events among those of the dataset, in order."""
        return self._events.of(place)

    @cached_property
    def _rows(self) -> _ByPatient:
        return _ByPatient.of_codes(self.unflagged["_patient"].to_numpy(), len(self.patients))

    @cached_property
    def _events(self) -> _ByPatient:
        codes = encode(self.dataset.events["patient_id"], self.patients)
        return _ByPatient.of_codes(codes, len(self.patients))

    def portions(self, patients: Sequence[str], size: int) -> Iterator[Portion]:
        """Yield what is known of the patients, so many at a time, and of nobody else."""
        wanted = self.patients.get_indexer(pd.Index(list(patients), dtype="str"))
        told = (self.dataset.results, self.dataset.infusions, self.dataset.events)
        grouped = [
            _ByPatient.of_codes(encode(frame["patient_id"], self.patients), len(self.patients))
            for frame in told
        ]
        for start in range(0, len(patients), size):
            chosen = list(patients[start : start + size])
            places = wanted[start : start + size].tolist()
            results, infusions, events = (
                frame.iloc[whose.of_all(places)].reset_index(drop=True)
                for frame, whose in zip(told, grouped, strict=True)
            )
            rows = self._rows.of_all(places)
            yield Portion(
                dataset=replace(
                    self.dataset,
                    results=results,
                    infusions=infusions,
                    events=events,
                    patients=chosen,
                    later={name: self.dataset.later.get(name, 0) for name in chosen},
                    strangers={},  # ids of other people
                    strange_events={},
                    sexes={who: sex for who, sex in self.dataset.sexes.items() if who in chosen},
                ),
                same_day=self.same_day,
                annotated=self.annotated.iloc[rows].reset_index(drop=True),
                rows=rows,
                rules=tuple(own.rules for own in self.catalog.own_rules),
            )


@dataclass(frozen=True)
class Portion:
    """The share of some patients in an analysis, small enough to be handed to another process.

    Attributes:
        dataset, same_day: as of `Analysis`. annotated: their annotated results.
        rows: the places of these in the whole analysis. rules: that are not the catalogue's.
    """

    dataset: Dataset
    same_day: str
    annotated: pd.DataFrame
    rows: Whole
    rules: tuple[Rules, ...] = ()

    def resume(self) -> Analysis:
        """Return the analysis of these patients, by the program's own catalogue, which each process
        reads once, with the rules in it; what is annotated is not annotated again.
        """
        analysis = Analysis(self.dataset, self.same_day, own_catalog(self.rules))
        patient = encode(self.annotated["patient_id"], analysis.patients)
        annotated = self.annotated.assign(_patient=patient)
        # What has been computed of all stands where `cached_property` would put it.
        vars(analysis).update(unflagged=annotated, annotated=annotated)
        return analysis


@dataclass(frozen=True)
class _ByPatient:
    """The rows of a frame by patient: those of patient p stand from `bounds[p]` on in `order`."""

    order: Whole
    bounds: Whole

    @classmethod
    def of_codes(cls, patient: Whole, size: int) -> _ByPatient:
        order = ascending(patient)
        return cls(order, np.searchsorted(patient[order], np.arange(size + 1)))

    def of(self, place: int) -> Whole:
        return self.order[self.bounds[place] : self.bounds[place + 1]]

    def of_all(self, places: Sequence[int]) -> Whole:
        return np.concatenate([self.order[:0], *(self.of(place) for place in places)])
