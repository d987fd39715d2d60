"""Rows of an infusion list, judged one by one: an infusion, an event, something else, or a problem.

A day unit's list holds more than infusions: other drugs, what is given before, appointments that
nobody came to. What was not given is no infusion whatever else its row says; an anti-CD20 drug is
an infusion; another drug of MS becomes an event; premedication is ignored and counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from wbc_tracker import schema
from wbc_tracker.arrays import Mask
from wbc_tracker.catalog import Catalog
from wbc_tracker.intake.column.drugs import read_drug_cell
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.dated_rows import DatedRows, Problems, Words
from wbc_tracker.intake.infusion.named import NamedDrugs, read_doses
from wbc_tracker.intake.infusion.status import (
    find_statuses,
    ignored_kinds,
    note_days,
    note_statuses,
)

#: Code of a problem -> the role of the column that it is told of; all others of the date's.
PLACES: Mapping[str, str] = MappingProxyType(
    {
        "patient_missing": "patient_id",
        "patient_conflict": "patient_id",
        "drug_unknown": "drug",
        "drug_unclear": "drug",
        "route_conflict": "drug",
        "dose_unreadable": "dose_mg",
        "dose_implausible": "dose_mg",
        "dose_conflict": "dose_mg",
        "status_unknown": "status",
        "status_missing": "status",
        "status_partial": "status",
        "booking_past": "status",
    }
)


@dataclass(frozen=True)
class JudgedRows:
    """What every row is.

    Attributes:
        frame: schema.INFUSION_COLUMNS; `drug` is that of the catalogue also where it is another.
        what: `infusion`, the kind of an event, or "". notes: of an event.
        ignored: the kind of what is no infusion and no event, or "".
        not_given: infusions that did not take place.
        problems: of rows that are neither.
        status_columns: places of the columns that were read as a status.
    """

    frame: pd.DataFrame
    what: Words
    notes: Words
    ignored: Words
    not_given: Mask
    problems: Problems
    status_columns: list[int]
    warnings: list[str]

    def with_status_column(self, rows: DatedRows) -> DatedRows:
        """Return the rows with the column that was found to be the status, for messages."""
        if not self.status_columns:
            return rows
        return replace(rows, roles={"status": self.status_columns[0], **rows.roles})


def judge_rows(rows: DatedRows, catalog: Catalog) -> JudgedRows:
    """Judge every row; see the module.

    Raises:
        AmbiguousFileError: the date order or the decimal mark is not proved.
    """
    options = rows.options
    date_texts, patient = rows.column("infused_on"), rows.column("patient_id", options.patient)
    dates = rows.dates(catalog)
    moments = TextColumn(date_texts.codes, pc.fill_null(dates.iso, ""))
    cells = [read_drug_cell(text, catalog) for text in rows.column("drug").words.to_pylist()]
    drug = NamedDrugs(rows, cells, catalog)
    dose, is_bad_dose = read_doses(rows, drug, catalog)
    drug.settle_routes(dose)
    statuses, status_columns, warnings = find_statuses(rows, drug, catalog)
    today = options.today or options.as_of
    days = moments.spread(np.array([d[:10] for d in moments.words.to_pylist()], dtype=object))
    problems = Problems.none(rows.table.rows)
    drug.note_problems(problems, dose)
    problems.note("dose_unreadable", is_bad_dose & (drug.what == "infusion"), drug.dose_texts)
    note_days(problems, statuses, days, today, rows)
    rows.note_places(problems, dates, patient)
    note_statuses(problems, statuses, days, today)
    ignored = ignored_kinds(statuses, drug)
    problems.codes[ignored != ""] = ""
    frame = pd.DataFrame(
        {
            "patient_id": patient.categories().astype("str"),
            "infused_on": moments.categories().astype("str"),
            "drug": pd.array(drug.ids, dtype="str"),
            "dose_mg": dose,
        },
        columns=schema.names(schema.INFUSION_COLUMNS),
    )
    what = np.where(ignored == "", drug.what, "")
    return JudgedRows(
        frame,
        what,
        drug.notes(dose),
        ignored,
        np.asarray(statuses.says("not_given") & (drug.what == "infusion") & (days != "")),
        problems,
        status_columns,
        [*warnings, *drug.warnings(problems, dose, what)],
    )
