"""A column of people, fluids, states or comparators under any header in any layout: right or refused, never different.

The files are those of `writers`, whose truth is known; one more column is planted somewhere in them.
"""

from __future__ import annotations

import csv
import io
import string
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tables.reading.forms_of_life import LANGUAGES
from tables.reading.writers import LAYOUTS, Form, Result, has_patients, options_for

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
    return results, Form(language=draw(st.sampled_from(LANGUAGES)), layout=layout, unit_place=place)


def planted(results: Sequence[Result], form: Form, header: str, cells: Sequence[str], at: int) -> bytes:
    """Write the results with one more column; its cells are repeated as often as there are rows."""
    rows = LAYOUTS[form.layout](results, form)
    column = [header, *(cells[number % len(cells)] for number in range(len(rows) - 1))]
    place = at % (len(rows[0]) + 1)
    target = io.StringIO()
    csv.writer(target).writerows([[*row[:place], cell, *row[place:]] for row, cell in zip(rows, column, strict=True)])
    return target.getvalue().encode()


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
@settings(max_examples=80)
def test_a_column_of_people_is_refused_where_no_patient_is_read(known, header, people, at):
    results, form = known
    assume(not has_patients(results))
    rows = len(LAYOUTS[form.layout](results, form)) - 1
    assume(rows >= 2)
    assert read(planted(results, form, header, people, at), results, form) is None


@given(known_files(), HEADERS, FLUIDS, st.integers(0, 9), st.sampled_from([("", 2), ("CBC", 3), ("Blood", 2)]))
@settings(max_examples=80)
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
@settings(max_examples=80)
def test_withdrawn_rows_are_no_results(known, header, word, at, other):
    results, form = known
    reading = read(planted(results, form, header, [word, other, other], at), results, form)
    if reading is None:
        return
    kept = [r for r, row in zip(results, row_of(results, form), strict=True) if row % 3]
    assert standing(reading) == {result.canonical for result in kept}


@given(known_files(), HEADERS, st.sampled_from(["<", "LT", "less than", "4171756"]), st.integers(0, 9))
@settings(max_examples=80)
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
