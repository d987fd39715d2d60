"""The words of the research table that its renderers share."""

from __future__ import annotations

from wbc_tracker.cohort import CohortSettings
from wbc_tracker.cohort.windows import BASELINE


def window_words(window: int, settings: CohortSettings) -> str:
    """Return a window in weeks, its end left out: `4 to <12`; `baseline` for the values from
    before treatment.
    """
    if window == BASELINE:
        return "baseline"
    return f"{settings.window_weeks[window]} to <{settings.window_weeks[window + 1]}"


def percent_of(count: int, whole: int) -> float | None:
    """Return a percentage to one decimal, None of nobody."""
    return round(100 * count / whole, 1) if whole else None


def share_words(count: int, whole: int) -> str:
    """Return a share with its numerator and denominator: `12 of 40 (30.0 %)`; `0 of 0` has no
    percentage.
    """
    percent = percent_of(count, whole)
    return f"{count} of {whole}" + (f" ({percent:.1f} %)" if percent is not None else "")


def depleted_words(settings: CohortSettings) -> str:
    """Return what counts as depleted: `< 10 /µL, or < 1 % of lymphocytes`."""
    count, percent = settings.depleted_below_count, settings.depleted_below_percent
    return f"CD19 < {count:g} /µL, or < {percent:g} % of lymphocytes"


def settings_words(settings: CohortSettings) -> str:
    """Return every setting in one sentence, named as the options are."""
    return (
        f"Settings: as of {settings.as_of}; same day: {settings.same_day}; since "
        f"{' and '.join(settings.since)}; windows {', '.join(map(str, settings.window_weeks))} "
        f"weeks; depleted below {settings.depleted_below_count:g} /µL, depleted below percent "
        f"{settings.depleted_below_percent:g}; early window "
        f"{settings.early_from_days}-{settings.early_to_days} days; analytes "
        f"{', '.join(settings.analytes)}; sustained from day {settings.sustained_from_days}; "
        f"mostly: {settings.mostly_depleted_percent:g} % of days; before the next course: "
        f"{settings.pre_dose_days} days."
    )
