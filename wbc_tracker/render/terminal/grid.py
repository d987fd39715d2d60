"""The trend table of one patient: one line a draw, the infusions and events drawn between the
draws.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from wbc_tracker.catalog import Catalog
from wbc_tracker.patient.between import BetweenDraws, between_draws
from wbc_tracker.patient.model import Draw, PatientReport, ResultLine
from wbc_tracker.patient.tables import analytes_of, day_words
from wbc_tracker.render.terminal.layout import GAP, ColumnOfText, cut_blocks, join_cells, width_of
from wbc_tracker.render.terminal.marks import SEVERITY_STYLES
from wbc_tracker.wording import RCV_MARKS, REF_MARKS, date_words, percent_words, visible

#: The name of an event is not cut up to this length, also in a table that is narrower.
WHOLE_NAME = 40


def trend_grid(patient: PatientReport, width: int, catalog: Catalog) -> list[Text]:
    """Return the lines of the table; columns that do not fit into `width` follow in further blocks.

    Marks behind a value: L, H below or above its interval; v, ^ fell or rose beyond usual
    variation; ! the result has a flag to discuss or an urgent one.
    """
    columns = value_columns(patient.draws, analytes_of(patient, catalog), catalog)
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


def value_columns(
    draws: Sequence[Draw], analytes: Sequence[str], catalog: Catalog
) -> list[ColumnOfText]:
    """Return a column of marked values for each analyte, behind white cells one with the change in
    percent.
    """
    columns: list[ColumnOfText] = []
    for analyte in analytes:
        columns.append((catalog.analytes[analyte].short, [_cell(draw, analyte) for draw in draws]))
        if analyte == "wbc":
            columns.append(("%", [_change(draw, analyte) for draw in draws]))
    return columns


def _find(draw: Draw, analyte: str) -> list[ResultLine]:
    return [result for result in draw.results if result.analyte == analyte]


def _cell(draw: Draw, analyte: str) -> Text:
    """Return the value with its marks; two different values of one draw stand both,
    joined by a slash.
    """
    return Text(" / ").join([_marked(result) for result in _find(draw, analyte)])


def _marked(result: ResultLine) -> Text:
    marks = REF_MARKS.get(result.ref_flag or "", "") + RCV_MARKS.get(result.beyond_rcv or "", "")
    marks += "!" if result.worst_flag in ("discuss", "urgent") else ""
    # What is expected is not coloured here: nearly every cell would be.
    flag = "" if result.worst_flag == "expected" else result.worst_flag or ""
    return Text(result.words + marks, style=SEVERITY_STYLES.get(flag, ""))


def _change(draw: Draw, analyte: str) -> Text:
    found = [result for result in _find(draw, analyte) if result.percent_change is not None]
    if not found:
        return Text("")
    words = percent_words(found[0].percent_change or 0).removesuffix(" %")
    return Text("base" if found[0].is_baseline else words)


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
        return Text(line.center(max(total, len(line)), "-"), style="magenta")
    name, room = visible(item.what), max(total - len(f" {item.when}   "), WHOLE_NAME)
    name = name if len(name) <= room else f"{name[: room - 3].rstrip()}..."
    return Text(f" {item.when}  {name} ".center(total, "."), style="blue")
