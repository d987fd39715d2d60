"""The words of the research table that its renderers share."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from wbc_tracker.catalog import Analyte
from wbc_tracker.cohort.counts import (
    Count,
    Hidden,
    least_of_median,
    least_of_quartiles,
    percent_of,
)
from wbc_tracker.cohort.curves import EventTimes
from wbc_tracker.cohort.model import Cohort
from wbc_tracker.cohort.settings import CohortSettings
from wbc_tracker.cohort.windows import BASELINE
from wbc_tracker.scales import Scale
from wbc_tracker.wording import count_words

#: Stands where a count is withheld.
WITHHELD = "-"
#: So many more decimals tell on which side of a cut a value lies.
_MORE_DECIMALS = 4


def window_words(window: int, settings: CohortSettings) -> str:
    """Return a window in weeks, its end left out: `4 to <12`; `baseline` for the values from
    before treatment.
    """
    if window == BASELINE:
        return "baseline"
    return f"{settings.window_weeks[window]} to <{settings.window_weeks[window + 1]}"


def told(count: Count, settings: CohortSettings) -> str:
    """Return a count as it is shown: `12`, `<5` where it is small, `-` where it is withheld."""
    if isinstance(count, Hidden):
        return f"<{settings.suppress_below}" if count is Hidden.SMALL else WITHHELD
    return str(count)


def share_words(count: Count, whole: Count, settings: CohortSettings) -> str:
    """Return a share with its numerator and denominator: `12 of 40 (30.0 %)`; `0 of 0` has no
    percentage.
    """
    percent = percent_of(count, whole)
    shown = f"{told(count, settings)} of {told(whole, settings)}"
    return shown + (f" ({percent:.1f} %)" if percent is not None else "")


def rounded_words(number: float, decimals: int) -> str:
    """Return a number with so many decimals, half of the last one rounded up (away from nought)."""
    return str(Decimal(repr(float(number))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def value_words(analyte: Analyte, value: float) -> str:
    """Return a value with the usual decimals, rounded half up; with more where it would else come
    to lie on the other side of a figure that decides.
    """
    usual = len(Scale.canonical(analyte).value(value).partition(".")[2])
    words = rounded_words(value, usual)
    for decimals in range(usual + 1, usual + 1 + _MORE_DECIMALS):
        if all((float(words) < cut) == (value < cut) for cut in analyte.cuts):
            break
        words = rounded_words(value, decimals)
    return words


def depleted_words(settings: CohortSettings) -> str:
    """Return what counts as depleted: `CD19 < 10 /µL, or < 1 % of lymphocytes`."""
    sign = "≤" if settings.is_inclusive else "<"
    count = f"CD19 {sign} {settings.depleted_below_count:g} /µL"
    percent = f"{sign} {settings.depleted_below_percent:g} % of lymphocytes"
    told = {"count": count, "percent": f"CD19 {percent}"}
    return told.get(settings.uses, f"{count}, or {percent}")


def treated_words(cohort: Cohort) -> str:
    """Return how many are treated: `39 treated patients`, or without the number where it is
    hidden.
    """
    if isinstance(cohort.treated, Hidden):
        hidden = cohort.treated is Hidden.SMALL
        return (
            f"{told(cohort.treated, cohort.settings)} treated patients"
            if hidden
            else ("treated patients (how many is withheld)")
        )
    return count_words(cohort.treated, "treated patient", "treated patients")


_ORIGIN_WORDS = {
    "first": "since the first infusion",
    "last": "since the last infusion of a course, until the next course",
}
_EVENT_WORDS = {"depleted": "Time to depletion", "reappeared": "Time until B cells are seen again"}


def origin_words(origin: str) -> str:
    """Return from when time is counted, `first` or `last`: `since the first infusion`."""
    return _ORIGIN_WORDS[origin]


def times_words(times: EventTimes) -> str:
    """Return what is timed: `Time to depletion since the first infusion`."""
    return f"{_EVENT_WORDS[times.event]} {_ORIGIN_WORDS[times.origin]}"


#: Who is of which onset.
ONSET_WORDS = {
    "incident": "B cells were seen before the first recorded infusion",
    "prevalent": "they were depleted before it, so an earlier dose is not on record",
    "not told": "they were not tested before it",
}
#: What the curves are, and what they are not.
CURVE_WORDS = (
    "Curves: Kaplan-Meier; limits 95 %, Greenwood on the log-log scale; the median is the first "
    "day on which at most half are without the event, its limits those of the curve. At risk: of "
    "depletion from the infusion on, but for those known to be depleted then; of B cells seen "
    "again from the infusion on if they were depleted at the last test before it, else from the "
    "first depleted day on (delayed entry). Who is last tested on a day still counts on it. "
    "Followed until the last B-cell day: at the longest to the next course (since the last "
    "infusion), the end of treatment, leaving, or the day of the report. The event counts on the "
    "day of the draw that showed it; it came between that draw and the one before "
    "(interval-censored, with bounds in the data of --times), so the curve is late by up to the "
    "time between draws. Courses of one patient are counted as if independent: limits since the "
    "last infusion are somewhat too narrow. Courses of a drug given every few weeks are not "
    "counted there."
)
ROUNDING_WORDS = (
    "Percentages and values are rounded half up; a percentage is worked out from the counts beside "
    "it."
)
SUPPRESSED_WORDS = (
    "Counts below {below} are shown as <{below}; 0 is shown. A median is shown of {median} values "
    "or more, the other quartiles of {quartiles} or more: {below} lie on either side of each. "
    "Percentages and curves are left out where a count behind them is hidden. Further counts are "
    "withheld (-; in CSV empty, in JSON null) where a small one could be worked out from all that "
    "is shown, of windows and groups too. A curve falls only where {below} or more events have "
    "come, and is rounded to whole percent. Not protected: what all or none of a group have; "
    "differences between runs with other settings, files or days, and between figures that count "
    "different things."
)


def suppressed_words(settings: CohortSettings) -> str:
    """Return what is hidden and how, empty where nothing is."""
    below = settings.suppress_below
    if not below:
        return ""
    return SUPPRESSED_WORDS.format(
        below=below, median=least_of_median(below), quartiles=least_of_quartiles(below)
    )


def _cut_words(settings: CohortSettings) -> str:
    """Return the cuts of depletion that are used, named as their options are."""
    below = "at or below" if settings.is_inclusive else "below"
    count = f"depleted {below} {settings.depleted_below_count:g} /µL"
    percent = f"depleted {below} percent {settings.depleted_below_percent:g}"
    return {"count": count, "percent": percent}.get(settings.uses, f"{count}, {percent}")


def settings_words(settings: CohortSettings) -> str:
    """Return every setting in one sentence, named as the options are."""
    words = (
        f"Settings: as of {settings.as_of}; same day: {settings.same_day}; since "
        f"{' and '.join(settings.since)}; windows {', '.join(map(str, settings.window_weeks))} "
        f"weeks; {_cut_words(settings)}; early window "
        f"{settings.early_from_days}-{settings.early_to_days} days; analytes "
        f"{', '.join(settings.analytes)}; sustained from day {settings.sustained_from_days}; "
        f"mostly: {settings.mostly_depleted_percent:g} % of days; before the next course: "
        f"{settings.pre_dose_days} days; origin {' and '.join(settings.origins)}"
    )
    words += f"; by {settings.by}" if settings.by else ""
    words += f"; suppress below {settings.suppress_below}" if settings.suppress_below else ""
    return " ".join([f"{words}.", *settings.rules])
