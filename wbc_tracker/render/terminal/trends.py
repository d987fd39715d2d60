"""One line an analyte below the trend table, and the legend that explains it all."""

from __future__ import annotations

from rich.text import Text

from wbc_tracker.catalog import Catalog
from wbc_tracker.patient.model import TrendLine
from wbc_tracker.patient.trends import variation_words
from wbc_tracker.render.terminal.layout import wrap_words
from wbc_tracker.render.terminal.sparkline import sparkline
from wbc_tracker.wording import percent_words, unit_words

#: No line gets longer, also where the output is as wide as can be.
_WIDEST = 120
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


def legend_words(trends: list[TrendLine], catalog: Catalog, with_bars: bool = True) -> str:
    """Explain marks, slopes and verdicts, and how much each analyte varies in one person."""
    slopes = _SLOPES if any(trend.slope_per_year is not None for trend in trends) else ""
    bars = _BARS if with_bars else ""
    variation = variation_words([trend.analyte for trend in trends], catalog)
    return " ".join(part for part in (_GRID, bars, _EXPLAIN, slopes, variation) if part)


def analyte_lines(trends: list[TrendLine], width: int, catalog: Catalog) -> list[Text]:
    """Return for each analyte baseline, latest, change, what they say, and a bar a result.

    What does not fit into one line goes on, indented, in the next.
    """
    cells = [_with_arrow(*trend_cells(trend, catalog)) for trend in trends]
    widths = [max(len(row[i]) for row in cells) for i in range(5)]
    room, lines = min(width, _WIDEST), []
    for row, trend in zip(cells, trends, strict=True):
        name, unit, baseline, latest, change = (
            cell.ljust(most) if place < 2 else cell.rjust(most)
            for place, (cell, most) in enumerate(zip(row, widths, strict=True))
        )
        start = f"{name}  {unit}  {baseline} {latest}  {change}"
        bars = sparkline(trend.series, trend.latest_limits, trend.infusions)
        whole = f"{start}  {trend.words}  {bars}".rstrip()
        if len(whole) <= room:
            lines.append(Text(whole))
        else:
            indent = " " * (widths[0] + 2)
            lines += [
                Text(f"{start}  {bars}".rstrip()),
                *wrap_words(trend.words, room, indent, indent),
            ]
    return lines


def _with_arrow(name: str, unit: str, baseline: str, latest: str, change: str) -> tuple[str, ...]:
    return name, unit, f"{baseline} ->", latest, change


def trend_cells(trend: TrendLine, catalog: Catalog) -> tuple[str, str, str, str, str]:
    """Return name, unit, baseline, latest value and change in percent; an `f` marks a first on
    record.
    """
    mark = "f" if trend.baseline_kind == "first_on_record" else ""
    return (
        catalog.analytes[trend.analyte].short,
        unit_words(catalog.canonical_unit(trend.analyte)),
        f"{trend.baseline_words or '?'}{mark}",
        trend.latest_words,
        percent_words(trend.percent_change) if trend.percent_change is not None else "",
    )
