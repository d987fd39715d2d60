"""The columns: one place for their names, types, units and meaning.

Everything that names a column takes it from here: the tidy results that reading yields, the
annotated export and its order, the data dictionary that `explain --columns` prints, and the checks
of frames that enter the public functions. A missing value is always NA, never an empty string or a
special number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "number", "integer", "boolean"]
#: The patient of files and entries that name none.
DEFAULT_PATIENT = "me"
#: Units of texts that tell time: a date; a date and a time; or either, as it was printed.
DAY, MOMENT, DAY_OR_MOMENT = "ISO 8601 date", "ISO 8601 date and time", "ISO 8601"


@dataclass(frozen=True)
class Column:
    """One column of a frame.

    Attributes:
        name, type, unit, meaning: the unit in words where it depends on the row.
        words: all that can stand in it, beside nothing; empty where that is open.
        label: its title, where its name is a code.
    """

    name: str
    type: ColumnType
    unit: str
    meaning: str
    words: tuple[str, ...] = ()
    label: str = ""


#: What the laboratory says about a value, from the least to the most; `withdrawn` takes it back.
STATUS_RANK = {"preliminary": 1, "": 2, "final": 3, "corrected": 4}
WITHDRAWN = "withdrawn"

_PRINTED = "as printed by the laboratory"

#: A tidy result, as reading and the store yield it. One row is one analyte measured at one draw.
RESULT_COLUMNS: tuple[Column, ...] = (
    Column("patient_id", "text", "", "Who the result belongs to."),
    Column(
        "collected_at",
        "text",
        "ISO 8601",
        "When the blood was drawn: a date, or a date and time, as printed. In Parquet the date; "
        "its time stands behind all columns as `collected_time`.",
    ),
    Column("analyte", "text", "", "What was measured, by its canonical id."),
    Column(
        "loinc", "text", "", "LOINC code: the printed one, else the catalogue's for this analyte."
    ),
    Column(
        "value",
        "number",
        "the column `unit`",
        "The number in the canonical unit (12 significant digits).",
    ),
    Column(
        "comparator",
        "text",
        "",
        "`<`, `<=`, `>` or `>=` when the number is only a limit; else empty.",
        words=("<", "<=", ">", ">="),
    ),
    Column("unit", "text", "UCUM", "The canonical unit of the analyte."),
    Column("reported_analyte", "text", "", f"The name of the test, {_PRINTED}."),
    Column("reported_value", "text", "", f"The value, {_PRINTED}."),
    Column("reported_unit", "text", "", f"The unit, {_PRINTED}."),
    Column("reported_range", "text", "", f"The reference interval, {_PRINTED}."),
    Column(
        "reported_flag", "text", "", f"The laboratory's own mark (for example H or L), {_PRINTED}."
    ),
    Column("ref_low", "number", "the column `unit`", "Lower limit of the reference interval."),
    Column("ref_high", "number", "the column `unit`", "Upper limit of the reference interval."),
    Column("source_file", "text", "", "Name of the file the result was read from."),
    Column("source_row", "integer", "line", "Line in that file, counted from 1 with the header."),
    Column(
        "unit_inferred",
        "boolean",
        "",
        "True when no unit was printed and it was inferred from the values.",
    ),
    Column(
        "value_step",
        "number",
        "the column `unit`",
        "The printed rounding step: 0.1 for a value printed as 6.1.",
    ),
    Column(
        "status",
        "text",
        "",
        "The laboratory's word: `preliminary`, `final`, `corrected` or `withdrawn`; else empty.",
    ),
)

#: One dose given on a date.
INFUSION_COLUMNS: tuple[Column, ...] = (
    Column("patient_id", "text", "", "Who received the infusion."),
    Column("infused_on", "text", "ISO 8601", "When: a date, or a date and time, as given."),
    Column("drug", "text", "", "Drug, by its canonical id."),
    Column("dose_mg", "number", "mg", "Dose, where it is known."),
)

#: Something that happened beside the counts. `id` is its number in the store, 0 for one read from a
#: file.
EVENT_COLUMNS: tuple[Column, ...] = (
    Column("id", "integer", "", "Number in the store; 0 for an event read from a file."),
    Column("patient_id", "text", "", "Who it happened to."),
    Column(
        "happened_on", "text", "ISO 8601 date", "When; of something that lasted, its first day."
    ),
    Column(
        "kind",
        "text",
        "",
        "What: `vaccination`, `infection`, `relapse`, `steroid`, `stopped`, `other_drug`, `left` "
        "or `other`.",
    ),
    Column("note", "text", "", "The user's own words; may be empty."),
)

#: A cell that could hold a result and was not read. The store keeps these columns.
REJECT_COLUMNS: tuple[Column, ...] = (
    Column("source_file", "text", "", "Name of the file."),
    Column("source_row", "integer", "line", "Line in that file, counted from 1 with the header."),
    Column("column", "text", "", "Header of the column the problem is in."),
    Column("code", "text", "", "Stable code of the problem."),
    Column("message", "text", "", "What is wrong."),
    Column("hint", "text", "", "What to do next."),
    Column("raw", "text", "", "The cell as it stands in the file."),
)

#: What stands around a rejected cell, in a rejects file behind REJECT_COLUMNS: mended, it can be
#: imported.
MENDABLE_COLUMNS: tuple[Column, ...] = (
    Column("patient_id", "text", "", "Whose result it is."),
    Column(
        "collected_at", "text", "", "When, in ISO 8601 if it could be read, else as in the file."
    ),
    Column("analyte", "text", "", "The test's name as in the file."),
    Column("loinc", "text", "", "Its LOINC code as in the file."),
    Column("value", "text", "", "The value as in the file."),
    Column("unit", "text", "", "The unit as in the file."),
    Column("ref_range", "text", "", "The reference interval as in the file."),
    Column("abnormal_flag", "text", "", "The laboratory's mark as in the file."),
)

_DERIVED: tuple[Column, ...] = (
    Column(
        "ref_source",
        "text",
        "",
        "`reported` (the laboratory's interval), `earlier` (this patient's latest one printed in "
        "the same unit, at most 24 months before) or `catalogue` (a generic adult one).",
        words=("reported", "earlier", "catalogue"),
    ),
    Column(
        "ref_flag",
        "text",
        "",
        "`low`, `normal` or `high`; the limits themselves are normal; empty: not assessable.",
        words=("low", "normal", "high"),
    ),
    Column(
        "derivation",
        "text",
        "",
        "Empty, or how an absolute value was computed, e.g. `wbc*neutrophils_pct`.",
    ),
    Column("drug", "text", "", "Drug of the latest infusion before the draw."),
    Column(
        "course",
        "integer",
        "",
        "Number of the course of infusions; 0 before the first and without infusions.",
    ),
    Column(
        "last_infusion_on", "text", "ISO 8601 date", "Date of the latest infusion before the draw."
    ),
    Column(
        "days_since_infusion", "integer", "days", "Calendar days from that infusion to the draw."
    ),
    Column(
        "days_since_first_infusion",
        "integer",
        "days",
        "Calendar days from the very first infusion to the draw.",
    ),
    Column("next_infusion_on", "text", "ISO 8601 date", "The next infusion as seen from the draw."),
    Column(
        "next_infusion_kind",
        "text",
        "",
        "`recorded`, or `planned` by the drug's usual interval.",
        words=("recorded", "planned"),
    ),
    Column(
        "days_to_next_infusion",
        "integer",
        "days",
        "Calendar days to it; negative when the planned date had passed.",
    ),
    Column(
        "study_day",
        "integer",
        "days",
        "CDISC study day: the first infusion's date is day 1, the day before is -1.",
    ),
    Column(
        "phase",
        "text",
        "",
        "`pre_treatment`, `initiation`, `on_schedule`, `extended`, `interrupted` or "
        "`after_treatment`; empty without infusions.",
        words=(
            "pre_treatment",
            "initiation",
            "on_schedule",
            "extended",
            "interrupted",
            "after_treatment",
        ),
    ),
    Column(
        "baseline_value",
        "number",
        "the column `unit`",
        "The baseline, from the baseline result on.",
    ),
    Column(
        "baseline_at",
        "text",
        "ISO 8601",
        "When the baseline was drawn. In Parquet the date; its time stands behind all columns as "
        "`baseline_time`.",
    ),
    Column(
        "baseline_kind",
        "text",
        "",
        "`pre_treatment`, or `first_on_record` when nothing was drawn before treatment.",
        words=("pre_treatment", "first_on_record"),
    ),
    Column(
        "baseline_note",
        "text",
        "",
        "Why the baseline is unusual, joined by `;`: `outside_interval`, `after_steroid`, "
        "`after_infection`, `after_other_drug`, `b_cells_already_depleted`, `conflicting_result`; "
        "else empty.",
    ),
    Column(
        "change",
        "number",
        "the column `unit`",
        "Value minus baseline; empty where the value is only a limit.",
    ),
    Column(
        "percent_change", "number", "%", "100 x change / baseline; empty when the baseline is 0."
    ),
    Column(
        "previous_value",
        "number",
        "the column `unit`",
        "The previous uncensored result of the same analyte.",
    ),
    Column(
        "change_from_previous", "number", "the column `unit`", "Value minus the previous value."
    ),
    Column(
        "beyond_rcv",
        "text",
        "",
        "`fall` or `rise` beyond the reference change value against baseline, or `no`; empty: not "
        "assessable.",
        words=("fall", "rise", "no"),
    ),
    Column(
        "depletion",
        "text",
        "",
        "On CD19 rows on treatment the B-cell state of the day: `depleted`, `few` or `present`; "
        "empty: not assessable.",
        words=("depleted", "few", "present"),
    ),
    Column(
        "ctcae_v5_grade",
        "integer",
        "",
        "CTCAE v5.0 grade of a decrease, 0-4; empty: not graded or not assessable.",
        words=("0", "1", "2", "3", "4"),
    ),
    Column(
        "flags",
        "text",
        "",
        "Codes joined by `;`, most severe first. `explain CODE` tells what each means.",
    ),
    Column(
        "events",
        "text",
        "",
        "`kind@date` joined by `;`: events since the previous draw, at most 42 days back.",
    ),
    Column(
        "catalogue_version",
        "text",
        "",
        "Version of the catalogue of rules, units and thresholds that was used.",
    ),
)

_BY_NAME = {column.name: column for column in (*RESULT_COLUMNS, *_DERIVED)}

#: The annotated columns in the order of the export.
EXPORT_COLUMNS: tuple[Column, ...] = tuple(
    _BY_NAME[name]
    for name in (
        "patient_id", "collected_at",
        "analyte", "loinc", "value", "comparator", "unit",
        "reported_analyte", "reported_value", "reported_unit", "reported_range", "reported_flag",
        "ref_low", "ref_high", "ref_source", "ref_flag",
        "derivation",
        "drug", "course", "last_infusion_on", "days_since_infusion", "days_since_first_infusion",
        "next_infusion_on", "next_infusion_kind", "days_to_next_infusion",
        "study_day", "phase",
        "baseline_value", "baseline_at", "baseline_kind", "baseline_note",
        "change", "percent_change",
        "previous_value", "change_from_previous",
        "beyond_rcv",
        "depletion",
        "ctcae_v5_grade",
        "flags",
        "events",
        "catalogue_version", "source_file", "source_row",
    )
)  # fmt: skip


#: What stands behind all columns where a date is a date and no text: the time printed with it.
TIMES: dict[str, Column] = {
    name: Column(
        name.replace("_at", "_time"),
        "text",
        "ISO 8601 time",
        f"The time of `{name}`; empty where none was printed.",
    )
    for name in ("collected_at", "baseline_at")
}


def covariate_column(name: str) -> Column:
    """Return the column of a covariate, which stands behind all others."""
    return Column(name, "text", "", "As in the lab file: a column that was asked for by its name.")


def names(columns: Iterable[Column]) -> list[str]:
    """Return the names of the columns, in their order."""
    return [column.name for column in columns]
