"""Which flags of a patient are told, in which order and in which words: the same in every
renderer.
"""

from __future__ import annotations

from dataclasses import dataclass

from wbc_tracker.catalog import Severity
from wbc_tracker.patient.flag_blocks import FlagBlock, gather_blocks, subject_of
from wbc_tracker.patient.messages import result_words
from wbc_tracker.patient.model import FlagLine, PatientReport
from wbc_tracker.patient.result_lines import Draw
from wbc_tracker.wording import count_words, date_words

EARLIER = "Earlier (no longer the latest result, or older than 26 weeks)"
NOTHING_TO_DISCUSS = (
    "Nothing here needs a special talk; high or low single values are listed below."
)
_MOST_ALSO = 6
#: Flags that are told with where the patient stands, not in the list.
WITH_STANDING = frozenset(("next_infusion",))


@dataclass(frozen=True)
class ToldFlag:
    """One block as it is told: its sentence, what people usually do next, and where else it stands.

    `flag` leads it, `behind` follow it. `next_step` is empty for a flag that no longer stands;
    `more` is empty where it stands nowhere else. `severity` and `tags` are those of the whole
    block.
    """

    flag: FlagLine
    severity: Severity
    tags: list[str]
    words: str
    next_step: str
    more: str
    behind: tuple[FlagLine, ...] = ()

    @property
    def calls(self) -> bool:
        """Whether it calls for something."""
        return self.severity >= Severity.DISCUSS


def current_flags(patient: PatientReport) -> list[ToldFlag]:
    """Return what stands now, most severe first, one abnormal count once; expected findings are
    counted elsewhere.
    """
    return [
        _told(block, block.words, block.next_step, _same_draw_words(block.others))
        for block in gather_blocks(_current(patient))
    ]


def earlier_flags(patient: PatientReport) -> list[ToldFlag]:
    """Return what no longer stands, most severe first, with what the next value was; the same flag
    only once.
    """
    still = {(flag.code, flag.collected_at) for flag in _current(patient) if not subject_of(flag)}
    earlier = [
        flag
        for flag in _telling(patient)
        if not flag.current and (flag.code, flag.collected_at) not in still
    ]
    groups: dict[tuple[Severity, str, str], list[FlagBlock]] = {}
    for block in gather_blocks(earlier):
        key = (block.severity, block.leader.code, subject_of(block.leader))
        groups.setdefault(key, []).append(block)
    return [
        _told(
            latest,
            f"{latest.words}{_next_value_words(latest.leader)}",
            "",
            _also_words([block.leader for block in others]),
        )
        for latest, *others in groups.values()
    ]


def _told(block: FlagBlock, words: str, next_step: str, more: str) -> ToldFlag:
    behind = tuple(block.followers)
    return ToldFlag(block.leader, block.severity, block.tags, words, next_step, more, behind)


def expected_words(patient: PatientReport) -> str:
    """Count the expected findings against the draws on which they could be looked for; empty
    without any.
    """
    on_treatment = [draw for draw in patient.draws if draw.course > 0]
    told = []
    for code, needed, words in (
        ("b_cells_depleted", (_tells_depletion,), "B cells depleted"),
        ("wbc_stable", (_holds_white_cells,), "white cells within usual variation"),
        (
            "selective_depletion",
            (_tells_depletion, _holds_white_cells),
            "both on one day (the selective picture)",
        ),
    ):
        tested = [draw for draw in on_treatment if all(holds(draw) for holds in needed)]
        found = [draw for draw in tested if any(flag.code == code for flag in draw.flags)]
        if found:
            told.append(f"{words} on {len(found)} of {count_words(len(tested), 'draw', 'draws')}")
    return f"{'; '.join(told)}." if told else ""


def _tells_depletion(draw: Draw) -> bool:
    """Tell whether a draw can say that B cells are depleted: only CD19, the drug hides CD20."""
    return any(result.analyte.depleted_below is not None for result in draw.results)


def _holds_white_cells(draw: Draw) -> bool:
    return draw.holds("wbc")


def remaining_words(patient: PatientReport) -> list[str]:
    """Say that there is nothing to discuss, if so, and which latest results lie outside their
    interval.
    """
    of_results = [flag for flag in _telling(patient) if flag.result and not _is_context(flag)]
    nothing = not of_results and bool(patient.draws) and not patient.is_filtered
    nothing &= patient.pattern.code != "differs"
    told = [NOTHING_TO_DISCUSS if nothing else "", _outside_words(patient)]
    return [words for words in told if words]


def standing_flags(patient: PatientReport) -> list[FlagLine]:
    """Return the flags that are told with where the patient stands."""
    return [flag for flag in patient.flags if flag.code in WITH_STANDING and flag.current]


def _telling(patient: PatientReport) -> list[FlagLine]:
    return [flag for flag in patient.flags if flag.severity > Severity.EXPECTED]


def _current(patient: PatientReport) -> list[FlagLine]:
    return [flag for flag in _telling(patient) if flag.current and flag.code not in WITH_STANDING]


def _is_context(flag: FlagLine) -> bool:
    """Return whether a flag only tells under which circumstances a draw was taken."""
    return flag.severity == Severity.INFO and flag.flag.of_draw


def _outside_words(patient: PatientReport) -> str:
    """Name the analytes whose latest result lies outside its interval,
    but for the B cells that the drug removes.
    """
    told = ", ".join(
        f"{trend.analyte.short} {trend.latest_words} ({trend.latest_ref_flag})"
        for trend in patient.trends
        if trend.latest_ref_flag in ("low", "high") and not trend.analyte.is_b_cells
    )
    return f"Latest results outside their interval: {told}." if told else ""


def _same_draw_words(others: list[FlagLine]) -> str:
    told = ", ".join(
        f"{flag.result.analyte.name} {result_words(flag.result)}" for flag in others if flag.result
    )
    return f"The same holds for {told}." if told else ""


def _next_value_words(flag: FlagLine) -> str:
    if flag.result is None:
        return ""
    if flag.following is None:
        return " No later value."
    on = date_words(flag.following.collected_at)
    return f" Next value: {result_words(flag.following)} on {on}."


def _also_words(others: list[FlagLine]) -> str:
    """Name the same flag on earlier draws, the latest of them one by one."""
    if not others:
        return ""
    told = []
    for other in others[:_MOST_ALSO]:
        value = f"{result_words(other.result)} " if other.result and subject_of(other) else ""
        told.append(f"{value}on {other.collected_at[:10]}" if other.collected_at else other.message)
    more = len(others) - _MOST_ALSO
    return f"Also {', '.join(told)}" + (f" and on {more} earlier draws." if more > 0 else ".")
