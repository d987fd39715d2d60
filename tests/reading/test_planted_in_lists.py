"""A column of people or states under any header in lists of infusions and events: right or refused, never different."""

from __future__ import annotations

import csv
import io
import string
from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tables.trials import examples

from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.intake import ReadingOptions, read_event_bytes, read_infusion_bytes
from wbc_tracker.intake.table.ledger import is_harmless_header

TODAY = "2026-01-01"
START = date(2020, 3, 14)
#: Headers of the patient, the date, the drug or event, and the dose.
INFUSION_HEADERS = [
    ("patient_id", "infused_on", "drug", "dose_mg"),
    ("MRN", "Date given", "Medication", "Dose (mg)"),
    ("PatNr", "Infusionsdatum", "Präparat", "Dosis"),
]
EVENT_HEADERS = [("patient_id", "happened_on", "kind"), ("MRN", "Date", "Event"), ("PatNr", "Datum", "Ereignis")]
DRUGS = ["Ocrevus", "ocrelizumab", "Ocrelizumab i.v."]
KINDS = ["vaccination", "infection", "relapse"]
HEADERS = st.one_of(
    st.text(string.ascii_letters, min_size=4, max_size=9).map(lambda text: f"{text}q"),
    st.sampled_from(["Source", "Extra", "col7", "Field 3", "Zusatz", "Info X", "Q", "State", "Outcome"]),
)
PEOPLE = st.sampled_from(
    [
        ("1001", "1002"), ("7", "12"), ("P-1", "P-2"), ("0012345", "0012346"), ("Ada A", "Bo B"),
        ("Ångström, Åse", "Öz, Ali"), ("1961-02-03", "1988-12-30"), ("F", "M"), ("weiblich", "männlich"),
        ("Mum", "Dad"),
    ]
)  # fmt: skip
NOT_GIVEN = st.sampled_from(
    ["Not given", "Cancelled", "storniert", "Did not attend", "DNA", "refused", "nicht erschienen", "annulé", "Held",
     "Cancelled - unwell", "entered in error"]
)  # fmt: skip
ORDERED = st.sampled_from(["Ordered", "Dispensed", "angeordnet", "prescrit", "In preparation"])

#: One row: patient, day, what, dose.
Row = tuple[str, str, str, str]


@st.composite
def lists(draw, several: bool | None = None) -> list[Row]:
    """Draw rows of one or two people, no two of a person on one day."""
    is_of_several = draw(st.booleans()) if several is None else several
    people = ("A-1", "B-2") if is_of_several else ("me",)
    days = draw(st.lists(st.integers(0, 1500), min_size=2, max_size=6, unique=True))
    return [
        (person, (START + timedelta(days=day)).isoformat(), draw(st.sampled_from(DRUGS)), dose)
        for person in people
        for day, dose in zip(sorted(days), ("300", "300", "600", "600", "600", "600"), strict=False)
    ]


def table(header: Sequence[str], rows: Sequence[Row], planted: str, cells: Sequence[str], at: int) -> bytes:
    """Write rows with one more column; without the patients where there is only one."""
    first = 0 if len({row[0] for row in rows}) > 1 else 1
    lines = [list(header)[first:], *(list(row)[first : len(header)] for row in rows)]
    column = [planted, *(cells[number % len(cells)] for number in range(len(rows)))]
    place = at % (len(lines[0]) + 1)
    target = io.StringIO()
    csv.writer(target).writerows([[*ln[:place], cell, *ln[place:]] for ln, cell in zip(lines, column, strict=True)])
    return target.getvalue().encode()


def infusions(raw: bytes) -> set[tuple[str, str, float]] | None:
    """Return the infusions of a list, or None where it is refused."""
    try:
        read = read_infusion_bytes(raw, "list.csv", ReadingOptions(as_of=TODAY))
    except WbcTrackerError:
        return None
    return {(row.patient_id, row.infused_on, row.dose_mg) for row in read.infusions.itertuples(index=False)}


def events(raw: bytes) -> set[tuple[str, str, str]] | None:
    """Return the events of a list, or None where it is refused."""
    try:
        read = read_event_bytes(raw, "list.csv", ReadingOptions(as_of=TODAY))
    except WbcTrackerError:
        return None
    return {(row.patient_id, row.happened_on, row.kind) for row in read.events.itertuples(index=False)}


def given_in(rows: Sequence[Row]) -> set[tuple[str, str, float]]:
    return {(patient, day, float(dose)) for patient, day, _, dose in rows}


def happened_in(rows: Sequence[Row]) -> tuple[list[Row], set[tuple[str, str, str]]]:
    """Return the same rows as events, and what they tell."""
    told = [(row[0], row[1], KINDS[number % len(KINDS)], "") for number, row in enumerate(rows)]
    return told, {row[:3] for row in told}


@given(
    lists(several=False), st.sampled_from(INFUSION_HEADERS), st.sampled_from(EVENT_HEADERS),
    HEADERS.filter(lambda header: not is_harmless_header(header)), PEOPLE, st.integers(0, 9),
)  # fmt: skip
@settings(max_examples=examples(80))
def test_a_column_of_people_is_refused_where_no_patient_is_read(rows, header, of_events, planted, people, at):
    """Words under a header of states are taken for states that are not known, which is told."""
    assume(planted not in ("State", "Outcome") or people[0] not in ("Ada A", "Ångström, Åse", "Mum"))
    assert infusions(table(header, rows, planted, people, at)) is None
    assert events(table(of_events, happened_in(rows)[0], planted, people, at)) is None


@given(
    lists(), st.sampled_from(INFUSION_HEADERS), HEADERS, NOT_GIVEN, st.sampled_from(["Given", ""]), st.integers(0, 9)
)
@settings(max_examples=examples(80))
def test_what_was_not_given_is_no_infusion(rows, header, planted, word, other, at):
    told = infusions(table(header, rows, planted, [word, other, other], at))
    assert told is None or told == given_in([row for number, row in enumerate(rows) if number % 3])


@given(lists(), st.sampled_from(INFUSION_HEADERS), HEADERS, ORDERED, st.integers(0, 9))
@settings(max_examples=examples(80))
def test_an_order_is_no_infusion(rows, header, planted, word, at):
    told = infusions(table(header, rows, planted, [word, "Given"], at))
    assert told is None or told == given_in(rows[1::2])


@given(lists(), st.sampled_from(EVENT_HEADERS), HEADERS, NOT_GIVEN, st.integers(0, 9))
@settings(max_examples=examples(80))
def test_what_was_cancelled_did_not_happen(rows, header, planted, word, at):
    as_events, _ = happened_in(rows)
    told = events(table(header, as_events, planted, [word, "", ""], at))
    assert told is None or told == {row[:3] for number, row in enumerate(as_events) if number % 3}


@given(lists(several=True), st.sampled_from(INFUSION_HEADERS), st.integers(0, 9), st.integers(0, 11))
@settings(max_examples=examples(40))
def test_a_patient_with_two_dates_of_birth_has_no_infusion(rows, header, at, slip):
    at_slip = slip % len(rows)
    births = ["1961-02-03" if row[0] == "A-1" else "1970-05-06" for row in rows]
    births[at_slip] = "1988-12-30"
    assume(len(rows) > 2)
    told = infusions(table(header, rows, "Date of birth", births, at))
    assert told is None or told == given_in([row for row in rows if row[0] != rows[at_slip][0]])


@given(lists(), st.sampled_from(INFUSION_HEADERS), st.randoms(use_true_random=False), NOT_GIVEN)
def test_the_order_of_rows_never_decides_what_was_given(rows, header, chance, word):
    """A cancelled and a given row of one day are one infusion, in whatever order they stand."""
    both = [(*row, "Given") for row in rows] + [(*row, word) for row in rows]
    shuffled = chance.sample(both, len(both))
    cells = [row[4] for row in shuffled]
    assert infusions(table(header, [row[:4] for row in shuffled], "Status", cells, 9)) == given_in(rows)
