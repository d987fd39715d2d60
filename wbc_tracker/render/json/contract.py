"""The contract of `report --format json`, as types: the document is built from them, and the JSON
Schema is made from them.

A text beside a type describes it, a mapping adds keywords of JSON Schema. `Named` types stand once
in the schema and are referred to. Every key is always there; what is absent is null.
"""

from __future__ import annotations

from typing import Annotated, TypedDict, get_args

from wbc_tracker.annotation.b_cells import STATES
from wbc_tracker.annotation.reference import SOURCES
from wbc_tracker.annotation.timeline import PHASES
from wbc_tracker.catalog import Severity
from wbc_tracker.patient.pattern.contrast import PatternCode
from wbc_tracker.patient.questions import MOST_QUESTIONS

# All of them: the schema is made from what stands here.
from wbc_tracker.render.json.clinic_contract import (  # noqa: F401
    BCellCountsJson,
    ClinicJson,
    IggCountsJson,
)
from wbc_tracker.render.json.named import Named
from wbc_tracker.render.json.rules import RuleChangeJson, RulesJson  # noqa: F401

_FILLED = {"minLength": 1}
_NOT_NEGATIVE = {"minimum": 0}
_FROM_1 = {"minimum": 1}
_DISTINCT = {"uniqueItems": True}

Date = Annotated[
    str, Named("date", "A calendar day, ISO 8601.", keywords={"pattern": r"^\d{4}-\d{2}-\d{2}$"})
]
When = Annotated[
    str,
    Named(
        "when",
        "A calendar day, or day and time as printed, ISO 8601 without a zone.",
        keywords={"pattern": r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}([.]\d+)?)?)?$"},
    ),
]
AnalyteId = Annotated[
    str,
    Named(
        "analyte",
        "What is measured, by its canonical id. Units of values: counts of blood cells 10*9/L "
        "(rbc 10*12/L), lymphocyte subsets /uL, percentages and hematocrit %, immunoglobulins and "
        "hemoglobin g/L, ratio 1.",
        lambda catalog: list(catalog.analytes),
    ),
]
UnitCode = Annotated[
    str,
    Named(
        "unit",
        "The canonical unit of the analyte, UCUM.",
        lambda catalog: sorted({catalog.canonical_unit(analyte) for analyte in catalog.analytes}),
    ),
]
DrugId = Annotated[str, Named("drug", words=lambda catalog: list(catalog.drugs))]
Comparator = Annotated[
    str | None,
    Named(
        "comparator",
        "The number beside it is only a limit; null: it is a value.",
        ("<", "<=", ">", ">=", None),
    ),
]
BeyondRcv = Annotated[
    str | None,
    Named(
        "beyond_rcv",
        "Whether a change exceeds the reference change value; null where that cannot be judged (no "
        "baseline, the baseline itself, a limit, no published variation).",
        ("fall", "rise", "no", None),
    ),
]
FlagCode = Annotated[
    str,
    Named(
        "flag_code",
        "Code of a flag; `explain CODE` tells its rule.",
        lambda catalog: list(catalog.flags),
    ),
]
StatementId = Annotated[
    str,
    Named(
        "statement",
        "A statement of the source document; `explain` tells them.",
        lambda catalog: list(catalog.statements),
    ),
]
SeverityWord = Annotated[
    str,
    Named(
        "severity",
        "expected: the picture the document describes; info: context; discuss: bring it to the "
        "next appointment; urgent: contact the care team now, with fever emergency care.",
        [severity.word for severity in Severity],
    ),
]
Phase = Annotated[
    str | None,
    Named(
        "phase",
        "Where a draw stands; null for a patient without infusions.",
        (*PHASES, None),
    ),
]
Verdict = Annotated[
    str,
    Named(
        "verdict",
        "Of the trend on treatment; of CD19 and CD20 whether B cells are there: depleted, few, "
        "present or not assessable.",
        (
            *("not enough data", "not assessable", "falling", "rising", "falling slightly"),
            *("rising slightly", "stable", "unclear", "depleted", "few", "present"),
        ),
    ),
]


class SettingsJson(TypedDict):
    """The options the report was made with."""

    same_day: Annotated[
        str,
        "Whether a draw on the day of an infusion counts as taken before or after it, unless both "
        "carry a time.",
        {"enum": ["before", "after"]},
    ]
    patient: Annotated[str | None, "The patient chosen with --patient."]
    analytes: Annotated[list[AnalyteId], "The analytes chosen with --analyte; empty: all."]
    since: Annotated[Date | None, "Only results from this day on are shown."]
    until: Annotated[Date | None, "Only results up to this day are shown."]
    flags: Annotated[
        list[Annotated[str, _FILLED]],
        "Of several patients only those with one of these current flags, CODE or CODE:ANALYTE "
        "(--flag); empty: all.",
        _DISTINCT,
    ]
    severity: Annotated[
        SeverityWord | None,
        "Only those whose worst current flag is of this severity or a worse one (--severity).",
    ]
    overdue: Annotated[bool, "Only those past the planned date of their next infusion (--overdue)."]
    labs_due: Annotated[
        bool, "Only those whose next infusion is near and whose labs are missing (--labs-due)."
    ]
    new: Annotated[bool, "Only those of whom something is new or worse (--new)."]
    new_since: Annotated[
        Date | None, "The day before whose first import is compared; null where it is not."
    ]
    patients_on_record: Annotated[int, "How many there were before these filters.", _NOT_NEGATIVE]


class PatternJson(TypedDict):
    """Whether B cells are depleted while white cells stay about where they were."""

    code: Annotated[str, {"enum": list(get_args(PatternCode))}]
    sentence: Annotated[
        str,
        "The same in words, with what would settle it. An urgent value is named first.",
        _FILLED,
    ]
    collected_at: Annotated[When | None, "The draw it is judged on; null where there is none."]


class InfusionJson(TypedDict):
    """One infusion."""

    infused_on: Annotated[When, "When it was given, or is booked for."]
    drug: Annotated[DrugId, "The drug."]
    dose_mg: Annotated[float | None, "Dose in mg.", {"exclusiveMinimum": 0}]
    course: Annotated[
        int | None, "Number of the course, from 1; null for a booking after `as_of`.", _FROM_1
    ]


class NextInfusionJson(TypedDict):
    """The next infusion."""

    on: Annotated[Date, "Its date."]
    kind: Annotated[
        str,
        "recorded: booked; planned: by the drug's usual interval.",
        {"enum": ["recorded", "planned"]},
    ]
    days: Annotated[int, "Days from `as_of` to it; negative: past it."]


EventWord = Annotated[
    str,
    Named("event_kind", "The kind of an event.", lambda catalog: list(catalog.events.kinds)),
]


class EventJson(TypedDict):
    """Something that happened to the patient and may explain a count."""

    id: Annotated[int | None, "Number in the store; null for one read from a file.", _FROM_1]
    happened_on: Annotated[Date, "Its date."]
    kind: EventWord
    note: Annotated[str | None, "The user's own words; null without any."]
    remark: Annotated[str | None, "What there is to say about it, in words; null if nothing."]


class ResultJson(TypedDict):
    """One analyte measured at one draw."""

    analyte: AnalyteId
    value: Annotated[float, "The number, in `unit`.", _NOT_NEGATIVE]
    comparator: Comparator
    unit: UnitCode
    ref_low: Annotated[
        float | None,
        "Lower limit of the reference interval, in `unit`: the laboratory's own, else the "
        "catalogue's.",
    ]
    ref_high: Annotated[float | None, "Upper limit of it, in `unit`."]
    ref_source: Annotated[
        str | None,
        "Whose interval it is: reported beside the result, an earlier one of this patient, or the "
        "catalogue's generic one of adults; null: none.",
        {"enum": [*SOURCES, None]},
    ]
    ref_flag: Annotated[
        str | None,
        "How the value stands to the interval (its limits are normal); null: not assessable.",
        {"enum": ["low", "normal", "high", None]},
    ]
    derivation: Annotated[
        str | None,
        "How an absolute count was computed, for example `wbc*neutrophils_pct`; null: reported.",
    ]
    baseline_note: Annotated[
        str | None, "Why its baseline is unusual, joined by `;`; null: it is not, or there is none."
    ]
    depletion: Annotated[
        str | None,
        "On CD19 on treatment the B-cell state of the day; null: not assessable.",
        {"enum": [*STATES, None]},
    ]
    percent_change: Annotated[
        float | None,
        "Against the baseline, in percent of it; null without one, and for a limit.",
    ]
    beyond_rcv: BeyondRcv
    ctcae_v5_grade: Annotated[
        int | None,
        "CTCAE v5.0 grade of a decrease; null: not graded or not assessable. Of a limit the "
        "mildest grade that is certain.",
        {"minimum": 0, "maximum": 4},
    ]


class DrawJson(TypedDict):
    """All results of one time of collection."""

    collected_at: When
    course: Annotated[int, "Course the draw lies in; 0 before the first infusion.", _NOT_NEGATIVE]
    days_since_infusion: Annotated[
        int | None, "Days since the latest infusion; null before the first.", _NOT_NEGATIVE
    ]
    phase: Phase
    results: Annotated[list[ResultJson], "Its results that are shown.", {"minItems": 1}]
    flags: Annotated[
        list[FlagCode], "Codes of the flags of these results, most severe first.", _DISTINCT
    ]


class CourseJson(TypedDict):
    """What one course did to one analyte."""

    course: Annotated[int, "Its number.", _FROM_1]
    pre_dose: Annotated[
        float | None,
        "The last value before the next infusion, in the unit of the analyte; null in the present "
        "course.",
        _NOT_NEGATIVE,
    ]
    pre_dose_comparator: Comparator
    nadir: Annotated[float, "The lowest value within the course.", _NOT_NEGATIVE]
    nadir_comparator: Comparator
    nadir_day: Annotated[int, "Days since the latest infusion before it.", _NOT_NEGATIVE]
    last: Annotated[float, "The last value within the course.", _NOT_NEGATIVE]
    last_comparator: Comparator


class TrendJson(TypedDict):
    """One analyte over all its results; values are in its canonical unit."""

    analyte: AnalyteId
    n: Annotated[int, "Number of results.", _FROM_1]
    first_at: Annotated[When, "The first result."]
    latest_at: Annotated[When, "The latest result."]
    baseline: Annotated[
        float | None,
        "The last value before the first infusion, else the first on record; null where there is "
        "none.",
        _NOT_NEGATIVE,
    ]
    baseline_kind: Annotated[str | None, {"enum": ["pre_treatment", "first_on_record", None]}]
    latest: Annotated[float, "The latest result.", _NOT_NEGATIVE]
    latest_comparator: Comparator
    percent_change: Annotated[float | None, "Latest against baseline, in percent of the baseline."]
    beyond_rcv: Annotated[BeyondRcv, "Of that change."]
    beyond_rcv_previous: Annotated[BeyondRcv, "Of the change from the previous result."]
    verdict: Verdict
    slope_per_year: Annotated[
        float | None,
        "Theil-Sen slope on treatment, in units of the analyte a year of 365.25 days; null with "
        "not enough data, and for B cells.",
    ]
    slope_low: Annotated[float | None, "Lower end of its 95 % interval."]
    slope_high: Annotated[float | None, "Upper end of it."]
    p_value: Annotated[float | None, "Mann-Kendall, two-sided.", {"minimum": 0, "maximum": 1}]
    n_used: Annotated[int, "Days on treatment that slope and verdict rest on.", _NOT_NEGATIVE]
    span_days: Annotated[int, "Days from the first of them to the last.", _NOT_NEGATIVE]
    fitted_change_percent: Annotated[
        float | None, "Slope x span, in percent of the fitted first value."
    ]
    courses: Annotated[
        list[CourseJson], "Finished courses and the present one; empty for a continuous drug."
    ]


class FlagJson(TypedDict):
    """One flag: of a result, or of the patient (then `analyte` and `collected_at` are null)."""

    code: FlagCode
    severity: SeverityWord
    current: Annotated[
        bool,
        "It stands on the latest result of its analyte, at most 26 weeks before `as_of`.",
    ]
    title: Annotated[str, "What it is about."]
    message: Annotated[str, "The sentence.", _FILLED]
    analyte: Annotated[AnalyteId | None, "The analyte of the result."]
    collected_at: Annotated[When | None, "The draw of the result."]
    statements: Annotated[list[StatementId], "The statements it teaches.", _DISTINCT]
    sources: Annotated[list[Annotated[str, _FILLED]], "Where rule and thresholds come from."]


class QuestionJson(TypedDict):
    """A question for the visit."""

    text: Annotated[str, "The question, in the words of the patient.", _FILLED]
    code: Annotated[
        FlagCode | None,
        "The flag it comes from; null: it asks for what would settle a pattern that is not "
        "assessable.",
    ]


class PatientJson(TypedDict):
    """Everything about one patient."""

    patient_id: Annotated[str, "As in the files."]
    pattern: PatternJson
    infusions: Annotated[list[InfusionJson], "By date."]
    next_infusion: Annotated[NextInfusionJson | None, "null without an infusion or a booking."]
    events: Annotated[list[EventJson], "By date."]
    draws: Annotated[list[DrawJson], "By time."]
    trends: Annotated[list[TrendJson], "In the order of the catalogue."]
    flags: Annotated[list[FlagJson], "Most severe first, then latest."]
    questions: Annotated[
        list[QuestionJson],
        "Questions for the visit, most important first, about one count only once.",
        {"maxItems": MOST_QUESTIONS},
    ]


class ReportJson(TypedDict):
    """What `wbc-tracker report --format json` prints.

    Numbers are numbers, what is absent is null. Educational information, not medical advice.
    """

    as_of: Annotated[Date, "The day of the report: what was known then."]
    catalogue_version: Annotated[str, "Version of the rules, limits and texts.", _FILLED]
    grading: Annotated[
        str, "The grading of decreases.", lambda catalog: {"const": catalog.grading_name}
    ]
    settings: SettingsJson
    rules: Annotated[list[RulesJson], "Rules of one's own; empty: the catalogue's alone."]
    disclaimer: Annotated[str, "One line that says what this is not.", _FILLED]
    clinic: Annotated[ClinicJson | None, "null where one patient was asked for."]
    patients: Annotated[list[PatientJson], "In the order of appearance; empty without data."]
