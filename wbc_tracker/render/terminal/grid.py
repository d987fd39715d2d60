"""The table of draws of one patient, one line a draw, with infusions and events drawn between, and
one line an analyte below it.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from wbc_tracker.catalog import Severity
from wbc_tracker.patient.between import BetweenDraws, between_draws
from wbc_tracker.patient.model import PatientReport
from wbc_tracker.patient.result_lines import Draw
from wbc_tracker.patient.tables import (
    DrawCell,
    DrawColumn,
    analytes_of,
    day_words,
    draw_columns,
    trend_cells,
)
from wbc_tracker.patient.trend_lines import TrendLine
from wbc_tracker.render.terminal.layout import (
    GAP,
    ColumnOfText,
    cut_blocks,
    join_cells,
    width_of,
    wrap_words,
)
from wbc_tracker.render.terminal.marks import SEVERITY_STYLES
from wbc_tracker.render.terminal.sparkline import sparkline
from wbc_tracker.wording import date_words, visible

#: The name of an event is not cut up to this length, also in a table that is narrower.
WHOLE_NAME = 40
#: No line below the table gets longer, also where the output is as wide as can be.
_WIDEST = 120


def trend_grid(patient: PatientReport, width: int) -> list[Text]:
    """Return the lines of the table; columns that do not fit into `width` follow in further blocks.

    Marks behind a value: L, H below or above its interval; v, ^ fell or rose beyond usual
    variation; ! the result has a flag to discuss or an urgent one.
    """
    columns = [
        _column_of_text(column) for column in draw_columns(patient.draws, analytes_of(patient))
    ]
    lead = [
        ("draw", [Text(date_words(draw.collected_at)) for draw in patient.draws]),
        ("day", _days(patient.draws)),
    ]
    lines: list[Text] = []
    for number, block in enumerate(cut_blocks(lead, columns, width)):
        if number:
            lines.append(Text(""))
        lines += _block_lines([*lead, *block], patient)
    return lines


def _column_of_text(column: DrawColumn) -> ColumnOfText:
    """Return a column; two different values of one draw stand both, joined by a slash."""
    return column.name, [Text(" / ").join(_marked(cell) for cell in told) for told in column.cells]


def _marked(cell: DrawCell) -> Text:
    # What is expected is not coloured here: nearly every cell would be.
    if cell.severity is None or cell.severity is Severity.EXPECTED:
        return Text(cell.words)
    return Text(cell.words, style=SEVERITY_STYLES[cell.severity])


def _days(draws: Sequence[Draw]) -> list[Text]:
    return [Text(day_words(draw)) for draw in draws]


def _block_lines(columns: list[ColumnOfText], patient: PatientReport) -> list[Text]:
    widths = [width_of(column) for column in columns]
    total = sum(widths) + GAP * (len(widths) - 1)
    lines = [join_cells([Text(name, style="bold") for name, _ in columns], widths)]
    for number, happened in enumerate(between_draws(patient)):
        lines += [_line_between(item, total) for item in happened]
        if number < len(patient.draws):
            lines.append(join_cells([cells[number] for _, cells in columns], widths))
    return lines


def _line_between(item: BetweenDraws, total: int) -> Text:
    """Return a line across the table; an event that does not fit is cut,
    and stands whole under "Events".
    """
    if not item.is_event:
        line = f" {item.when}  {item.what} "
        return Text(line.center(max(total, len(line)), "-"), style="bold")
    name, room = visible(item.what), max(total - len(f" {item.when}   "), WHOLE_NAME)
    name = name if len(name) <= room else f"{name[: room - 3].rstrip()}..."
    return Text(f" {item.when}  {name} ".center(total, "."))


def analyte_lines(trends: list[TrendLine], width: int) -> list[Text]:
    """Return for each analyte baseline, latest, change, what they say, and a bar a result.

    What does not fit into one line goes on, indented, in the next.
    """
    cells = [_with_arrow(*trend_cells(trend)) for trend in trends]
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
