"""What the report says about the events of one patient, where they matter for the counts or the
infusions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from wbc_tracker.annotation.courses import Courses, find_courses
from wbc_tracker.annotation.timeline import derive_timeline
from wbc_tracker.catalog import Catalog
from wbc_tracker.dataset import Dataset
from wbc_tracker.patient.messages import Row, result_words
from wbc_tracker.patient.model import EventLine
from wbc_tracker.wording import count_words, date_words

_COUNTS = ("wbc", "neutrophils", "lymphocytes")
_OUTSIDE = {"low": " (below its interval)", "high": " (above its interval)"}


def events_of(
    dataset: Dataset, rows: Sequence[Row], as_of_day: int, catalog: Catalog
) -> list[EventLine]:
    """Return the events of one patient by date, each with its remark.

    An event after the day of the report is a plan, or left out if its kind cannot be planned.

    Args:
        dataset: events and infusions of that patient. rows: all annotated rows.
        as_of_day: the day of the report, in days since 1970-01-01.
        catalog: kinds, remarks and figures.
    """
    kinds = catalog.events.kinds
    events = dataset.events.sort_values("happened_on", kind="stable")
    told = [
        event
        for event in events.to_dict("records")
        if _day(event["happened_on"]) <= as_of_day or kinds[event["kind"]].can_be_planned
    ]
    standings = _standings(
        dataset, [_day(event["happened_on"]) for event in told], as_of_day, catalog
    )
    return [
        EventLine(
            id=int(event["id"]) or None,
            happened_on=event["happened_on"],
            kind=event["kind"],
            title=kinds[event["kind"]].title,
            note=event["note"],
            remark=_remark(event["kind"], _day(event["happened_on"]), rows, standing, catalog),
            is_planned=_day(event["happened_on"]) > as_of_day,
        )
        for event, standing in zip(told, standings, strict=True)
    ]


def _day(text: str) -> int:
    """Return days since 1970-01-01."""
    return int(np.datetime64(text[:10], "D").astype(np.int64))


def _standings(
    dataset: Dataset, days: list[int], as_of_day: int, catalog: Catalog
) -> Sequence[Mapping[Any, Any]]:
    """Return where each day stands between the infusions; an infusion on that day counts as given
    before.

    Each says also whether any infusion is known (`treatable`). For a planned event a booking before
    it counts as given.
    """
    patients = pd.Index(dataset.patients, dtype="str")
    courses: Courses = find_courses(dataset.infusions, patients, max([as_of_day, *days]), catalog)
    moments = pd.DataFrame(
        {
            "_patient": np.zeros(len(days), dtype=np.int64),
            "_day": np.array(days, dtype=np.int64),
            "_second": np.zeros(len(days), dtype=np.int64),
            "_timed": np.zeros(len(days), dtype=bool),
        }
    )
    standing = derive_timeline(moments, courses, catalog, same_day="after").astype(object)
    plain = standing.where(standing.notna(), None)
    return plain.to_dict("records")


def _remark(
    kind: str, day: int, rows: Sequence[Row], standing: Mapping[Any, Any], catalog: Catalog
) -> str:
    """Return the remark of one event; empty where there is nothing to say."""
    if kind == "vaccination":
        return _vaccine_remark(standing, catalog)
    counts = {"steroid": _raised_neutrophils, "infection": _counts_of_the_week}
    words = counts[kind](day, rows, catalog) if kind in counts else ""
    code = {"steroid": "steroid_rise", "infection": "infection_counts"}.get(kind, "")
    return catalog.events.remarks[code].text.format(counts=words) if words else ""


def _raised_neutrophils(day: int, rows: Sequence[Row], catalog: Catalog) -> str:
    """Name the neutrophil counts after a steroid course that rose or are above their interval."""
    told = []
    for row in rows:
        later = _day(row["collected_at"]) - day
        why = ["above its interval"] if row["ref_flag"] == "high" else []
        why += ["risen beyond usual variation"] if row["beyond_rcv"] == "rise" else []
        if (
            row["analyte"] == "neutrophils"
            and why
            and 0 <= later <= catalog.figure("steroid_course_days")
        ):
            when = f"{count_words(later, 'day', 'days')} later" if later else "the same day"
            told.append(
                f"{_named(row, catalog)} on {date_words(row['collected_at'])}, {when} "
                f"({' and '.join(why)})"
            )
    return "; ".join(told)


def _counts_of_the_week(day: int, rows: Sequence[Row], catalog: Catalog) -> str:
    """Name the counts within a week of an infection, draw by draw."""
    near: dict[str, list[str]] = {}
    for row in rows:
        apart = abs(_day(row["collected_at"]) - day)
        if row["analyte"] in _COUNTS and apart <= catalog.figure("infection_days"):
            words = _named(row, catalog) + _OUTSIDE.get(row["ref_flag"] or "", "")
            near.setdefault(row["collected_at"], []).append(words)
    return "; ".join(
        f"{', '.join(words)} on {date_words(when)}" for when, words in sorted(near.items())
    )


def _named(row: Row, catalog: Catalog) -> str:
    return f"{catalog.analytes[row['analyte']].name} {result_words(row, catalog)}"


def _vaccine_remark(standing: Mapping[Any, Any], catalog: Catalog) -> str:
    first, last = (
        int(catalog.figure(name)) for name in ("vaccine_from_days", "vaccine_until_days")
    )
    since, until = standing["days_since_infusion"], standing["days_to_next_infusion"]
    return catalog.events.remarks[_vaccine_case(standing, first, last, catalog)].text.format(
        since=count_words(since, "day", "days") if since is not None else "",
        last=standing["last_infusion_on"],
        until=_until_words(standing) if until is not None else "",
        window=f"the usual window for non-live vaccines (from {first} days after an infusion to "
        f"{last} days before "
        "the next)",
    )


def _vaccine_case(standing: Mapping[Any, Any], first: int, last: int, catalog: Catalog) -> str:
    """Return which remark holds; the window is judged in days, its ends included."""
    since, until = standing["days_since_infusion"], standing["days_to_next_infusion"]
    if since is None:
        return "vaccine_before_treatment" if until is not None else "vaccine_without_infusions"
    if catalog.drugs[standing["drug"]].is_continuous:
        return "vaccine_continuous"
    if since < first:
        return "vaccine_too_early"
    if until < 0:
        return "vaccine_open"
    return "vaccine_too_late" if until < last else "vaccine_inside"


def _until_words(standing: Mapping[Any, Any]) -> str:
    days, on = (
        count_words(standing["days_to_next_infusion"], "day", "days"),
        standing["next_infusion_on"],
    )
    if standing["days_since_infusion"] is None:
        return f"{days} before the first infusion ({on})"
    if standing["days_to_next_infusion"] < 0:
        return f"past the planned date of the next ({on})"
    if standing["next_infusion_kind"] == "recorded":
        return f"{days} before the next ({on})"
    return f"{days} before the next by the usual interval (about {on})"
