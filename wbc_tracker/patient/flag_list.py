"""Which flags of a patient are told, in which order and in which words: the same in every
renderer.
"""

from __future__ import annotations

from dataclasses import dataclass

from wbc_tracker.catalog import Catalog
from wbc_tracker.patient.model import Draw, FlagLine, PatientReport
from wbc_tracker.wording import count_words, date_words

EARLIER = "Earlier (no longer the latest result, or older than 26 weeks)"
NOTHING_TO_DISCUSS = "No flag to discuss on record."
_MOST_ALSO = 6
#: Flags that are told with where the patient stands, not in the list.
WITH_STANDING = frozenset(("next_infusion",))
#: Only CD19 tells whether B cells are depleted; the drug lowers CD20 too.
_DEPLETION, _WHITE_CELLS = frozenset(("cd19", "cd19_pct")), frozenset(("wbc",))
_B_CELLS = _DEPLETION | {"cd20", "cd20_pct"}


@dataclass(frozen=True)
class ToldFlag:
    """One flag as it is told: its sentence, what people usually do next, and where else it stands.

    `next_step` is empty for a flag that no longer stands; `more` is empty where it stands nowhere
    else.
    """

    flag: FlagLine
    words: str
    next_step: str
    more: str

    @property
    def calls(self) -> bool:
        """Whether it calls for something."""
        return self.flag.severity in ("urgent", "discuss")

    @property
    def tags(self) -> str:
        """The code of the flag and the statements it teaches."""
        return ", ".join([self.flag.code, *self.flag.statements])


def current_flags(patient: PatientReport, catalog: Catalog) -> list[ToldFlag]:
    """Return what stands now, most severe first, each once a draw; expected findings are counted
    elsewhere.
    """
    return [
        ToldFlag(flag, flag.message, flag.next_step, _same_draw_words(others, catalog))
        for flag, others in _one_a_draw(_current(patient), catalog)
    ]


def earlier_flags(patient: PatientReport, catalog: Catalog) -> list[ToldFlag]:
    """Return what no longer stands, most severe first, with what the next value was; the same flag
    only once.
    """
    still = {
        (flag.code, flag.collected_at) for flag in _current(patient) if not _subject(flag, catalog)
    }
    earlier = [
        flag
        for flag in _telling(patient)
        if not flag.current and (flag.code, flag.collected_at) not in still
    ]
    groups: dict[tuple[str, str, str], list[FlagLine]] = {}
    for flag, _ in _one_a_draw(earlier, catalog):
        groups.setdefault((flag.severity, flag.code, _subject(flag, catalog)), []).append(flag)
    return [
        ToldFlag(
            latest, f"{latest.message}{_next_value_words(latest)}", "", _also_words(others, catalog)
        )
        for latest, *others in groups.values()
    ]


def expected_words(patient: PatientReport) -> str:
    """Count the expected findings against the draws on which they could be looked for; empty
    without any.
    """
    on_treatment = [draw for draw in patient.draws if draw.course > 0]
    told = []
    for code, analytes, words in (
        ("b_cells_depleted", (_DEPLETION,), "B cells depleted"),
        ("wbc_stable", (_WHITE_CELLS,), "white cells within usual variation"),
        (
            "selective_depletion",
            (_DEPLETION, _WHITE_CELLS),
            "both on one day (the selective picture)",
        ),
    ):
        tested = [draw for draw in on_treatment if all(_holds(draw, group) for group in analytes)]
        found = [draw for draw in tested if code in draw.flags]
        if found:
            told.append(f"{words} on {len(found)} of {count_words(len(tested), 'draw', 'draws')}")
    return f"{'; '.join(told)}." if told else ""


def remaining_words(patient: PatientReport, catalog: Catalog) -> list[str]:
    """Say that there is nothing to discuss, if so, and which latest results lie outside their
    interval.
    """
    of_results = [
        flag for flag in _telling(patient) if flag.analyte and not _is_context(flag, catalog)
    ]
    nothing = not of_results and bool(patient.draws) and not patient.is_filtered
    told = [NOTHING_TO_DISCUSS if nothing else "", _outside_words(patient, catalog)]
    return [words for words in told if words]


def standing_flags(patient: PatientReport) -> list[FlagLine]:
    """Return the flags that are told with where the patient stands."""
    return [flag for flag in patient.flags if flag.code in WITH_STANDING and flag.current]


def _telling(patient: PatientReport) -> list[FlagLine]:
    return [flag for flag in patient.flags if flag.severity != "expected"]


def _current(patient: PatientReport) -> list[FlagLine]:
    return [flag for flag in _telling(patient) if flag.current and flag.code not in WITH_STANDING]


def _is_context(flag: FlagLine, catalog: Catalog) -> bool:
    """Return whether a flag only tells under which circumstances a draw was taken."""
    return flag.severity == "info" and catalog.flags[flag.code].of_draw


def _subject(flag: FlagLine, catalog: Catalog) -> str:
    """Return what a flag is about on its draw: an analyte, count or percentage,
    or nothing but the draw.
    """
    return (
        ""
        if flag.analyte is None or catalog.flags[flag.code].of_draw
        else flag.analyte.removesuffix("_pct")
    )


def _outside_words(patient: PatientReport, catalog: Catalog) -> str:
    """Name the analytes whose latest result lies outside its interval,
    but for the B cells that the drug removes.
    """
    outside = [
        t
        for t in patient.trends
        if t.latest_ref_flag in ("low", "high") and t.analyte not in _B_CELLS
    ]
    told = ", ".join(
        f"{catalog.analytes[t.analyte].short} {t.latest_words} ({t.latest_ref_flag})"
        for t in outside
    )
    return f"Latest results outside their interval: {told}." if told else ""


def _one_a_draw(flags: list[FlagLine], catalog: Catalog) -> list[tuple[FlagLine, list[FlagLine]]]:
    """Tell a flag once a draw: on the count where the percentage has it too, and what holds for
    the draw once.

    Each comes with the same flag on the draw's other analytes. What is said of the patient is
    always told.
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
    told = ", ".join(
        f"{catalog.analytes[flag.analyte].name} {flag.value_words}"
        for flag in others
        if flag.analyte
    )
    return f"The same holds for {told}." if told else ""


def _next_value_words(flag: FlagLine) -> str:
    if not flag.analyte:
        return ""
    return f" Next value: {flag.next_value}." if flag.next_value else " No later value."


def _also_words(others: list[FlagLine], catalog: Catalog) -> str:
    """Name the same flag on earlier draws, the latest of them one by one."""
    if not others:
        return ""
    told = []
    for other in others[:_MOST_ALSO]:
        value = f"{other.value_words} " if _subject(other, catalog) else ""
        told.append(
            f"{value}on {date_words(other.collected_at)[:10]}"
            if other.collected_at
            else other.message
        )
    more = len(others) - _MOST_ALSO
    return f"Also {', '.join(told)}" + (f" and on {more} earlier draws." if more > 0 else ".")


def _holds(draw: Draw, analytes: frozenset[str]) -> bool:
    return any(result.analyte in analytes for result in draw.results)
