"""The next days of one patient as a calendar file (RFC 5545): each for a whole day, without an
alarm.

Written by hand, as the little that is needed of the standard: text escaped, lines folded.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import pbkdf2_hmac

from wbc_tracker.arrays import LAST_DAY, day_of, iso_of
from wbc_tracker.patient.model import PatientReport, Report
from wbc_tracker.patient.visit.due import DueDay

_MOST_OCTETS = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
#: So many rounds that no list of names can be tried in passing.
_ROUNDS, _SALT = 100_000, b"wbc-tracker calendar"


def render_ics(report: Report, patient: PatientReport, days: Sequence[DueDay], version: str) -> str:
    """Return the file, with the line ends of the standard (CR LF).

    The same call gives the same file: the stamp is the day of the report. A day keeps its `UID`
    when its date changes, and its `SEQUENCE` grows with the day of the report, so that a calendar
    moves it instead of adding another.

    Args:
        report: its day and the closing line. patient: whose days. version: of the program.
        days: at least one; a calendar without any is none.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//wbc-tracker//{version}//EN",
        "CALSCALE:GREGORIAN",
    ]
    for day in days:
        lines += _event_lines(report, patient, day)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event_lines(report: Report, patient: PatientReport, day: DueDay) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{_uid(patient, day)}",
        f"DTSTAMP:{_compact(report.as_of)}T000000Z",
        f"SEQUENCE:{day_of(report.as_of)}",
        f"DTSTART;VALUE=DATE:{_compact(day.on)}",
        f"DTEND;VALUE=DATE:{_compact(iso_of(min(day_of(day.on) + 1, LAST_DAY)))}",
        f"SUMMARY:{_escaped(day.title)}",
        f"DESCRIPTION:{_escaped(f'{day.words} {report.disclaimer}')}",
        f"STATUS:{'CONFIRMED' if day.is_booked else 'TENTATIVE'}",
        "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE",
        "END:VEVENT",
    ]


def _uid(patient: PatientReport, day: DueDay) -> str:
    """Return an id that stays the same for what follows the last infusion, and from which nobody
    can read whose it is, or of what.
    """
    standing = patient.standing
    of = "\x1f".join((patient.patient_id, standing.last_infusion_on or "", day.kind))
    return pbkdf2_hmac("sha256", of.encode(), _SALT, _ROUNDS).hex()[:32]


def _compact(day: str) -> str:
    return day.replace("-", "")


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _folded(line: str) -> str:
    """Return a line in parts of at most 75 octets, no character cut; each next begins with a
    space.
    """
    parts, part, octets = [], "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > _MOST_OCTETS:
            parts.append(part)
            part, octets = " ", 1
        part, octets = part + character, octets + size
    return "\r\n".join([*parts, part])
