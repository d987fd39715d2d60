"""What the rows of an infusion list name: drug, route, and the dose beside them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from wbc_tracker.arrays import Mask, Numbers
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.intake.column.doses import parse_doses
from wbc_tracker.intake.column.drugs import DrugCell
from wbc_tracker.intake.column.near_names import look_like_drug
from wbc_tracker.intake.dated_rows import DatedRows, Problems, Words
from wbc_tracker.wording import count_words

#: The drug of a row that names none.
DEFAULT_DRUG = "ocrelizumab"
#: How many unknown names a sentence lists.
_MOST_NAMES = 12


class NamedDrugs:
    """What every row names: kind, drug, route, and the dose beside the name."""

    def __init__(self, rows: DatedRows, cells: list[DrugCell], catalog: Catalog) -> None:
        self.catalog = catalog
        self.texts = rows.column("drug")
        self.distinct = cells
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

    def settle_routes(self, dose: Numbers) -> None:
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

    def note_problems(self, problems: Problems, dose: Numbers) -> None:
        """Note drugs that are not known or contradicted, and doses that cannot be theirs."""
        is_infusion = self.what == "infusion"
        is_refused, is_outside = self._refused(dose)
        for at in np.flatnonzero(is_infusion & is_refused).tolist():
            drug = self.catalog.drugs[self.ids[at]]
            problems.codes[at] = "route_conflict"
            problems.details[at] = f"{drug.name} is not given {_spoken(self.routes[at])}"
        for at in np.flatnonzero(is_infusion & is_outside & ~is_refused).tolist():
            drug = self.catalog.drugs[self.ids[at]]
            problems.codes[at] = "dose_implausible"
            problems.details[at] = drug.doubt_dose(float(dose[at]))
        is_unclear = self.of_cells([cell.is_dose_unclear for cell in self.distinct])
        problems.note("dose_unreadable", is_unclear & is_infusion & np.isnan(dose), self.texts)
        for at in np.flatnonzero(self.what == "").tolist():
            is_unknown = self.cells[at].what == "unknown"
            problems.codes[at] = "drug_unknown" if is_unknown else "drug_unclear"
            problems.details[at] = self.texts[at]

    def _refused(self, dose: Numbers) -> tuple[Mask, Mask]:
        """Return which rows name a route that their infusion has not, or two, and which a dose that
        cannot be one of it; asked once a drug and route.
        """
        places, names = pd.factorize(self.ids)
        drugs = [self.catalog.drugs.get(name) for name in names]
        routes_at, routes = pd.factorize(self.routes)
        has_not = [
            [drug is not None and route != "" and route not in drug.routes for route in routes]
            for drug in drugs
        ]
        is_refused = np.array(has_not, dtype=bool).reshape(len(names), len(routes))
        least, most = (
            np.array([(np.nan, np.nan) if drug is None else drug.dose_limits_mg for drug in drugs])
            .reshape(len(names), 2)[places]
            .T
        )
        return self.is_contradicted | is_refused[places, routes_at], (dose < least) | (dose > most)

    def of_cells(self, answers: list[bool]) -> Mask:
        """Return for every row the answer of its cell; `answers` has one entry a distinct cell."""
        return self.texts.spread(np.array(answers, dtype=bool))

    def notes(self, dose: Numbers) -> Words:
        """Return the note of every row that becomes an event: the drug, of a steroid with its
        dose.
        """
        notes = np.array(self.ids, dtype=object)
        for at in np.flatnonzero(self.what == "steroid").tolist():
            notes[at] = f"{self.ids[at]} {dose[at]:g} mg"
        return notes

    def _unknown(self, name: str, count: int) -> str:
        near = look_like_drug(name, self.catalog)
        return f"{name!r} ({count}{f'; did you mean {near}?' if near else ''})"

    def warnings(self, problems: Problems, dose: Numbers, what: Words) -> list[str]:
        """Tell unknown names once with their counts, and what was assumed about doses."""
        told = []
        unknown = Counter(problems.details[problems.codes == "drug_unknown"].tolist())
        if unknown:
            named = ", ".join(self._unknown(*one) for one in unknown.most_common(_MOST_NAMES))
            more = len(unknown) - _MOST_NAMES
            named += f" and {more} more" if more > 0 else ""
            told.append(f"Drugs that are not known: {named}.")
        good = problems.is_good & (what == "infusion")
        is_package = self.of_cells([cell.is_package for cell in self.distinct])
        packages = good & np.isnan(dose) & is_package
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


def read_doses(rows: DatedRows, drug: NamedDrugs, catalog: Catalog) -> tuple[Numbers, Mask]:
    """Return every row's dose in mg, that of the dose column before that of the drug's cell, and
    which rows have one that cannot be read.
    """
    header = rows.header("dose_mg") if "dose_mg" in rows.roles else ""
    of_header = "g" if fold_name(header).split()[-1:] == ["g"] else ""
    pairs = rows.column("dose_mg").joined(rows.column("dose_unit", of_header), "\n")
    cut = [text.split("\n", 1) for text in pairs.words.to_pylist()]
    texts, units = (pa.array([part[at] for part in cut], pa.string()) for at in (0, 1))
    column = parse_doses(texts, units, rows.options, rows.where("dose_mg"), catalog)
    printed = pairs.spread(column.mg)
    beside = [np.nan if cell.dose_mg is None else cell.dose_mg for cell in drug.distinct]
    named = drug.texts.spread(np.array(beside, dtype=float))
    strengths = {one.id: [mg for mg, _ in one.packages] for one in catalog.drugs.values()}
    is_strength = [cell.dose_mg in strengths.get(cell.drug, []) for cell in drug.distinct]
    differs = ~np.isnan(printed) & ~np.isnan(named) & (printed != named)
    wrong = pairs.spread(column.is_wrong) | (differs & ~drug.of_cells(is_strength))
    return np.where(np.isnan(printed), named, printed), wrong
