"""From infusions to courses: which doses belong together, and when the next is planned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.annotation.endings import find_endings
from wbc_tracker.annotation.happenings import Happenings
from wbc_tracker.annotation.keys import as_words, require_known, split_instants
from wbc_tracker.arrays import LAST_DAY, NO_DAY, Mask, Numbers, Whole, encode, opens_group
from wbc_tracker.catalog import Catalog

_FAR = np.iinfo(np.int64).max


@dataclass(frozen=True)
class DrugTraits:
    """What the rules need of each drug, by its place in the catalogue.

    Attributes:
        interval: the usual one, in days. continuous: given every few weeks, which makes no cycle.
        split_mg, split_days: a half of a split first dose, NaN where it is not split, and the days
            from one half to the other.
        has_label_minimum: the published minimum intervals are of this drug.
    """

    interval: Whole
    continuous: Mask
    split_mg: Numbers
    second_mg: Numbers
    split_days: Whole
    has_label_minimum: Mask

    @classmethod
    def of(cls, catalog: Catalog) -> DrugTraits:
        """Collect them from the catalogue."""
        drugs = catalog.drugs.values()
        return cls(
            interval=np.array([drug.interval_days for drug in drugs], dtype=np.int64),
            continuous=np.array([drug.is_continuous for drug in drugs], dtype=bool),
            split_mg=np.array([drug.first_dose_split_mg or np.nan for drug in drugs]),
            second_mg=np.array([drug.second_dose_mg or np.nan for drug in drugs]),
            split_days=np.array(
                [drug.first_dose_split_days or 0 for drug in drugs], dtype=np.int64
            ),
            has_label_minimum=np.array([drug.has_label_minimum for drug in drugs], dtype=bool),
        )


@dataclass(frozen=True)
class Courses:
    """The infusions given up to `as_of`, sorted by patient and day, with what each belongs to.

    Attributes:
        drugs: ids of all drugs. traits: of each of them.
        patient: place in the index of patients. day, minute: when (minute of the day, -1 without a
            time).
        drug: place in `drugs`. dose_mg: NaN where unknown.
        course: number from 1. anchor_day: day of the course's first infusion. anchor_drug: its
            drug.
        first_day: day of the patient's very first infusion.
        counted_day: from which the interval to the next course counts: the first day of the
            course, with a continuous drug the day of this infusion.
        planned_day: the next infusion by the usual interval, if this one stays the last.
        awaits_half: this one is half of a split first dose, of which there is no other half.
        start, end: per patient, the slice of these arrays.
        booked_day: per patient, the earliest infusion after `as_of`, NO_DAY without one.
            An infusion more than 400 days after is none: `far_day` is the earliest of those.
        ended_day: per patient, the day on which treatment ended or the patient left, NO_DAY where
            it goes on. ended_by: how, as a place in ENDINGS, -1 where it goes on.
    """

    drugs: tuple[str, ...]
    traits: DrugTraits
    patient: Whole
    day: Whole
    minute: Whole
    drug: Whole
    dose_mg: Numbers
    course: Whole
    anchor_day: Whole
    anchor_drug: Whole
    first_day: Whole
    counted_day: Whole
    planned_day: Whole
    awaits_half: Mask
    start: Whole
    end: Whole
    booked_day: Whole
    far_day: Whole
    ended_day: Whole
    ended_by: Whole


def find_courses(
    infusions: pd.DataFrame,
    patients: pd.Index,
    as_of_day: int,
    catalog: Catalog,
    happenings: Happenings | None = None,
) -> Courses:
    """Group infusions into courses.

    A course is a first infusion and those at most 21 days after that first one. If course 1 is a
    lone half dose, the drug's second half (or less) within 56 days still joins it. A continuous
    drug (usual interval under 60 days) makes one course until a gap of 84 days; changing
    between such a drug and another opens a new course.

    Args:
        infusions: schema.INFUSION_COLUMNS, at most one a patient and date; patients that are not in
            `patients` are left out.
        patients: index of the patients of the results.
        as_of_day: days since 1970-01-01; later infusions are bookings.
        catalog: intervals, splits and the figures above.
        happenings: events of the same patients; none end a treatment by default.
    """
    require_known(infusions["drug"], catalog.drugs, "drug")
    day, second = split_instants(infusions["infused_on"])
    patient = encode(as_words(infusions["patient_id"]), patients)
    last_booking = as_of_day + int(catalog.figure("booking_within_days"))
    booked = (patient >= 0) & (day > as_of_day)
    booked_day = _earliest(patient, day, booked & (day <= last_booking), len(patients))
    far_day = _earliest(patient, day, booked & (day > last_booking), len(patients))
    given = np.flatnonzero((patient >= 0) & (day <= as_of_day))
    order = given[np.lexsort((day[given], patient[given]))]
    patient, day = patient[order], day[order]
    minute = np.where(second[order] < 0, -1, second[order] // 60)
    drugs = tuple(catalog.drugs)
    drug = encode(infusions["drug"], pd.Index(drugs))[order]
    dose = infusions["dose_mg"].to_numpy(dtype=np.float64, na_value=np.nan)[order]
    traits = DrugTraits.of(catalog)
    starts_patient = opens_group(patient)
    opens = _opening_infusions(patient, day, drug, dose, starts_patient, traits, catalog)
    anchor = np.maximum.accumulate(np.where(opens, np.arange(len(day)), 0))
    firsts = np.flatnonzero(starts_patient)
    own_first = firsts[np.cumsum(starts_patient) - 1]
    course = np.cumsum(opens) - np.cumsum(opens)[own_first] + 1
    lone = np.bincount(anchor, minlength=len(day))[anchor] == 1
    half = lone & (course == 1) & (dose <= traits.split_mg[drug])
    counted_day = np.where(traits.continuous[drug[anchor]], day, day[anchor])
    usual = counted_day + traits.interval[drug[anchor]]
    usual = np.where(
        traits.continuous[drug[anchor]],
        _loading_days(day, drug, anchor, own_first, usual, catalog),
        usual,
    )
    bounds = np.searchsorted(patient, np.arange(len(patients) + 1))
    last_day = np.where(bounds[1:] > bounds[:-1], np.append(day, NO_DAY)[bounds[1:] - 1], NO_DAY)
    ended_day, ended_by = find_endings(last_day, booked_day, happenings)
    return Courses(
        drugs=drugs,
        traits=traits,
        patient=patient,
        day=day,
        minute=minute,
        drug=drug,
        dose_mg=dose,
        course=course,
        anchor_day=day[anchor],
        anchor_drug=drug[anchor],
        first_day=day[own_first],
        counted_day=counted_day,
        planned_day=np.minimum(np.where(half, day + traits.split_days[drug], usual), LAST_DAY),
        awaits_half=half,
        start=bounds[:-1],
        end=bounds[1:],
        booked_day=booked_day,
        far_day=far_day,
        ended_day=ended_day,
        ended_by=ended_by,
    )


def _loading_days(
    day: Whole, drug: Whole, anchor: Whole, own_first: Whole, usual: Whole, catalog: Catalog
) -> Whole:
    """Return the next planned day after each dose of a drug that begins with loading doses.

    The k-th dose is followed by the k-th loading day after it, counted from the first dose, if that
    is still ahead, else by the next one that is. Loading belongs to the first course of the drug:
    who comes back to it after a gap is planned by the usual interval.
    """
    planned = usual.copy()
    for place, entry in enumerate(catalog.drugs.values()):
        if not entry.loading_days:
            continue
        loading = np.array(entry.loading_days, dtype=np.int64)
        is_drug = drug == place
        before = np.cumsum(is_drug) - is_drug
        is_first_course = before[anchor] == before[own_first]
        at = np.flatnonzero(is_drug & is_first_course & (drug[anchor] == place))
        given = before[at] - before[anchor[at]] + 1
        elapsed = day[at] - day[anchor[at]]
        following = np.maximum(given, np.searchsorted(loading, elapsed, side="right"))
        is_loading = following < len(loading)
        at, following = at[is_loading], following[is_loading]
        planned[at] = day[anchor[at]] + loading[following]
    return planned


def _earliest(patient: Whole, day: Whole, chosen: Mask, size: int) -> Whole:
    """Return per patient the earliest of the chosen days, NO_DAY without one."""
    earliest = np.full(size, _FAR)
    np.minimum.at(earliest, patient[chosen], day[chosen])
    return np.where(earliest == _FAR, NO_DAY, earliest)


def _opening_infusions(
    patient: Whole,
    day: Whole,
    drug: Whole,
    dose: Numbers,
    starts_patient: Mask,
    traits: DrugTraits,
    catalog: Catalog,
) -> Mask:
    """Return which infusions open a course.

    `follower[i]` is the infusion that opens the next course if i opens one. The openers are what
    can be reached from each patient's first infusion; jumps of doubling length find them without a
    loop over infusions.
    """
    size = len(day)
    places = np.arange(size)
    span = int(catalog.figure("course_span_days"))
    key = patient * 10**7 + day
    after_span = np.searchsorted(key, key + span, side="right")
    continuous = traits.continuous[drug]
    gap = np.append(0, np.diff(day))[:size] >= catalog.figure("continuous_gap_days")
    before = np.append(False, continuous[:-1])[:size]
    breaks = starts_patient | ~continuous | ~before | gap
    next_break = _next_place(breaks)
    follower = np.where(continuous, next_break, np.minimum(after_span, _next_place(continuous)))
    joining = _late_half_doses(patient, day, drug, dose, follower, starts_patient, traits, catalog)
    follower = np.where(joining, places + 2, follower)
    opens = np.append(starts_patient, False)
    jump = np.append(np.minimum(follower, size), size)
    for _ in range(size.bit_length()):
        opens[jump[opens]] = True
        jump = jump[jump]
    return np.asarray(opens[:-1], dtype=bool)


def _late_half_doses(
    patient: Whole,
    day: Whole,
    drug: Whole,
    dose: Numbers,
    follower: Whole,
    starts_patient: Mask,
    traits: DrugTraits,
    catalog: Catalog,
) -> Mask:
    """Return which first infusions are a lone half dose that the next infusion still joins."""
    size = len(day)
    places = np.arange(size)
    following = np.minimum(places + 1, max(size - 1, 0))
    split = traits.split_mg[drug]
    lone_half = starts_patient & (dose <= split) & (follower == places + 1) & (following > places)
    joins = (
        (patient[following] == patient)
        & ~traits.continuous[drug[following]]
        & (dose[following] <= traits.second_mg[drug])
    )
    return np.asarray(
        lone_half & joins & (day[following] - day <= catalog.figure("half_dose_join_days")),
        dtype=bool,
    )


def _next_place(marked: Mask) -> Whole:
    """Return for each place the next marked place after it, or the size."""
    size = len(marked)
    ahead = np.append(np.where(marked, np.arange(size), size), size)
    return np.minimum.accumulate(ahead[::-1])[::-1][1:]
