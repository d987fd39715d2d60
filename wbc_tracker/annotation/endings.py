"""How and when the treatment of a patient ended: it was stopped, went over to another drug, or is
followed elsewhere.
"""

from __future__ import annotations

import numpy as np

from wbc_tracker.annotation.happenings import Happenings
from wbc_tracker.arrays import NO_DAY, Whole

#: How treatment with a patient's drug ended; the last one is followed elsewhere.
ENDINGS = ("stopped", "other_drug", "left")
_FAR = np.iinfo(np.int64).max


def find_endings(
    last_day: Whole, booked_day: Whole, happenings: Happenings | None
) -> tuple[Whole, Whole]:
    """Return the day on which each patient's treatment ended, and how; NO_DAY and -1 where not.

    Treatment ends with a `stopped` on or after the day of the last infusion, or another drug of MS
    after it, with no infusion given or booked since; the first of these counts. Who only left is
    followed elsewhere from then on.

    Args:
        last_day: per patient, the last infusion given, NO_DAY without one. booked_day: as of
            `Courses`.
    """
    ended_day = np.full(len(last_day), NO_DAY)
    ended_by = np.full(len(last_day), -1, dtype=np.int64)
    if happenings is None or not len(happenings.day):
        return ended_day, ended_by
    has_end = (last_day != NO_DAY) & (booked_day == NO_DAY)
    patient, day = happenings.patient, happenings.day
    since = np.where(has_end, last_day, 0)[patient]
    fits = {
        "stopped": happenings.is_kind("stopped") & (day >= since),
        "other_drug": happenings.is_kind("other_drug") & happenings.names_drug & (day > since),
        "left": happenings.is_kind("left") & (day >= since),
    }
    # Who left is told last: an end of the treatment goes before it, whenever that was.
    for place, name in reversed(list(enumerate(ENDINGS))):
        at = np.flatnonzero(fits[name] & has_end[patient])[::-1]  # of several the first
        earlier = day[at] < np.where(ended_day[patient[at]] == NO_DAY, _FAR, ended_day[patient[at]])
        replaces = earlier | (ended_by[patient[at]] == ENDINGS.index("left"))
        at = at[replaces]
        ended_day[patient[at]], ended_by[patient[at]] = day[at], place
    return ended_day, ended_by
