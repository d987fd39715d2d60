"""The time-to-event data as a table for other programs: a row a patient or course, and event."""

from __future__ import annotations

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Whole, iso_dates
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.cohort.parts import CohortParts
from wbc_tracker.cohort.settings import CohortSettings
from wbc_tracker.cohort.times import (
    CLOSINGS,
    EVENTS,
    FROM_ORIGIN,
    NEVER,
    NOT_AT_RISK,
    NOT_OBSERVED,
    ONSETS,
    ORIGINS,
    SEEN,
    STATUSES,
)

#: What each column means.
COLUMNS = {
    "patient_id": "the patient",
    "group": "the group of the patient (only with groups)",
    "onset": "B cells before the first recorded infusion: incident (seen), prevalent (depleted on "
    "any day, so an earlier dose is not on record), not told (not tested)",
    "origin": "from where time is counted: the first infusion, or the last one of a course",
    "course": "number of the course; empty from the first infusion",
    "drug": "of the infusion counted from",
    "origin_on": "its date",
    "event": "depleted, or reappeared (B cells seen again after a depleted day)",
    "status": "event, censored, not at risk (depleted already; or never seen depleted), not "
    "observed (no B-cell day on which it could be seen)",
    "entry_days": "at risk from here on: 0 from the infusion on, else after this day (delayed "
    "entry)",
    "days": "days from the origin to the draw that showed the event, or to the last B-cell day",
    "after_days": "the event came after this day, the last one without it; empty: not known",
    "by_days": "the event came at the latest on this day; empty where it was not seen",
    "closed_days": "days from the origin to what closes the time",
    "closed_by": "the next infusion, the end of treatment (stopped, other drug), leaving, or the "
    "day of the report",
}


def list_times(
    parts: CohortParts, settings: CohortSettings, catalog: Catalog | None = None
) -> pd.DataFrame:
    """Return the time-to-event data with the columns of COLUMNS, by origin, patient and course.

    Args:
        parts: joined, with the groups of the patients if there are any. settings: which origins.
    """
    catalog = catalog or load_catalog()
    asked = [ORIGINS.index(origin) for origin in settings.origins]
    times = parts.times[np.isin(parts.times["origin"].to_numpy(), asked)]
    times = times.sort_values(["origin", "patient", "course", "event"], ignore_index=True)
    people = parts.people.iloc[times["patient"].to_numpy()].reset_index(drop=True)
    status = times["status"].to_numpy()
    observed = ~np.isin(status, [NOT_AT_RISK, NOT_OBSERVED])
    stop, entry = times["stop"], times["entry"]
    names = pd.Index(list(catalog.drugs), dtype="str")
    columns = {
        "patient_id": people["patient_id"],
        **({"group": people["group"]} if "group" in people else {}),
        "onset": _words(ONSETS, people["onset"].to_numpy()),
        "origin": _words(ORIGINS, times["origin"].to_numpy()),
        "course": times["course"].astype("Int64").mask(times["course"] == 0),
        "drug": names[times["drug"].to_numpy()],
        "origin_on": iso_dates(times["origin_day"].to_numpy()),
        "event": _words(EVENTS, times["event"].to_numpy()),
        "status": _words(STATUSES, status),
        "entry_days": entry.where(entry != FROM_ORIGIN, 0).astype("Int64").where(observed),
        "days": stop.astype("Int64").where(observed),
        "after_days": times["after"].astype("Int64").mask(times["after"] == NEVER),
        "by_days": stop.astype("Int64").where(status == SEEN),
        "closed_days": (times["close_day"] - times["origin_day"]).astype("Int64"),
        "closed_by": _words(CLOSINGS, times["closing"].to_numpy()),
    }
    return pd.DataFrame(columns)


def _words(words: tuple[str, ...], places: Whole) -> pd.Series:
    return pd.Series(np.array(words, dtype=object)[places], dtype="str")
