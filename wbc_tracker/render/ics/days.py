"""Days in a calendar file (RFC 5545): each for a whole day, without an alarm.

Written by hand, as the little that is needed of the standard: text escaped, lines folded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wbc_tracker.arrays import LAST_DAY, day_of, iso_of

_MOST_OCTETS = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True)
class CalendarDay:
    """One day: `uid` stays the same when `on`, an ISO date, changes."""

    uid: str
    on: str
    title: str
    words: str
    is_booked: bool


def calendar(days: Sequence[CalendarDay], as_of: str, version: str) -> str:
    """Return the file, with the line ends of the standard (CR LF).

    The same call gives the same file: the stamp is the day of the report. `SEQUENCE` grows with
    that day, so that a calendar moves an event instead of adding another.

    Args:
        days: at least one; a calendar without any is none. as_of: ISO date.
        version: of the program.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//wbc-tracker//{version}//EN",
        "CALSCALE:GREGORIAN",
    ]
    for day in days:
        lines += _event_lines(day, as_of)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event_lines(day: CalendarDay, as_of: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{day.uid}",
        f"DTSTAMP:{_compact(as_of)}T000000Z",
        f"SEQUENCE:{day_of(as_of)}",
        f"DTSTART;VALUE=DATE:{_compact(day.on)}",
        f"DTEND;VALUE=DATE:{_compact(iso_of(min(day_of(day.on) + 1, LAST_DAY)))}",
        f"SUMMARY:{_escaped(day.title)}",
        f"DESCRIPTION:{_escaped(day.words)}",
        f"STATUS:{'CONFIRMED' if day.is_booked else 'TENTATIVE'}",
        "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE",
        "END:VEVENT",
    ]


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
