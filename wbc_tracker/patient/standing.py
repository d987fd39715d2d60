"""Where a patient stands between the infusions, in words."""

from __future__ import annotations

from wbc_tracker.patient.flag_list import standing_flags
from wbc_tracker.patient.model import PatientReport
from wbc_tracker.wording import days_words


def standing_words(patient: PatientReport) -> str:
    """Say which course it is, when the last infusion was and when the next one is due or booked."""
    standing, told = patient.standing, " ".join(flag.message for flag in standing_flags(patient))
    if standing.last_infusion_on is None:
        return f"No infusion given yet. {told}".rstrip()
    parts = [f"Course {standing.course} since {standing.course_since}."]
    if standing.last_infusion_on not in told:  # where none was recorded since, the flag names it
        parts.append(
            f"Last infusion {standing.last_infusion_on}, "
            f"{days_words(standing.days_since_infusion or 0)} ago."
        )
    return " ".join([*parts, told]).rstrip()


def standing_tags(patient: PatientReport) -> str:
    """Return the code behind the next infusion and the statements it teaches; empty without one."""
    flags = standing_flags(patient)
    return ", ".join([flags[0].code, *flags[0].statements]) if flags else ""
