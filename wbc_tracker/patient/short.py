"""What the short report tells of one patient: three answers, what calls for something, the last
draws and the trends of the main analytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from wbc_tracker.catalog import Analyte, Severity
from wbc_tracker.patient.flag_list import ToldFlag, current_flags, earlier_flags
from wbc_tracker.patient.model import FlagLine, PatientReport, PatternSentence
from wbc_tracker.patient.result_lines import Draw
from wbc_tracker.patient.standing import due_words
from wbc_tracker.patient.tables import MAIN_ANALYTES, analytes_of
from wbc_tracker.patient.trend_lines import TrendLine

#: So many draws and trends are shown.
_DRAWS, _COLUMNS, _TRENDS = 3, 6, 4
#: Of these what is due tells already.
_TOLD_AS_DUE = frozenset(("labs_due", "monitoring_gap"))


@dataclass(frozen=True)
class ShortReport:
    """What is told.

    Attributes:
        first: the sentences of the pattern. numbers: about the latest B cells and white cells.
        due: what comes next.
        urgent, discuss: what calls for something now, in this order; a step that has been told is
            not told again. noted: what else holds now. earlier: how many flags no longer stand.
        draws, columns: the last draws, and what is shown of them. trends: of the main analytes.
        word: the code of a flag whose explanation helps first; empty without any.
    """

    first: list[PatternSentence]
    numbers: str
    due: str
    urgent: list[ToldFlag]
    discuss: list[ToldFlag]
    noted: list[str]
    earlier: int
    draws: list[Draw]
    columns: list[Analyte]
    trends: list[TrendLine]
    word: str


def shorten(patient: PatientReport) -> ShortReport:
    """Choose what the short report tells."""
    current, told_first = current_flags(patient), patient.pattern.urgent
    calling = _without_repeated_steps(
        [told for told in current if told.calls and not _is_told(told, patient)],
        told_first.next_step if told_first else "",
    )
    noted = [told for told in current if not told.calls and told.flag.code not in _TOLD_AS_DUE]
    columns = _columns(patient)
    return ShortReport(
        first=[sentence for sentence in patient.pattern.told if not sentence.names_flags],
        numbers=" ".join(patient.numbers),
        due=due_words(patient),
        urgent=[told for told in calling if told.severity is Severity.URGENT],
        discuss=[told for told in calling if told.severity is not Severity.URGENT],
        noted=list(dict.fromkeys(_title(told.flag) for told in noted)),
        earlier=len(earlier_flags(patient)),
        draws=[draw for draw in patient.draws if draw.holds(*(one.id for one in columns))][
            -_DRAWS:
        ],
        columns=columns,
        trends=_trends(patient, columns),
        word=_word(current),
    )


def _is_told(told: ToldFlag, patient: PatientReport) -> bool:
    """Tell whether the pattern has told it: the urgent flag it begins with, or a count that
    differs.
    """
    pattern, lines = patient.pattern, (told.flag, *told.behind)
    if any(line is pattern.urgent for line in lines):
        return True
    named = [line.result for line in lines if line.result is not None]
    is_named = any(result is count for result in named for count in pattern.broad)
    return is_named and told.severity is not Severity.URGENT


def _without_repeated_steps(flags: list[ToldFlag], said: str) -> list[ToldFlag]:
    """Return the flags with each step once, in the order in which they are told."""
    steps, told = {said}, []
    for one in flags:
        told.append(replace(one, next_step="") if one.next_step in steps else one)
        steps.add(one.next_step)
    return told


def _title(flag: FlagLine) -> str:
    """Name a flag without its code: `a gradual decline (IgG)`."""
    on = f" ({flag.result.analyte.short})" if flag.result and not flag.flag.of_draw else ""
    return f"{flag.flag.title}{on}"


def _columns(patient: PatientReport) -> list[Analyte]:
    """Return the main analytes of the patient; B cells as a count where there is one."""
    known = analytes_of(patient)
    main = [one for one in known if one.id in MAIN_ANALYTES]
    if any(one.id == "cd19" for one in main):
        main = [one for one in main if one.id != "cd19_pct"]
    return (main or known)[:_COLUMNS]


def _trends(patient: PatientReport, columns: list[Analyte]) -> list[TrendLine]:
    """Return the trends of the columns; B cells have none, their state is told first."""
    by_id = {trend.analyte.id: trend for trend in patient.trends}
    chosen = [by_id[one.id] for one in columns if not one.is_b_cells]
    return (chosen or [by_id[one.id] for one in columns])[:_TRENDS]


def _word(current: list[ToldFlag]) -> str:
    codes = (told.flag.code for told in current if told.flag.code not in _TOLD_AS_DUE)
    return next(codes, "")
