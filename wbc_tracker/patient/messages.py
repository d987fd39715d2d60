"""The sentence of a flag: about one flagged result, filled from the annotated row,
or about the patient.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wbc_tracker.catalog import Catalog
from wbc_tracker.patient.records import Record
from wbc_tracker.wording import (
    date_words,
    days_words,
    number_words,
    percent_words,
    unit_words,
    value_words,
)

Row = Mapping[str, Any]
_SEEN = {
    "": "",
    "once": " Seen once.",
    "next": " Confirmed at the next draw.",
    "before": " Confirmed: the draw before showed it too.",
}


def flag_message(code: str, row: Row, catalog: Catalog) -> str:
    """Return the message of a flag on one annotated row (a mapping of columns, missing values
    None).

    Besides the export columns the row holds what `report/rows.py` adds about its patient's other
    rows.
    """
    return catalog.flags[code].message.format(
        analyte=catalog.analytes[row["analyte"]].name,
        value=result_words(row, catalog),
        date=date_words(row["collected_at"]),
        when=when_words(row),
        limit=_limit_words(row, catalog),
        grade=_grade_words(row, catalog),
        inside=_inside_words(row, catalog),
        baseline_low=_baseline_low_words(row, catalog),
        confirmed=_confirmed_words(row),
        seen=_SEEN[row["_repeat"]],
        change="" if row["percent_change"] is None else percent_words(row["percent_change"]),
        other_laboratory=other_laboratory_words(row),
        below=_below_words(row, catalog),
        weak=row["_weak"],
        trend=_trend_words(row),
        interval=_interval_words(row, catalog),
        jump=_jump_words(row),
        drug_can=" For B cells the drug itself can do that."
        if catalog.analytes[row["analyte"]].is_b_cells
        else "",
        first_on_record=" (the first result on record: none is from before treatment)"
        if row["baseline_kind"] == "first_on_record"
        else "",
    )


def result_words(row: Row, catalog: Catalog) -> str:
    """Return comparator, value and unit: `<1 /uL`."""
    words = value_words(
        row["analyte"], row["value"], row["comparator"] or "", row["value_step"] or 0, catalog
    )
    return f"{words} {unit_words(row['unit'])}".strip()


def when_words(row: Row) -> str:
    """Return where the draw stands between the infusions, as an insertion."""
    if row["days_since_infusion"] is not None:
        return f", day {row['days_since_infusion']} after the infusion (course {row['course']})"
    return ", before the first infusion" if row["phase"] == "pre_treatment" else ""


def _limit_words(row: Row, catalog: Catalog) -> str:
    limit = catalog.critical_limits.get(row["analyte"])
    if limit is None:
        return ""
    unit = unit_words(row["unit"])
    if limit.below is not None and row["value"] <= limit.below:
        return f"below {limit.below:g} {unit}"
    return f"above {limit.above:g} {unit}" if limit.above is not None else ""


def _grade_words(row: Row, catalog: Catalog) -> str:
    if row["ctcae_v5_grade"] is None:
        return ""
    at_least = "at least " if row["comparator"] else ""
    return f"{at_least}{catalog.grading_name} grade {row['ctcae_v5_grade']}"


def _inside_words(row: Row, catalog: Catalog) -> str:
    if row["ref_flag"] != "normal" or row["ref_source"] != "reported":
        return ""
    return f", although inside the laboratory's own interval ({interval_words(row, catalog)})"


def interval_words(row: Row, catalog: Catalog) -> str:
    """Return the reference interval in use: `4.0-11.0`, `from 4.0`, `up to 11.0`."""
    decimals = catalog.analytes[row["analyte"]].decimals
    low, high = (
        None if row[name] is None else number_words(row[name], 0, decimals)
        for name in ("ref_low", "ref_high")
    )
    if low and high:
        return f"{low}-{high}"
    return f"from {low}" if low else f"up to {high}"


def _baseline_low_words(row: Row, catalog: Catalog) -> str:
    baseline = row["baseline_value"]
    if row["analyte"] != "neutrophils" or row["baseline_kind"] != "pre_treatment":
        return ""
    if baseline is None or baseline >= catalog.figure("late_onset_below"):
        return ""
    return f" The baseline of {number_words(baseline, 0, 2)} already was that low."


def _confirmed_words(row: Row) -> str:
    if not row["_depleted_before"]:
        if row["_seen_before"]:
            return "No draw on treatment shows them depleted."
        return "No earlier result shows whether they were depleted."
    if row["_confirmed"]:
        return "Confirmed at a neighbouring draw, without an infusion between."
    return "Seen once."


def other_laboratory_words(row: Row) -> str:
    """Return an insertion where the laboratory printed another interval than beside the
    baseline.
    """
    return (
        " (perhaps another laboratory: its interval is not that of the baseline)"
        if row["_other_laboratory"]
        else ""
    )


def _below_words(row: Row, catalog: Catalog) -> str:
    """Say which limits an immunoglobulin is below."""
    told, unit = [], unit_words(row["unit"])
    if row["ref_flag"] == "low":
        whose = (
            "the laboratory's lower limit"
            if row["ref_source"] == "reported"
            else "the lower limit of the ocrelizumab trials"
        )
        told.append(f"below {whose} ({row['ref_low']:g} {unit})")
    if row["_very_low"]:
        told.append(f"below {catalog.figure('igg_low_below'):g} {unit}")
    return " and ".join(told) + _inside_words(row, catalog)


def _trend_words(row: Row) -> str:
    """Say how far and how long a series has been falling."""
    trend = row["_trend"]
    if trend is None or trend["fitted_change_percent"] is None:
        return ""
    where = "within" if trend["verdict"].endswith("slightly") else "beyond"
    change, span = abs(trend["fitted_change_percent"]), days_words(trend["span_days"])
    return (
        f"{trend['verdict']}, by about {change:.0f} % over {span} on treatment, {where} usual "
        "variation"
    )


def _interval_words(row: Row, catalog: Catalog) -> str:
    if row["phase"] == "interrupted":
        return (
            f"drawn {catalog.figure('interrupted_days'):g} days or more after the course "
            "began, no infusion since"
        )
    beyond = catalog.figure("extended_after_days")
    return f"drawn in an extended interval, {beyond:g} days or more beyond the usual one"


def _jump_words(row: Row) -> str:
    value, previous = row["value"], row["previous_value"]
    if not value or not previous:
        return ""
    fold, word = (value / previous, "higher") if value > previous else (previous / value, "lower")
    return f"{fold:.0f} times {word} than the previous result ({previous:g})"


def patient_flag_message(said: Record, catalog: Catalog) -> str:
    """Return the sentence of one row of `evaluate_patient_flags`, missing values None."""
    days = said["days"]
    return (
        catalog.flags[said["code"]]
        .situations[said["situation"]]
        .format(
            on=said["on"],
            until=said["until"],
            days=days,
            weeks=said["weeks"],
            course=said["course"],
            span="" if days is None else _span_words(days),
            in_time="" if days is None else _ahead_words(days),
        )
    )


def _span_words(days: int) -> str:
    """Return whole weeks from one week on: `3 days`, `1 week`, `12 weeks`."""
    if days < 7:
        return days_words(days)
    return "1 week" if days < 14 else f"{days // 7} weeks"


def _ahead_words(days: int) -> str:
    return f"in {days_words(days)}" if days else "today"
