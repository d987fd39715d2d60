"""Many patients: one line each, worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from rich.text import Text

from wbc_tracker.annotate.courses import find_courses
from wbc_tracker.annotate.keys import encode
from wbc_tracker.annotate.timeline import find_standing
from wbc_tracker.catalog import SEVERITIES, Catalog
from wbc_tracker.dataset import Dataset
from wbc_tracker.flags import evaluate_flags, evaluate_patient_flags
from wbc_tracker.flags.facts import collect_facts, find_latest
from wbc_tracker.report.columns import ColumnOfText, cut_blocks, join_cells, width_of
from wbc_tracker.wording import count_words, value_words, visible

Places = npt.NDArray[np.int64]
ANALYTES = ("wbc", "neutrophils", "lymphocytes", "cd19", "igg")
COUNTS = ("wbc", "neutrophils", "lymphocytes")
#: Flags of the patient that count in an overview.
_CALLING = ("monitoring_gap",)
_MARKS = {"urgent": "!!!", "discuss": " !!", "info": "  i", "expected": " ok"}
_STYLES = {"urgent": "bold red", "discuss": "yellow", "info": "cyan", "expected": "green"}


@dataclass(frozen=True)
class Overview:
    """One row a patient, worst current flag first, then longest overdue.

    `table` has `patient_id`, `severity`, `code` (of the worst current flag, missing without one), `drug`,
    `days_since_infusion`, `days_to_next_infusion`, `next_infusion_kind`, `last_count_at`, and the latest
    value of each analyte asked for, as words.
    """

    as_of: str
    table: pd.DataFrame
    grading: str
    catalogue_version: str
    disclaimer: str


def build_overview(
    dataset: Dataset, annotated: pd.DataFrame, catalog: Catalog, analytes: Sequence[str] = ANALYTES
) -> Overview:
    """Build the overview of all patients of a dataset, without a loop over patients."""
    patients = pd.Index(dataset.patients, dtype="str")
    as_of_day = int(np.datetime64(dataset.as_of, "D").astype(np.int64))
    courses = find_courses(dataset.infusions, patients, as_of_day, catalog)
    table = find_standing(courses, len(patients), as_of_day, catalog).assign(patient_id=patients)
    person = encode(annotated["patient_id"], patients)
    current = [_current_flags(annotated, person, as_of_day, catalog), _calling_flags(dataset, annotated, catalog)]
    table = table.join(_worst_flags(pd.concat(current, ignore_index=True), catalog))
    latest = _latest_rows(annotated, person, {*analytes, *COUNTS}, catalog)
    counts = latest[latest["analyte"].isin(COUNTS)].sort_values(["_day", "_second"], kind="stable")
    counted = counts.drop_duplicates("person", keep="last").set_index("person")["collected_at"].astype("str")
    table["last_count_at"] = counted.reindex(table.index)
    for analyte in analytes:
        table[analyte] = latest[latest["analyte"] == analyte].set_index("person")["words"].reindex(table.index)
    table["_rank"] = table["rank"].fillna(-1)
    table["_due"] = table["days_to_next_infusion"].astype("Float64").fillna(np.inf)
    table = table.sort_values(["_rank", "_due", "patient_id"], ascending=[False, True, True], ignore_index=True)
    return Overview(dataset.as_of, table, catalog.grading_name, catalog.version, catalog.disclaimer)


def _current_flags(annotated: pd.DataFrame, person: Places, as_of_day: int, catalog: Catalog) -> pd.DataFrame:
    """Return `person`, `code` and `severity` of each current flag of a result."""
    facts = collect_facts(annotated, catalog)
    recent = as_of_day - annotated["_day"].to_numpy() <= 7 * catalog.figure("current_weeks")
    current = find_latest(annotated, facts) & recent
    flags = evaluate_flags(annotated, catalog, facts)
    flags = flags[current[flags["row"]]]
    return flags[["code", "severity"]].assign(person=person[flags["row"]])


def _calling_flags(dataset: Dataset, annotated: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Return the same of what is said of the patients and calls for something.

    The next infusion has a column of its own, and the time for vaccines is told of everyone.
    """
    said = evaluate_patient_flags(
        annotated, dataset.infusions, as_of=dataset.as_of, catalog=catalog, patients=dataset.patients
    )
    said = said[said["code"].isin(_CALLING)]
    person = pd.Index(dataset.patients, dtype="str").get_indexer(pd.Index(said["patient_id"]))
    return said[["code", "severity"]].assign(person=person)


def _worst_flags(flags: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Return severity, code and rank of each person's worst flag."""
    flags["rank"] = flags["severity"].map({severity: rank for rank, severity in enumerate(SEVERITIES)})
    flags["order"] = flags["code"].map({code: place for place, code in enumerate(catalog.flags)})
    flags = flags.sort_values(["rank", "order"], ascending=[False, True], kind="stable")
    worst: pd.DataFrame = flags.drop_duplicates("person").set_index("person")[["severity", "code", "rank"]]
    return worst


def _latest_rows(annotated: pd.DataFrame, person: Places, analytes: set[str], catalog: Catalog) -> pd.DataFrame:
    """Return the latest row of each person and analyte of the overview, with its value in words."""
    chosen = annotated["analyte"].isin(analytes).to_numpy()
    columns = ["analyte", "value", "comparator", "value_step", "collected_at", "_day", "_second", "ref_flag"]
    frame = annotated.loc[chosen, columns].assign(person=person[chosen])
    frame = frame.sort_values(["person", "_day", "_second"], kind="stable")
    frame = frame.drop_duplicates(["person", "analyte"], keep="last")
    cells = zip(frame["analyte"], frame["value"], frame["comparator"], frame["value_step"], strict=True)
    words = [value_words(a, v, c if isinstance(c, str) else "", s if s > 0 else 0, catalog) for a, v, c, s in cells]
    marks = frame["ref_flag"].astype("str").map({"low": "L", "high": "H"}).fillna("")
    return frame.assign(words=[word + mark for word, mark in zip(words, marks, strict=True)])


def render_overview(overview: Overview, width: int, catalog: Catalog, analytes: Sequence[str] = ANALYTES) -> list[Text]:
    """Return the lines of the overview, with the latest value of some analytes.

    Columns that do not fit into `width` follow in a further block.
    """
    rows = overview.table.to_dict("records")
    lead: list[ColumnOfText] = [
        ("patient", [Text(visible(str(row["patient_id"]))) for row in rows]),
        ("worst current flag", [_flag_cell(row) for row in rows]),
    ]
    columns = overview_columns(overview, catalog, analytes)
    title = f"wbc-tracker   {count_words(len(rows), 'patient', 'patients')}   as of {overview.as_of}"
    lines = [Text(title, style="bold"), Text("")]
    for number, block in enumerate(cut_blocks(lead, columns, width)):
        cut = [*lead, *block]
        widths = [width_of(column) for column in cut]
        lines += [Text("")] if number else []
        lines.append(join_cells([Text(name, style="bold") for name, _ in cut], widths, left=2))
        lines += [join_cells([cells[i] for _, cells in cut], widths, left=2) for i in range(len(rows))]
    lines += [Text(""), Text(LEGEND, style="dim"), Text("")]
    lines += [Text(overview.disclaimer), Text(f"{overview.grading}   catalogue {overview.catalogue_version}")]
    return lines


def overview_columns(overview: Overview, catalog: Catalog, analytes: Sequence[str]) -> list[ColumnOfText]:
    """Return what stands behind patient and flag: days, next infusion, last count, and the latest values."""
    rows = overview.table.to_dict("records")
    return [
        ("day", [_days(row["days_since_infusion"]) for row in rows]),
        ("next", [_next_cell(row) for row in rows]),
        ("last count", [_words(row["last_count_at"], 10) for row in rows]),
        *((catalog.analytes[a].short, [_words(row[a]) for row in rows]) for a in analytes),
    ]


LEGEND = (
    "day: since the last infusion. next: days to it, booked or by the usual interval.\n"
    "L, H: below, above the interval. One patient: --patient ID."
)


def _flag_cell(row: dict[object, object]) -> Text:
    severity = row["severity"]
    if not isinstance(severity, str):
        return Text("    none current")
    return Text(f"{_MARKS[severity]} {row['code']}", style=_STYLES[severity])


def _days(days: object) -> Text:
    return Text(str(days) if isinstance(days, int) else "")


def _next_cell(row: dict[object, object]) -> Text:
    days = row["days_to_next_infusion"]
    if not isinstance(days, int):
        return Text("")
    if days < 0:
        return Text(f"{-days} d late", style="yellow")
    return Text(f"in {days} d" + (" booked" if row["next_infusion_kind"] == "recorded" else ""))


def _words(value: object, most: int | None = None) -> Text:
    return Text(value[:most] if isinstance(value, str) else "")
