"""What a trend says, in words."""

from __future__ import annotations

import math

from wbc_tracker.annotation.baseline import rcv_limits
from wbc_tracker.catalog import Catalog
from wbc_tracker.patient.records import Record
from wbc_tracker.wording import percent_words

_MOST_DECIMALS = 4
_BEYOND = {"fall": "FALL", "rise": "rise"}


def depletion_words(analyte: str, verdict: str, depleted: int, judged: int, is_treated: bool) -> str:
    """Say whether the B cells are depleted; `depleted` and `judged` count the results on treatment."""
    if judged:
        return f"{verdict} (depleted on {depleted} of {judged} draws)"
    if not is_treated:
        return "no result on treatment"
    hidden = ": the drug hides CD20 from the test" if analyte.startswith("cd20") else ""
    return f"not assessable on treatment{hidden}"


def trend_words(trend: Record, is_baseline: bool, catalog: Catalog) -> str:
    """Say how the latest result stands, where that needs saying, and what the slope shows.

    A latest result beyond usual variation is always told, whatever the trend; one within it only where there
    is no trend to tell.
    """
    latest, slope = _latest_words(trend, is_baseline, catalog), _verdict_words(trend, catalog)
    return f"{latest}; trend {slope}" if latest else slope


def _latest_words(trend: Record, is_baseline: bool, catalog: Catalog) -> str:
    if trend["analyte"] not in catalog.variations:
        return ""
    now, before = _BEYOND.get(trend["beyond_rcv"] or ""), _BEYOND.get(trend["beyond_rcv_previous"] or "")
    if now:
        more = "" if not before else ", also" if before == now else f", {before}"
        return f"{now} beyond usual variation{more}{' from the previous result' if before else ''}"
    if before:
        return f"{before} beyond usual variation from the previous result"
    if trend["verdict"] != "not enough data":
        return ""
    if trend["baseline"] is None:
        return "no baseline"
    if is_baseline:
        return "is the baseline"
    return "within usual variation" if trend["beyond_rcv"] else "change not assessable"


def _verdict_words(trend: Record, catalog: Catalog) -> str:
    verdict = trend["verdict"]
    if verdict == "not enough data":
        least, span = (int(catalog.figure(name)) for name in ("trend_least_days", "trend_least_span_days"))
        if trend["n_used"] < least:
            return f"{verdict} (n {trend['n_used']} on treatment, needs {least})"
        return f"{verdict} (n {trend['n_used']} over {trend['span_days']} days, needs {span} days)"
    if verdict != "not assessable":
        return f"{verdict} ({_slope_words(trend)}, n {trend['n_used']})"
    why = ": starts at about 0" if trend["analyte"] in catalog.variations else ""
    return f"{verdict}{why} ({_slope_words(trend)}, {_p_words(trend['p_value'])}, n {trend['n_used']})"


def _slope_words(trend: Record) -> str:
    """Return slope and interval, with as many decimals as the largest of them needs for two digits."""
    numbers = [trend[name] for name in ("slope_per_year", "slope_low", "slope_high")]
    largest = max(abs(number) for number in numbers)
    decimals = min(max(0, 1 - math.floor(math.log10(largest))), _MOST_DECIMALS) if largest > 0 else 0
    slope, low, high = (f"{round(number, decimals) + 0.0:.{decimals}f}" for number in numbers)
    return f"slope {slope} a year, 95 % {low} to {high}"


def _p_words(p_value: float) -> str:
    return "p <0.001" if p_value < 0.001 else f"p {p_value:.2g}"


def variation_words(analytes: list[str], catalog: Catalog) -> str:
    """Say how far each analyte varies in one person, and where the figure is the larger of two, or rough."""
    told, limits = [], rcv_limits(catalog)
    for analyte in analytes:
        if analyte in limits:
            note = catalog.variations[analyte].note
            span = " to ".join(percent_words(limit) for limit in limits[analyte])
            told.append(f"{catalog.analytes[analyte].short} {span}{f' ({note})' if note else ''}")
    return f"Usual variation: {'; '.join(told)}." if told else ""
