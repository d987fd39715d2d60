"""What a report says of one analyte of one patient over time, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

from wbc_tracker.catalog import Analyte
from wbc_tracker.patient.result_lines import ResultLine
from wbc_tracker.scales import Scale

_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class CourseLine:
    """What one course did; a comparator makes a limit; `pre_dose` is None in the present one."""

    course: int
    pre_dose: float | None
    pre_dose_comparator: str | None
    nadir: float
    nadir_comparator: str | None
    nadir_day: int
    last: float
    last_comparator: str | None


@dataclass(frozen=True)
class UsualVariation:
    """How far an analyte varies in one person, in percent: a fall is negative.

    `note` says where the figure is the larger of two, or rough.
    """

    fall: float
    rise: float
    note: str


@dataclass(frozen=True)
class TrendLine:
    """One analyte over time; None where nothing can be said. Figures are canonical; `scale` tells
    them.

    `series` are all values in time order; `infusions` the places in it before which an infusion was
    given since the value before, `len(series)` if one was given since the last.

    `has_fallen`: the latest result fell beyond usual variation; of lymphocytes the T and NK cells.
    `verdict` is one of trends.TREND_VERDICTS, of B cells `depleted`, `few`, `present` or `not
    assessable`; `words` tell it, and how the latest result stands. `variation` is None where none
    is published. The `_result`s are those that `patient.summary` tells of.
    """

    analyte: Analyte
    scale: Scale
    n: int
    first_at: str
    latest_at: str
    latest: float
    latest_comparator: str | None
    latest_ref_flag: str | None
    latest_ref_source: str | None
    latest_limits: tuple[float | None, float | None]
    latest_words: str
    baseline: float | None
    baseline_kind: str | None
    baseline_note: str | None
    percent_change: float | None
    beyond_rcv: str | None
    beyond_rcv_previous: str | None
    verdict: str
    words: str
    n_used: int
    span_days: int
    slope_per_year: float | None
    slope_low: float | None
    slope_high: float | None
    p_value: float | None
    fitted_change_percent: float | None
    variation: UsualVariation | None
    courses: list[CourseLine]
    series: list[float]
    infusions: list[int]
    has_fallen: bool
    baseline_result: ResultLine | None
    lowest_result: ResultLine | None
    latest_results: tuple[ResultLine, ...]

    @property
    def interval_words(self) -> str:
        """The interval of the latest result, empty without one."""
        low, high = self.latest_limits
        return self.scale.limits(low, high)

    @property
    def pace_percent(self) -> float | None:
        """The fitted change a year, in percent of the fitted value on the first day."""
        if self.fitted_change_percent is None or not self.span_days:
            return None
        return self.fitted_change_percent * _DAYS_PER_YEAR / self.span_days
