"""The results of one analyte as points of a chart, each with the words that its tooltip shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from wbc_tracker.catalog import Analyte
from wbc_tracker.charts.moments import moment_of
from wbc_tracker.patient.messages import interval_words, result_words
from wbc_tracker.patient.model import PatientReport
from wbc_tracker.patient.result_lines import Draw, ResultLine
from wbc_tracker.wording import date_words, percent_words

_STANDS = {"low": "below it (L)", "normal": "inside it", "high": "above it (H)"}
_CHANGES = {"fall": "fell beyond it", "rise": "rose beyond it", "no": "within it"}
_LIMITS = {
    "<": "only a limit: the value is below it, how far is not known",
    "<=": "only a limit: the value is at most that",
    ">": "only a limit: the value is above it, how far is not known",
    ">=": "only a limit: the value is at least that",
}


@dataclass(frozen=True)
class Point:
    """One result.

    Attributes:
        at: milliseconds. on: the day. value: in the canonical unit; for a censored result its
            limit.
        printed: the value in words, `<1`.
        kind: `exact`, `computed` (from a percentage), `below` or `above` (a limit).
        course, week: of the draw; `week` is None before the first infusion. dose: date of the
            latest infusion.
        ring: `discuss` or `urgent` where the result has such a flag.
        low, high, source: its reference interval. told: what the tooltip shows. words: the same in
            a line.
    """

    at: int
    on: str
    value: float
    printed: str
    kind: str
    course: int
    week: float | None
    dose: str | None
    ring: str | None
    is_baseline: bool
    low: float | None
    high: float | None
    source: str | None
    told: dict[str, str]
    words: str


def points_of(patient: PatientReport, analyte: Analyte, grading: str) -> list[Point]:
    """Return the shown results of one analyte in time order; two of one draw stand both."""
    return [
        _point(draw, result, grading)
        for draw in patient.draws
        for result in draw.results
        if result.analyte.id == analyte.id
    ]


def _point(draw: Draw, result: ResultLine, grading: str) -> Point:
    days = draw.days_since_infusion
    return Point(
        at=moment_of(draw.collected_at),
        on=draw.collected_at[:10],
        value=result.scale.told(result.value),
        printed=result.words,
        kind=_kind(result),
        course=draw.course,
        week=None if days is None else days / 7,
        dose=None if days is None else _days_before(draw.collected_at, days),
        ring=result.severity.word if result.severity and result.calls else None,
        is_baseline=result.is_baseline,
        low=_told_limit(result, result.ref_low),
        high=_told_limit(result, result.ref_high),
        source=result.ref_source,
        told=_told(draw, result, grading),
        words=_words(draw, result),
    )


def _told_limit(result: ResultLine, limit: float | None) -> float | None:
    return None if limit is None else result.scale.told(limit)


def _kind(result: ResultLine) -> str:
    if result.comparator:
        return "below" if result.comparator.startswith("<") else "above"
    return "computed" if result.derivation else "exact"


def _days_before(collected_at: str, days: int) -> str:
    return (date.fromisoformat(collected_at[:10]) - timedelta(days=days)).isoformat()


def since_words(draw: Draw) -> str:
    """Return where a draw stands between the infusions: `day 63, course 9`."""
    if draw.days_since_infusion is not None:
        return f"day {draw.days_since_infusion}, course {draw.course}"
    return "before the first infusion" if draw.phase == "pre_treatment" else "no infusion on record"


def _told(draw: Draw, result: ResultLine, grading: str) -> dict[str, str]:
    """Return the annotated row in words; what is not known is said, never left out."""
    told = {
        "title": f"{result.analyte.name} {result_words(result)}",
        "drawn": date_words(draw.collected_at),
        "since infusion": since_words(draw),
    }
    if result.comparator:
        told["value"] = _LIMITS[result.comparator]
    if result.derivation:
        told["computed"] = f"from {result.derivation}"
    told["change"] = _change_words(result)
    if not result.is_baseline:
        told["usual variation"] = _CHANGES.get(result.beyond_rcv or "", "not assessable")
    told["interval"] = _interval(result)
    if result.ctcae_v5_grade is not None:
        at_least = "at least " if result.comparator and result.ctcae_v5_grade else ""
        told[grading] = f"{at_least}grade {result.ctcae_v5_grade}"
    if result.flags:
        told["flags"] = "; ".join(found.flag.title for found in result.flags)
    return told


def _change_words(result: ResultLine) -> str:
    if result.is_baseline:
        return "this is the baseline"
    if result.percent_change is None:
        return "not assessable"
    return f"{percent_words(result.percent_change)} against the baseline"


def _interval(result: ResultLine) -> str:
    if result.ref_low is None and result.ref_high is None:
        return "none given: not assessable"
    whose = (
        "the laboratory's"
        if result.ref_source == "reported"
        else "a generic one, the laboratory gave none"
    )
    return (
        f"{interval_words(result)} ({whose}); "
        f"{_STANDS.get(result.ref_flag or '', 'not assessable')}"
    )


def _words(draw: Draw, result: ResultLine) -> str:
    parts = [
        f"{result.analyte.name} {result.words} {result.scale.spoken_unit}".strip(),
        date_words(draw.collected_at),
    ]
    parts.append(since_words(draw))
    if result.ref_flag in ("low", "high"):
        parts.append(f"{result.ref_flag} against its interval")
    if result.calls:
        parts.append(f"flag: {result.severity}")
    return ", ".join(parts)
