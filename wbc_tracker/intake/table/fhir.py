"""Observations of FHIR R4 as the rows of a long table, which then is read as every other one.

What patient portals and phones export: Observation, Bundle, DiagnosticReport with contained
Observations, NDJSON. The draw is `effective`, never `issued`; a panel is its components; a reason
why data is absent is no result.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.naming import loinc_table, name_table
from wbc_tracker.errors import UnreadableFileError
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.column.units import is_known_unit, mean_the_same
from wbc_tracker.intake.column.wrapping import unwrap
from wbc_tracker.intake.file.fhir_json import Digits, Placed, Resource, read_resources
from wbc_tracker.intake.table.head import TableHead
from wbc_tracker.intake.table.table import TextTable

#: The columns of the table, the canonical name of each role; those that are empty are left out.
_NEEDED = ("collected_at", "analyte", "value")
_COLUMNS = (
    "patient_id",
    "collected_at",
    "analyte",
    "loinc",
    "value",
    "unit",
    "comparator",
    "ref_range",
    "abnormal_flag",
    "specimen",
    "status",
)
_LOINC = ("http://loinc.org", "https://loinc.org", "urn:oid:2.16.840.1.113883.6.1")
_ANNOTATION = re.compile(r"\{[^{}]*\}")
#: States of a report that hold for every result in it, whatever that one says of itself.
_WITHDRAWN = ("entered-in-error", "cancelled")

Row = dict[str, str]


def read_fhir(raw: bytes, file: str, catalog: Catalog) -> TextTable:
    """Read the Observations of a FHIR file as a table; a row is an Observation or a component.

    The line of a row is the number of its Observation, in NDJSON the line of the file.

    Raises:
        UnreadableFileError: not JSON, not FHIR, or without any Observation.
    """
    resources = read_resources(raw, file)
    rows, lines = [], []
    known = _Known(resources)
    number = 0
    for placed in resources:
        if placed.resource.get("resourceType") != "Observation":
            continue
        number += 1
        for row in _rows(placed, known, catalog):
            rows.append(row)
            lines.append(placed.line or number)
    if not number:
        kinds = Counter(str(placed.resource.get("resourceType"))[:40] for placed in resources)
        raise UnreadableFileError(
            f"{file} holds no Observation, which a result is in FHIR; it holds "
            f"{', '.join(kind for kind, _ in kinds.most_common(3))}.",
            "Export the laboratory results, too.",
            code="file_empty",
        )
    header = [name for name in _COLUMNS if name in _NEEDED or any(row[name] for row in rows)]
    columns = [TextColumn.of(pa.array([row[name] for row in rows], pa.string())) for name in header]
    return TextTable(
        file,
        TableHead(header, header, 0),
        columns,
        np.array(lines, dtype=np.int64),
        "FHIR R4",
        "",
        proven={header.index("value"): "."},
        observations=number,
    )


@dataclass
class _Known:
    """The resources that others refer to, by `Type/id` and by the address of a bundle's entry."""

    resources: list[Placed]
    by_id: dict[str, Resource] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_id = {
            f"{placed.resource.get('resourceType')}/{placed.resource.get('id')}": placed.resource
            for placed in self.resources
            if placed.within is None and placed.resource.get("resourceType") in ("Specimen",)
        }

    def find(self, reference: str, within: Resource) -> Resource:
        """Return the resource a reference means, {} for one that is not in the file."""
        if reference.startswith("#"):
            inside = (item for item in _list(within.get("contained")) if isinstance(item, dict))
            return next((item for item in inside if item.get("id") == reference[1:]), {})
        return self.by_id.get("/".join(reference.split("/")[-2:]), {})


def _rows(placed: Placed, known: _Known, catalog: Catalog) -> Iterator[Row]:
    """Yield the row of an Observation, and one for each of its components."""
    own, report = placed.resource, placed.within or {}
    report = report if report.get("resourceType") == "DiagnosticReport" else {}
    holder = placed.within or own
    specimen = _first(own, report, "specimen")
    specimen_found = known.find(_text(specimen.get("reference")), holder)
    status = _text(own.get("status"))
    common = {
        "patient_id": _patient(_first(own, report, "subject"), known, holder),
        "collected_at": _effective(own) or _effective(report) or _drawn(specimen_found),
        "specimen": _text(specimen.get("display"))
        or _concept_text(specimen_found.get("type"))
        or _concept_text(own.get("bodySite")),
        "status": _text(report.get("status")) if report.get("status") in _WITHDRAWN else status,
    }
    components = [part for part in _list(own.get("component")) if isinstance(part, dict)]
    parts = [own] if any(key.startswith("value") for key in own) else []
    parts += components
    if not parts and not own.get("hasMember"):  # what has members is a panel, and they are here
        parts = [own]
    for part in parts:
        yield {**common, **_result(part, catalog)}


def _first(own: Resource, report: Resource, key: str) -> Resource:
    """Return what an Observation says, else what the report says that contains it."""
    found = own.get(key) or report.get(key)
    found = next(iter(found), {}) if isinstance(found, list) else found
    return found if isinstance(found, dict) else {}


def _patient(subject: Resource, known: _Known, holder: Resource) -> str:
    """Return the id that a subject is referred to by, else its identifier, else its name."""
    reference = _text(subject.get("reference"))
    if reference.startswith("#"):
        person = known.find(reference, holder)
        names = [name for name in _list(person.get("name")) if isinstance(name, dict)]
        told = [_identifier(item) for item in _list(person.get("identifier"))]
        told += [_text(name.get("text")) or _text(name.get("family")) for name in names]
        reference = next(filter(None, told), "")
    return (
        reference.removeprefix("urn:uuid:").rpartition("/")[2]
        or _identifier(subject.get("identifier"))
        or _text(subject.get("display"))
    )


def _identifier(identifier: object) -> str:
    return _text(identifier.get("value")) if isinstance(identifier, dict) else ""


def _effective(resource: Resource) -> str:
    """Return when the blood was drawn: an instant, or the beginning of a period."""
    period = resource.get("effectivePeriod")
    period = period if isinstance(period, dict) else {}
    return (
        _text(resource.get("effectiveDateTime"))
        or _text(resource.get("effectiveInstant"))
        or _text(period.get("start"))
        or _text(period.get("end"))
    )


def _drawn(specimen: Resource) -> str:
    collection = specimen.get("collection")
    return _text(collection.get("collectedDateTime")) if isinstance(collection, dict) else ""


def _result(part: Resource, catalog: Catalog) -> Row:
    """Return what an Observation or a component says of one test."""
    name, code = _test(part.get("code"), catalog)
    value, unit, comparator = _value(part, catalog)
    is_known = code in loinc_table(catalog) or fold_name(name) in name_table(catalog)
    if not is_known and not isinstance(value, Digits):
        value = ""  # a text of another test must not speak about how numbers are written here
    marks = [_code_or_text(item) for item in _list(part.get("interpretation"))]
    return {
        "analyte": name,
        "loinc": code,
        "value": value,
        "unit": unit,
        "comparator": comparator,
        "ref_range": _interval(part, unit, catalog),
        "abnormal_flag": next(filter(None, marks), ""),
    }


def _test(concept: object, catalog: Catalog) -> tuple[str, str]:
    """Return name and LOINC code of a test: the known code and the known name before others."""
    codings = _codings(concept)
    codes = [_text(c.get("code")) for c in codings if _text(c.get("system")) in _LOINC]
    names = [_text(concept.get("text"))] if isinstance(concept, dict) else []
    names = [text for text in (*names, *(_text(c.get("display")) for c in codings)) if text]
    known_codes = [code for code in codes if code in loinc_table(catalog)]
    known_names = [text for text in names if fold_name(text) in name_table(catalog)]
    code = next(iter((*known_codes, *codes)), "")
    return next(iter((*known_names, *names, *(_text(c.get("code")) for c in codings))), ""), code


def _value(part: Resource, catalog: Catalog) -> tuple[str, str, str]:
    """Return value, unit and comparator; "" for a value that is absent.

    Two units that mean different ones are both told, so that the cell is rejected.
    """
    quantity = part.get("valueQuantity")
    if isinstance(quantity, dict):
        unit, other = _unit(quantity, catalog)
        value = _text(quantity.get("value"))
        comparator = _text(quantity.get("comparator"))
        return Digits(value) if not other else f"{value} {other}", unit, comparator
    for key in ("valueInteger", "valueDecimal", "valueString", "valueDateTime", "valueBoolean"):
        if key in part:
            found = part[key]
            return (found if isinstance(found, Digits) else _text(found) or str(found)), "", ""
    if "valueCodeableConcept" in part:
        return _concept_text(part["valueCodeableConcept"]), "", ""
    others = [key for key in part if key.startswith("value") and key != "valueCodeableConcept"]
    return (others[0] if others else ""), "", ""


def _unit(quantity: Resource, catalog: Catalog) -> tuple[str, str]:
    """Return the unit of a quantity, printed or coded, and another one that contradicts it."""
    printed, coded = _text(quantity.get("unit")), _text(quantity.get("code"))
    coded = coded if is_known_unit(coded, catalog) else _ANNOTATION.sub("", coded)
    plain = printed if is_known_unit(printed, catalog) else _ANNOTATION.sub("", printed)
    if not is_known_unit(plain, catalog):
        return (coded, "") if is_known_unit(coded, catalog) else (printed or coded, "")
    differs = is_known_unit(coded, catalog) and not mean_the_same(plain, coded, catalog)
    return plain, coded if differs else ""


def _interval(part: Resource, unit: str, catalog: Catalog) -> str:
    """Return the one interval of healthy people as text; "" where there is none, or several."""
    ranges = [item for item in _list(part.get("referenceRange")) if isinstance(item, dict)]
    usual = [item for item in ranges if _is_usual(item)]
    told = {_interval_text(item, unit, catalog) for item in usual} - {""}
    return told.pop() if len(told) == 1 else ""


def _is_usual(interval: Resource) -> bool:
    """Tell whether an interval is of no special kind (treatment, a phase) and of no special age."""
    codes = {_text(coding.get("code")) for coding in _codings(interval.get("type"))}
    return codes <= {"normal"} and not interval.get("appliesTo") and not interval.get("age")


def _interval_text(interval: Resource, unit: str, catalog: Catalog) -> str:
    low, high = (
        side if isinstance(side, dict) else {} for side in map(interval.get, ("low", "high"))
    )
    lower, upper = _text(low.get("value")), _text(high.get("value"))
    own = _unit(low or high, catalog)[0] if low or high else ""
    shown = f" {own}" if own and own != unit else ""
    if lower and upper:
        return f"{lower}-{upper}{shown}"
    if lower or upper:
        return f">={lower}{shown}" if lower else f"<={upper}{shown}"
    return _text(interval.get("text"))


def _concept_text(concept: object) -> str:
    """Return the words of a concept: its own text, else those of its codes."""
    texts = [_text(concept.get("text"))] if isinstance(concept, dict) else []
    texts += [_text(c.get("display")) or _text(c.get("code")) for c in _codings(concept)]
    return next(filter(None, texts), "")


def _code_or_text(concept: object) -> str:
    codes = [_text(coding.get("code")) for coding in _codings(concept)]
    return next(filter(None, codes), "") or _concept_text(concept)


def _codings(concept: object) -> list[Resource]:
    codings = _list(concept.get("coding")) if isinstance(concept, dict) else []
    return [coding for coding in codings if isinstance(coding, dict)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object) -> str:
    return unwrap(value) if isinstance(value, str) else ""
