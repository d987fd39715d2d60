"""The trend table of one patient: one line a draw, the infusions and events drawn between the draws."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.text import Text

from wbc_tracker.catalog import Catalog
from wbc_tracker.report.columns import GAP, ColumnOfText, cut_blocks, join_cells, width_of
from wbc_tracker.report.model import Draw, EventLine, InfusionLine, PatientReport, ResultLine
from wbc_tracker.wording import date_words, percent_words, visible

#: The columns in which a neurologist looks first; the others follow in the order of the catalogue.
_FIRST = ("wbc", "neutrophils", "lymphocytes", "cd19", "cd19_pct", "igg")
_STYLES = {"urgent": "bold red", "discuss": "yellow", "info": "cyan"}
_REF_MARKS = {"low": "L", "high": "H"}
_RUN = 3
#: The name of an event is not cut up to this length, also in a table that is narrower.
WHOLE_NAME = 40
_RCV_MARKS = {"fall": "v", "rise": "^"}


def trend_grid(patient: PatientReport, width: int, catalog: Catalog) -> list[Text]:
    """Return the lines of the table; columns that do not fit into `width` follow in further blocks.

    Marks behind a value: L, H below or above its interval; v, ^ fell or rose beyond usual variation; ! the
    result has a flag to discuss or an urgent one.
    """
    analytes = _ordered({result.analyte for draw in patient.draws for result in draw.results}, catalog)
    columns: list[ColumnOfText] = []
    for analyte in analytes:
        columns.append((catalog.analytes[analyte].short, [_cell(draw, analyte) for draw in patient.draws]))
        if analyte == "wbc":
            columns.append(("%", [_change(draw, analyte) for draw in patient.draws]))
    lead = [("draw", [Text(date_words(draw.collected_at)) for draw in patient.draws]), ("day", _days(patient.draws))]
    lines: list[Text] = []
    for number, block in enumerate(cut_blocks(lead, columns, width)):
        if number:
            lines.append(Text(""))
        lines += _block_lines([*lead, *block], patient)
    return lines


def _ordered(present: set[str], catalog: Catalog) -> list[str]:
    first = [analyte for analyte in _FIRST if analyte in present]
    return first + [analyte for analyte in catalog.analytes if analyte in present and analyte not in first]


def _find(draw: Draw, analyte: str) -> list[ResultLine]:
    return [result for result in draw.results if result.analyte == analyte]


def _cell(draw: Draw, analyte: str) -> Text:
    """Return the value with its marks; two different values of one draw stand both, joined by a slash."""
    return Text(" / ").join([_marked(result) for result in _find(draw, analyte)])


def _marked(result: ResultLine) -> Text:
    marks = _REF_MARKS.get(result.ref_flag or "", "") + _RCV_MARKS.get(result.beyond_rcv or "", "")
    marks += "!" if result.worst_flag in ("discuss", "urgent") else ""
    return Text(result.words + marks, style=_STYLES.get(result.worst_flag or "", ""))


def _change(draw: Draw, analyte: str) -> Text:
    found = [result for result in _find(draw, analyte) if result.percent_change is not None]
    if not found:
        return Text("")
    words = percent_words(found[0].percent_change or 0).removesuffix(" %")
    return Text("base" if found[0].is_baseline else words)


def _days(draws: Sequence[Draw]) -> list[Text]:
    """Return days since the last infusion; before the first, the negative study day."""
    days = []
    for draw in draws:
        before = draw.study_day if draw.study_day is not None and draw.study_day < 0 else None
        day = draw.days_since_infusion if draw.days_since_infusion is not None else before
        days.append(Text("" if day is None else str(day)))
    return days


def _block_lines(columns: list[ColumnOfText], patient: PatientReport) -> list[Text]:
    widths = [width_of(column) for column in columns]
    total = sum(widths) + GAP * (len(widths) - 1)
    lines = [join_cells([Text(name, style="bold") for name, _ in columns], widths)]
    pending = _between(patient)
    for number, draw in enumerate(patient.draws):
        passed = [item for item in pending if _is_before(item, draw)]
        lines += _lines_between(passed, total)
        pending = [item for item in pending if not _is_before(item, draw)]
        lines.append(join_cells([cells[number] for _, cells in columns], widths))
    lines += _lines_between(pending, total)
    return lines


def _between(patient: PatientReport) -> list[InfusionLine | EventLine]:
    """Return what is drawn between the draws, by date: the infusions given, then the events that happened."""
    given: list[InfusionLine | EventLine] = [infusion for infusion in patient.infusions if infusion.course]
    return sorted([*given, *(event for event in patient.events if not event.is_planned)], key=_date_of)


def _date_of(item: InfusionLine | EventLine) -> str:
    return item.happened_on if isinstance(item, EventLine) else item.infused_on[:10]


def _is_before(item: InfusionLine | EventLine, draw: Draw) -> bool:
    """Tell whether the draw was taken after it, of infusions as the annotation has decided it.

    An event on the date of the draw stands before it, for that draw tells of it.
    """
    day = draw.collected_at[:10]
    if _date_of(item) != day:
        return _date_of(item) < day
    return isinstance(item, EventLine) or draw.days_since_infusion == 0


def _lines_between(items: list[InfusionLine | EventLine], total: int) -> list[Text]:
    """Return the lines of what stands between two draws; the events keep their place among the infusions."""
    lines: list[Text] = []
    for is_event, run in groupby(items, key=lambda item: isinstance(item, EventLine)):
        if is_event:
            lines += [_event_line(event, total) for event in run if isinstance(event, EventLine)]
        else:
            lines += _infusion_lines([infusion for infusion in run if isinstance(infusion, InfusionLine)], total)
    return lines


def _event_line(event: EventLine, total: int) -> Text:
    """Return the line of one event; a note that does not fit is cut, and stands whole under "Events"."""
    name = visible(event.name)
    room = max(total - len(f" {event.happened_on}   "), WHOLE_NAME)
    name = name if len(name) <= room else f"{name[: room - 3].rstrip()}..."
    return Text(f" {event.happened_on}  {name} ".center(total, "."), style="blue")


def _infusion_lines(infusions: list[InfusionLine], total: int) -> list[Text]:
    """Return one line an infusion; three and more alike between two draws (a monthly drug) share one."""
    lines = []
    for _, alike in groupby(infusions, key=lambda i: (i.course, i.drug, i.dose_mg)):
        run = list(alike)
        if len(run) < _RUN:
            lines += [_infusion_line(date_words(infusion.infused_on), "infusion", infusion, total) for infusion in run]
        else:
            span = f"{run[0].infused_on[:10]} to {run[-1].infused_on[:10]}"
            lines.append(_infusion_line(span, f"{len(run)} infusions", run[0], total))
    return lines


def _infusion_line(when: str, what: str, infusion: InfusionLine, total: int) -> Text:
    dose = f" {infusion.dose_mg:g} mg" if infusion.dose_mg is not None else ""
    words = f" {when}  {what}{dose}, course {infusion.course} "
    return Text(words.center(max(total, len(words)), "-"), style="magenta")
