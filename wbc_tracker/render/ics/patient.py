"""The next days of one patient as a calendar file, in which nobody can read whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import pbkdf2_hmac

from wbc_tracker.patient.model import PatientReport, Report
from wbc_tracker.patient.visit.due import DueDay
from wbc_tracker.render.ics.days import CalendarDay, calendar

#: So many rounds that no list of names can be tried in passing.
_ROUNDS, _SALT = 100_000, b"wbc-tracker calendar"


def render_ics(report: Report, patient: PatientReport, days: Sequence[DueDay], version: str) -> str:
    """Return the file; a day keeps its `UID` when its date changes.

    Args:
        report: its day and the closing line. patient: whose days. version: of the program.
        days: at least one; a calendar without any is none.
    """
    told = [
        CalendarDay(
            uid=_uid(patient, day),
            on=day.on,
            title=day.title,
            words=" ".join([day.words, *report.own_words, report.disclaimer]),
            is_booked=day.is_booked,
        )
        for day in days
    ]
    return calendar(told, report.as_of, version)


def _uid(patient: PatientReport, day: DueDay) -> str:
    """Return an id that stays the same for what follows the last infusion, and from which nobody
    can read whose it is, or of what.
    """
    standing = patient.standing
    of = "\x1f".join((patient.patient_id, standing.last_infusion_on or "", day.kind))
    return pbkdf2_hmac("sha256", of.encode(), _SALT, _ROUNDS).hex()[:32]
