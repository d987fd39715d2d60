"""What the marks, slopes and verdicts of a report mean, in words."""

from __future__ import annotations

from collections.abc import Sequence

from wbc_tracker.patient.trend_lines import TrendLine
from wbc_tracker.patient.trends import interval_source_words, variation_words

_GRID = (
    "day: since the last infusion; negative: to the first one. L, H: below, above the interval. "
    "v, ^: fell, rose beyond usual variation of one person (one in twenty unchanged pairs exceeds "
    "it too). !: see the flags. f: the first on record serves as baseline."
)
_BARS = "The bars span the results and the interval; | is an infusion."
_UNITS = "Units: as printed beside the latest results; --units si tells all alike."
_EXPLAIN = "What a flag means: wbc-tracker explain CODE."
_SLOPES = (
    "Slope: of the n days on treatment with a result, but for those just after an infusion. "
    "falling, rising: more than chance, and at least the smallest change worth telling; slightly: "
    "less than that. stable: no trend, and the 95 % range lies inside that size. unclear: neither "
    "is shown. not assessable: no such size is set for it."
)


def legend_words(trends: Sequence[TrendLine], with_bars: bool = True) -> str:
    """Explain marks, slopes and verdicts, and how much each analyte varies in one person."""
    slopes = _SLOPES if any(trend.slope_per_year is not None for trend in trends) else ""
    bars = _BARS if with_bars else ""
    units = _UNITS if any(trend.scale.unit != trend.analyte.unit for trend in trends) else ""
    told = (interval_source_words(trends), variation_words(trends))
    return " ".join(part for part in (_GRID, bars, units, _EXPLAIN, slopes, *told) if part)
