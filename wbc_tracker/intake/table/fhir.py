"""Observations of FHIR R4 as the rows of a long table, which then is read as every other one.

What patient portals and phones export: Observation, Bundle, DiagnosticReport with contained
Observations, NDJSON. The draw is `effective`, never `issued`; a panel is its components; a reason
why data is absent is no result.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.naming import loinc_table, name_table
from wbc_tracker.errors import AmbiguousFileError, UnreadableFileError
from wbc_tracker.intake.column.fluids import fluid_in
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.column.units import is_known_unit, mean_the_same
from wbc_tracker.intake.file.fhir_json import Digits, Placed, Resource, read_resources
from wbc_tracker.intake.table.fhir_context import (
    Context,
    codings_of,
    is_withdrawn,
    list_of,
    panel_words,
    text_of,
    texts_of,
)
from wbc_tracker.intake.table.head import TableHead
from wbc_tracker.intake.table.table import TextTable
from wbc_tracker.wording import count_words

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
    "panel",
    "status",
)
_LOINC = ("http://loinc.org", "https://loinc.org", "urn:oid:2.16.840.1.113883.6.1")
_ANNOTATION = re.compile(r"\{[^{}]*\}")

Row = dict[str, str]


def read_fhir(raw: bytes, file: str, catalog: Catalog) -> TextTable:
    """Read the Observations of a FHIR file as a table; a row is an Observation or a component.

    The line of a row is the number of its Observation, in NDJSON the line of the file.

    Raises:
        UnreadableFileError: not JSON, not FHIR, or without any Observation.
        AmbiguousFileError: several patients, and no result says whose it is.
    """
    resources = read_resources(raw, file)
    context = Context(resources)
    rows, lines = [], []
    numbers = {id(placed.resource): n for n, placed in enumerate(context.found, start=1)}
    for placed in context.observations:
        for row in _rows(placed, context, catalog):
            rows.append(row)
            lines.append(placed.line or numbers[id(placed.resource)])
    if not context.found:
        kinds = Counter(str(placed.resource.get("resourceType"))[:40] for placed in resources)
        raise UnreadableFileError(
            f"{file} holds no Observation, which a result is in FHIR; it holds "
            f"{', '.join(kind for kind, _ in kinds.most_common(3))}.",
            "Export the laboratory results, too.",
            code="file_empty",
        )
    if context.people > 1 and not any(row["patient_id"] for row in rows):
        raise AmbiguousFileError(
            f"{file} holds {context.people} patients, and no result says whose it is.",
            "Export each person's results as a file of their own.",
            code="patient_unclear",
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
        observations=len(context.found),
        warnings=_tell_outdated(context.outdated),
    )


def _tell_outdated(count: int) -> list[str]:
    if not count:
        return []
    told = count_words(count, "earlier version", "earlier versions")
    return [f"{told} of an Observation, or deleted, left out: the later one counts."]


def _rows(placed: Placed, context: Context, catalog: Catalog) -> Iterator[Row]:
    """Yield the row of an Observation, and one for each of its components."""
    own, report = placed.resource, placed.within or {}
    report = report if report.get("resourceType") == "DiagnosticReport" else {}
    holder = placed.within or own
    panels = context.panels_of(placed)
    specimen = _first(own, report, "specimen")
    specimen_found = context.find(text_of(specimen.get("reference")), holder)
    words = dict.fromkeys(panel_words(own, panels))
    common = {
        "patient_id": _patient(_first(own, report, "subject"), context, holder),
        "collected_at": _effective(own) or _effective(report) or _drawn(specimen_found),
        "specimen": text_of(specimen.get("display"))
        or _concept_text(specimen_found.get("type"))
        or _concept_text(own.get("bodySite")),
        "panel": ", ".join(word for word in words if fluid_in(word, catalog)),
        "status": is_withdrawn(panels) or text_of(own.get("status")),
    }
    components = [part for part in list_of(own.get("component")) if isinstance(part, dict)]
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


def _patient(subject: Resource, context: Context, holder: Resource) -> str:
    """Return the id that a subject is referred to by, else its identifier, else its name."""
    reference = text_of(subject.get("reference"))
    if reference.startswith("#"):
        person = context.find(reference, holder)
        names = [name for name in list_of(person.get("name")) if isinstance(name, dict)]
        told = [_identifier(item) for item in list_of(person.get("identifier"))]
        told += [text_of(name.get("text")) or text_of(name.get("family")) for name in names]
        reference = next(filter(None, told), "")
    return (
        reference.removeprefix("urn:uuid:").rpartition("/")[2]
        or _identifier(subject.get("identifier"))
        or text_of(subject.get("display"))
    )


def _identifier(identifier: object) -> str:
    return text_of(identifier.get("value")) if isinstance(identifier, dict) else ""


def _effective(resource: Resource) -> str:
    """Return when the blood was drawn: an instant, or the beginning of a period."""
    period = resource.get("effectivePeriod")
    period = period if isinstance(period, dict) else {}
    return (
        text_of(resource.get("effectiveDateTime"))
        or text_of(resource.get("effectiveInstant"))
        or text_of(period.get("start"))
        or text_of(period.get("end"))
    )


def _drawn(specimen: Resource) -> str:
    collection = specimen.get("collection")
    return text_of(collection.get("collectedDateTime")) if isinstance(collection, dict) else ""


def _result(part: Resource, catalog: Catalog) -> Row:
    """Return what an Observation or a component says of one test."""
    name, code = _test(part.get("code"), catalog)
    value, unit, comparator = _value(part, catalog)
    is_known = code in loinc_table(catalog) or fold_name(name) in name_table(catalog)
    if not is_known and not isinstance(value, Digits):
        value = ""  # a text of another test must not speak about how numbers are written here
    marks = [_code_or_text(item) for item in list_of(part.get("interpretation"))]
    signs = [mark for mark in marks if mark in ("<", ">")]  # off the instrument's scale (HL7)
    doubts = [_code_or_text(part["dataAbsentReason"])] if "dataAbsentReason" in part else []
    doubts += ["modifierExtension"] if part.get("modifierExtension") else []
    if doubts and value:
        value = f"{value} ({doubts[0]})"  # a value that is said to be absent, or changed: unread
    return {
        "analyte": name,
        "loinc": code,
        "value": value,
        "unit": unit,
        "comparator": comparator or next(iter(signs), ""),
        "ref_range": _interval(part, unit, catalog),
        "abnormal_flag": next((mark for mark in marks if mark and mark not in signs), ""),
    }


def _test(concept: object, catalog: Catalog) -> tuple[str, str]:
    """Return name and LOINC code of a test: the known code and the known name before others."""
    codings = codings_of(concept)
    codes = [text_of(c.get("code")) for c in codings if text_of(c.get("system")) in _LOINC]
    names = [text_of(concept.get("text"))] if isinstance(concept, dict) else []
    names = [text for text in (*names, *(text_of(c.get("display")) for c in codings)) if text]
    known_codes = [code for code in codes if code in loinc_table(catalog)]
    known_names = [text for text in names if fold_name(text) in name_table(catalog)]
    code = next(iter((*known_codes, *codes)), "")
    return next(iter((*known_names, *names, *(text_of(c.get("code")) for c in codings))), ""), code


def _value(part: Resource, catalog: Catalog) -> tuple[str, str, str]:
    """Return value, unit and comparator; "" for a value that is absent.

    Two units that mean different ones are both told, so that the cell is rejected.
    """
    quantity = part.get("valueQuantity")
    if isinstance(quantity, dict):
        unit, other = _unit(quantity, catalog)
        value = text_of(quantity.get("value"))
        comparator = text_of(quantity.get("comparator"))
        return Digits(value) if not other else f"{value} {other}", unit, comparator
    for key in ("valueInteger", "valueDecimal", "valueString", "valueDateTime", "valueBoolean"):
        if key in part:
            found = part[key]
            return (found if isinstance(found, Digits) else text_of(found) or str(found)), "", ""
    if "valueCodeableConcept" in part:
        return _concept_text(part["valueCodeableConcept"]), "", ""
    others = [key for key in part if key.startswith("value") and key != "valueCodeableConcept"]
    return (others[0] if others else ""), "", ""


def _unit(quantity: Resource, catalog: Catalog) -> tuple[str, str]:
    """Return the unit of a quantity, printed or coded, and another one that contradicts it."""
    printed, coded = text_of(quantity.get("unit")), text_of(quantity.get("code"))
    coded = coded if is_known_unit(coded, catalog) else _ANNOTATION.sub("", coded)
    plain = printed if is_known_unit(printed, catalog) else _ANNOTATION.sub("", printed)
    if not is_known_unit(plain, catalog):
        return (coded, "") if is_known_unit(coded, catalog) else (printed or coded, "")
    differs = is_known_unit(coded, catalog) and not mean_the_same(plain, coded, catalog)
    return plain, coded if differs else ""


def _interval(part: Resource, unit: str, catalog: Catalog) -> str:
    """Return the one interval of healthy people as text; "" where there is none, or several."""
    ranges = [item for item in list_of(part.get("referenceRange")) if isinstance(item, dict)]
    usual = [item for item in ranges if _is_usual(item)]
    told = {_interval_text(item, unit, catalog) for item in usual} - {""}
    return told.pop() if len(told) == 1 else ""


def _is_usual(interval: Resource) -> bool:
    """Tell whether an interval is of no special kind (treatment, a phase) and of no special age."""
    codes = {text_of(coding.get("code")) for coding in codings_of(interval.get("type"))}
    return codes <= {"normal"} and not interval.get("appliesTo") and not interval.get("age")


def _interval_text(interval: Resource, unit: str, catalog: Catalog) -> str:
    low, high = (
        side if isinstance(side, dict) else {} for side in map(interval.get, ("low", "high"))
    )
    lower, upper = text_of(low.get("value")), text_of(high.get("value"))
    own = _unit(low or high, catalog)[0] if low or high else ""
    shown = f" {own}" if own and own != unit else ""
    if lower and upper:
        return f"{lower}-{upper}{shown}"
    if lower or upper:
        return f">={lower}{shown}" if lower else f"<={upper}{shown}"
    return text_of(interval.get("text"))


def _concept_text(concept: object) -> str:
    """Return the words of a concept: its own text, else those of its codes."""
    return next(iter(texts_of(concept)), "")


def _code_or_text(concept: object) -> str:
    codes = [text_of(coding.get("code")) for coding in codings_of(concept)]
    return next(filter(None, codes), "") or _concept_text(concept)
