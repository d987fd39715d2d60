"""The sentence of a flag: about one flagged result, or about the patient.

The words stand in flags.toml; here they get their figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from string import Formatter

from wbc_tracker.catalog import Catalog, Flag
from wbc_tracker.patient.model import ResultLine, TrendLine
from wbc_tracker.wording import date_words, days_words, number_words, percent_words, unit_words

#: What stands on one analyte alone: the drug lowers no neutrophils before it is given.
_LATE_ONSET_ANALYTE = "neutrophils"


@dataclass(frozen=True)
class Beside:
    """What a message tells beside its own result.

    Attributes:
        trends: analyte id -> the line of that series. weak: what weakens the defence on the day of
            the result.
    """

    trends: Mapping[str, TrendLine] = field(default_factory=dict)
    weak: Sequence[ResultLine] = ()


def flag_message(flag: Flag, result: ResultLine, beside: Beside, catalog: Catalog) -> str:
    """Return the message of a flag on one result."""
    return flag.message.format_map(
        {name: _PARTS[name](result, beside, catalog) for name in _placeholders(flag.message)}
    )


@cache
def _placeholders(message: str) -> frozenset[str]:
    """Return what a message names; nothing else is put into words."""
    return frozenset(name for _, name, _, _ in Formatter().parse(message) if name)


def result_words(result: ResultLine) -> str:
    """Return comparator, value and unit: `<1 /uL`."""
    return f"{result.words} {unit_words(result.unit)}".strip()


def when_words(result: ResultLine, catalog: Catalog) -> str:
    """Return where the draw stands between the infusions, as an insertion."""
    if result.days_since_infusion is not None:
        return catalog.insert(
            "after_infusion", day=result.days_since_infusion, course=result.course
        )
    return catalog.insert("before_treatment") if result.phase == "pre_treatment" else ""


def _limit_words(result: ResultLine, catalog: Catalog) -> str:
    limit = catalog.critical_limits.get(result.analyte.id)
    if limit is None:
        return ""
    unit = unit_words(result.unit)
    if limit.below is not None and result.value <= limit.below:
        return f"below {limit.below:g} {unit}"
    return f"above {limit.above:g} {unit}" if limit.above is not None else ""


def _grade_words(result: ResultLine, catalog: Catalog) -> str:
    if result.ctcae_v5_grade is None:
        return ""
    at_least = "at least " if result.comparator else ""
    return f"{at_least}{catalog.grading_name} grade {result.ctcae_v5_grade}"


def _inside_words(result: ResultLine, catalog: Catalog) -> str:
    if result.ref_flag != "normal" or result.ref_source != "reported":
        return ""
    return catalog.insert("inside_own_interval", interval=interval_words(result))


def interval_words(result: ResultLine) -> str:
    """Return the reference interval in use: `4.0-11.0`, `from 4.0`, `up to 11.0`."""
    low, high = (
        None if limit is None else number_words(limit, 0, result.analyte.decimals)
        for limit in (result.ref_low, result.ref_high)
    )
    if low and high:
        return f"{low}-{high}"
    return f"from {low}" if low else f"up to {high}"


def _baseline_low_words(result: ResultLine, catalog: Catalog) -> str:
    baseline = result.baseline_value
    if result.analyte.id != _LATE_ONSET_ANALYTE or result.baseline_kind != "pre_treatment":
        return ""
    if baseline is None or baseline >= catalog.figure("late_onset_below"):
        return ""
    return catalog.insert("baseline_was_low", baseline=number_words(baseline, 0, 2))


def _confirmed_words(result: ResultLine, catalog: Catalog) -> str:
    """Say whether B cells that are there were gone before, and whether they were seen again."""
    if result.depleted_before:
        return catalog.insert("b_cells_confirmed" if result.is_confirmed else "b_cells_seen_once")
    return catalog.insert("never_depleted" if result.seen_before else "depletion_unknown")


def other_laboratory_words(result: ResultLine, catalog: Catalog) -> str:
    """Return an insertion where the laboratory printed another interval than beside the
    baseline.
    """
    return catalog.insert("other_laboratory") if result.is_other_laboratory else ""


def _below_words(result: ResultLine, catalog: Catalog) -> str:
    """Say which limits an immunoglobulin is below."""
    told, unit = [], unit_words(result.unit)
    if result.ref_flag == "low":
        whose = "below_own_limit" if result.ref_source == "reported" else "below_generic_limit"
        told.append(catalog.insert(whose, limit=f"{result.ref_low:g} {unit}"))
    if result.is_very_low:
        told.append(f"below {catalog.figure('igg_low_below'):g} {unit}")
    return " and ".join(told) + _inside_words(result, catalog)


def _trend_words(result: ResultLine, beside: Beside, catalog: Catalog) -> str:
    """Say how far and how long a series has been falling."""
    trend = beside.trends.get(result.analyte.id)
    if trend is None or trend.fitted_change_percent is None:
        return ""
    within = trend.verdict in ("falling slightly", "rising slightly")
    return catalog.insert(
        "falling_within" if within else "falling_beyond",
        verdict=trend.verdict,
        change=f"{abs(trend.fitted_change_percent):.0f} %",
        span=days_words(trend.span_days),
    )


def _interval_words(result: ResultLine, catalog: Catalog) -> str:
    name = "interrupted" if result.phase == "interrupted" else "extended"
    figure = "interrupted_days" if name == "interrupted" else "extended_after_days"
    return catalog.insert(f"drawn_{name}", days=f"{catalog.figure(figure):g}")


def _jump_words(result: ResultLine, catalog: Catalog) -> str:
    value, previous = result.value, result.previous_value
    if not value or not previous:
        return ""
    name = "jump_up" if value > previous else "jump_down"
    fold = max(value, previous) / min(value, previous)
    return catalog.insert(name, fold=f"{fold:.0f}", previous=f"{previous:g}")


def _weak_words(beside: Beside) -> str:
    """Name what is low that day: `low neutrophils (0.80 10^9/L)`."""
    told = [f"low {other.analyte.name} ({result_words(other)})" for other in beside.weak]
    return " and ".join(dict.fromkeys(told))


def _change_words(result: ResultLine) -> str:
    return "" if result.percent_change is None else percent_words(result.percent_change)


def _seen_words(result: ResultLine, catalog: Catalog) -> str:
    return catalog.insert(f"repeat_{result.repeat}") if result.repeat else ""


def _first_words(result: ResultLine, catalog: Catalog) -> str:
    is_first = result.baseline_kind == "first_on_record"
    return catalog.insert("first_on_record") if is_first else ""


#: Placeholder of a message -> what fills it.
_PARTS: dict[str, Callable[[ResultLine, Beside, Catalog], str]] = {
    "analyte": lambda result, _, __: result.analyte.name,
    "value": lambda result, _, __: result_words(result),
    "date": lambda result, _, __: date_words(result.collected_at),
    "when": lambda result, _, catalog: when_words(result, catalog),
    "limit": lambda result, _, catalog: _limit_words(result, catalog),
    "grade": lambda result, _, catalog: _grade_words(result, catalog),
    "inside": lambda result, _, catalog: _inside_words(result, catalog),
    "baseline_low": lambda result, _, catalog: _baseline_low_words(result, catalog),
    "confirmed": lambda result, _, catalog: _confirmed_words(result, catalog),
    "seen": lambda result, _, catalog: _seen_words(result, catalog),
    "change": lambda result, _, __: _change_words(result),
    "other_laboratory": lambda result, _, catalog: other_laboratory_words(result, catalog),
    "below": lambda result, _, catalog: _below_words(result, catalog),
    "weak": lambda _, beside, __: _weak_words(beside),
    "trend": _trend_words,
    "interval": lambda result, _, catalog: _interval_words(result, catalog),
    "jump": lambda result, _, catalog: _jump_words(result, catalog),
    "drug_can": lambda result, _, catalog: (
        catalog.insert("drug_can") if result.analyte.is_b_cells else ""
    ),
    "first_on_record": lambda result, _, catalog: _first_words(result, catalog),
}


def patient_flag_message(
    flag: Flag,
    situation: str,
    *,
    on: str | None,
    until: str | None,
    days: int | None,
    weeks: int | None,
    course: int | None,
) -> str:
    """Return the sentence of a flag of a patient; None is what it does not tell."""
    return flag.situations[situation].format(
        on=on,
        until=until,
        days=days,
        weeks=weeks,
        course=course,
        span="" if days is None else _span_words(days),
        in_time="" if days is None else _ahead_words(days),
    )


def _span_words(days: int) -> str:
    """Return whole weeks from one week on: `3 days`, `1 week`, `12 weeks`."""
    if days < 7:
        return days_words(days)
    return "1 week" if days < 14 else f"{days // 7} weeks"


def _ahead_words(days: int) -> str:
    return f"in {days_words(days)}" if days else "today"
