"""The report of one patient as lines for a terminal. Colour never carries anything that words do not say."""

from __future__ import annotations

import textwrap

from rich.text import Text

from wbc_tracker.catalog import Catalog
from wbc_tracker.report.analyte_lines import analyte_lines, legend_words
from wbc_tracker.report.columns import wrap_words
from wbc_tracker.report.event_lines import event_lines
from wbc_tracker.report.grid import trend_grid
from wbc_tracker.report.model import Draw, FlagLine, PatientReport, Report
from wbc_tracker.wording import count_words, date_words, days_words, visible

_MARKS = {"urgent": "!!!", "discuss": " !!", "info": "  i", "expected": " ok"}
_STYLES = {"urgent": "bold red", "discuss": "yellow", "info": "cyan", "expected": "green"}
_PROSE_WIDTH = 100
_INDENT = 14
_MOST_ALSO = 6
#: Flags that are told with where the patient stands, not in the list.
_WITH_STANDING = frozenset(("next_infusion",))
#: Only CD19 tells whether B cells are depleted; the drug lowers CD20 too.
_DEPLETION, _WHITE_CELLS = frozenset(("cd19", "cd19_pct")), frozenset(("wbc",))
_B_CELLS = _DEPLETION | {"cd20", "cd20_pct"}


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
    lines += [Text(""), *_standing_lines(patient, prose), Text("")]
    lines += _flag_lines(patient, prose, catalog)
    lines += event_lines(patient, prose)
    if patient.draws:
        lines += [*trend_grid(patient, width, catalog), Text(""), *analyte_lines(patient.trends, width, catalog)]
        lines += [Text(""), *wrap_words(legend_words(patient.trends, catalog), prose, style="dim")]
    closing = f"{report.disclaimer}   {report.grading}   catalogue {report.catalogue_version}"
    return [*lines, Text(""), *wrap_words(closing, prose)]


def _between(left: str, right: str, width: int) -> Text:
    if len(left) + len(right) + 3 > width:
        return Text("\n".join([*textwrap.wrap(left, width), right]), style="bold")
    gap = max(3, width - len(left) - len(right))
    return Text(f"{left}{' ' * gap}{right}", style="bold")


def _pattern_lines(patient: PatientReport, width: int) -> list[Text]:
    style = {"as_described": "bold green", "differs": "bold yellow"}.get(patient.pattern.code, "bold")
    lines = []
    for sentence in patient.pattern.sentences:
        urgent = sentence.startswith("Urgent:")
        lines += wrap_words(sentence, width, "  ", "  ", "bold red" if urgent else style)
    evidence = patient.pattern.evidence
    if evidence:
        room = max(len(when) for when, _ in evidence)
        for when, what in evidence:
            start = f"  {when:<{room}}{':' if when else ' '}  "
            lines += wrap_words(what, width, start, " " * len(start))
    return lines


def _standing_lines(patient: PatientReport, width: int) -> list[Text]:
    standing = patient.standing
    words = "No infusion given yet."
    if standing.last_infusion_on is not None:
        words = (
            f"Course {standing.course} since {standing.course_since}. Last infusion {standing.last_infusion_on}, "
            f"{days_words(standing.days_since_infusion or 0)} ago."
        )
    coming = [flag for flag in patient.flags if flag.code in _WITH_STANDING and flag.current]
    told = " ".join(flag.message for flag in coming)
    tags = f" [{', '.join([coming[0].code, *coming[0].statements])}]" if coming else ""
    return wrap_words(f"{words} {told}{tags}".strip(), width)


def _flag_lines(patient: PatientReport, width: int, catalog: Catalog) -> list[Text]:
    """Show current flags one by one, earlier ones under their own heading, expected ones as counts."""
    telling = [flag for flag in patient.flags if flag.severity != "expected"]
    current = [flag for flag in telling if flag.current and flag.code not in _WITH_STANDING]
    still = {(flag.code, flag.collected_at) for flag in current if not _subject(flag, catalog)}
    earlier = [flag for flag in telling if not flag.current and (flag.code, flag.collected_at) not in still]
    lines: list[Text] = []
    for flag, same_draw in _one_a_draw(current, catalog):
        lines += _flag(flag, width, _same_draw_words(same_draw, catalog))
    lines += _expected_lines(patient, width)
    of_results = [flag for flag in telling if flag.analyte and not _is_context(flag, catalog)]
    if not of_results and patient.draws and not patient.is_filtered:
        lines += wrap_words("No flag to discuss on record.", width, "    ", "    ")
    outside = _outside_words(patient, catalog)
    if outside:
        lines += wrap_words(outside, width, "    ", "    ")
    if earlier:
        lines += [Text(""), Text("Earlier (no longer the latest result, or older than 26 weeks)", style="bold")]
        groups: dict[tuple[str, str, str], list[FlagLine]] = {}
        for flag, _ in _one_a_draw(earlier, catalog):
            groups.setdefault((flag.severity, flag.code, _subject(flag, catalog)), []).append(flag)
        for latest, *others in groups.values():
            lines += _flag(latest, width, _also_words(others, catalog))
    return [*lines, Text("")] if lines else []


def _is_context(flag: FlagLine, catalog: Catalog) -> bool:
    """Return whether a flag only tells under which circumstances a draw was taken."""
    return flag.severity == "info" and catalog.flags[flag.code].of_draw


def _subject(flag: FlagLine, catalog: Catalog) -> str:
    """Return what a flag is about on its draw: an analyte, count or percentage, or nothing but the draw."""
    return "" if flag.analyte is None or catalog.flags[flag.code].of_draw else flag.analyte.removesuffix("_pct")


def _outside_words(patient: PatientReport, catalog: Catalog) -> str:
    """Name the analytes whose latest result lies outside its interval, but for the B cells that the drug removes."""
    outside = [t for t in patient.trends if t.latest_ref_flag in ("low", "high") and t.analyte not in _B_CELLS]
    told = ", ".join(f"{catalog.analytes[t.analyte].short} {t.latest_words} ({t.latest_ref_flag})" for t in outside)
    return f"Latest results outside their interval: {told}." if told else ""


def _one_a_draw(flags: list[FlagLine], catalog: Catalog) -> list[tuple[FlagLine, list[FlagLine]]]:
    """Tell a flag once a draw: on the count where the percentage has it too, and what holds for the draw once.

    Each comes with the same flag on the draw's other analytes. What is said of the patient is always told.
    """
    told: dict[tuple[str, ...], tuple[FlagLine, list[FlagLine]]] = {}
    for flag in flags:
        key = (flag.code, flag.collected_at or flag.message, _subject(flag, catalog))
        first, others = told.setdefault(key, (flag, []))
        named = [(other.analyte or "").removesuffix("_pct") for other in (first, *others)]
        if flag is not first and (flag.analyte or "").removesuffix("_pct") not in named:
            others.append(flag)
    return list(told.values())


def _same_draw_words(others: list[FlagLine], catalog: Catalog) -> str:
    told = ", ".join(f"{catalog.analytes[flag.analyte].name} {flag.value_words}" for flag in others if flag.analyte)
    return f" The same holds for {told}." if told else ""


def _also_words(others: list[FlagLine], catalog: Catalog) -> str:
    """Name the same flag on earlier draws, the latest of them one by one."""
    if not others:
        return ""
    told = []
    for other in others[:_MOST_ALSO]:
        value = f"{other.value_words} " if _subject(other, catalog) else ""
        told.append(f"{value}on {date_words(other.collected_at)[:10]}" if other.collected_at else other.message)
    more = len(others) - _MOST_ALSO
    return f" Also {', '.join(told)}" + (f" and on {more} earlier draws." if more > 0 else ".")


def _flag(flag: FlagLine, width: int, more: str = "") -> list[Text]:
    """Return the lines of one flag; `more` names the same flag elsewhere."""
    words = flag.message
    if not flag.current and flag.analyte:
        words += f" Next value: {flag.next_value}." if flag.next_value else " No later value."
    elif flag.current and flag.severity in ("urgent", "discuss"):
        words += f" {flag.next_step}"
    words += f"{more} [{', '.join([flag.code, *flag.statements])}]"
    first = f"{_MARKS[flag.severity]} {flag.severity:<{_INDENT - 4}}"
    lines = wrap_words(words, width, first, " " * len(first))
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
    lines = wrap_words("; ".join(told) + ".", width, first, " " * len(first))
    lines[0].stylize(_STYLES["expected"], 0, len(first))
    return lines
