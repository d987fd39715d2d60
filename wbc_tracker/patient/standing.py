"""Where a patient stands between the infusions, in words."""

from __future__ import annotations

from wbc_tracker.annotation.endings import ENDINGS
from wbc_tracker.annotation.standings import Standings
from wbc_tracker.arrays import iso_of
from wbc_tracker.catalog import Catalog
from wbc_tracker.patient.flag_list import standing_flags
from wbc_tracker.patient.model import PatientReport, Standing
from wbc_tracker.wording import days_words

#: The flags that say what comes next.
_DUE = frozenset(("next_infusion", "labs_due", "monitoring_gap"))


def standing_of(standings: Standings, place: int, catalog: Catalog) -> Standing:
    """Return one entry of the standings as plain data."""
    is_treated, has_next = bool(standings.treated[place]), bool(standings.has_next[place])
    kind = "recorded" if standings.is_recorded[place] else "planned"
    has_ended = bool(standings.has_ended[place])
    return Standing(
        drug=catalog.drugs[standings.courses.drugs[standings.drug[place]]] if is_treated else None,
        course=int(standings.course[place]),
        course_since=iso_of(standings.anchor_day[place]) if is_treated else None,
        last_infusion_on=iso_of(standings.last_day[place]) if is_treated else None,
        days_since_infusion=int(standings.days_since[place]) if is_treated else None,
        next_on=iso_of(standings.next_day[place]) if has_next else None,
        next_kind=kind if has_next else None,
        days_to_next=int(standings.days_to_next[place]) if has_next else None,
        ended_on=_ended_on(standings, place) if has_ended else None,
        ended_by=ENDINGS[standings.ended_by[place]] if has_ended else None,
        ending=_ending_words(standings, place, catalog) if has_ended else "",
        nothing_due=catalog.insert("nothing_due") if has_ended else "",
    )


def _ended_on(standings: Standings, place: int) -> str:
    return iso_of(standings.courses.ended_day[standings.patient[place]])


def _ending_words(standings: Standings, place: int, catalog: Catalog) -> str:
    """Say that nothing is due any more, and since when."""
    day = _ended_on(standings, place)
    return catalog.insert("has_left" if standings.has_left[place] else "has_ended", day=day)


def standing_words(patient: PatientReport) -> str:
    """Say which course it is, when the last infusion was and when the next one is due or booked."""
    standing, told = patient.standing, " ".join(flag.message for flag in standing_flags(patient))
    if standing.last_infusion_on is None:
        return f"No infusion given yet. {told}".rstrip()
    parts = [f"Course {standing.course} since {standing.course_since}."]
    if standing.ended_on is not None:
        told = f"{standing.ending} {told}".rstrip()
    if standing.last_infusion_on not in told:  # where none was recorded since, the flag names it
        noun = standing.drug.noun if standing.drug else "infusion"
        parts.append(
            f"Last {noun} {standing.last_infusion_on}, "
            f"{days_words(standing.days_since_infusion or 0)} ago."
        )
    return " ".join([*parts, told]).rstrip()


def due_words(patient: PatientReport) -> str:
    """Say what comes next: infusion, blood, other tests; nothing where treatment ended."""
    standing = patient.standing
    due = [flag.message for flag in patient.flags if flag.code in _DUE and flag.current]
    is_told = patient.pattern.code == "after_treatment"
    return " ".join([standing.nothing_due if is_told else standing.ending, *due]).strip()


def last_infusion_words(patient: PatientReport) -> str:
    """Name the drug and the last infusion: `ocrelizumab, last infusion 2026-09-02`."""
    standing = patient.standing
    if standing.last_infusion_on is None or standing.drug is None:
        return patient.drug_words or "no infusion recorded"
    return f"{patient.drug_words}, last {standing.drug.noun} {standing.last_infusion_on}"


def standing_tags(patient: PatientReport) -> list[str]:
    """Return the code behind the next infusion and the statements it teaches; none without one."""
    flags = standing_flags(patient)
    return flags[0].tags if flags else []
