"""The research table as lines for a terminal.

Every percentage stands beside its numerator and denominator.
"""

from __future__ import annotations

import math
from typing import Any

from rich.text import Text

from wbc_tracker.catalog import Analyte
from wbc_tracker.cohort import Cohort
from wbc_tracker.cohort.counts import Hidden, Proportion, minus, total
from wbc_tracker.cohort.model import SinceTable
from wbc_tracker.cohort.quartiles import Quantile
from wbc_tracker.cohort.settings import CohortSettings
from wbc_tracker.cohort.shifts import Shift
from wbc_tracker.cohort.windows import BASELINE
from wbc_tracker.cohort.words import (
    CURVE_WORDS,
    ONSET_WORDS,
    ROUNDING_WORDS,
    WITHHELD,
    depleted_words,
    settings_words,
    share_words,
    suppressed_words,
    told,
    treated_words,
    value_words,
    window_words,
)
from wbc_tracker.render.terminal.curves import curve_lines
from wbc_tracker.render.terminal.layout import ColumnOfText, block_lines, wrap_words
from wbc_tracker.wording import unit_words, visible

_PROSE_WIDTH = 100
_SINCE = {"first": "the first infusion", "last": "the last infusion before the draw"}
_UNASSESSABLE = "not assessable"


def render_cohort(cohort: Cohort, width: int, version: str) -> list[Text]:
    """Return the lines; columns that do not fit into `width` follow in further blocks.

    `version` is that of the program.
    """
    prose = min(width, _PROSE_WIDTH)
    lines = [
        Text(
            f"wbc-tracker   cohort of {treated_words(cohort)}   as of {cohort.settings.as_of}",
            style="bold",
        ),
        Text(""),
    ]
    lines += wrap_words(_patients_words(cohort) + _absent_words(cohort), prose)
    if cohort.treated != 0:
        if cohort.groups:
            lines += [Text(""), *_group_lines(cohort, width)]
        lines += _body_lines(cohort, width)
        for name, group in cohort.groups.items():
            heading = f"{cohort.settings.by}: {visible(name)}   {treated_words(group)}"
            lines += [Text(""), Text(""), *wrap_words(heading, width, style="bold reverse")]
            if group.treated != 0:
                lines += _body_lines(group, width)
        lines += [Text(""), *wrap_words(_LEGEND, prose, style="dim")]
        lines += [Text(""), *wrap_words(CURVE_WORDS, prose, style="dim")]
        lines += [Text(""), *wrap_words(ROUNDING_WORDS, prose, style="dim")]
    if cohort.settings.suppress_below:
        lines += [Text(""), *wrap_words(suppressed_words(cohort.settings), prose)]
    lines += [Text(""), *wrap_words(settings_words(cohort.settings), prose, "", "  ")]
    closing = (
        f"{cohort.disclaimer}   {cohort.grading}   catalogue {cohort.catalogue_version}   "
        f"wbc-tracker {version}"
    )
    return [*lines, Text(""), *wrap_words(closing, prose)]


def _body_lines(cohort: Cohort, width: int) -> list[Text]:
    """Return the tables of all, or of one group."""
    prose = min(width, _PROSE_WIDTH)
    lines: list[Text] = []
    for table in cohort.tables:
        lines += [Text(""), *_value_lines(table, cohort, width)]
        lines += [Text(""), *_depletion_lines(table, cohort.settings, width)]
    lines += [Text(""), *_share_lines(cohort, prose)]
    lines += [Text(""), *_reappearance_lines(cohort, prose)]
    lines += [Text(""), *_onset_lines(cohort, prose), *curve_lines(cohort, width)]
    lines += [Text(""), *_interval_lines(cohort, width)]
    lines += _shift_lines(cohort.reference_shifts, "reference interval", prose, cohort)
    lines += _shift_lines(
        cohort.grade_shifts, f"{cohort.grading} grade of a decrease", prose, cohort
    )
    return lines


def _group_lines(cohort: Cohort, width: int) -> list[Text]:
    """Return who is in which group: the patients of all groups are those of the cohort."""
    rows = [*((visible(name), group) for name, group in cohort.groups.items()), ("all", cohort)]
    lead: list[ColumnOfText] = [(visible(cohort.settings.by), [Text(name) for name, _ in rows])]
    counts = {"on record": "on_record", "treated": "treated", "with results": "drawn"}
    columns: list[ColumnOfText] = [
        (heading, [Text(told(getattr(one, name), cohort.settings)) for _, one in rows])
        for heading, name in counts.items()
    ]
    note = "Each patient is in one group; each table follows for all, then for each group."
    return [*block_lines(lead, columns, width), *wrap_words(note, width)]


def _onset_lines(cohort: Cohort, width: int) -> list[Text]:
    """Return how many are of which onset, and what that means."""
    lines = [Text("B cells before the first recorded infusion, in patients", style="bold")]
    for name, words in ONSET_WORDS.items():
        count = told(cohort.onsets[name], cohort.settings)
        lines += wrap_words(f"{count}: {words}.", width, f"  {name:<9}  ", " " * 13)
    return lines


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
    left_out = minus(cohort.on_record, cohort.treated)
    if cohort.treated == 0:
        on_record = told(cohort.on_record, cohort.settings)
        of = "patient" if cohort.on_record == 1 else "patients"
        return (
            f"None of the {on_record} {of} on record has an infusion by {cohort.settings.as_of}, "
            "so nothing can be counted since an infusion. Add the dates with `wbc-tracker infusion "
            "import FILE`, or name them with --infusions."
        )
    if isinstance(cohort.treated, Hidden):
        return (
            "How many are on record and treated is withheld: with it, and what is shown below, "
            "small counts could be worked out."
        )
    have = "has" if left_out == 1 else "have"
    drawn, treated = (told(count, cohort.settings) for count in (cohort.drawn, cohort.treated))
    of = "patient" if cohort.on_record == 1 else "patients"
    words = f"{told(cohort.on_record, cohort.settings)} {of} on record; "
    words += f"{told(left_out, cohort.settings)} without an infusion by then {have} been left out. "
    words += f"{drawn} of {treated} have results after their first infusion."
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
    return f" No results of {', '.join(absent)}." if absent and cohort.treated != 0 else ""


def _shown(table: SinceTable) -> list[int]:
    """Return the windows up to the last in which anybody, or as many as are shown, has a draw."""
    none = (0, Hidden.SMALL)
    drawn = [place for place, count in enumerate(table.depletion["drawn"]) if count not in none]
    return list(range(drawn[-1] + 1 if drawn else 0))


def _value_lines(table: SinceTable, cohort: Cohort, width: int) -> list[Text]:
    title = f"By weeks since {_SINCE[table.since]}: median [quartiles] patients/treated that long"
    lines = wrap_words(title, width, style="bold")
    shown = [BASELINE, *_shown(table)] if table.since == "first" else _shown(table)
    rows = table.values[table.values["window"].isin(shown)]
    analytes = list(dict.fromkeys(rows["analyte"]))
    if not analytes:
        return [*lines, *wrap_words("No results of these analytes after an infusion.", width)]
    cells = {
        (row["window"], row["analyte"]): _value_cell(row, cohort) for row in rows.to_dict("records")
    }
    lead: list[ColumnOfText] = [
        ("weeks", [Text(window_words(window, cohort.settings)) for window in shown])
    ]
    columns: list[ColumnOfText] = [
        (_heading(analyte, cohort), [cells[window, analyte] for window in shown])
        for analyte in analytes
    ]
    lines += block_lines(lead, columns, width)
    results, patients = table.outside
    if results != 0:
        many, whose = (told(count, cohort.settings) for count in (results, patients))
        of, by = (
            "result" if results == 1 else "results",
            "patient" if patients == 1 else "patients",
        )
        lines += wrap_words(f"In no window: {many} {of} of {whose} {by}.", width)
    return lines


def _heading(analyte: str, cohort: Cohort) -> str:
    return f"{cohort.analytes[analyte].short} {unit_words(cohort.units[analyte])}".strip()


def _value_cell(row: dict[Any, Any], cohort: Cohort) -> Text:
    counted = f"{told(row['n'], cohort.settings)}/{told(row['reached'], cohort.settings)}"
    if row["n"] in (0, Hidden.SMALL):
        return Text(counted)
    analyte = cohort.analytes[row["analyte"]]
    first, median, third = (
        _quantile_cell(analyte, row[name], row[f"{name}_comparator"])
        for name in ("q1", "median", "q3")
    )
    if {first, median, third} == {_UNASSESSABLE}:
        return Text(counted if cohort.settings.suppress_below else f"{_UNASSESSABLE} {counted}")
    known = f"{median} [{first}, {third}] {counted}"
    if cohort.settings.suppress_below:
        known = known.replace(_UNASSESSABLE, WITHHELD)
    return Text(known)


def _quantile_cell(analyte: Analyte, value: float, comparator: str) -> str:
    """Return a quantile in words; a limit is never rounded: `<1.4` does not mean `<1`."""
    if math.isnan(value):
        return _UNASSESSABLE
    return f"{comparator}{value:g}" if comparator else value_words(analyte, value)


def _depletion_lines(table: SinceTable, settings: CohortSettings, width: int) -> list[Text]:
    title = f"B cells depleted ({depleted_words(settings)}) by weeks since {_SINCE[table.since]}"
    shown = _shown(table)
    rows = table.depletion[table.depletion["window"].isin(shown)].to_dict("records")
    if not rows:
        return [
            *wrap_words(title, width, style="bold"),
            *wrap_words("No results after an infusion.", width),
        ]
    lead: list[ColumnOfText] = [
        ("weeks", [Text(window_words(window, settings)) for window in shown])
    ]
    columns: list[ColumnOfText] = [
        (
            "depleted of judged",
            [Text(share_words(row["depleted"], row["assessable"], settings)) for row in rows],
        ),
        ("with any result", [Text(told(row["drawn"], settings)) for row in rows]),
        ("treated that long", [Text(told(row["reached"], settings)) for row in rows]),
    ]
    return [*wrap_words(title, width, style="bold"), *block_lines(lead, columns, width)]


def _share_lines(cohort: Cohort, width: int) -> list[Text]:
    settings, depletion = cohort.settings, cohort.depletion
    shares: tuple[tuple[Proportion, str, str], ...] = (
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
    for share, name, words in shares:
        counts = share_words(share.count, share.assessable, settings)
        counts += f", {told(share.missing, settings)} not assessable"
        lines += wrap_words(f"{counts}: depleted on {words}.", width, f"  {name:<9}  ", " " * 13)
    return lines


def _reappearance_lines(cohort: Cohort, width: int) -> list[Text]:
    again, settings = cohort.reappearance, cohort.settings
    title = (
        "B cells seen again: the first day with B cells after a depleted day, infusions "
        "between or not"
    )
    lines = wrap_words(title, width, style="bold")
    if again.seen.assessable == 0:
        return [*lines, *wrap_words("Nobody has a depleted day on treatment.", width, "  ", "  ")]
    words = f"{share_words(again.seen.count, again.seen.assessable, settings)} ever depleted."
    if again.since_first[1].value is not None:
        words += (
            f" Days since the first infusion: {_days_words(again.since_first)}; since the "
            "last infusion: "
        )
        words += f"{_days_words(again.since_last)}."
    words += f" {told(again.not_seen, settings)} censored: not seen again by their last judged day"
    words += f" ({told(again.seen.missing, settings)} of them have none after the first depleted"
    words += " one)."
    hides = settings.suppress_below and again.since_first[1].value is None
    if again.median_days is None and hides and again.seen.count != 0:
        median = "not shown"
    else:
        median = "not reached" if again.median_days is None else f"{again.median_days} days"
    words += f" Kaplan-Meier median from the first depleted day: {median}."
    words += " B cells are seen at draws, so later than they came back."
    return [*lines, *wrap_words(words, width, "  ", "  ")]


def _days_words(quartiles: tuple[Quantile, Quantile, Quantile]) -> str:
    first, median, third = (
        WITHHELD if quantile.value is None else f"{quantile.value:g}" for quantile in quartiles
    )
    return f"{median} [{first}, {third}]"


def _interval_lines(cohort: Cohort, width: int) -> list[Text]:
    intervals, settings = cohort.intervals, cohort.settings
    lead: list[ColumnOfText] = [("", [Text(band.words) for band in intervals.bands])]
    columns: list[ColumnOfText] = [
        ("intervals", [Text(told(band.intervals, settings)) for band in intervals.bands]),
        ("patients", [Text(told(band.patients, settings)) for band in intervals.bands]),
        (
            "depleted before next",
            [
                Text(share_words(band.depleted, band.assessable, settings))
                for band in intervals.bands
            ],
        ),
    ]
    lines = wrap_words(
        "Intervals between courses, first infusion to first infusion", width, style="bold"
    )
    note = (
        "Usual: the interval of the earlier course's drug. Depleted before next: on the last "
        f"judged day of the course, at most {cohort.settings.pre_dose_days} days before the next; "
        "the other intervals have none. The first two bands lie below the minimum intervals of "
        "ocrelizumab. Without a next infusion yet: "
        f"{told(intervals.open, settings)} {'course' if intervals.open == 1 else 'courses'}. Of a "
        f"continuous drug, not counted: {told(intervals.continuous, settings)}."
    )
    return [*lines, *block_lines(lead, columns, width), *wrap_words(note, min(width, _PROSE_WIDTH))]


def _shift_lines(shifts: tuple[Shift, ...], what: str, width: int, cohort: Cohort) -> list[Text]:
    if not shifts:
        return []
    title = (
        f"Shift by {what}: baseline before treatment (rows) to the worst later value "
        "(columns), in patients"
    )
    lines = [Text(""), *wrap_words(title, width, style="bold")]
    for shift in shifts:
        lines += _shift_table(shift, width, cohort)
    return lines


def _shift_table(shift: Shift, width: int, cohort: Cohort) -> list[Text]:
    analyte, settings = cohort.analytes[shift.analyte], cohort.settings
    order = [*range(1, len(shift.states)), 0]
    shown = [place for place in order if shift.sums[place] != 0]
    lead: list[ColumnOfText] = [(analyte.short, [Text(shift.states[place]) for place in shown])]
    columns: list[ColumnOfText] = [
        (
            shift.states[later],
            [Text(told(shift.counts[place][later], settings)) for place in shown],
        )
        for later in order
    ]
    columns.append(("all", [Text(told(shift.sums[place], settings)) for place in shown]))
    note = (
        f"{told(total(shift.sums), settings)} of {told(shift.treated, settings)} treated; left "
        f"out: {told(shift.no_baseline, settings)} without a baseline before treatment, "
        f"{told(shift.no_later, settings)} without a later result."
    )
    if shift.partly != 0:
        note += f" Some later values of {told(shift.partly, settings)} could not be judged."
    new = shift.newly_worst
    note += (
        f" New {shift.worst_words}: {share_words(new.count, new.assessable, settings)} without it "
        "at baseline."
    )
    table = block_lines(lead, columns, width) if shown else [Text(analyte.short, style="bold")]
    return [*table, *wrap_words(note, width, "  ", "  ")]
