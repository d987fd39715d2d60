"""What a report says of one result and of one draw of one patient, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from wbc_tracker.catalog import Analyte, Drug, Flag, Severity
from wbc_tracker.scales import Scale

#: Whether a low result was low at a neighbouring draw too, see `flags.repeats`.
RepeatCode = Literal["", "once", "next", "before"]


class FoundFlag(NamedTuple):
    """One flag on a result; `stands` while it is current."""

    flag: Flag
    severity: Severity
    stands: bool


class RuleBaseline(NamedTuple):
    """The baseline that the rules compare a result with; None where there is none.

    `note` says why it is unusual, as bits of `annotation.unusual`; `is_other`: it is a usual count
    from before the unusual baseline.
    """

    value: float | None
    day: str | None
    percent_change: float | None
    note: int
    is_other: bool


@dataclass(slots=True)  # not frozen: that would set each field of each result by a call
class ResultLine:
    """One annotated result, with what its sentences need of the patient's other results.

    Attributes:
        value, unit: canonical, as all figures. scale: in which unit they are told.
        step: the last decimal that was printed, as a number, 0 where it is not known.
        words: comparator and value as told, without the unit.
        flags: the flags on it, most severe first.
        against: the baseline that the rules compare it with. is_baseline_old: drawn more than a
            year before the first infusion.
        t_nk, t_nk_percent: T and NK cells of a row of lymphocytes, and their change. rest_fell:
            they fell beyond usual variation.
        is_fall: it fell beyond usual variation from a baseline that a fall can be told from.
        was_so_before: it is as low as before treatment.
        is_after_steroid: drawn 0-2 days after an infusion with a steroid. after_steroid_course,
            after_infection: drawn in the three weeks after one.
        state: the B-cell state of the day, empty where it cannot be told. fell_most: by 90 % or
            more from a usual baseline.
        infections_before: how many are recorded in the year before.
        depleted_before, seen_before, is_confirmed: of the B cells, see `Facts`.
        repeat: whether it was low at a neighbouring draw too. is_very_low: IgG that is.
        is_other_laboratory: another interval is printed than beside the baseline.
    """

    analyte: Analyte
    collected_at: str
    value: float
    comparator: str | None
    unit: str
    step: float
    scale: Scale
    words: str
    ref_low: float | None
    ref_high: float | None
    ref_source: str | None
    ref_flag: str | None
    derivation: str | None
    is_baseline: bool
    baseline_value: float | None
    baseline_kind: str | None
    baseline_note: str | None
    previous_value: float | None
    percent_change: float | None
    beyond_rcv: str | None
    ctcae_v5_grade: int | None
    depletion: str | None
    drug: Drug | None
    course: int
    days_since_infusion: int | None
    study_day: int | None
    phase: str | None
    last_infusion_on: str | None
    against: RuleBaseline
    is_baseline_old: bool
    t_nk: float | None
    t_nk_percent: float | None
    rest_fell: bool
    is_fall: bool
    was_so_before: bool
    is_after_steroid: bool
    after_steroid_course: bool
    after_infection: bool
    state: str
    fell_most: bool
    infections_before: int
    flags: tuple[FoundFlag, ...]
    depleted_before: bool
    seen_before: bool
    is_confirmed: bool
    repeat: RepeatCode
    is_very_low: bool
    is_other_laboratory: bool

    @property
    def severity(self) -> Severity | None:
        """How severe the worst of its flags is."""
        return self.flags[0].severity if self.flags else None

    @property
    def calls(self) -> bool:
        """Whether one of its flags calls for something."""
        return bool(self.flags) and self.flags[0].severity >= Severity.DISCUSS

    def has_flag(self, code: str) -> bool:
        """Whether a flag is on it."""
        return any(found.flag.code == code for found in self.flags)


@dataclass(frozen=True)
class Draw:
    """All results of one `collected_at`; `flags` in the order of the catalogue."""

    collected_at: str
    course: int
    days_since_infusion: int | None
    study_day: int | None
    phase: str | None
    results: list[ResultLine]
    flags: list[Flag]

    def holds(self, *analytes: str) -> bool:
        """Tell whether it has a result of one of the analytes."""
        return any(result.analyte.id in analytes for result in self.results)
