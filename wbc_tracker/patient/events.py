"""What the report says about the events of one patient, where they matter for the counts or the
infusions.
"""

from __future__ import annotations

from collections.abc import Sequence

from wbc_tracker.analysis import Analysis
from wbc_tracker.arrays import day_of
from wbc_tracker.catalog import Catalog
from wbc_tracker.patient.messages import Row, result_words
from wbc_tracker.patient.model import EventLine, Standing
from wbc_tracker.patient.standing import standing_of
from wbc_tracker.wording import count_words, date_words

_COUNTS = ("wbc", "neutrophils", "lymphocytes")
_OUTSIDE = {"low": " (below its interval)", "high": " (above its interval)"}


def events_of(analysis: Analysis, place: int, rows: Sequence[Row]) -> list[EventLine]:
    """Return the events of one patient by date, each with its remark.

    An event after the day of the report is a plan, or left out if its kind cannot be planned.

    Args:
        analysis: of everybody. place: of the patient in it.
        rows: all annotated rows of the patient.
    """
    catalog, kinds = analysis.catalog, analysis.catalog.events.kinds
    places = analysis.events_of(place)
    events, standings = analysis.dataset.events.iloc[places], analysis.event_standings
    lines = []
    for at, event in zip(places.tolist(), events.to_dict("records"), strict=True):
        kind, day = kinds[event["kind"]], day_of(event["happened_on"])
        if day > analysis.as_of_day and not kind.can_be_planned:
            continue
        lines.append(
            EventLine(
                id=int(event["id"]) or None,
                happened_on=event["happened_on"],
                kind=kind.id,
                title=kind.title,
                note=event["note"],
                remark=_remark(kind.id, day, rows, standing_of(standings, at), catalog),
                is_planned=day > analysis.as_of_day,
            )
        )
    return sorted(lines, key=lambda line: line.happened_on)


def _remark(kind: str, day: int, rows: Sequence[Row], standing: Standing, catalog: Catalog) -> str:
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
        later = day_of(row["collected_at"]) - day
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
        apart = abs(day_of(row["collected_at"]) - day)
        if row["analyte"] in _COUNTS and apart <= catalog.figure("infection_days"):
            words = _named(row, catalog) + _OUTSIDE.get(row["ref_flag"] or "", "")
            near.setdefault(row["collected_at"], []).append(words)
    return "; ".join(
        f"{', '.join(words)} on {date_words(when)}" for when, words in sorted(near.items())
    )


def _named(row: Row, catalog: Catalog) -> str:
    return f"{catalog.analytes[row['analyte']].name} {result_words(row, catalog)}"


def _vaccine_remark(standing: Standing, catalog: Catalog) -> str:
    first, last = (
        int(catalog.figure(name)) for name in ("vaccine_from_days", "vaccine_until_days")
    )
    since, until = standing.days_since_infusion, standing.days_to_next
    return catalog.events.remarks[_vaccine_case(standing, first, last, catalog)].text.format(
        since=count_words(since, "day", "days") if since is not None else "",
        last=standing.last_infusion_on,
        until=_until_words(standing) if until is not None else "",
        window=f"the usual window for non-live vaccines (from {first} days after an infusion to "
        f"{last} days before "
        "the next)",
    )


def _vaccine_case(standing: Standing, first: int, last: int, catalog: Catalog) -> str:
    """Return which remark holds; the window is judged in days, its ends included."""
    since, until = standing.days_since_infusion, standing.days_to_next
    if standing.drug is None or since is None or until is None:
        return "vaccine_before_treatment" if until is not None else "vaccine_without_infusions"
    if catalog.drugs[standing.drug].is_continuous:
        return "vaccine_continuous"
    if since < first:
        return "vaccine_too_early"
    if until < 0:
        return "vaccine_open"
    return "vaccine_too_late" if until < last else "vaccine_inside"


def _until_words(standing: Standing) -> str:
    until, on = standing.days_to_next or 0, standing.next_on
    days = count_words(until, "day", "days")
    if standing.days_since_infusion is None:
        return f"{days} before the first infusion ({on})"
    if until < 0:
        return f"past the planned date of the next ({on})"
    if standing.next_kind == "recorded":
        return f"{days} before the next ({on})"
    return f"{days} before the next by the usual interval (about {on})"
