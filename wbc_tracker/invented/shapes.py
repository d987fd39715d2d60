"""The shapes of lab files that portals, laboratories and registries give out, as writers.

A writer takes printed results and returns the bytes of a file. Which name, unit and interval a
result is printed with is its laboratory's business; a shape is where they stand.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wbc_tracker.catalog import load_catalog
from wbc_tracker.catalog.profiles import load_profiles
from wbc_tracker.invented.laboratories import (
    GERMAN_LAB,
    SI_LAB,
    US_CELLS_LAB,
    US_LAB,
    Laboratory,
    LabTest,
)
from wbc_tracker.invented.patients import TrueResult

#: Concepts of OMOP: the operators `<` and `=`.
_OMOP_BELOW, _OMOP_EQUAL = "4171756", "4172703"
_LOINC = "http://loinc.org"
_UCUM = "http://unitsofmeasure.org"


@dataclass(frozen=True)
class PrintedResult:
    """One result as a laboratory prints it: `text` is the value with its comparator."""

    patient_id: str
    drawn_on: str
    analyte: str
    test: LabTest
    text: str

    @classmethod
    def of(cls, result: TrueResult, laboratory: Laboratory) -> PrintedResult:
        """Print a result."""
        test = laboratory[result.analyte]
        printed = test.as_printed(result.value)
        return cls(result.patient_id, result.drawn_on, result.analyte, test, printed)

    @property
    def comparator(self) -> str:
        """`<` where the value is a limit."""
        return self.text[:1] if self.text.startswith("<") else ""

    @property
    def number(self) -> str:
        """The value without its comparator."""
        return self.text.removeprefix("<")

    @property
    def value(self) -> float:
        """What is printed, in the canonical unit."""
        return float(Decimal(self.number) / Decimal(str(self.test.factor)))

    @property
    def mark(self) -> str:
        """`L` or `H` where the value lies outside its interval."""
        value, test = float(self.number), self.test
        return "L" if value < float(test.ref_low) else "H" if value > float(test.ref_high) else ""


Results = Sequence[PrintedResult]
Writer = Callable[[Results], bytes]


@dataclass(frozen=True)
class LabFileShape:
    """One kind of lab file.

    Attributes:
        name: of the file. title: what it is, for the user.
        is_of_one: it has no place for more than one patient.
        names_patient: who the patient is stands in it.
    """

    name: str
    title: str
    laboratory: Laboratory
    write: Writer
    percent_only: bool = False
    is_of_one: bool = False
    names_patient: bool = True


def _table(rows: Iterable[Iterable[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return target.getvalue().encode(encoding)


def _write_long(results: Results) -> bytes:
    """A row a result, with the columns of the program itself."""
    header = ["patient_id", "collected_at", "analyte", "value", "unit", "ref_low", "ref_high"]
    rows = [
        [each.patient_id, each.drawn_on, each.test.name, each.text, each.test.unit,
         each.test.ref_low, each.test.ref_high]
        for each in results
    ]  # fmt: skip
    return _table([header, *rows])


def _write_portal(results: Results) -> bytes:
    """A row a result under a title, dates with the name of the month, the mark behind the value."""
    above = [["North Laboratory (invented)"], []]
    header = ["Patient ID", "Collection Date", "Test", "Result", "Units", "Reference Range"]
    rows = [
        [each.patient_id, f"{date.fromisoformat(each.drawn_on):%b %d, %Y}", each.test.name,
         f"{each.text} {each.mark}".strip(), each.test.unit,
         f"{each.test.ref_low} - {each.test.ref_high}"]
        for each in results
    ]  # fmt: skip
    return _table([*above, header, *rows])


def _write_tabs(results: Results) -> bytes:
    """A row a result, columns kept apart by tabs, the comparator in a column of its own."""
    header = ["MRN", "Date", "Component", "Comparator", "Value", "Unit", "Range", "Flag"]
    rows = [
        [each.patient_id, each.drawn_on.replace("-", "/"), each.test.name, each.comparator,
         each.number, each.test.unit, f"{each.test.ref_low}-{each.test.ref_high}", each.mark]
        for each in results
    ]  # fmt: skip
    return _table([header, *rows], delimiter="\t")


def _write_packed(results: Results) -> bytes:
    """The long table, gzipped."""
    return gzip.compress(_write_long(results), mtime=0)


def _draws(results: Results) -> dict[tuple[str, str, int], dict[str, PrintedResult]]:
    """Return the results by patient, day and occurrence: a second value of a test is another."""
    draws: dict[tuple[str, str, int], dict[str, PrintedResult]] = {}
    for each in results:
        number = 0
        while each.analyte in draws.setdefault((each.patient_id, each.drawn_on, number), {}):
            number += 1
        draws[each.patient_id, each.drawn_on, number][each.analyte] = each
    return draws


def _tests(results: Results) -> dict[str, LabTest]:
    return {each.analyte: each.test for each in results}


def _write_wide(results: Results) -> bytes:
    """A row a draw, a column a test with its unit in the header."""
    tests = _tests(results)
    header = [f"{test.name} ({test.unit})" for test in tests.values()]
    rows = [
        [patient, day, *(found[name].text if name in found else "" for name in tests)]
        for (patient, day, _), found in _draws(results).items()
    ]
    return _table([["Patient ID", "Date", *header], *rows])


def _write_flowsheet(results: Results) -> bytes:
    """A row a test and a column a date; of one patient, who is not named."""
    tests, draws = _tests(results), _draws(results)
    header = ["Test", "Unit", "Reference Range", *(day for _, day, _ in draws)]
    rows = [
        [test.name, test.unit, f"{test.ref_low} - {test.ref_high}",
         *(found[name].text if name in found else "" for found in draws.values())]
        for name, test in tests.items()
    ]  # fmt: skip
    return _table([header, *rows])


def _write_german(results: Results) -> bytes:
    """A row a result: semicolons, decimal commas, the day first, Windows-1252."""
    header = ["Patient", "Datum", "Untersuchung", "Ergebnis", "Einheit", "Normbereich"]
    rows = [
        [each.patient_id, f"{date.fromisoformat(each.drawn_on):%d.%m.%Y}", each.test.name,
         each.text.replace(".", ","), each.test.unit,
         f"{each.test.ref_low} - {each.test.ref_high}".replace(".", ",")]
        for each in results
    ]  # fmt: skip
    return _table([header, *rows], delimiter=";", encoding="cp1252")


def _write_omop(results: Results) -> bytes:
    """The table MEASUREMENT of OMOP: concepts for tests and operators, numbers as numbers."""
    names = load_profiles()["omop"].names
    concepts = {analyte: concept for concept, analyte in reversed(names.items())}
    header = [
        "measurement_id", "person_id", "measurement_concept_id", "measurement_date",
        "operator_concept_id", "value_as_number", "range_low", "range_high",
        "measurement_source_value", "unit_source_value",
    ]  # fmt: skip
    rows = [
        [str(number), each.patient_id, concepts[each.analyte], each.drawn_on,
         _OMOP_BELOW if each.comparator else _OMOP_EQUAL, each.number, each.test.ref_low,
         each.test.ref_high, each.test.name, each.test.unit]
        for number, each in enumerate(results, start=1)
    ]  # fmt: skip
    return _table([header, *rows])


def _observation(each: PrintedResult) -> dict[str, object]:
    code = load_catalog().analytes[each.analyte].loinc
    quantity: dict[str, object] = {"value": float(each.number), "unit": each.test.unit}
    if each.comparator:
        quantity["comparator"] = each.comparator
    interval = {
        side: {"value": float(limit), "unit": each.test.unit}
        for side, limit in (("low", each.test.ref_low), ("high", each.test.ref_high))
    }
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": _LOINC, "code": code}], "text": each.test.name},
        "subject": {"reference": f"Patient/{each.patient_id}"},
        "effectiveDateTime": each.drawn_on,
        "valueQuantity": quantity,
        "referenceRange": [interval],
    }


def _write_bundle(results: Results) -> bytes:
    """A Bundle of FHIR R4, as a phone or portal exports one person."""
    entries = [{"resource": _observation(each)} for each in results]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return json.dumps(bundle, indent=1, ensure_ascii=False).encode()


def _write_ndjson(results: Results) -> bytes:
    """Observations of FHIR R4, a line each, as a bulk export."""
    lines = [json.dumps(_observation(each), ensure_ascii=False) for each in results]
    return "".join(f"{line}\n" for line in lines).encode()


SHAPES = (
    LabFileShape("labs-long.csv", "a row a result, SI units", SI_LAB, _write_long),
    LabFileShape("labs-portal.csv", "a portal in US units, title above", US_LAB, _write_portal),
    LabFileShape("labs-german.csv", "German, ; and decimal comma", GERMAN_LAB, _write_german),
    LabFileShape("labs-wide.csv", "a row a draw, a column a test", SI_LAB, _write_wide),
    LabFileShape(
        "labs-flowsheet.csv", "a column a date, patient not named", US_LAB, _write_flowsheet,
        is_of_one=True, names_patient=False,
    ),
    LabFileShape(
        "labs-percent.tsv", "tabs, differential in percent only", US_LAB, _write_tabs,
        percent_only=True,
    ),
    LabFileShape("labs-cells.csv.gz", "cells/uL, gzipped", US_CELLS_LAB, _write_packed),
    LabFileShape("labs-omop.csv", "the table MEASUREMENT of OMOP", SI_LAB, _write_omop),
    LabFileShape("labs-fhir.ndjson", "FHIR R4, an Observation a line", SI_LAB, _write_ndjson),
    LabFileShape(
        "labs-bundle.json", "FHIR R4, a Bundle of one person", US_LAB, _write_bundle, is_of_one=True
    ),
)  # fmt: skip
