"""The sentence of a flag: about one flagged result, or about the patient.

The words stand in flags.toml; here they get their figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from string import Formatter

from wbc_tracker.catalog import Catalog, Flag
from wbc_tracker.patient.result_lines import ResultLine
from wbc_tracker.patient.trend_lines import TrendLine
from wbc_tracker.wording import (
    changed_words,
    count_words,
    date_words,
    days_words,
    percent_words,
)

#: What stands on one analyte alone: the drug lowers no neutrophils before it is given.
_LATE_ONSET_ANALYTE = "neutrophils"
#: Its pace is told: a yearly fall is published.
_PACED_ANALYTE = "igg"


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
    return _filled(flag.message, result, beside, catalog)


def flag_clause(flag: Flag, result: ResultLine, beside: Beside, catalog: Catalog) -> str:
    """Return the same in a few words, for behind another flag of the result; empty without any."""
    return _filled(flag.clause, result, beside, catalog)


def _filled(text: str, result: ResultLine, beside: Beside, catalog: Catalog) -> str:
    return text.format_map(
        {name: _PARTS[name](result, beside, catalog) for name in _placeholders(text)}
    )


@cache
def _placeholders(message: str) -> frozenset[str]:
    """Return what a message names; nothing else is put into words."""
    return frozenset(name for _, name, _, _ in Formatter().parse(message) if name)


def result_words(result: ResultLine) -> str:
    """Return comparator, value and unit: `<1 /uL`."""
    return f"{result.words} {result.scale.unit_words}".strip()


def when_words(result: ResultLine, catalog: Catalog) -> str:
    """Return where the draw stands between the infusions, as an insertion."""
    if result.days_since_infusion is not None:
        noun = result.drug.noun if result.drug else "infusion"
        return catalog.insert(
            "after_infusion", day=result.days_since_infusion, course=result.course, noun=noun
        )
    return catalog.insert("before_treatment") if result.phase == "pre_treatment" else ""


def _limit_words(result: ResultLine, catalog: Catalog) -> str:
    limit = catalog.critical_limits.get(result.analyte.id)
    if limit is None:
        return ""
    if limit.below is not None and result.value <= limit.below:
        return f"below {result.scale.figure(limit.below)}"
    return f"above {result.scale.figure(limit.above)}" if limit.above is not None else ""


def _grade_words(result: ResultLine, catalog: Catalog) -> str:
    if result.ctcae_v5_grade is None:
        return ""
    at_least = "at least " if result.comparator else ""
    return f"{at_least}{catalog.grading_name} grade {result.ctcae_v5_grade}"


def _inside_words(result: ResultLine, catalog: Catalog) -> str:
    """Say how a low count stands to its interval, where that needs saying: inside the printed one,
    or judged by one that is not printed beside it.
    """
    if result.ref_source in ("reported", None):
        return _inside_own_words(result, catalog)
    return catalog.insert("against_interval", whose=whose_interval_words(result, catalog))


def _inside_own_words(result: ResultLine, catalog: Catalog) -> str:
    if result.ref_flag != "normal" or result.ref_source != "reported":
        return ""
    return catalog.insert("inside_own_interval", interval=interval_words(result))


def whose_interval_words(result: ResultLine, catalog: Catalog) -> str:
    """Return the interval in use and whose it is."""
    whose = {"reported": "own", "earlier": "earlier"}.get(result.ref_source or "", "generic")
    return catalog.insert(f"{whose}_interval", interval=interval_words(result))


def interval_words(result: ResultLine) -> str:
    """Return the reference interval in use: `4.0-11.0`, `from 4.0`, `up to 11.0`."""
    return result.scale.limits(result.ref_low, result.ref_high)


def _baseline_low_words(result: ResultLine, catalog: Catalog) -> str:
    baseline = result.baseline_value
    if result.analyte.id != _LATE_ONSET_ANALYTE or result.baseline_kind != "pre_treatment":
        return ""
    if baseline is None or baseline >= catalog.figure("late_onset_below"):
        return ""
    return catalog.insert("baseline_was_low", baseline=result.scale.number(baseline))


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
    told, figure = [], result.scale.figure
    if result.ref_flag == "low":
        whose = "below_own_limit" if result.ref_source == "reported" else "below_generic_limit"
        told.append(catalog.insert(whose, limit=figure(result.ref_low or 0)))
    if result.is_very_low:
        told.append(f"below {figure(catalog.figure('igg_low_below'))}")
    return " and ".join(told) + _inside_own_words(result, catalog)


def _trend_words(result: ResultLine, beside: Beside, catalog: Catalog) -> str:
    """Say how far and how long a series has been falling."""
    trend = beside.trends.get(result.analyte.id)
    if trend is None or trend.fitted_change_percent is None:
        return ""
    told = catalog.insert(
        "falling_by",
        verdict=trend.verdict,
        change=f"{abs(trend.fitted_change_percent):.0f} %",
        span=days_words(trend.span_days),
    )
    return f"{told}{pace_words(trend, catalog)}"


def pace_words(trend: TrendLine, catalog: Catalog) -> str:
    """Say the pace of a falling IgG a year beside the published one, and how far its limit is."""
    if trend.pace_percent is None or trend.analyte.id != _PACED_ANALYTE:
        return ""
    told = catalog.insert("falling_a_year", pace=f"{abs(trend.pace_percent):.1f}")
    low, slope = trend.latest_limits[0], trend.slope_per_year
    if low is None or slope is None or slope >= 0 or trend.latest_comparator:
        return told
    limit = trend.scale.figure(low)
    if trend.latest < low:
        return told + catalog.insert("below_already", limit=limit)
    months = 12 * (trend.latest - low) / -slope
    if months > catalog.figure("limit_within_months"):
        return told
    near = "a month" if months < 1.5 else f"{months:.0f} months"
    return told + catalog.insert("reaches_limit", limit=limit, months=near)


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
    return catalog.insert(name, fold=f"{fold:.0f}", previous=result.scale.plain(previous))


def _weak_words(beside: Beside) -> str:
    """Name what is low that day: `low neutrophils (0.80 10^9/L)`."""
    told = [f"low {other.analyte.name} ({result_words(other)})" for other in beside.weak]
    return " and ".join(dict.fromkeys(told))


def _changed_words(result: ResultLine) -> str:
    """Return the change that the rules counted; of lymphocytes that of T and NK cells."""
    change = result.t_nk_percent if result.rest_fell else result.against.percent_change
    return "" if change is None else changed_words(change)


def base_words(result: ResultLine, catalog: Catalog) -> str:
    """Return what the rules compare a result with."""
    if result.baseline_kind == "first_on_record":
        return catalog.insert("base_first")
    if result.against.is_other:
        return catalog.insert("base_of", day=date_words(result.against.day or ""))
    return catalog.insert("base")


def _fell_words(result: ResultLine, catalog: Catalog) -> str:
    if not result.is_fall and not result.rest_fell:
        return ""
    code = "rest_fell_by" if result.rest_fell else "fell_by"
    return catalog.insert(code, changed=_changed_words(result), base=base_words(result, catalog))


def _so_before_words(result: ResultLine, catalog: Catalog) -> str:
    value = result.against.value
    if not result.was_so_before or value is None:
        return ""
    return catalog.insert("so_before", baseline=result.scale.number(value))


def steroid_day_words(result: ResultLine) -> str:
    """Say how long before the draw the steroid was given: `1 day after`, `on the day of`."""
    days = result.days_since_infusion
    return f"{days_words(days)} after" if days else "on the day of"


def steroid_words(result: ResultLine, catalog: Catalog) -> str:
    """Say what the steroid given with an infusion has to do with a count drawn just after it."""
    effect = result.analyte.steroid
    if not result.is_after_steroid or not effect:
        return ""
    is_high = result.ref_flag == "high"
    explains = is_high if effect == "raises" else not is_high
    code = f"steroid_{effect}" if explains else ("steroid_not" if effect == "raises" else "")
    return catalog.insert(code, day=steroid_day_words(result)) if code else ""


def _context_words(result: ResultLine, catalog: Catalog) -> str:
    """Name a steroid course or an infection before a high count."""
    told = ""
    if result.after_steroid_course and result.analyte.steroid == "raises":
        told += catalog.insert("after_steroid_course")
    return told + (catalog.insert("after_infection") if result.after_infection else "")


def unit_doubt_words(result: ResultLine, catalog: Catalog) -> str:
    """Return an insertion where a value is a unit's step away from the one before."""
    if not result.has_flag("unit_suspect") or result.previous_value is None:
        return ""
    return catalog.insert("unit_doubt", previous=result.scale.plain(result.previous_value))


def _unexplained_words(result: ResultLine, catalog: Catalog) -> str:
    if result.phase == "pre_treatment":
        return catalog.insert("missing_before")
    since = result.days_since_infusion or 0
    if since >= 7 * catalog.figure("missing_from_weeks"):
        return catalog.insert("missing_late", weeks=since // 7)
    return catalog.insert("missing_follows")


def _fall_words(result: ResultLine) -> str:
    change = result.against.percent_change
    return "" if change is None else f"{abs(change):.0f} %"


def _cut_words(result: ResultLine) -> str:
    return result.scale.figure(result.analyte.depleted_below or 0)


def _infections_words(result: ResultLine, catalog: Catalog) -> str:
    if not result.infections_before:
        return ""
    count = count_words(result.infections_before, "infection", "infections")
    return catalog.insert("infections_before", count=count)


def _t_change_words(result: ResultLine, catalog: Catalog) -> str:
    if result.beyond_rcv == "no":
        return catalog.insert("t_within")
    if result.beyond_rcv and result.percent_change is not None:
        return catalog.insert("t_fell", change=percent_words(result.percent_change))
    return catalog.insert("t_unknown")


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
    "changed": lambda result, _, __: _changed_words(result),
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
    "so_before": lambda result, _, catalog: _so_before_words(result, catalog),
    "steroid": lambda result, _, catalog: steroid_words(result, catalog),
    "unit_doubt": lambda result, _, catalog: unit_doubt_words(result, catalog),
    "rule_base": lambda result, _, catalog: base_words(result, catalog),
    "fell": lambda result, _, catalog: _fell_words(result, catalog),
    "state": lambda result, _, __: result.state,
    "unexplained": lambda result, _, catalog: _unexplained_words(result, catalog),
    "fall": lambda result, _, __: _fall_words(result),
    "cut": lambda result, _, __: _cut_words(result),
    "infections": lambda result, _, catalog: _infections_words(result, catalog),
    "whose_interval": lambda result, _, catalog: whose_interval_words(result, catalog),
    "context": lambda result, _, catalog: _context_words(result, catalog),
    "t_change": lambda result, _, catalog: _t_change_words(result, catalog),
}


def patient_flag_words(
    text: str,
    noun: str,
    *,
    on: str | None,
    until: str | None,
    days: int | None,
    weeks: int | None,
    course: int | None,
) -> str:
    """Return the sentence, or question, of a situation of a patient; None is what is not told.

    `noun`: what one time of giving the patient's drug is called.
    """
    return text.format(
        noun=noun,
        on=on,
        until=until,
        days=days,
        weeks=weeks,
        course=course,
        span="" if days is None else _span_words(days),
        ago="" if days is None else f"{days_words(days)} ago",
        in_time="" if days is None else _ahead_words(days),
    )


def _span_words(days: int) -> str:
    """Return whole weeks from one week on: `3 days`, `1 week`, `12 weeks`."""
    if days < 7:
        return days_words(days)
    return "1 week" if days < 14 else f"{days // 7} weeks"


def _ahead_words(days: int) -> str:
    return f"in {days_words(days)}" if days else "today"
