"""Rows of an infusion list, judged one by one: an infusion, an event, something else, or a problem.

A day unit's list holds more than infusions: other drugs, what is given before, appointments that
nobody came to. What was not given is no infusion whatever else its row says; an anti-CD20 drug is
an infusion; another drug of MS becomes an event; premedication is ignored and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker import schema
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.intake.column.doses import guess_meant, is_outside, parse_doses
from wbc_tracker.intake.column.drugs import DrugCell, read_drug_cell
from wbc_tracker.intake.column.given import StatusColumns, read_statuses, speaks_of_status
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.dated_rows import DatedRows, Problems, Words
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.wording import count_words

#: The drug of a row that names none.
DEFAULT_DRUG = "ocrelizumab"
#: Code of a problem -> the role of the column that it is told of; all others of the date's.
PLACES: Mapping[str, str] = MappingProxyType(
    {
        "patient_missing": "patient_id",
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
#: A booking further ahead is questioned (our choice: four intervals of the drugs given twice a
#: year).
_YEARS_AHEAD = 2
#: How many unknown names a sentence lists.
_MOST_NAMES = 12


@dataclass(frozen=True)
class JudgedRows:
    """What every row is.

    Attributes:
        frame: schema.INFUSION_COLUMNS; `drug` is that of the catalogue also where it is another.
        what: `infusion`, the kind of an event, or "". notes: of an event.
        ignored: the kind of what is no infusion and no event, or "".
        problems: of rows that are neither.
        status_columns: places of the columns that were read as a status.
    """

    frame: pd.DataFrame
    what: Words
    notes: Words
    ignored: Words
    problems: Problems
    status_columns: list[int]
    warnings: list[str]

    def with_status_column(self, rows: DatedRows) -> DatedRows:
        """Return the rows with the column that was found to be the status, for messages."""
        if not self.status_columns:
            return rows
        return replace(rows, roles={"status": self.status_columns[0], **rows.roles})


def judge_rows(rows: DatedRows, options: ReadingOptions, catalog: Catalog) -> JudgedRows:
    """Judge every row; see the module.

    Raises:
        AmbiguousFileError: the date order or the decimal mark is not proved.
    """
    date_texts, patient = rows.column("infused_on"), rows.column("patient_id", options.patient)
    dates = rows.dates(options, catalog)
    moments = TextColumn(date_texts.codes, pc.fill_null(dates.iso, ""))
    cells = [read_drug_cell(text, catalog) for text in rows.column("drug").words.to_pylist()]
    drug = _Drugs(rows, cells, catalog)
    dose, is_bad_dose = _doses(rows, drug, options, catalog)
    drug.settle_routes(dose)
    statuses, status_columns, warnings = _statuses(rows, drug, catalog)
    today = options.today or options.as_of
    days = moments.spread(np.array([d[:10] for d in moments.words.to_pylist()], dtype=object))
    problems = Problems.none(rows.table.rows)
    drug.note_problems(problems, dose)
    problems.note("dose_unreadable", is_bad_dose & (drug.what == "infusion"), drug.dose_texts)
    _note_days(problems, statuses, days, today, rows)
    rows.note_places(problems, dates, patient)
    _note_statuses(problems, statuses, days, today)
    ignored = _ignored(statuses, drug)
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
        problems,
        status_columns,
        [*warnings, *drug.warnings(problems, dose, what)],
    )


class _Drugs:
    """What every row names: kind, drug, route, and the dose beside the name."""

    def __init__(self, rows: DatedRows, cells: list[DrugCell], catalog: Catalog) -> None:
        self.catalog = catalog
        self.texts = rows.column("drug")
        self.dose_texts = rows.column("dose_mg")

        def spread(answers: list[object]) -> npt.NDArray[np.object_]:
            found = np.empty(len(answers), dtype=object)
            found[:] = answers
            return self.texts.spread(found)

        self.cells = spread(list(cells))
        self.what = spread([_kind_of(cell, catalog) for cell in cells])
        self.ids = spread([cell.drug or DEFAULT_DRUG for cell in cells])
        self.statuses = spread([cell.status or "none" for cell in cells])
        printed = rows.column("route")
        routes = [_route_of(text, catalog) for text in printed.words.to_pylist()]
        beside = printed.spread(np.array(routes, dtype=object))
        named = spread([cell.route for cell in cells])
        self.routes = np.where(named == "", beside, named)
        self.is_contradicted = (named != "") & (beside != "") & (named != beside)
        self.is_assumed_sc = np.zeros(len(self.ids), dtype=bool)

    def settle_routes(self, dose: npt.NDArray[np.float64]) -> None:
        """Tell ocrelizumab under the skin from the infusion, by its route or its one dose; and make
        a course of a steroid's large dose.
        """
        under_skin = self.catalog.drugs["ocrelizumab_sc"]
        plain = (self.ids == "ocrelizumab") & (self.what == "infusion")
        self.is_assumed_sc = plain & (self.routes == "") & np.isin(dose, under_skin.usual_doses_mg)
        self.ids = np.where(
            plain & ((self.routes == "subcutaneous") | self.is_assumed_sc), under_skin.id, self.ids
        )
        for one in self.catalog.lists.premedication.values():
            if one.pulse_from_mg is not None:
                is_pulse = (self.ids == one.id) & (dose >= one.pulse_from_mg)
                self.what = np.where(is_pulse, "steroid", self.what)

    def note_problems(self, problems: Problems, dose: npt.NDArray[np.float64]) -> None:
        """Note drugs that are not known or contradicted, and doses that cannot be theirs."""
        is_infusion = self.what == "infusion"
        for at in np.flatnonzero(is_infusion).tolist():
            drug = self.catalog.drugs[self.ids[at]]
            if self.is_contradicted[at] or (self.routes[at] and self.routes[at] not in drug.routes):
                problems.codes[at] = "route_conflict"
                problems.details[at] = f"{drug.name} is not given {_spoken(self.routes[at])}"
            elif not np.isnan(dose[at]) and is_outside(dose[at], drug):
                told = f"{dose[at]:g} mg of {drug.name} cannot be right; "
                problems.codes[at] = "dose_implausible"
                problems.details[at] = told + guess_meant(dose[at], drug)
        cells = self.cells
        is_unclear = np.array([cell.is_dose_unclear for cell in cells], dtype=bool)
        problems.note("dose_unreadable", is_unclear & is_infusion & np.isnan(dose), self.texts)
        for at in np.flatnonzero(self.what == "").tolist():
            is_unknown = cells[at].what == "unknown"
            problems.codes[at] = "drug_unknown" if is_unknown else "drug_unclear"
            problems.details[at] = self.texts[at]

    def notes(self, dose: npt.NDArray[np.float64]) -> Words:
        """Return the note of every row that becomes an event: the drug, of a steroid with its
        dose.
        """
        return np.array(
            [
                f"{drug} {mg:g} mg" if what == "steroid" else drug
                for drug, mg, what in zip(self.ids, dose, self.what, strict=True)
            ],
            dtype=object,
        )

    def warnings(self, problems: Problems, dose: npt.NDArray[np.float64], what: Words) -> list[str]:
        """Tell unknown names once with their counts, and what was assumed about doses."""
        told = []
        unknown = Counter(problems.details[problems.codes == "drug_unknown"].tolist())
        if unknown:
            named = ", ".join(f"{name!r} ({n})" for name, n in unknown.most_common(_MOST_NAMES))
            more = len(unknown) - _MOST_NAMES
            named += f" and {more} more" if more > 0 else ""
            told.append(f"Drugs that are not known: {named}.")
        good = problems.is_good & (what == "infusion")
        packages = good & np.isnan(dose) & [cell.is_package for cell in self.cells]
        if count := int(packages.sum()):
            of = count_words(count, "infusion", "infusions")
            told.append(
                f"Of {of} the strength of a vial is printed, which is not the dose: left open."
            )
        if count := int((good & self.is_assumed_sc).sum()):
            of = count_words(count, "dose", "doses")
            told.append(f"{of} of 920 mg: taken for ocrelizumab under the skin.")
        return told


def _kind_of(cell: DrugCell, catalog: Catalog) -> str:
    if cell.what == "other_drug":
        return catalog.lists.other_drugs[cell.drug].event
    return {"infusion": "infusion", "empty": "infusion", "premedication": "premedication"}.get(
        cell.what, ""
    )


def _route_of(text: str, catalog: Catalog) -> str:
    """Return the route that a cell of a route column says, or ""."""
    words = catalog.lists.cell
    folded = fold_name(text)
    for route, texts in (
        ("intravenous", words.intravenous),
        ("subcutaneous", words.subcutaneous),
        ("other", words.other_routes),
    ):
        if folded in {fold_name(known) for known in texts}:
            return route
    return ""


def _spoken(route: str) -> str:
    return {"intravenous": "into a vein", "subcutaneous": "under the skin"}.get(route, "that way")


def _doses(
    rows: DatedRows, drug: _Drugs, options: ReadingOptions, catalog: Catalog
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return every row's dose in mg, that of the dose column before that of the drug's cell, and
    which rows have one that cannot be read.
    """
    header = rows.header("dose_mg") if "dose_mg" in rows.roles else ""
    of_header = "g" if fold_name(header).split()[-1:] == ["g"] else ""
    pairs = rows.column("dose_mg").joined(rows.column("dose_unit", of_header), "\n")
    cut = [text.split("\n", 1) for text in pairs.words.to_pylist()]
    texts, units = (pa.array([part[at] for part in cut], pa.string()) for at in (0, 1))
    column = parse_doses(texts, units, options.decimal, rows.where("dose_mg"), catalog)
    printed = pairs.spread(column.mg)
    named = np.array(
        [np.nan if cell.dose_mg is None else cell.dose_mg for cell in drug.cells], dtype=float
    )
    strengths = {one.id: [mg for mg, _ in one.packages] for one in catalog.drugs.values()}
    packages = [strengths.get(cell.drug, []) for cell in drug.cells]
    differs = ~np.isnan(printed) & ~np.isnan(named) & (printed != named)
    is_strength = [mg in sizes for mg, sizes in zip(named, packages, strict=True)]
    wrong = pairs.spread(column.is_wrong) | (differs & ~np.array(is_strength, dtype=bool))
    return np.where(np.isnan(printed), named, printed), wrong


def _statuses(
    rows: DatedRows, drug: _Drugs, catalog: Catalog
) -> tuple[StatusColumns, list[int], list[str]]:
    """Return what the rows say of what became of them, the places of the columns that do, and
    sentences about those that should.
    """
    lists, table = catalog.lists, rows.table
    taken = {place for role, place in rows.roles.items() if role != "status"}
    found, comments, warnings = [], [], []
    for place, header in enumerate(table.header):
        texts, folded = table.columns[place], fold_name(header)
        if place in taken:
            continue
        if folded in lists.free_text_headers:
            comments.append((header, texts))
            continue
        is_headed = folded in lists.status_headers
        if place == rows.roles.get("status") or speaks_of_status(
            texts, header, lists, is_headed=is_headed
        ):
            found.append(place)
        elif is_headed and not texts.is_blank().all():
            first = next(text for text in texts.words.to_pylist() if text)
            warnings.append(
                f"The column {header!r} says {first[:40]!r}: no status that is known, not used."
            )
    columns = [(table.header[place], table.columns[place]) for place in found]
    return read_statuses(columns, comments, drug.statuses, lists), found, warnings


def _note_days(
    problems: Problems, statuses: StatusColumns, days: Words, today: str, rows: DatedRows
) -> None:
    """Note dates that lie too far ahead, or ahead of what is said to have been given."""
    dates = rows.column(rows.kind.date)
    problems.note("infusion_ahead", statuses.says("given") & (days > today), dates)
    problems.note("booking_far", days > _years_later(today, _YEARS_AHEAD), dates)


def _years_later(day: str, years: int) -> str:
    then = date.fromisoformat(day)
    last = 28 if (then.month, then.day) == (2, 29) else then.day
    return then.replace(year=then.year + years, day=last).isoformat()


def _note_statuses(problems: Problems, statuses: StatusColumns, days: Words, today: str) -> None:
    """Note rows of which nobody can say whether an infusion was given."""
    words = statuses.words
    problems.note("status_unknown", statuses.says("unknown"), words)
    problems.note("status_partial", statuses.says("partial"), words)
    is_past = (days <= today) & (days != "")
    problems.note("booking_past", statuses.says("booked") & is_past & (days != today), words)
    if statuses.says("given").any():
        problems.note("status_missing", statuses.says("blank") & is_past, words)


def _ignored(statuses: StatusColumns, drug: _Drugs) -> Words:
    """Return the kind of every row that is no infusion, or ""."""
    kinds = np.full(len(drug.ids), "", dtype=object)
    for at in np.flatnonzero(drug.what == "premedication").tolist():
        kinds[at] = f"premedication: {drug.ids[at]}"
    for status, words in (("ordered", "no administration"), ("not_given", "not given")):
        for at in np.flatnonzero(statuses.says(status)).tolist():
            kinds[at] = f"{words}: {statuses.words[at]}"
    return kinds
