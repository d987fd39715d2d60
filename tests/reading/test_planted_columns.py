"""A column of people, fluids, states or comparators under any header in any layout: right or refused, never different.

The files are those of `writers`, whose truth is known; one more column is planted somewhere in them.
"""

from __future__ import annotations

import csv
import io
import json
import string
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tables.reading.forms_of_life import LANGUAGES
from tables.reading.writers import LAYOUTS, Form, Result, has_patients, options_for, unit_of
from tables.trials import examples
from tables.workbooks import number, text, workbook
from tables.workbooks import rows as rows_of_cells

from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.intake import LabReading, read_lab_bytes
from wbc_tracker.intake.table.ledger import is_harmless_header
from wbc_tracker.repeats import hide_superseded

START = datetime(2020, 3, 14)  # noqa: DTZ001  # a wall-clock date, as laboratories print it
VALUES = {"wbc": "6.1", "cd19": "12", "platelets": "250", "igg": "9.8"}
#: Headers that tell nothing, and some that look like something else.
HEADERS = st.one_of(
    st.text(string.ascii_letters, min_size=4, max_size=9).map(lambda text: f"{text}q"),
    st.sampled_from(["Source", "Order name", "Extra", "col7", "Field 3", "Zusatz", "Info X", "Q"]),
)
PEOPLE = st.sampled_from(
    [
        ("1001", "1002"), ("7", "12"), ("P-1", "P-2"), ("0012345", "0012346"), ("Ada A", "Bo B"),
        ("Ångström, Åse", "Öz, Ali"),
        ("1961-02-03", "1988-12-30"), ("F", "M"), ("weiblich", "männlich"), ("Mum", "Dad"),
    ]
)  # fmt: skip
FLUIDS = st.sampled_from(
    ["CSF", "Liquor", "Cell count, CSF", "Urine", "Synovial fluid", "BAL", "Bone marrow", "Orina", "Liquide pleural"]
)
WITHDRAWN = st.sampled_from(
    ["Entered in error", "Cancelled", "storniert", "entered-in-error", "Annulé", "withdrawn", "not done"]
)


@st.composite
def known_files(draw) -> tuple[list[Result], Form]:
    """Draw results of one or two people and a plain form to write them in."""
    analytes = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=4, unique=True))
    days = draw(st.lists(st.integers(0, 1500), min_size=2, max_size=5, unique=True))
    layout = draw(st.sampled_from(sorted(LAYOUTS)))
    people = ("me",) if layout == "flowsheet" else draw(st.sampled_from([("me",), ("A-1", "B-2")]))
    results = [
        Result(person, START + timedelta(days=day), False, analyte, Decimal(VALUES[analyte]) + number)
        for person in people
        for day in sorted(days)
        for number, analyte in enumerate(analytes)
    ]
    place = "column" if layout != "wide" else "header"
    kind = draw(st.integers(0, 1))  # the first name of each test in a text file, another in a workbook
    return results, Form(language=draw(st.sampled_from(LANGUAGES)), layout=layout, unit_place=place, name_choice=kind)


def planted(results: Sequence[Result], form: Form, header: str, cells: Sequence[str], at: int) -> bytes:
    """Write the results with one more column, as CSV or as a workbook; its cells are repeated as often as there are
    rows.
    """
    rows = LAYOUTS[form.layout](results, form)
    column = [header, *(cells[number % len(cells)] for number in range(len(rows) - 1))]
    place = at % (len(rows[0]) + 1)
    grid = [[*row[:place], cell, *row[place:]] for row, cell in zip(rows, column, strict=True)]
    if form.name_choice % 2:
        return as_workbook(grid)
    target = io.StringIO()
    csv.writer(target).writerows(grid)
    return target.getvalue().encode()


def as_workbook(grid: Sequence[Sequence[str]]) -> bytes:
    """Write rows of texts as a workbook of one sheet; what is a number is a number there."""
    return workbook(
        rows_of_cells(
            *(
                "".join(
                    (number if cell.replace(".", "", 1).isdecimal() else text)(f"{chr(65 + at)}{line}", cell)
                    for at, cell in enumerate(row)
                    if cell
                )
                for line, row in enumerate(grid, start=1)
            )
        )
    )


def row_of(results: Sequence[Result], form: Form) -> list[int]:
    """Return the number of the row, from 0, in which each result is written."""
    if form.layout == "long":
        return list(range(len(results)))
    keys = [result.analyte if form.layout == "flowsheet" else (result.patient, result.at) for result in results]
    order = list(dict.fromkeys(keys))
    return [order.index(key) for key in keys]


def read(raw: bytes, results: Sequence[Result], form: Form) -> LabReading | None:
    """Return what a file says, or None where it is refused."""
    try:
        return read_lab_bytes(raw, "labs.csv", options_for(results, form))
    except WbcTrackerError:
        return None


def standing(reading: LabReading) -> set[tuple[str, str, str, str, str]]:
    """Return the results that stand, as `Result.canonical` tells them."""
    return {
        (row["patient_id"], row["collected_at"], row["analyte"], f"{row['value']:.12g}",
         row["comparator"] if isinstance(row["comparator"], str) else "")
        for row in hide_superseded(reading.results).to_dict("records")
    }  # fmt: skip


@given(known_files(), HEADERS.filter(lambda header: not is_harmless_header(header)), PEOPLE, st.integers(0, 9))
@settings(max_examples=examples(80))
def test_a_column_of_people_is_refused_where_no_patient_is_read(known, header, people, at):
    results, form = known
    assume(not has_patients(results))
    rows = len(LAYOUTS[form.layout](results, form)) - 1
    assume(rows >= 2)
    assert read(planted(results, form, header, people, at), results, form) is None


@given(known_files(), HEADERS, FLUIDS, st.integers(0, 9), st.sampled_from([("", 2), ("CBC", 3), ("Blood", 2)]))
@settings(max_examples=examples(80))
def test_rows_of_another_fluid_are_no_blood(known, header, fluid, at, others):
    results, form = known
    filler, every = others
    reading = read(planted(results, form, header, [fluid, *[filler] * (every - 1)], at), results, form)
    if reading is None or reading.is_without_use:
        return
    kept = [r for r, row in zip(results, row_of(results, form), strict=True) if row % every]
    assert standing(reading) == {result.canonical for result in kept}
    assert reading.ignored_kinds == {"other_fluid": len(results) - len(kept)}


@given(known_files(), HEADERS, WITHDRAWN, st.integers(0, 9), st.sampled_from(["Final", "Corrected", "Preliminary", ""]))
@settings(max_examples=examples(80))
def test_withdrawn_rows_are_no_results(known, header, word, at, other):
    results, form = known
    reading = read(planted(results, form, header, [word, other, other], at), results, form)
    if reading is None:
        return
    kept = [r for r, row in zip(results, row_of(results, form), strict=True) if row % 3]
    assert standing(reading) == {result.canonical for result in kept}


@given(known_files(), HEADERS, st.sampled_from(["<", "LT", "less than", "4171756"]), st.integers(0, 9))
@settings(max_examples=examples(80))
def test_a_comparator_makes_a_limit_or_the_file_is_refused(known, header, sign, at):
    results, form = known
    reading = read(planted(results, form, header, [sign, "", "="], at), results, form)
    if reading is None:
        return
    said = [
        replace(r, comparator="<" if row % 3 == 0 else "")
        for r, row in zip(results, row_of(results, form), strict=True)
    ]
    assert standing(reading) == {result.canonical for result in said}


@given(
    st.randoms(use_true_random=False), st.permutations(["Preliminary", "Final", "Corrected", "Entered in error", ""])
)
@pytest.mark.parametrize("layout", ["long"])
def test_the_order_of_rows_never_decides_which_value_stands(layout, chance, states):
    rows = [["2024-03-01", "WBC", f"{6 + number}.1", "10^9/L", state] for number, state in enumerate(states)] + [
        ["2024-03-01", "CD19", f"{number}", "/uL", state] for number, state in enumerate(states, start=20)
    ]
    header = ["Date", "Test", "Result", "Unit", "State of it"]

    def stands(lines):
        target = io.StringIO()
        csv.writer(target).writerows([header, *lines])
        reading = read(target.getvalue().encode(), [], Form(layout=layout))
        assert reading is not None
        return standing(reading)

    shuffled = chance.sample(rows, len(rows))
    corrected = states.index("Corrected")
    assert stands(shuffled) == stands(rows) == {
        ("me", "2024-03-01", "wbc", f"{6 + corrected}.1", ""), ("me", "2024-03-01", "cd19", f"{20 + corrected}", ""),
    }  # fmt: skip


#: Ways in which a FHIR file says that an Observation was measured in something.
def fluid_by_display(observation: dict, fluid: str) -> list[dict]:
    observation["specimen"] = {"display": fluid}
    return []


def fluid_by_specimen(observation: dict, fluid: str) -> list[dict]:
    observation["specimen"] = {"reference": f"Specimen/s-{observation['id']}"}
    return [{"resourceType": "Specimen", "id": f"s-{observation['id']}", "type": {"text": fluid}}]


def fluid_by_body_site(observation: dict, fluid: str) -> list[dict]:
    observation["bodySite"] = {"coding": [{"display": fluid}]}
    return []


def fluid_by_category(observation: dict, fluid: str) -> list[dict]:
    observation["category"] = [{"text": "Laboratory"}, {"text": fluid}]
    return []


def fluid_by_report(observation: dict, fluid: str) -> list[dict]:
    result = [{"reference": f"Observation/{observation['id']}"}]
    return [
        {"resourceType": "DiagnosticReport", "id": "r", "status": "final", "code": {"text": fluid}, "result": result}
    ]


def fluid_by_panel(observation: dict, fluid: str) -> list[dict]:
    member = [{"reference": f"Observation/{observation['id']}"}]
    panel = {"resourceType": "Observation", "id": f"p-{observation['id']}", "status": "final", "code": {"text": fluid}}
    return [{**panel, "subject": observation["subject"], "hasMember": member}]


def withdrawn_by_itself(observation: dict, state: str) -> list[dict]:
    observation["status"] = state
    return []


def withdrawn_by_report(observation: dict, state: str) -> list[dict]:
    (report,) = fluid_by_report(observation, "Complete blood count")
    return [{**report, "status": state}]


FLUID_PLACES = (
    fluid_by_display, fluid_by_specimen, fluid_by_body_site, fluid_by_category, fluid_by_report, fluid_by_panel,
)  # fmt: skip


def observation_of(result: Result, place: int) -> dict:
    unit, factor = unit_of(result.analyte, Form())
    return {
        "resourceType": "Observation",
        "id": f"o{place}",
        "status": "final",
        "code": {"text": {"wbc": "WBC", "cd19": "CD19", "platelets": "Platelets", "igg": "IgG"}[result.analyte]},
        "subject": {"reference": f"Patient/{result.patient}"},
        "effectiveDateTime": result.collected_at,
        "valueQuantity": {"value": float(result.value / factor), "unit": unit},
    }


def bundle_of(resources: Sequence[dict]) -> bytes:
    return json.dumps({"resourceType": "Bundle", "entry": [{"resource": each} for each in resources]}).encode()


@given(known_files(), st.sampled_from(FLUID_PLACES), FLUIDS, st.integers(2, 3), st.booleans())
@settings(max_examples=examples(60))
def test_another_fluid_anywhere_in_a_fhir_file_is_no_blood(known, plant, fluid, every, reverse):
    results, form = known
    observations = [observation_of(result, place) for place, result in enumerate(results)]
    others = [more for at, each in enumerate(observations) if at % every == 0 for more in plant(each, fluid)]
    resources = [*observations, *others]
    reading = read(bundle_of(resources[::-1] if reverse else resources), results, form)
    assert reading is not None
    assert standing(reading) == {result.canonical for at, result in enumerate(results) if at % every}


@given(
    known_files(),
    st.sampled_from([withdrawn_by_itself, withdrawn_by_report]),
    st.sampled_from(["entered-in-error", "cancelled"]),
)
@settings(max_examples=examples(40))
def test_what_a_fhir_file_takes_back_is_no_result(known, plant, state):
    results, form = known
    observations = [observation_of(result, place) for place, result in enumerate(results)]
    others = [more for at, each in enumerate(observations) if at % 2 == 0 for more in plant(each, state)]
    reading = read(bundle_of([*others, *observations]), results, form)
    assert reading is not None
    assert standing(reading) == {result.canonical for at, result in enumerate(results) if at % 2}


@given(known_files(), st.sampled_from(["comparator", "interpretation"]), st.permutations(["1", "2", "3"]))
@settings(max_examples=examples(40))
def test_limits_and_later_versions_of_a_fhir_file(known, where, versions):
    """Of three versions of each Observation the last one counts, in whatever order they stand; it is a limit."""
    results, form = known
    resources = []
    for version in versions:
        for at, result in enumerate(results):
            value = result if version == "3" else replace(result, value=result.value + 1)
            observation = observation_of(value, at) | {"meta": {"versionId": version}}
            if where == "comparator":
                observation["valueQuantity"]["comparator"] = "<"
            else:
                observation["interpretation"] = [{"coding": [{"code": "L"}]}, {"coding": [{"code": "<"}]}]
            resources.append(observation)
    reading = read(bundle_of(resources), results, form)
    assert reading is not None
    assert standing(reading) == {replace(result, comparator="<").canonical for result in results}


@given(known_files())
@settings(max_examples=examples(20))
def test_people_of_a_fhir_file_stay_apart(known):
    results, form = known
    mixed = [replace(result, patient=("A-1", "B-2")[at % 2]) for at, result in enumerate(results)]
    reading = read(bundle_of([observation_of(result, at) for at, result in enumerate(mixed)]), mixed, form)
    assert reading is not None
    assert standing(reading) == {result.canonical for result in mixed}
