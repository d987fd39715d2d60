"""What the marks, slopes and verdicts of a report mean, in words."""

from __future__ import annotations

from collections.abc import Sequence

from wbc_tracker.patient.model import TrendLine
from wbc_tracker.patient.trends import variation_words

_GRID = (
    "day: since the last infusion; negative: to the first one. L, H: below, above the interval. "
    "v, ^: fell, rose beyond usual variation of one person (one in twenty unchanged pairs exceeds "
    "it too). !: see the flags. f: the first on record serves as baseline."
)
_BARS = "The bars span the results and the interval; | is an infusion."
_EXPLAIN = "What a flag means: wbc-tracker explain CODE."
_SLOPES = (
    "Slope: of the n days on treatment with a result, but for those just after an infusion. "
    "falling, rising: more than chance and, over those days, beyond usual variation; slightly: "
    "within it. stable: no trend, and the 95 % range keeps within usual variation. unclear: "
    "neither is shown. not assessable: no usual variation is published."
)


def legend_words(trends: Sequence[TrendLine], with_bars: bool = True) -> str:
    """Explain marks, slopes and verdicts, and how much each analyte varies in one person."""
    slopes = _SLOPES if any(trend.slope_per_year is not None for trend in trends) else ""
    bars = _BARS if with_bars else ""
    variation = variation_words(trends)
    return " ".join(part for part in (_GRID, bars, _EXPLAIN, slopes, variation) if part)
