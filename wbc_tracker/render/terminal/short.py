"""The short report of one patient as lines for a terminal: three answers, and what they rest on."""

from __future__ import annotations

from rich.text import Text

from wbc_tracker.catalog import Severity
from wbc_tracker.patient.flag_list import ToldFlag
from wbc_tracker.patient.model import PatientReport, Report
from wbc_tracker.patient.short import ShortReport, shorten
from wbc_tracker.patient.standing import last_infusion_words
from wbc_tracker.patient.tables import DrawCell, day_words, draw_columns, trend_cells
from wbc_tracker.patient.trend_lines import TrendLine
from wbc_tracker.render.terminal.frame import PROSE_WIDTH, closing_lines, heading_lines
from wbc_tracker.render.terminal.layout import ColumnOfText, join_cells, width_of, wrap_words
from wbc_tracker.render.terminal.marks import SEVERITY_STYLES
from wbc_tracker.render.terminal.sparkline import sparkline
from wbc_tracker.wording import count_words, with_capital

#: Lines of a terminal that shows the prompt too.
SCREEN = 23
_INDENT = "  "
#: How many notes are named and how many trends shown: fewer, where the lines do not fit.
_VARIANTS = ((1, 4), (0, 4), (0, 3), (0, 2), (0, 1))
#: A longer name of an analyte gives way to the short one.
_LONGEST_NAME = 12


def render_short(
    report: Report, patient: PatientReport, width: int, whole: str, room: int = SCREEN
) -> list[Text]:
    """Return the lines of the short report.

    Args:
        report: date and versions. patient: one of its patients.
        width: columns of the terminal; the prose never gets wider than 100.
        whole: what to type for the whole report, in words.
        room: lines in which it should fit, if nothing calls for something.
    """
    prose, short = min(width, PROSE_WIDTH), shorten(patient)
    heading = heading_lines(report, patient, last_infusion_words(patient), prose)
    head = [*heading, Text(""), *_answers(short, prose)]
    head += _calling("Urgent", short.urgent, prose) + _calling("To discuss", short.discuss, prose)
    for named, trends in _VARIANTS:
        lines = list(head)
        if short.draws:
            lines += [Text(""), *_draws(short), *_trends(short.trends[:trends], prose)]
        lines += [Text(""), *wrap_words(_more_words(short, whole, named), prose)]
        lines += closing_lines(report, prose)
        if len(lines) <= room or short.urgent or short.discuss:
            break
    return lines


def _answers(short: ShortReport, width: int) -> list[Text]:
    """Return what the counts show, the numbers, and what comes next; an urgent value first."""
    urgent = " ".join(sentence.words for sentence in short.first if sentence.is_urgent)
    first = " ".join(sentence.words for sentence in short.first if not sentence.is_urgent)
    lines = _prose(urgent, width, SEVERITY_STYLES[Severity.URGENT])
    lines += _prose(first, width, "bold")
    lines += _prose(short.numbers, width)
    return lines + _prose(short.due, width)


def _prose(words: str, width: int, style: str = "") -> list[Text]:
    return wrap_words(words, width, _INDENT, _INDENT, style) if words else []


def _calling(heading: str, flags: list[ToldFlag], width: int) -> list[Text]:
    lines: list[Text] = []
    for told in flags:
        words = " ".join(part for part in (told.words, told.more, told.next_step) if part)
        lines += _prose(with_capital(words), width)
    if not lines:
        return []
    return [Text(""), Text(heading, style=SEVERITY_STYLES[flags[0].severity]), *lines]


def _more_words(short: ShortReport, whole: str, named: int) -> str:
    """Say what the whole report tells beside this, how to get it, and where words are explained."""
    noted = list(short.noted[:named])
    if rest := len(short.noted) - len(noted):
        more = "more " if noted else ""
        noted.append(count_words(rest, f"{more}note", f"{more}notes"))
    if short.earlier:
        noted.append(count_words(short.earlier, "earlier flag", "earlier flags"))
    also = f" (also {', '.join(noted)})" if noted else ""
    ask = f" Words explained: wbc-tracker explain {short.word}" if short.word else ""
    return f"Everything{also}: {whole}.{ask}"


def _draws(short: ShortReport) -> list[Text]:
    """Return the table of the last draws; behind a value the mark that laboratories print too."""
    lead: list[ColumnOfText] = [
        ("Last draws", [Text(draw.collected_at[:10]) for draw in short.draws]),
        ("day", [Text(day_words(draw)) for draw in short.draws]),
    ]
    columns = [
        (column.name, [Text(" / ".join(_with_mark(one) for one in told)) for told in column.cells])
        for column in draw_columns(short.draws, short.columns, with_change=False)
    ]
    told = [*lead, *columns]
    widths = [width_of(column) for column in told]
    rows = zip(*(cells for _, cells in told), strict=True)
    heading = join_cells([Text(name, style="bold") for name, _ in told], widths)
    return [heading, *(join_cells(list(row), widths) for row in rows)]


def _with_mark(cell: DrawCell) -> str:
    return f"{cell.value}{cell.stands}"


def _trends(trends: list[TrendLine], width: int) -> list[Text]:
    """Return a line an analyte: before treatment, now, the interval, what they show, and bars."""
    cells = [trend_cells(trend) for trend in trends]
    rows = [
        (
            _name(trend),
            cell.unit,
            f"{cell.baseline:>5} -> {cell.latest}",
            f"({trend.interval_words})" if trend.interval_words else "",
            _trend_words(trend),
        )
        for trend, cell in zip(trends, cells, strict=True)
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(5)]
    lines = []
    for row, trend in zip(rows, trends, strict=True):
        told = _INDENT.join(text.ljust(most) for text, most in zip(row, widths, strict=True))
        room = width - len(told) - len(_INDENT)
        bars = sparkline(trend.series, trend.latest_limits, trend.infusions, room)
        lines.append(Text(f"{told}{_INDENT}{bars}".rstrip()))
    return lines


def _trend_words(trend: TrendLine) -> str:
    """Say how far the latest result has moved where it is far, else what the slope shows."""
    moved = "fell" if trend.has_fallen else "rose" if trend.beyond_rcv == "rise" else ""
    if not moved or trend.verdict.startswith(("falling", "rising")):
        return trend.verdict
    return f"{moved} beyond usual"


def _name(trend: TrendLine) -> str:
    name, short = trend.analyte.name, trend.analyte.short
    return short if len(name) > _LONGEST_NAME else with_capital(name)
