"""What a report says about one patient, as plain data that every renderer takes.

It holds the catalogue's own objects, so that nobody who tells it needs the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from wbc_tracker.catalog import Analyte, Drug, EventKind, Flag, Severity
from wbc_tracker.explanation import Explained

_DAYS_PER_YEAR = 365.25
#: Whether a low result was low at a neighbouring draw too, see `flags.repeats`.
RepeatCode = Literal["", "once", "next", "before"]


class EvidenceLine(NamedTuple):
    """One line of numbers that the sentences rest on; `when` is empty where it is as above."""

    when: str
    what: str


@dataclass(frozen=True)
class PatternSentence:
    """One sentence of the pattern; `is_urgent` of what has to be done at once."""

    words: str
    is_urgent: bool = False


@dataclass(frozen=True)
class Pattern:
    """The contrast of this patient, in words.

    `code` is `as_described`, `returning`, `differs`, `not_assessable` or `after_treatment`.
    `results` and `evidence` are the numbers it rests on. `question` asks what would settle it.
    """

    code: str
    told: list[PatternSentence]
    collected_at: str | None = None
    evidence: list[EvidenceLine] = field(default_factory=list)
    results: list[ResultLine] = field(default_factory=list)
    question: str = ""

    @property
    def sentences(self) -> list[str]:
        """The sentences alone."""
        return [sentence.words for sentence in self.told]

    @property
    def sentence(self) -> str:
        """All sentences in one."""
        return " ".join(self.sentences)


@dataclass(frozen=True)
class Standing:
    """Where the patient stands on the day of the report; None before the first infusion.

    `ended_by`: `stopped`, `other_drug`, `left` (followed elsewhere) or None; `ending` says so.
    """

    drug: Drug | None = None
    course: int = 0
    course_since: str | None = None
    last_infusion_on: str | None = None
    days_since_infusion: int | None = None
    next_on: str | None = None
    next_kind: str | None = None
    days_to_next: int | None = None
    ended_on: str | None = None
    ended_by: str | None = None
    ending: str = ""


@dataclass(frozen=True)
class InfusionLine:
    """One infusion: `course` is 0 for a booking; `is_named` where the drug is not that of the one
    before, or the first of several.
    """

    infused_on: str
    drug: Drug
    dose_mg: float | None
    course: int
    is_named: bool = False


@dataclass(frozen=True)
class EventLine:
    """One event; `id` is None if read from a file, `remark` empty if there is nothing to say."""

    id: int | None
    happened_on: str
    kind: EventKind
    note: str
    remark: str
    is_planned: bool = False

    @property
    def name(self) -> str:
        """What happened, with the note in the user's own words."""
        title = f"{self.kind.title}{', planned' if self.is_planned else ''}"
        return f"{title}: {self.note}" if self.note else title


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
        step: the last decimal that was printed, as a number, 0 where it is not known.
        words: comparator and value, without the unit.
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


@dataclass(slots=True)  # as ResultLine
class FlagLine:
    """One flag, told in a sentence: on one result, or of the patient.

    Attributes:
        current: whether it stands. result: what it is said of, None for a flag of the patient.
        following: the next result of the same analyte.
        sources: the texts of its sources. clause: the same in a few words, for behind another flag
            of the result; question: of a flag of the patient. Empty where there are none.
    """

    flag: Flag
    severity: Severity
    current: bool
    message: str
    sources: tuple[str, ...]
    result: ResultLine | None = None
    following: ResultLine | None = None
    clause: str = ""
    question: str = ""

    @property
    def code(self) -> str:
        """The code of the flag."""
        return self.flag.code

    @property
    def collected_at(self) -> str | None:
        """When the result was drawn."""
        return self.result.collected_at if self.result else None

    @property
    def calls(self) -> bool:
        """Whether it calls for something."""
        return self.severity >= Severity.DISCUSS

    @property
    def next_step(self) -> str:
        """What people usually do next; of a graded result the step of its grade."""
        return self.flag.step_of(self.result.ctcae_v5_grade if self.result else None)

    @property
    def tags(self) -> list[str]:
        """The code of the flag and the statements it teaches."""
        return [self.flag.code, *self.flag.statements]


@dataclass(frozen=True)
class CourseLine:
    """What one course did; a comparator makes a limit; `pre_dose` is None in the present one."""

    course: int
    pre_dose: float | None
    pre_dose_comparator: str | None
    nadir: float
    nadir_comparator: str | None
    nadir_day: int
    last: float
    last_comparator: str | None


@dataclass(frozen=True)
class UsualVariation:
    """How far an analyte varies in one person, in percent: a fall is negative.

    `note` says where the figure is the larger of two, or rough.
    """

    fall: float
    rise: float
    note: str


@dataclass(frozen=True)
class TrendLine:
    """One analyte over time; None where nothing can be said.

    `series` are all values in time order; `infusions` the places in it before which an infusion was
    given since the value before, `len(series)` if one was given since the last.

    `verdict` is one of trends.TREND_VERDICTS, of B cells `depleted`, `few`, `present` or `not
    assessable`; `words` tell it, and how the latest result stands. `variation` is None where none
    is published. The `_result`s are those that `patient.summary` tells of.
    """

    analyte: Analyte
    n: int
    first_at: str
    latest_at: str
    latest: float
    latest_comparator: str | None
    latest_ref_flag: str | None
    latest_ref_source: str | None
    latest_limits: tuple[float | None, float | None]
    latest_words: str
    baseline: float | None
    baseline_kind: str | None
    baseline_note: str | None
    percent_change: float | None
    beyond_rcv: str | None
    beyond_rcv_previous: str | None
    verdict: str
    words: str
    n_used: int
    span_days: int
    slope_per_year: float | None
    slope_low: float | None
    slope_high: float | None
    p_value: float | None
    fitted_change_percent: float | None
    variation: UsualVariation | None
    courses: list[CourseLine]
    series: list[float]
    infusions: list[int]
    baseline_result: ResultLine | None
    lowest_result: ResultLine | None
    latest_results: tuple[ResultLine, ...]

    @property
    def pace_percent(self) -> float | None:
        """The fitted change a year, in percent of the fitted value on the first day."""
        if self.fitted_change_percent is None or not self.span_days:
            return None
        return self.fitted_change_percent * _DAYS_PER_YEAR / self.span_days


@dataclass(frozen=True)
class PatientReport:
    """Everything the report says of one patient; `is_filtered`: not every result is shown."""

    patient_id: str
    pattern: Pattern
    standing: Standing
    infusions: list[InfusionLine]
    draws: list[Draw]
    trends: list[TrendLine]
    flags: list[FlagLine]
    is_filtered: bool = False
    events: list[EventLine] = field(default_factory=list)

    @property
    def drug_words(self) -> str:
        """The drugs that were given, in their order; empty before the first."""
        given = [infusion.drug.name for infusion in self.infusions if infusion.course]
        changes = [name for at, name in enumerate(given) if not at or name != given[at - 1]]
        return ", then ".join(changes)


@dataclass(frozen=True)
class Report:
    """The report of one or many patients with the settings it was made with.

    `analytes` are those that were asked for, none for all; `title` heads it, beside the id.
    """

    as_of: str
    catalogue_version: str
    grading: str
    disclaimer: str
    settings: dict[str, object]
    patients: list[PatientReport]
    explained: Explained
    analytes: tuple[Analyte, ...] = ()
    title: str | None = None
