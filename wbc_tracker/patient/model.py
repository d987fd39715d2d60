"""What a report says about one patient, as plain data that every renderer takes.

It holds the catalogue's own objects (analytes, flags, drugs, severities), so that nobody who tells
it needs the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from wbc_tracker.catalog import Analyte, Drug, EventKind, Flag, Severity
from wbc_tracker.explanation import Explained

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
    """The contrast of this patient: `as_described`, `differs` or `not_assessable`, in words.

    `evidence` are the numbers the sentences rest on.
    """

    code: str
    told: list[PatternSentence]
    collected_at: str | None = None
    evidence: list[EvidenceLine] = field(default_factory=list)

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
    """Where the patient stands on the day of the report; None before the first infusion."""

    drug: Drug | None = None
    course: int = 0
    course_since: str | None = None
    last_infusion_on: str | None = None
    days_since_infusion: int | None = None
    next_on: str | None = None
    next_kind: str | None = None
    days_to_next: int | None = None


@dataclass(frozen=True)
class InfusionLine:
    """One infusion: `course` is 0 for a booking."""

    infused_on: str
    drug: Drug
    dose_mg: float | None
    course: int


@dataclass(frozen=True)
class EventLine:
    """One event; `id` is None for one read from a file, `remark` empty where there is nothing to
    say.
    """

    id: int | None
    happened_on: str
    kind: EventKind
    note: str
    remark: str
    is_planned: bool = False

    @property
    def name(self) -> str:
        """What happened, with the note in the user's own words."""
        planned = ", planned" if self.is_planned else ""
        title = f"{self.kind.title}{planned}"
        return f"{title}: {self.note}" if self.note else title


class FoundFlag(NamedTuple):
    """One flag that stands on a result."""

    flag: Flag
    severity: Severity


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One annotated result, with what its sentences need of the patient's other results.

    Attributes:
        step: the last decimal that was printed, as a number, 0 where it is not known.
        words: comparator and value, without the unit.
        flags: the flags on it, most severe first. is_current: whether they stand.
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
    previous_value: float | None
    percent_change: float | None
    beyond_rcv: str | None
    ctcae_v5_grade: int | None
    course: int
    days_since_infusion: int | None
    study_day: int | None
    phase: str | None
    last_infusion_on: str | None
    flags: tuple[FoundFlag, ...]
    is_current: bool
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


@dataclass(frozen=True)
class FlagLine:
    """One flag, told in a sentence: on one result, or of the patient.

    Attributes:
        current: whether it stands.
        result: what it is said of, None for a flag of the patient. following: the next result of
            the same analyte.
        sources: the texts of its sources.
    """

    flag: Flag
    severity: Severity
    current: bool
    message: str
    sources: tuple[str, ...]
    result: ResultLine | None = None
    following: ResultLine | None = None

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
    def tags(self) -> list[str]:
        """The code of the flag and the statements it teaches."""
        return [self.flag.code, *self.flag.statements]


@dataclass(frozen=True)
class CourseLine:
    """What one course did; values with a comparator are limits,
    `pre_dose` is None in the present course.
    """

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

    `verdict` is one of trends.TREND_VERDICTS, of B cells `depleted`, `present` or `not assessable`;
    `words` tell it, and how the latest result stands. `variation` is None where none is published.
    """

    analyte: Analyte
    n: int
    first_at: str
    latest_at: str
    latest: float
    latest_comparator: str | None
    latest_ref_flag: str | None
    latest_limits: tuple[float | None, float | None]
    latest_words: str
    baseline: float | None
    baseline_kind: str | None
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


@dataclass(frozen=True)
class PatientReport:
    """Everything the report says about one patient; `is_filtered` when not every result is
    shown.
    """

    patient_id: str
    pattern: Pattern
    standing: Standing
    infusions: list[InfusionLine]
    draws: list[Draw]
    trends: list[TrendLine]
    flags: list[FlagLine]
    is_filtered: bool = False
    events: list[EventLine] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """The report of one or many patients with the settings it was made with.

    `analytes` are those that were asked for, none for all.
    """

    as_of: str
    catalogue_version: str
    grading: str
    disclaimer: str
    settings: dict[str, object]
    patients: list[PatientReport]
    explained: Explained
    analytes: tuple[Analyte, ...] = ()
