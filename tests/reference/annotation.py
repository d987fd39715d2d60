"""The annotated columns, one patient after another (design, sections 2 and 5)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from reference.b_cells import is_cd19
from reference.baselines import baseline_note, baseline_of, series_of, state_of
from reference.courses import (
    Dose,
    drawn_after,
    ending_of,
    number_courses,
    phase_of,
    planned_next,
)
from reference.figures import CTCAE_CUTS, INTERVALS, TOTAL_VARIATION, VARIATION
from reference.model import (
    Event,
    Infusion,
    Result,
    Row,
    day_of,
    days_between,
    moment,
    on_treatment,
    partner,
    possible,
    round12,
    surely_above,
    surely_below,
)

Columns = dict[str, Any]
#: A percentage with what it is a part of, and cells of the count's unit in one of the whole's.
PARTS = {f"{name}_pct": ("wbc", 1) for name in ("neutrophils", "lymphocytes", "monocytes", "eosinophils")} | {
    f"{name}_pct": ("lymphocytes", 1000) for name in ("cd19", "cd20", "cd3", "cd4", "cd8")
}
#: Printed instead of an interval where there is none.
NO_INTERVAL = {None, "", "n/a", "--"}


def with_derived(rows: list[Row]) -> list[Row]:
    """Put each count that follows from a percentage behind it; lymphocytes first, their parts then."""
    for whole in ("wbc", "lymphocytes"):
        found: list[Row] = []
        for row in rows:
            found.append(row)
            if row.result.analyte in PARTS and PARTS[row.result.analyte][0] == whole:
                count = derived(row.result, rows)
                found += [Row(count)] if count else []
        rows = found
    return rows


def derived(percent: Result, rows: list[Row]) -> Result | None:
    """The absolute count; none beside a reported one of this draw, of limits, or of two different wholes."""
    whole_name, cells = PARTS[percent.analyte]
    name = percent.analyte.removesuffix("_pct")
    reported = [row for row in rows if row.result.analyte == name]
    if percent.comparator or any(belongs_to_draw(row.result, percent) for row in reported):
        return None
    whole = partner(percent, [r for r in rows if r.result.analyte == whole_name and r.result.comparator is None])
    if whole is None:
        return None
    value = round12(whole.value * cells * percent.value / 100)
    step = whole.value * cells * percent.value_step / 100 if percent.value_step else None
    how = f"{whole.derivation or whole_name}*{percent.analyte}"
    return replace(percent, analyte=name, value=value, derivation=how, ref_low=None, ref_high=None, value_step=step)


def belongs_to_draw(count: Result, percent: Result) -> bool:
    """Is the reported count one of the same draw? On the same day where one of them carries no time."""
    if "T" in count.collected_at and "T" in percent.collected_at:
        return moment(count.collected_at) == moment(percent.collected_at)
    return days_between(count.collected_at, percent.collected_at) == 0


def timeline_columns(
    result: Result, doses: list[Dose], booked: list[Infusion], events: list[Event], same_day: str
) -> Columns:
    """Where the draw stands among the infusions of its patient, given and booked, sorted by date."""
    day = day_of(result.collected_at)
    before = [dose for dose in doses if drawn_after(result.collected_at, dose.infusion.infused_on, same_day)]
    later = [dose.infusion for dose in doses if dose not in before] + booked
    last = before[-1] if before else None
    ending = ending_of(events, [dose.infusion for dose in doses], booked)
    is_over = ending is not None and day > ending.day
    next_on, next_kind = None, None
    if later:
        next_on, next_kind = day_of(later[0].infused_on), "recorded"
    elif last and not is_over:
        next_on, next_kind = planned_next(last, doses), "planned"
    study_day, phase = None, None
    if doses:
        days = (day - doses[0].day).days
        study_day = days + 1 if days >= 0 else days
        phase = phase_of(day, last, doses[0].day) if last else "pre_treatment"
        phase = "after_treatment" if is_over and ending.kind != "left" else phase
    return {
        "drug": last.infusion.drug if last else None,
        "course": last.course if last else 0,
        "last_infusion_on": last.day.isoformat() if last else None,
        "days_since_infusion": (day - last.day).days if last else None,
        "days_since_first_infusion": (day - doses[0].day).days if last else None,
        "next_infusion_on": next_on.isoformat() if next_on else None,
        "next_infusion_kind": next_kind,
        "days_to_next_infusion": (next_on - day).days if next_on else None,
        "study_day": study_day,
        "phase": phase,
        "day_of_course": (day - last.anchor_day).days if last else None,  # for the pattern
    }


def flag_of(result: Result, low: float | None, high: float | None) -> str | None:
    if low is not None and surely_below(result, low):
        return "low"
    if high is not None and surely_above(result, high):
        return "high"
    least, greatest = possible(result)
    inside = (low is None or least >= round12(low)) and (high is None or greatest <= round12(high))
    return "normal" if inside else None


def grade_of(result: Result, low: float | None) -> int | None:
    if result.analyte not in CTCAE_CUTS:
        return None
    cuts = CTCAE_CUTS[result.analyte]
    for grade, cut in [*cuts, (1, low)]:
        if cut is not None and surely_below(result, cut):
            return grade
    least, grade_2_cut = possible(result)[0], cuts[-1][1]
    return 0 if low is not None and least >= round12(max(low, grade_2_cut)) else None


def has_interval(result: Result) -> bool:
    return result.ref_low is not None or result.ref_high is not None


def reference_columns(result: Result, series: list[Row]) -> Columns:
    """The printed interval; else the patient's latest earlier one in this unit, of 730 days; else the generic one."""
    low, high, source = result.ref_low, result.ref_high, "reported"
    if not has_interval(result):
        (low, high), source = INTERVALS.get(result.analyte, (None, None)), "catalogue"
        if not result.derivation:
            before = [row.result for row in series if is_earlier_interval(row.result, result)]
            latest = max(before, key=interval_key, default=None)
            if latest and days_between(latest.collected_at, result.collected_at) <= 730:
                low, high, source = latest.ref_low, latest.ref_high, "earlier"
            if result.reported_range not in NO_INTERVAL:  # something is printed that cannot be read
                low = high = None
    known = low is not None or high is not None
    columns: Columns = {"ref_low": low, "ref_high": high, "ref_source": source if known else None}
    columns["ref_flag"] = flag_of(result, low, high) if known else None
    columns["ctcae_v5_grade"] = grade_of(result, low)
    return columns


def is_earlier_interval(other: Result, result: Result) -> bool:
    is_before = moment(other.collected_at) <= moment(result.collected_at)  # one of the same time is as good
    return is_before and has_interval(other) and other.reported_unit == result.reported_unit


def interval_key(result: Result) -> tuple[Any, ...]:
    """By time; of several at one time the one with the higher limits, none at all being the highest."""
    low, high = (math.inf if limit is None else limit for limit in (result.ref_low, result.ref_high))
    return moment(result.collected_at), low, high


def beyond_rcv(analyte: str, percent_change: float) -> str | None:
    """Compare with the reference change value: log-normal, two-sided 95 %."""
    if analyte not in VARIATION:
        return None
    cvi, study_cva = (percent / 100 for percent in VARIATION[analyte])
    analysis = 0.0 if analyte in TOTAL_VARIATION else max(study_cva, cvi / 2)
    sigma = math.sqrt(math.log(1 + analysis**2) + math.log(1 + cvi**2))
    spread = 1.96 * math.sqrt(2) * sigma
    if percent_change < 100 * (math.exp(-spread) - 1):
        return "fall"
    return "rise" if percent_change > 100 * (math.exp(spread) - 1) else "no"


def change_columns(series: list[Row], place: int, base: int | None, kind: str | None, notes: list[str]) -> Columns:
    """The changes of the result at this place of its sorted series; `base` is the baseline's place."""
    result = series[place].result
    value = result.value if result.comparator is None else None
    previous = next((other.result.value for other in series[:place][::-1] if other.result.comparator is None), None)
    baseline = series[base].result if base is not None and place >= base else None
    change = value - baseline.value if baseline and value is not None else None
    percent = 100 * change / baseline.value if baseline and baseline.value and change is not None else None
    return {
        "is_baseline": place == base,  # for the rules
        "baseline_value": baseline.value if baseline else None,
        "baseline_at": baseline.collected_at if baseline else None,
        "baseline_kind": kind if baseline else None,
        "baseline_note": ";".join(notes) or None if baseline else None,
        "change": change,
        "percent_change": percent,
        "previous_value": previous,
        "change_from_previous": value - previous if value is not None and previous is not None else None,
        "beyond_rcv": beyond_rcv(result.analyte, percent) if percent is not None and place != base else None,
    }


def annotate_patient(
    results: list[Result], infusions: list[Infusion], events: list[Event], *, as_of: str, same_day: str
) -> list[Row]:
    """Annotate the results of one patient, in input order, each derived count behind its percentage."""
    infusions = sorted(infusions, key=lambda infusion: infusion.infused_on[:10])
    doses = number_courses([each for each in infusions if days_between(each.infused_on, as_of) >= 0])
    booked = [each for each in infusions if 0 > days_between(each.infused_on, as_of) >= -400]
    events = [event for event in events if days_between(event.happened_on, as_of) >= 0]
    rows = with_derived([Row(result) for result in results])
    for row in rows:
        series = series_of(rows, row.result.analyte)
        row.columns |= timeline_columns(row.result, doses, booked, events, same_day)
        row.columns |= reference_columns(row.result, series)
        row.columns["derivation"] = row.result.derivation
    for analyte in {row.result.analyte for row in rows}:
        series = series_of(rows, analyte)
        base, kind = baseline_of(series, bool(doses))
        notes = baseline_note(series, base, kind, rows, events) if base is not None and kind else []
        for place, row in enumerate(series):
            row.columns |= change_columns(series, place, base, kind, notes)
    for row in rows:
        shown = is_cd19(row.result) and on_treatment(row)
        row.columns["depletion"] = state_of(row, rows, events) if shown else None
    return rows


def annotate_reference(
    results: list[Result],
    infusions: list[Infusion],
    events: list[Event] | None = None,
    *,
    as_of: str,
    same_day: str = "before",
) -> list[Columns]:
    """Annotate every result; one dict each, in input order, each derived count behind its percentage."""
    annotated: dict[str, list[Row]] = {}
    for patient in dict.fromkeys(result.patient_id for result in results):
        everybody: tuple[list[Any], ...] = (results, infusions, events or [])
        own = [[each for each in told if each.patient_id == patient] for told in everybody]
        annotated[patient] = annotate_patient(*own, as_of=as_of, same_day=same_day)
    told: list[Columns] = []
    waiting = {patient: iter(rows) for patient, rows in annotated.items()}
    held = {patient: next(rows) for patient, rows in waiting.items()}
    for result in results:
        rows, row = waiting[result.patient_id], held[result.patient_id]
        told.append(row.columns)
        row = next(rows, None)
        while row and row.result.derivation:
            told.append(row.columns)
            row = next(rows, None)
        held[result.patient_id] = row
    return told
