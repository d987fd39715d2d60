"""The days of one patient that belong into a calendar: the next infusion, and the blood count
before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wbc_tracker.arrays import day_of, iso_of
from wbc_tracker.catalog import Catalog
from wbc_tracker.patient.flag_list import standing_flags
from wbc_tracker.patient.model import PatientReport
from wbc_tracker.wording import with_capital


@dataclass(frozen=True)
class DueDay:
    """One day that is to come.

    Attributes:
        kind: what is due. on: ISO date. is_booked: the infusion is; else it is due by the usual
            schedule. title, words: what is told of it.
    """

    kind: Literal["infusion", "count"]
    on: str
    is_booked: bool
    title: str
    words: str


def due_days(patient: PatientReport, as_of: str, catalog: Catalog) -> list[DueDay]:
    """Return the days from `as_of` on, in their order; none where treatment ended, or where the
    planned day is past: when it will be is for the care team to say.

    A blood count belongs before the next infusion, as `labs_due` has it: not with a drug that is
    given every few weeks. Its day is the first on which a count is recent enough for the infusion,
    or `as_of` if that is past; none where such a count is on record.

    Args:
        patient: with all results, whatever else is shown of them. as_of: ISO date.
        catalog: figures and sentences.
    """
    standing = patient.standing
    if standing.next_on is None or (standing.days_to_next or 0) < 0:
        return []
    noun = noun_of(patient)
    kind = "booked" if standing.next_kind == "recorded" else "planned"
    figures = {"on": standing.next_on, "as_of": as_of}
    infusion = DueDay(
        "infusion",
        standing.next_on,
        kind == "booked",
        catalog.insert(f"calendar_{kind}", Noun=with_capital(noun)),
        catalog.insert(f"calendar_{kind}_words", **figures),
    )
    first = day_of(standing.next_on) - int(catalog.figure("labs_recent_days"))
    is_monthly = standing.drug is not None and standing.drug.is_continuous
    if is_monthly or _last_count_day(patient) >= first:
        return [infusion]
    count = DueDay(
        "count",
        iso_of(max(first, day_of(as_of))),
        kind == "booked",
        catalog.insert("calendar_count", noun=noun),
        catalog.insert(f"calendar_count_{kind}_words", noun=noun, **figures),
    )
    return [count, infusion]


def due_words(patient: PatientReport, catalog: Catalog) -> list[str]:
    """Return what is due next in sentences: the infusion, then the tests, then nothing, if so."""
    if patient.standing.ending:
        return [patient.standing.ending]
    tests = [flag for flag in patient.flags if flag.code == "labs_due" and flag.current]
    told = [flag.message for flag in (*standing_flags(patient)[:1], *tests[:1])]
    return told or [catalog.insert("message_nothing_due")]


def noun_of(patient: PatientReport) -> str:
    """Return what one time of giving the patient's drug is called."""
    drug = patient.standing.drug
    if drug is None and patient.infusions:
        drug = patient.infusions[0].drug  # none is given yet: the one that is booked
    return drug.noun if drug else "infusion"


def _last_count_day(patient: PatientReport) -> int:
    """Return the day of the latest blood count, in days since 1970-01-01; before all days if
    none.
    """
    days = [
        day_of(draw.collected_at[:10])
        for draw in patient.draws
        if any(result.analyte.is_blood_count for result in draw.results)
    ]
    return max(days, default=-(10**7))
