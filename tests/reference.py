"""The annotation rules a second time: plain, slow and meant to be checked by reading.

Written from the design and the facts alone, so that an error has to be made twice to stay hidden.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

# fmt: off
#: Generic adult reference intervals, canonical units (facts, section 5).
INTERVALS = {
    "wbc": (4.0, 11.0), "neutrophils": (2.0, 7.5), "lymphocytes": (1.0, 4.0), "monocytes": (0.2, 1.0),
    "eosinophils": (0.0, 0.5), "basophils": (0.0, 0.1), "platelets": (150.0, 400.0),
    "cd3": (700.0, 2100.0), "cd4": (300.0, 1400.0), "cd8": (200.0, 900.0), "cd19": (100.0, 500.0),
    "igg": (5.65, 16.0), "iga": (0.70, 4.0), "igm": (0.40, 2.0),
}
#: CTCAE v5.0 decreases: (grade, cut), most severe first; grade 1 is the lower limit (facts, section 4).
#: CD4 stands here in /uL; hemoglobin has no numeric grade 4.
CTCAE_CUTS = {
    "wbc": [(4, 1.0), (3, 2.0), (2, 3.0)],
    "neutrophils": [(4, 0.5), (3, 1.0), (2, 1.5)],
    "lymphocytes": [(4, 0.2), (3, 0.5), (2, 0.8)],
    "cd4": [(4, 50.0), (3, 200.0), (2, 500.0)],
    "platelets": [(4, 25.0), (3, 50.0), (2, 75.0)],
    "hemoglobin": [(3, 80.0), (2, 100.0)],
}
#: Biological variation: (CVI %, study CVA %; 0: none), the larger sex (facts, section 7); of T cells "under 10".
VARIATION = {
    "wbc": (12.82, 1.49), "neutrophils": (20.09, 1.88), "lymphocytes": (9.81, 2.40),
    "monocytes": (15.33, 4.95), "eosinophils": (14.83, 11.01), "basophils": (11.36, 16.65),
    "platelets": (7.22, 1.80), "hemoglobin": (2.74, 0.58), "hematocrit": (2.82, 0.63), "rbc": (2.77, 0.66),
    "igg": (10.1, 0.0), "cd3": (10, 0.0), "cd4": (10, 0.0), "cd8": (10, 0.0),
}
#: The figure of IgG is a total: the analysis is in it.
TOTAL_VARIATION = {"igg"}
#: Usual days between doses (design, section 2).
SPACING = {"ocrelizumab": 168, "ocrelizumab_sc": 168, "ublituximab": 168, "rituximab": 182, "ofatumumab": 28}
#: Drugs that start with a smaller dose: (its mg, days until the second part, mg of that) (facts, section 1).
FIRST_DOSE_SPLIT = {"ocrelizumab": (300.0, 14, 300.0), "ublituximab": (150.0, 14, 450.0)}
#: Days of the first doses of a drug, from the first one on (facts, section 1).
LOADING = {"ofatumumab": (0, 7, 14, 28)}
# fmt: on
Columns = dict[str, object]


@dataclass(frozen=True)
class Result:
    """One tidy result, in the canonical unit."""

    patient_id: str
    collected_at: str
    analyte: str
    value: float
    comparator: str | None
    ref_low: float | None
    ref_high: float | None


@dataclass(frozen=True)
class Infusion:
    """One dose on a date, or on a date and time."""

    patient_id: str
    infused_on: str
    drug: str
    dose_mg: float | None


@dataclass(frozen=True)
class Dose:
    """A given infusion with its course and the first infusion (anchor) of that course."""

    infusion: Infusion
    day: date
    course: int
    anchor: Infusion
    anchor_day: date


def day_of(text: str) -> date:
    return date.fromisoformat(text[:10])


def is_continuous(drug: str) -> bool:
    return SPACING[drug] < 60


def is_half_dose(infusion: Infusion, drug: str) -> bool:
    """Is the dose known and at most the first part of the drug's split first dose?"""
    dose, split = infusion.dose_mg, FIRST_DOSE_SPLIT.get(drug)
    return split is not None and dose is not None and dose <= split[0]


def is_second_half(infusion: Infusion, drug: str) -> bool:
    """Is the dose known and at most the second part of the drug's split first dose?"""
    return infusion.dose_mg is not None and infusion.dose_mg <= FIRST_DOSE_SPLIT[drug][2]


def number_courses(given: list[Infusion]) -> list[Dose]:
    """Give every infusion of one patient, sorted by date, its course."""
    doses: list[Dose] = []
    for infusion in given:
        day = day_of(infusion.infused_on)
        if doses and joins(infusion, day, doses):
            doses.append(replace(doses[-1], infusion=infusion, day=day))
        else:
            doses.append(Dose(infusion, day, doses[-1].course + 1 if doses else 1, infusion, day))
    return doses


def joins(infusion: Infusion, day: date, earlier: list[Dose]) -> bool:
    """Does this infusion belong to the course of the one before it?"""
    last = earlier[-1]
    if is_continuous(infusion.drug) != is_continuous(last.infusion.drug):
        return False
    if is_continuous(infusion.drug):
        return (day - last.day).days < 84
    days_since_anchor = (day - last.anchor_day).days
    if days_since_anchor <= 21:
        return True
    lone_half_dose = len(earlier) == 1 and is_half_dose(last.infusion, last.infusion.drug)
    return lone_half_dose and is_second_half(infusion, last.infusion.drug) and days_since_anchor <= 56


def drawn_after(collected_at: str, infused_on: str, same_day: str) -> bool:
    """Was the blood taken after the infusion?"""
    if day_of(collected_at) != day_of(infused_on):
        return day_of(collected_at) > day_of(infused_on)
    if "T" in collected_at and "T" in infused_on:
        draw, infusion = datetime.fromisoformat(collected_at), datetime.fromisoformat(infused_on)
        return (draw.hour, draw.minute) > (infusion.hour, infusion.minute)
    return same_day == "after"


def planned_next(last: Dose, doses: list[Dose]) -> date:
    """The date by the drug's usual schedule."""
    drug = last.anchor.drug
    if is_continuous(drug):
        own = [dose for dose in doses if dose.infusion.drug == drug]
        if last.course == own[0].course:
            number = [dose.day for dose in own].index(last.day) + 1
            ahead = [last.anchor_day + timedelta(days=loading) for loading in LOADING[drug][number:]]
            ahead = [day for day in ahead if day > last.day]
            if ahead:
                return ahead[0]
        return last.day + timedelta(days=SPACING[drug])
    alone_in_course_1 = last.course == 1 and [dose.course for dose in doses].count(1) == 1
    half = alone_in_course_1 and is_half_dose(last.anchor, drug)
    return last.anchor_day + timedelta(days=FIRST_DOSE_SPLIT[drug][1] if half else SPACING[drug])


def phase_of(day: date, last: Dose, first_day: date) -> str:
    """Phase of a draw that was taken after at least one infusion."""
    if (day - first_day).days <= 13:
        return "initiation"
    days = (day - (last.day if is_continuous(last.anchor.drug) else last.anchor_day)).days
    if days >= 364:
        return "interrupted"
    return "extended" if days >= SPACING[last.anchor.drug] + 28 else "on_schedule"


def timeline_columns(result: Result, doses: list[Dose], booked: list[Infusion], same_day: str) -> Columns:
    """Where the draw stands among the infusions of its patient, given and booked, sorted by date."""
    day = day_of(result.collected_at)
    before = [dose for dose in doses if drawn_after(result.collected_at, dose.infusion.infused_on, same_day)]
    later = [dose.infusion for dose in doses if dose not in before] + booked
    last = before[-1] if before else None
    next_on, next_kind = None, None
    if later:
        next_on, next_kind = day_of(later[0].infused_on), "recorded"
    elif last:
        next_on, next_kind = planned_next(last, doses), "planned"
    study_day, phase = None, None
    if doses:
        days = (day - doses[0].day).days
        study_day = days + 1 if days >= 0 else days
        phase = phase_of(day, last, doses[0].day) if last else "pre_treatment"
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
    }


def round12(number: float) -> float:
    return float(f"{number:.12g}")  # significant digits


def possible(result: Result) -> tuple[float, float]:
    """The least and the greatest value a result can stand for: wider than a point when it is censored."""
    value = round12(result.value)
    least = 0.0 if result.comparator in ("<", "<=") else value
    return least, math.inf if result.comparator in (">", ">=") else value


def surely_below(result: Result, cut: float) -> bool:
    greatest, cut = possible(result)[1], round12(cut)
    return cut > 0 and (greatest < cut or (greatest == cut and result.comparator == "<"))  # none is negative


def surely_above(result: Result, cut: float) -> bool:
    least, cut = possible(result)[0], round12(cut)
    return least > cut or (least == cut and result.comparator == ">")


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


def reference_columns(result: Result) -> Columns:
    low, high, source = result.ref_low, result.ref_high, "reported"
    if low is None and high is None:
        (low, high), source = INTERVALS.get(result.analyte, (None, None)), "catalogue"
    known = low is not None or high is not None
    columns: Columns = {"ref_low": low, "ref_high": high, "ref_source": source if known else None}
    columns["ref_flag"] = flag_of(result, low, high) if known else None
    columns["ctcae_v5_grade"] = grade_of(result, low)
    return columns


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


def baseline_of(series: list[Result], courses: list[object], treated: bool) -> tuple[int | None, str | None]:
    """Place of the baseline in the sorted series, and its kind."""
    uncensored = [place for place, result in enumerate(series) if result.comparator is None]
    untreated = [place for place in uncensored if courses[place] == 0]
    if treated and untreated:
        return untreated[-1], "pre_treatment"
    return (uncensored[0], "first_on_record") if uncensored else (None, None)


def change_columns(series: list[Result], place: int, base: int | None, kind: str | None) -> Columns:
    """The changes of the result at this place of its sorted series; `base` is the baseline's place."""
    result = series[place]
    value = result.value if result.comparator is None else None
    previous = next((other.value for other in series[:place][::-1] if other.comparator is None), None)
    baseline = series[base] if base is not None and place >= base else None
    change = value - baseline.value if baseline and value is not None else None
    percent = 100 * change / baseline.value if baseline and baseline.value and change is not None else None
    return {
        "baseline_value": baseline.value if baseline else None,
        "baseline_at": baseline.collected_at if baseline else None,
        "baseline_kind": kind if baseline else None,
        "change": change,
        "percent_change": percent,
        "previous_value": previous,
        "change_from_previous": value - previous if value is not None and previous is not None else None,
        "beyond_rcv": beyond_rcv(result.analyte, percent) if percent is not None and place != base else None,
    }


def annotate_reference(
    results: list[Result], infusions: list[Infusion], *, as_of: str, same_day: str = "before"
) -> list[dict[str, object]]:
    """Annotate every result; one dict each, in input order."""
    doses: dict[str, list[Dose]] = {}
    booked: dict[str, list[Infusion]] = {}
    for patient in {result.patient_id for result in results}:
        own = [infusion for infusion in infusions if infusion.patient_id == patient]
        own.sort(key=lambda infusion: day_of(infusion.infused_on))
        doses[patient] = number_courses([each for each in own if day_of(each.infused_on) <= day_of(as_of)])
        booked[patient] = [each for each in own if day_of(each.infused_on) > day_of(as_of)]
    rows: list[Columns] = []
    by_series: dict[tuple[str, str], list[int]] = {}
    for number, result in enumerate(results):
        patient = result.patient_id
        timeline = timeline_columns(result, doses[patient], booked[patient], same_day)
        rows.append(timeline | reference_columns(result))
        by_series.setdefault((patient, result.analyte), []).append(number)

    for (patient, _), numbers in by_series.items():
        # sorted() keeps the input order among equal moments; a date without a time is its midnight
        order = sorted(numbers, key=lambda number: datetime.fromisoformat(results[number].collected_at))
        series = [results[number] for number in order]
        base, kind = baseline_of(series, [rows[number]["course"] for number in order], bool(doses[patient]))
        for place, number in enumerate(order):
            rows[number] |= change_columns(series, place, base, kind)
    return rows
