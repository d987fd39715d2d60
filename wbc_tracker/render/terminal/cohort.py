"""The research table as lines for a terminal.

Every percentage stands beside its numerator and denominator.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from typing import Any

from rich.text import Text

from wbc_tracker.catalog import Analyte
from wbc_tracker.cohort import Cohort
from wbc_tracker.cohort.depletion import Reappearance
from wbc_tracker.cohort.model import SinceTable
from wbc_tracker.cohort.people import Proportion
from wbc_tracker.cohort.quartiles import Quantile
from wbc_tracker.cohort.settings import CohortSettings
from wbc_tracker.cohort.shifts import Shift
from wbc_tracker.cohort.windows import BASELINE
from wbc_tracker.cohort.words import (
    depleted_words,
    settings_words,
    share_words,
    window_words,
)
from wbc_tracker.render.terminal.layout import ColumnOfText, cut_blocks, join_cells, width_of
from wbc_tracker.scales import Scale
from wbc_tracker.wording import count_words, unit_words

_PROSE_WIDTH = 100
_SINCE = {"first": "the first infusion", "last": "the last infusion before the draw"}
_UNASSESSABLE = "not assessable"


def render_cohort(cohort: Cohort, width: int, version: str) -> list[Text]:
    """Return the lines; columns that do not fit into `width` follow in further blocks.

    `version` is that of the program.
    """
    prose = min(width, _PROSE_WIDTH)
    treated = count_words(cohort.treated, "treated patient", "treated patients")
    lines = [
        Text(f"wbc-tracker   cohort of {treated}   as of {cohort.settings.as_of}", style="bold"),
        Text(""),
    ]
    lines += _wrapped(_patients_words(cohort) + _absent_words(cohort), prose)
    if cohort.treated:
        for table in cohort.tables:
            lines += [Text(""), *_value_lines(table, cohort, width)]
            lines += [Text(""), *_depletion_lines(table, cohort.settings, width)]
        lines += [
            Text(""),
            *_share_lines(cohort, prose),
            Text(""),
            *_reappearance_lines(cohort.reappearance, prose),
        ]
        lines += [Text(""), *_interval_lines(cohort, width)]
        lines += _shift_lines(cohort.reference_shifts, "reference interval", prose, cohort.analytes)
        lines += _shift_lines(
            cohort.grade_shifts, f"{cohort.grading} grade of a decrease", prose, cohort.analytes
        )
        lines += [Text(""), *_wrapped(_LEGEND, prose, style="dim")]
    lines += [Text(""), *_wrapped(settings_words(cohort.settings), prose, "", "  ")]
    closing = (
        f"{cohort.disclaimer}   {cohort.grading}   catalogue {cohort.catalogue_version}   "
        f"wbc-tracker {version}"
    )
    return [*lines, Text(""), *_wrapped(closing, prose)]


_LEGEND = (
    "6.2 [5.7, 6.8] 37/39: median, first and third quartile of 37 patients with a value; 39 had "
    "been treated that long (for the last infusion: had gone that long after one without the "
    "next), the other 2 have none. A window ends before its last week. One value a patient: the "
    "one drawn nearest to the window's middle (of two equally near the earlier, of one draw the "
    "lower). A value such as <1 is a limit and never counted as a number: a quartile that depends "
    "on it is given as a limit, and as not assessable where not even that is known. B cells of a "
    "patient in a window: the judged day nearest to its middle; of count and percent the one that "
    "shows more B cells. Windows without any draw at the end are left out. Baseline: the last "
    "number before the first infusion. Values on the days after an infusion, which its steroid "
    "may shift, are not left out. Worst later value: of those that can be judged; nobody has that "
    "baseline where a row is absent."
)


def _patients_words(cohort: Cohort) -> str:
    on_record = count_words(cohort.on_record, "patient", "patients")
    left_out = cohort.on_record - cohort.treated
    if not cohort.treated:
        return (
            f"None of the {on_record} on record has an infusion by {cohort.settings.as_of}, so "
            "nothing can be counted since an infusion. Add the dates with `wbc-tracker infusion "
            "import FILE`, or name them with --infusions."
        )
    have = "has" if left_out == 1 else "have"
    words = f"{on_record} on record; {left_out} without an infusion by then {have} been left out. "
    words += f"{cohort.drawn} of {cohort.treated} have results after their first infusion."
    if cohort.treated == 1:
        words += (
            " One person's figures say nothing about others: `wbc-tracker report` shows them "
            "in full."
        )
    return words


def _absent_words(cohort: Cohort) -> str:
    """Name the analytes that were asked for and have no results."""
    present = {analyte for table in cohort.tables for analyte in table.values["analyte"]}
    absent = [
        cohort.analytes[name].short for name in cohort.settings.analytes if name not in present
    ]
    return f" No results of {', '.join(absent)}." if absent and cohort.treated else ""


def _wrapped(
    words: str, width: int, first: str = "", rest: str = "", style: str = ""
) -> list[Text]:
    wrapped = textwrap.wrap(
        words,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [Text(line, style=style) for line in wrapped]


def _block_lines(lead: list[ColumnOfText], columns: list[ColumnOfText], width: int) -> list[Text]:
    lines: list[Text] = []
    for number, block in enumerate(cut_blocks(lead, columns, width)):
        cut = [*lead, *block]
        widths = [width_of(column) for column in cut]
        lines += [Text("")] if number else []
        lines.append(join_cells([Text(name, style="bold") for name, _ in cut], widths))
        lines += [
            join_cells(list(cells), widths)
            for cells in zip(*(cells for _, cells in cut), strict=True)
        ]
    return lines


def _shown(table: SinceTable) -> list[int]:
    """Return the windows up to the last in which anybody has a draw."""
    drawn = table.depletion.loc[table.depletion["drawn"] > 0, "window"]
    return list(range(int(drawn.max()) + 1 if len(drawn) else 0))


def _value_lines(table: SinceTable, cohort: Cohort, width: int) -> list[Text]:
    title = f"By weeks since {_SINCE[table.since]}: median [quartiles] patients/treated that long"
    lines = _wrapped(title, width, style="bold")
    shown = [BASELINE, *_shown(table)] if table.since == "first" else _shown(table)
    rows = table.values[table.values["window"].isin(shown)]
    analytes = list(dict.fromkeys(rows["analyte"]))
    if not analytes:
        return [*lines, *_wrapped("No results of these analytes after an infusion.", width)]
    cells = {
        (row["window"], row["analyte"]): _value_cell(row, cohort.analytes[row["analyte"]])
        for row in rows.to_dict("records")
    }
    lead: list[ColumnOfText] = [
        ("weeks", [Text(window_words(window, cohort.settings)) for window in shown])
    ]
    columns: list[ColumnOfText] = [
        (_heading(analyte, cohort), [cells[window, analyte] for window in shown])
        for analyte in analytes
    ]
    lines += _block_lines(lead, columns, width)
    results, patients = table.outside
    if results:
        whose = count_words(patients, "patient", "patients")
        lines += _wrapped(
            f"In no window: {count_words(results, 'result', 'results')} of {whose}.", width
        )
    return lines


def _heading(analyte: str, cohort: Cohort) -> str:
    return f"{cohort.analytes[analyte].short} {unit_words(cohort.units[analyte])}".strip()


def _value_cell(row: dict[Any, Any], analyte: Analyte) -> Text:
    if not row["n"]:
        return Text(f"0/{row['reached']}")
    first, median, third = (
        _quantile_cell(analyte, row[name], row[f"{name}_comparator"])
        for name in ("q1", "median", "q3")
    )
    known = (
        f"{median} [{first}, {third}]"
        if {first, median, third} != {_UNASSESSABLE}
        else _UNASSESSABLE
    )
    return Text(f"{known} {row['n']}/{row['reached']}")


def _quantile_cell(analyte: Analyte, value: float, comparator: str) -> str:
    """Return a quantile in words; a limit is never rounded: `<1.4` does not mean `<1`."""
    if math.isnan(value):
        return _UNASSESSABLE
    return f"{comparator}{value:g}" if comparator else Scale.canonical(analyte).value(value)


def _depletion_lines(table: SinceTable, settings: CohortSettings, width: int) -> list[Text]:
    title = f"B cells depleted ({depleted_words(settings)}) by weeks since {_SINCE[table.since]}"
    shown = _shown(table)
    rows = table.depletion[table.depletion["window"].isin(shown)].to_dict("records")
    if not rows:
        return [
            *_wrapped(title, width, style="bold"),
            *_wrapped("No results after an infusion.", width),
        ]
    lead: list[ColumnOfText] = [
        ("weeks", [Text(window_words(window, settings)) for window in shown])
    ]
    columns: list[ColumnOfText] = [
        (
            "depleted of judged",
            [Text(share_words(row["depleted"], row["assessable"])) for row in rows],
        ),
        ("with any result", [Text(str(row["drawn"])) for row in rows]),
        ("treated that long", [Text(str(row["reached"])) for row in rows]),
    ]
    return [*_wrapped(title, width, style="bold"), *_block_lines(lead, columns, width)]


def _share_lines(cohort: Cohort, width: int) -> list[Text]:
    settings, depletion = cohort.settings, cohort.depletion
    told: tuple[tuple[Proportion, str, str], ...] = (
        (
            depletion.early,
            "early",
            f"the judged day nearest to the middle of days {settings.early_from_days} to "
            f"{settings.early_to_days} after the first infusion",
        ),
        (
            depletion.sustained,
            "sustained",
            f"every judged day from day {settings.sustained_from_days} after the first infusion on",
        ),
        (
            depletion.mostly,
            "mostly",
            f"at least {settings.mostly_depleted_percent:g} % of those days",
        ),
        (depletion.ever, "ever", "any judged day on treatment"),
    )
    lines = [Text("B cells depleted over time, in patients", style="bold")]
    for share, name, words in told:
        counts = f"{share_words(share.count, share.assessable)}, {share.missing} not assessable"
        lines += _wrapped(f"{counts}: depleted on {words}.", width, f"  {name:<9}  ", " " * 13)
    return lines


def _reappearance_lines(again: Reappearance, width: int) -> list[Text]:
    title = (
        "B cells seen again: the first day with B cells after a depleted day, infusions "
        "between or not"
    )
    lines = _wrapped(title, width, style="bold")
    if not again.seen.assessable:
        return [*lines, *_wrapped("Nobody has a depleted day on treatment.", width, "  ", "  ")]
    words = f"{share_words(again.seen.count, again.seen.assessable)} ever depleted."
    if again.seen.count:
        words += (
            f" Days since the first infusion: {_days_words(again.since_first)}; since the "
            "last infusion: "
        )
        words += f"{_days_words(again.since_last)}."
    words += f" {again.not_seen} censored: not seen again by their last judged day"
    words += f" ({again.seen.missing} of them have none after the first depleted one)."
    median = "not reached" if again.median_days is None else f"{again.median_days} days"
    words += f" Kaplan-Meier median from the first depleted day: {median}."
    words += " B cells are seen at draws, so later than they came back."
    return [*lines, *_wrapped(words, width, "  ", "  ")]


def _days_words(quartiles: tuple[Quantile, Quantile, Quantile]) -> str:
    first, median, third = (f"{quantile.value:g}" for quantile in quartiles)
    return f"{median} [{first}, {third}]"


def _interval_lines(cohort: Cohort, width: int) -> list[Text]:
    intervals = cohort.intervals
    lead: list[ColumnOfText] = [("", [Text(band.words) for band in intervals.bands])]
    columns: list[ColumnOfText] = [
        ("intervals", [Text(str(band.intervals)) for band in intervals.bands]),
        ("patients", [Text(str(band.patients)) for band in intervals.bands]),
        (
            "depleted before next",
            [Text(share_words(band.depleted, band.assessable)) for band in intervals.bands],
        ),
    ]
    lines = _wrapped(
        "Intervals between courses, first infusion to first infusion", width, style="bold"
    )
    note = (
        "Usual: the interval of the earlier course's drug. Depleted before next: on the last "
        f"judged day of the course, at most {cohort.settings.pre_dose_days} days before the next; "
        "the other intervals have none. The first two bands lie below the minimum intervals of "
        "ocrelizumab. Without a next infusion yet: "
        f"{count_words(intervals.open, 'course', 'courses')}. Of a continuous drug, not counted: "
        f"{intervals.continuous}."
    )
    return [*lines, *_block_lines(lead, columns, width), *_wrapped(note, min(width, _PROSE_WIDTH))]


def _shift_lines(
    shifts: tuple[Shift, ...], what: str, width: int, analytes: Mapping[str, Analyte]
) -> list[Text]:
    if not shifts:
        return []
    title = (
        f"Shift by {what}: baseline before treatment (rows) to the worst later value "
        "(columns), in patients"
    )
    lines = [Text(""), *_wrapped(title, width, style="bold")]
    for shift in shifts:
        lines += _shift_table(shift, width, analytes[shift.analyte])
    return lines


def _shift_table(shift: Shift, width: int, analyte: Analyte) -> list[Text]:
    order = [*range(1, len(shift.states)), 0]
    shown = [place for place in order if sum(shift.counts[place])]
    lead: list[ColumnOfText] = [(analyte.short, [Text(shift.states[place]) for place in shown])]
    columns: list[ColumnOfText] = [
        (shift.states[later], [Text(str(shift.counts[place][later])) for place in shown])
        for later in order
    ]
    columns.append(("all", [Text(str(sum(shift.counts[place]))) for place in shown]))
    counted = sum(map(sum, shift.counts))
    note = (
        f"{counted} of {shift.treated} treated; left out: {shift.no_baseline} without a baseline "
        f"before treatment, {shift.no_later} without a later result."
    )
    if shift.partly:
        note += f" Some later values of {shift.partly} could not be judged."
    new = shift.newly_worst
    note += (
        f" New {shift.worst_words}: {share_words(new.count, new.assessable)} without it at "
        "baseline."
    )
    table = _block_lines(lead, columns, width) if shown else [Text(analyte.short, style="bold")]
    return [*table, *_wrapped(note, width, "  ", "  ")]
