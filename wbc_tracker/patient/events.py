"""What the report says about the events of one patient, where they matter for the counts or the
infusions.
"""

from __future__ import annotations

from collections.abc import Sequence

from wbc_tracker.analysis import Analysis
from wbc_tracker.arrays import day_of
from wbc_tracker.catalog import Catalog
from wbc_tracker.patient.messages import result_words
from wbc_tracker.patient.model import EventLine, Standing
from wbc_tracker.patient.result_lines import ResultLine
from wbc_tracker.patient.standing import standing_of
from wbc_tracker.wording import count_words, date_words

_OUTSIDE = {"low": "below_its_interval", "high": "above_its_interval"}


def events_of(analysis: Analysis, place: int, results: Sequence[ResultLine]) -> list[EventLine]:
    """Return the events of one patient by date, each with its remark.

    An event after the day of the report is a plan, or left out if its kind cannot be planned.

    Args:
        analysis: of everybody. place: of the patient in it.
        results: all results of the patient.
    """
    catalog, kinds = analysis.catalog, analysis.catalog.events.kinds
    places = analysis.events_of(place)
    if not len(places):
        return []
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
                kind=kind,
                note=event["note"],
                remark=_remark(kind.id, day, results, standing_of(standings, at, catalog), catalog),
                is_planned=day > analysis.as_of_day,
            )
        )
    return sorted(lines, key=lambda line: line.happened_on)


def _remark(
    kind: str, day: int, results: Sequence[ResultLine], standing: Standing, catalog: Catalog
) -> str:
    """Return the remark of one event; empty where there is nothing to say."""
    if kind == "vaccination":
        return _vaccine_remark(standing, catalog)
    counts = {"steroid": _raised_neutrophils, "infection": _counts_of_the_week}
    words = counts[kind](day, results, catalog) if kind in counts else ""
    code = {"steroid": "steroid_rise", "infection": "infection_counts"}.get(kind, "")
    return catalog.events.remarks[code].text.format(counts=words) if words else ""


def _raised_neutrophils(day: int, results: Sequence[ResultLine], catalog: Catalog) -> str:
    """Name the neutrophil counts after a steroid course that rose or are above their interval."""
    told = []
    for result in results:
        why = [catalog.insert("above_interval")] if result.ref_flag == "high" else []
        why += [catalog.insert("risen")] if result.beyond_rcv == "rise" else []
        if result.analyte.id != "neutrophils" or not why:
            continue
        later = day_of(result.collected_at) - day
        if 0 <= later <= catalog.figure("steroid_course_days"):
            when = f"{count_words(later, 'day', 'days')} later" if later else "the same day"
            told.append(
                f"{_named(result)} on {date_words(result.collected_at)}, {when} "
                f"({' and '.join(why)})"
            )
    return "; ".join(told)


def _counts_of_the_week(day: int, results: Sequence[ResultLine], catalog: Catalog) -> str:
    """Name the counts within a week of an infection, draw by draw."""
    near: dict[str, list[str]] = {}
    for result in results:
        if not result.analyte.is_blood_count:
            continue
        if abs(day_of(result.collected_at) - day) <= catalog.figure("infection_days"):
            outside = (
                catalog.insert(_OUTSIDE[result.ref_flag]) if result.ref_flag in _OUTSIDE else ""
            )
            near.setdefault(result.collected_at, []).append(f"{_named(result)}{outside}")
    return "; ".join(
        f"{', '.join(words)} on {date_words(when)}" for when, words in sorted(near.items())
    )


def _named(result: ResultLine) -> str:
    return f"{result.analyte.name} {result_words(result)}"


def _vaccine_remark(standing: Standing, catalog: Catalog) -> str:
    first, last = (
        int(catalog.figure(name)) for name in ("vaccine_from_days", "vaccine_until_days")
    )
    since, until = standing.days_since_infusion, standing.days_to_next
    return catalog.events.remarks[_vaccine_case(standing, first, last)].text.format(
        since=count_words(since, "day", "days") if since is not None else "",
        last=standing.last_infusion_on,
        until=_until_words(standing, catalog) if until is not None else "",
        window=catalog.insert("vaccine_window", first=first, last=last),
    )


def _vaccine_case(standing: Standing, first: int, last: int) -> str:
    """Return which remark holds; the window is judged in days, its ends included."""
    since, until = standing.days_since_infusion, standing.days_to_next
    if standing.ended_on is not None:
        return "vaccine_after_treatment"
    if standing.drug is None or since is None or until is None:
        return "vaccine_before_treatment" if until is not None else "vaccine_without_infusions"
    if standing.drug.is_continuous:
        return "vaccine_continuous"
    if since < first:
        return "vaccine_too_early"
    if until < 0:
        return "vaccine_open"
    return "vaccine_too_late" if until < last else "vaccine_inside"


def _until_words(standing: Standing, catalog: Catalog) -> str:
    """Say how long it is to the next infusion."""
    until = standing.days_to_next or 0
    if standing.days_since_infusion is None:
        code = "before_first"
    elif until < 0:
        code = "past_planned"
    else:
        code = "before_recorded" if standing.next_kind == "recorded" else "before_planned"
    return catalog.insert(code, days=count_words(until, "day", "days"), on=standing.next_on)
