"""The next blood draws of a clinic as one calendar file: each for a whole day, with whose it is."""

from __future__ import annotations

from hashlib import sha256

from wbc_tracker.panel.draws import DrawList, PlannedDraw
from wbc_tracker.render.ics.days import CalendarDay, calendar


def render_draws_ics(listed: DrawList, version: str) -> str:
    """Return the file, with the line ends of the standard; a day keeps its `UID` when its date
    changes, as in the calendar of one patient.

    The patients stand in the titles: who has the file knows them, so the `UID` hides nobody.

    Args:
        listed: at least one draw. version: of the program.
    """
    days = [
        CalendarDay(
            uid=_uid(draw),
            on=draw.on,
            title=draw.title,
            words=f"{draw.words} {listed.disclaimer}",
            is_booked=draw.is_booked,
        )
        for draw in listed.draws
    ]
    return calendar(days, listed.as_of, version)


def _uid(draw: PlannedDraw) -> str:
    of = "\x1f".join(("clinic", draw.patient_id, draw.last_infusion_on or "", "draw"))
    return sha256(of.encode()).hexdigest()[:32]
