"""What a report says about one patient, as plain data that every renderer takes."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pattern:
    """The contrast of this patient: `as_described`, `differs` or `not_assessable`, in words.

    `evidence` are (when, what) lines with the numbers the sentences rest on.
    """

    code: str
    sentences: list[str]
    collected_at: str | None = None
    evidence: list[tuple[str, str]] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """All sentences in one."""
        return " ".join(self.sentences)


@dataclass(frozen=True)
class Standing:
    """Where the patient stands on the day of the report; None before the first infusion."""

    drug: str | None = None
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
    drug: str
    dose_mg: float | None
    course: int


@dataclass(frozen=True)
class EventLine:
    """One event; `id` is None for one read from a file, `remark` empty where there is nothing to
    say.
    """

    id: int | None
    happened_on: str
    kind: str
    title: str
    note: str
    remark: str
    is_planned: bool = False

    @property
    def name(self) -> str:
        """What happened, with the note in the user's own words."""
        planned = ", planned" if self.is_planned else ""
        return f"{self.title}{planned}: {self.note}" if self.note else f"{self.title}{planned}"


@dataclass(frozen=True)
class ResultLine:
    """One result of a draw; `flags` are the codes of its flags."""

    analyte: str
    value: float
    comparator: str | None
    unit: str
    words: str
    ref_low: float | None
    ref_high: float | None
    ref_flag: str | None
    derivation: str | None
    percent_change: float | None
    beyond_rcv: str | None
    ctcae_v5_grade: int | None
    is_baseline: bool
    worst_flag: str | None
    ref_source: str | None
    flags: list[str]


@dataclass(frozen=True)
class Draw:
    """All results of one `collected_at`."""

    collected_at: str
    course: int
    days_since_infusion: int | None
    study_day: int | None
    phase: str | None
    results: list[ResultLine]
    flags: list[str]


@dataclass(frozen=True)
class FlagLine:
    """One flag, told in a sentence: on one result, or of the patient (then it names no analyte and
    no draw).

    `next_value` is what the following result was.
    """

    code: str
    severity: str
    current: bool
    title: str
    message: str
    next_step: str
    analyte: str | None
    value_words: str
    collected_at: str | None
    next_value: str
    statements: list[str]
    sources: list[str]


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
class TrendLine:
    """One analyte over time; None where nothing can be said.

    `series` are all values in time order; `infusions` the places in it before which an infusion was
    given since the value before, `len(series)` if one was given since the last.

    `verdict` is one of trends.TREND_VERDICTS, of B cells `depleted`, `present` or `not assessable`;
    `words` tell it, and how the latest result stands.
    """

    analyte: str
    n: int
    first_at: str
    latest_at: str
    latest: float
    latest_comparator: str | None
    latest_ref_flag: str | None
    latest_limits: tuple[float | None, float | None]
    latest_words: str
    baseline: float | None
    baseline_words: str | None
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
    """The report of one or many patients with the settings it was made with."""

    as_of: str
    catalogue_version: str
    grading: str
    disclaimer: str
    settings: dict[str, object]
    patients: list[PatientReport]
