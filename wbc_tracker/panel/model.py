"""What a clinic panel says of many patients, as plain data that every renderer takes: one line a
patient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wbc_tracker.catalog import Analyte, Drug, Flag, Severity
from wbc_tracker.catalog.own_rules import AppliedRules
from wbc_tracker.explanation import own_rules_words
from wbc_tracker.panel.counts import ClinicCounts
from wbc_tracker.panel.doses import DoseBefore

#: What a panel shows of the latest results, unless others are asked for.
PANEL_ANALYTES = ("wbc", "neutrophils", "lymphocytes", "cd19", "igg")


@dataclass(frozen=True)
class PanelFlag:
    """One current flag: of a latest result at most 26 weeks old, or of the patient."""

    flag: Flag
    severity: Severity

    @property
    def code(self) -> str:
        """The code of the flag."""
        return self.flag.code


@dataclass(frozen=True)
class PanelNews:
    """One current flag that is new; or worse than it was, if `is_worse`."""

    flag: PanelFlag
    is_worse: bool


@dataclass(frozen=True)
class PanelCell:
    """The latest result of one analyte, and what could mislead about it.

    Attributes:
        analyte: what was measured; for B cells this can be the percentage, if no count is as new.
        number, comparator: as printed, so that what looks equal is equal. words: both, and `%` of a
            percentage that stands in for a count.
        stands_in: it is such a percentage.
        ref_flag: `low`, `normal`, `high`, None where not assessable.
        severity: of the worst current flag on this result, None without one.
        collected_at: when it was drawn. age_days: up to the day of the panel.
        is_stale: older than a result may be to count as current.
        is_before_infusion: drawn before the last infusion.
        is_of_another_day: a blood count that is older than the patient's latest one.
        has_other: the same draw has another value of this analyte too; the one with the worse flag
            is told.
    """

    analyte: Analyte
    number: float
    comparator: str | None
    words: str
    stands_in: bool
    ref_flag: str | None
    severity: Severity | None
    collected_at: str
    age_days: int
    is_stale: bool
    is_before_infusion: bool
    is_of_another_day: bool
    has_other: bool


@dataclass(frozen=True)
class PanelLine:
    """One patient.

    Attributes:
        patient_id: as in the files.
        severity: of the worst current flag, None without one.
        flags: current flags, worst first, each once; without the routine ones, which are told of
            everyone.
        drug, course: of the last infusion; None and 0 before the first.
        days_since_infusion: None before the first.
        next_on, next_kind, days_to_next: the next infusion, `recorded` (booked) or `planned` by the
            usual interval; negative days: past it. None if there is neither.
        last_count_on: date of the latest blood count (white cells, neutrophils or lymphocytes).
        cells: analyte asked for -> latest result; an analyte without one is missing.
        is_overdue: the planned date is past and no infusion is recorded or booked.
        ended_by: `stopped`, `other_drug` or `left`, where nothing is due any more; else None.
        labs_due: what is missing before the next infusion: `count`, `igg`; empty if nothing is, or
            if the infusion is not near.
        stands_apart: the treatment ended or the patient left, and nothing is urgent.
        news: what is new or worse, worst first. doses: the last ones, with CD19 before each; the
            latest first, empty where that was not asked.
    """

    patient_id: str
    severity: Severity | None
    flags: tuple[PanelFlag, ...]
    drug: Drug | None
    course: int
    days_since_infusion: int | None
    next_on: str | None
    next_kind: str | None
    days_to_next: int | None
    last_count_on: str | None
    cells: Mapping[str, PanelCell]
    is_overdue: bool
    ended_by: str | None
    labs_due: tuple[str, ...]
    stands_apart: bool = False
    news: tuple[PanelNews, ...] = ()
    doses: tuple[DoseBefore, ...] = ()

    @property
    def further_flags(self) -> int:
        """How many current flags beside the worst there are that are more than the expected
        picture.
        """
        return sum(flag.severity > Severity.EXPECTED for flag in self.flags[1:])


@dataclass(frozen=True)
class Panel:
    """The patients chosen, worst current flag first, then longest overdue or soonest due.

    Attributes:
        as_of: ISO date. analytes: the columns, in their order.
        lines: one a patient shown. patients: how many are on record.
        filter_words: what was asked for, a clause each (`who ...`); empty: everyone is shown.
        notes: sentences about whom the filters leave out although one might look for them.
        shows_labs_due: the labs that are due were asked for. shows_news: what is new was.
        news_since: the day before whose first import it is compared; None if there is none.
        counts: of those shown. igg_figure: under which IgG is very low, in g/L.
        current_weeks: how old a result may be to count as current.
        severities: each with what it asks of the reader, most severe first.
    """

    as_of: str
    analytes: tuple[Analyte, ...]
    lines: list[PanelLine]
    patients: int
    grading: str
    catalogue_version: str
    disclaimer: str
    current_weeks: float
    severities: tuple[tuple[Severity, str], ...]
    counts: ClinicCounts
    igg_figure: float
    filter_words: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    shows_labs_due: bool = False
    shows_news: bool = False
    news_since: str | None = None
    own_rules: tuple[AppliedRules, ...] = ()

    @property
    def own_words(self) -> list[str]:
        """What rules of one's own change, a sentence for each file of them."""
        return own_rules_words(self.own_rules)

    @property
    def apart(self) -> int:
        """How many of those shown stand apart, behind the others."""
        return sum(line.stands_apart for line in self.lines)
