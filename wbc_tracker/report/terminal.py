"""The report of one patient as lines for a terminal. Colour never carries anything that words do not say."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from rich.text import Text

from wbc_tracker.catalog import Catalog
from wbc_tracker.report.grid import trend_grid
from wbc_tracker.report.model import Draw, FlagLine, PatientReport, Report, Standing, TrendLine
from wbc_tracker.report.sparkline import sparkline
from wbc_tracker.wording import count_words, date_words, days_words, percent_words, unit_words, visible

_MARKS = {"urgent": "!!!", "discuss": " !!", "info": "  i", "expected": " ok"}
_STYLES = {"urgent": "bold red", "discuss": "yellow", "info": "cyan", "expected": "green"}
_PROSE_WIDTH = 100
_INDENT = 14
_MOST_ALSO = 6
#: Only CD19 tells whether B cells are depleted; the drug lowers CD20 too.
_DEPLETION, _WHITE_CELLS = frozenset(("cd19", "cd19_pct")), frozenset(("wbc",))
_B_CELLS = _DEPLETION | {"cd20", "cd20_pct"}
#: The space between a number and its unit, at which no line is broken.
_NUMBER_WITH_UNIT = re.compile(r"(?<=\d) (?=%|10\^|/uL|g/L|mg\b)")


def render_patient(report: Report, patient: PatientReport, width: int, catalog: Catalog) -> list[Text]:
    """Return the lines: the contrast, where the patient stands, flags, the trend table, a line an analyte.

    Args:
        report: date and versions. patient: one of its patients.
        width: columns of the terminal; the prose never gets wider than 100.
        catalog: names of analytes.
    """
    prose = min(width, _PROSE_WIDTH)
    drug = patient.standing.drug or "no infusion recorded"
    lines = [
        _between(f"wbc-tracker   {visible(patient.patient_id)}   {drug}", f"as of {report.as_of}", prose),
        Text(""),
    ]
    lines += _pattern_lines(patient, prose)
    lines += [Text(""), *_standing_lines(patient.standing, prose), Text("")]
    lines += _flag_lines(patient, prose, catalog)
    if patient.draws:
        lines += [*trend_grid(patient, width, catalog), Text(""), *_trend_lines(patient.trends, width, catalog)]
        legend = f"{_LEGEND} {_variation_words(patient.trends, catalog)}".strip()
        lines += [Text(""), *_wrapped(legend, prose, style="dim")]
    closing = f"{report.disclaimer}   {report.grading}   catalogue {report.catalogue_version}"
    return [*lines, Text(""), *_wrapped(closing, prose)]


_LEGEND = (
    "day: since the last infusion; negative: to the first one. L, H: below, above the interval. v, ^: fell, rose "
    "beyond usual variation of one person (one in twenty unchanged pairs exceeds it too). !: see the flags. "
    "f: the first on record serves as baseline. The bars span the results and the interval. "
    "What a flag means: wbc-tracker explain CODE."
)


def _variation_words(trends: list[TrendLine], catalog: Catalog) -> str:
    """Say where the figure of usual variation is the larger of two, or rough."""
    shown = {trend.analyte for trend in trends}
    noted = [entry for entry in catalog.variations.values() if entry.note and entry.analyte in shown]
    told = "; ".join(f"{catalog.analytes[entry.analyte].short}: {entry.note}" for entry in noted)
    return f"Usual variation of {told}." if told else ""


def _between(left: str, right: str, width: int) -> Text:
    if len(left) + len(right) + 3 > width:
        return Text("\n".join([*textwrap.wrap(left, width), right]), style="bold")
    gap = max(3, width - len(left) - len(right))
    return Text(f"{left}{' ' * gap}{right}", style="bold")


def _wrapped(words: str, width: int, first: str = "", rest: str = "", style: str = "") -> list[Text]:
    kept = _NUMBER_WITH_UNIT.sub("\N{NO-BREAK SPACE}", words)
    wrapped = textwrap.wrap(kept, width, initial_indent=first, subsequent_indent=rest, break_long_words=False)
    return [Text(line.replace("\N{NO-BREAK SPACE}", " "), style=style) for line in wrapped]


def _pattern_lines(patient: PatientReport, width: int) -> list[Text]:
    style = {"as_described": "bold green", "differs": "bold yellow"}.get(patient.pattern.code, "bold")
    lines = []
    for sentence in patient.pattern.sentences:
        urgent = sentence.startswith("Urgent:")
        lines += _wrapped(sentence, width, "  ", "  ", "bold red" if urgent else style)
    evidence = patient.pattern.evidence
    if evidence:
        room = max(len(when) for when, _ in evidence)
        for when, what in evidence:
            start = f"  {when:<{room}}{':' if when else ' '}  "
            lines += _wrapped(what, width, start, " " * len(start))
    return lines


def _standing_lines(standing: Standing, width: int) -> list[Text]:
    if standing.last_infusion_on is None:
        words = "No infusion given yet."
        if standing.next_on:
            words += f" First infusion booked for {standing.next_on}, in {days_words(standing.days_to_next or 0)}."
        return _wrapped(words, width)
    words = (
        f"Course {standing.course} since {standing.course_since}. Last infusion {standing.last_infusion_on}, "
        f"{days_words(standing.days_since_infusion or 0)} ago. "
    )
    days = standing.days_to_next or 0
    if standing.next_kind == "recorded":
        words += f"Next infusion booked for {standing.next_on}, in {days_words(days)}."
    elif standing.awaits_second_half:
        due = "is due about" if days >= 0 else "none is recorded; it was due about"
        words += f"The second half of the first dose: {due} {standing.next_on}."
    elif days >= 0:
        words += f"Next due by the usual interval about {standing.next_on}, in {days_words(days)}."
    else:
        words += (
            f"By the usual interval the next was due about {standing.next_on}, {days_words(-days)} ago; none is "
            "recorded. Your team may have agreed a longer interval."
        )
    return _wrapped(words, width)


def _flag_lines(patient: PatientReport, width: int, catalog: Catalog) -> list[Text]:
    """Show current flags one by one, earlier ones under their own heading, expected ones as counts."""
    telling = [flag for flag in patient.flags if flag.severity != "expected"]
    current = [flag for flag in telling if flag.current]
    earlier = [flag for flag in telling if not flag.current]
    lines: list[Text] = []
    for flag in _one_a_draw(current):
        lines += _flag(flag, width)
    lines += _expected_lines(patient, width)
    if not telling and patient.draws and not patient.is_filtered:
        lines += _wrapped("No flag to discuss on record.", width, "    ", "    ")
    outside = _outside_words(patient, catalog)
    if outside:
        lines += _wrapped(outside, width, "    ", "    ")
    if earlier:
        lines += [Text(""), Text("Earlier (no longer the latest result, or older than 26 weeks)", style="bold")]
        groups: dict[tuple[str, str, str], list[FlagLine]] = {}
        for flag in _one_a_draw(earlier):
            groups.setdefault((flag.severity, flag.code, flag.analyte.removesuffix("_pct")), []).append(flag)
        for latest, *others in groups.values():
            lines += _flag(latest, width, others)
    return [*lines, Text("")] if lines else []


def _outside_words(patient: PatientReport, catalog: Catalog) -> str:
    """Name the analytes whose latest result lies outside its interval, but for the B cells that the drug removes."""
    outside = [t for t in patient.trends if t.latest_ref_flag in ("low", "high") and t.analyte not in _B_CELLS]
    told = ", ".join(f"{catalog.analytes[t.analyte].short} {t.latest_words} ({t.latest_ref_flag})" for t in outside)
    return f"Latest results outside their interval: {told}." if told else ""


def _one_a_draw(flags: list[FlagLine]) -> list[FlagLine]:
    """Tell a flag that stands on the count and on the percentage of one draw only once, on the count."""
    told: dict[tuple[str, str, str], FlagLine] = {}
    for flag in flags:
        told.setdefault((flag.code, flag.collected_at, flag.analyte.removesuffix("_pct")), flag)
    return list(told.values())


def _flag(flag: FlagLine, width: int, others: Sequence[FlagLine] = ()) -> list[Text]:
    """Return the lines of one flag; `others` are the same flag on earlier draws, named in one sentence."""
    words = flag.message
    if not flag.current:
        words += f" Next value: {flag.next_value}." if flag.next_value else " No later value."
    elif flag.severity in ("urgent", "discuss"):
        words += f" {flag.next_step}"
    if others:
        told = ", ".join(
            f"{other.value_words} on {date_words(other.collected_at)[:10]}" for other in others[:_MOST_ALSO]
        )
        more = len(others) - _MOST_ALSO
        words += f" Also {told}" + (f" and on {more} earlier draws." if more > 0 else ".")
    words += f" [{', '.join([flag.code, *flag.statements])}]"
    first = f"{_MARKS[flag.severity]} {flag.severity:<{_INDENT - 4}}"
    lines = _wrapped(words, width, first, " " * len(first))
    lines[0].stylize(_STYLES[flag.severity], 0, len(first))
    return lines


def _holds(draw: Draw, analytes: frozenset[str]) -> bool:
    return any(result.analyte in analytes for result in draw.results)


def _expected_lines(patient: PatientReport, width: int) -> list[Text]:
    """Count the expected findings against the draws on which they could be looked for."""
    on_treatment = [draw for draw in patient.draws if draw.course > 0]
    told = []
    for code, analytes, words in (
        ("b_cells_depleted", (_DEPLETION,), "B cells depleted"),
        ("wbc_stable", (_WHITE_CELLS,), "white cells within usual variation"),
        ("selective_depletion", (_DEPLETION, _WHITE_CELLS), "both on one day (the selective picture)"),
    ):
        tested = [draw for draw in on_treatment if all(_holds(draw, group) for group in analytes)]
        found = [draw for draw in tested if code in draw.flags]
        if found:
            told.append(f"{words} on {len(found)} of {count_words(len(tested), 'draw', 'draws')}")
    if not told:
        return []
    first = f"{_MARKS['expected']} {'expected':<{_INDENT - 4}}"
    lines = _wrapped("; ".join(told) + ".", width, first, " " * len(first))
    lines[0].stylize(_STYLES["expected"], 0, len(first))
    return lines


def _trend_lines(trends: list[TrendLine], width: int, catalog: Catalog) -> list[Text]:
    """Return one line an analyte: baseline, latest, change, verdict, number of results, sparkline."""
    cells = []
    for trend in trends:
        analyte = catalog.analytes[trend.analyte]
        mark = "f" if trend.baseline_kind == "first_on_record" else ""
        change = percent_words(trend.percent_change) if trend.percent_change is not None else ""
        cells.append(
            (
                analyte.short,
                unit_words(catalog.canonical_unit(trend.analyte)),
                f"{trend.baseline_words or '?'}{mark} ->",
                trend.latest_words,
                change,
                f"n {trend.n}",
                trend.verdict,
                sparkline(trend.series, trend.latest_limits),
            )
        )
    widths = [max(len(row[i]) for row in cells) for i in range(6)]
    lines: list[Text] = []
    for row in cells:
        start = "  ".join(
            (
                row[0].ljust(widths[0]),
                row[1].ljust(widths[1]),
                row[2].rjust(widths[2]) + " " + row[3].rjust(widths[3]),
                row[4].rjust(widths[4]),
                row[5].ljust(widths[5]),
            )
        )
        whole = f"{start}  {row[6]}  {row[7]}".rstrip()
        if len(whole) <= width:
            lines.append(Text(whole))
        else:
            lines += [Text(f"{start}  {row[7]}".rstrip()), Text(f"{' ' * (widths[0] + 2)}{row[6]}")]
    return lines
