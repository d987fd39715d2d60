"""Infusion lists of day units: drug cells with dose and route, status, other drugs, premedication."""

from __future__ import annotations

import math

import pytest
from tables.intake import CATALOG, delimited, read_infusions_of

from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.intake.column.drugs import read_drug_cell

TODAY = "2025-06-01"


def read(*rows: tuple[str, ...], header=("Date", "Drug", "Dose", "Status"), **options):
    return read_infusions_of(delimited(header, *rows), today=TODAY, **options)


def told(reading) -> list[str]:
    """Tell infusions, events, what is ignored and what is rejected."""
    rows = reading.infusions.itertuples(index=False)
    lines = [f"{r.infused_on} {r.drug} {'-' if math.isnan(r.dose_mg) else f'{r.dose_mg:g}'}" for r in rows]
    lines += [f"{r.happened_on} {r.kind}: {r.note}" for r in reading.events.itertuples(index=False)]
    lines += [f"{kind} x{count}" for kind, count in reading.ignored.items()]
    lines += [f"line {r.source_row} {r.column}: {r.code}" for r in reading.rejects.itertuples(index=False)]
    return lines


def one(drug="Ocrevus", dose="", status="", date="2025-01-15", **more) -> str:
    """Say what becomes of a row alone in its file."""
    header = ("Date", "Drug", "Dose", "Status", *more)
    return told(read((date, drug, dose, status, *more.values()), header=header))[0]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("OCREVUS 600mg IV", "ocrelizumab 600"),
        ("Ocrevus 600 mg/20 mL i.v.", "ocrelizumab 600"),
        ("OCREVUS600MG", "ocrelizumab 600"),
        ("Ocrevus 600", "ocrelizumab 600"),
        ("Ocrelizumab (Ocrevus®) 300 mg", "ocrelizumab 300"),
        ("ocrelizumab-ocsq", "ocrelizumab -"),
        ("Ocrelizumab 600mg in 500ml NaCl 0,9 %", "ocrelizumab 600"),
        ("Ocrelizumab 0,6 g Infusion", "ocrelizumab 600"),
        ("Ocrevus 300 mg D15", "ocrelizumab 300"),
        ("Ocrelizumab Zyklus 4", "ocrelizumab -"),
        ("Ocrevus 600 mg + Methylprednisolon 100 mg", "ocrelizumab 600"),
        ("Ocrevus Zunovo", "ocrelizumab_sc -"),
        ("Ocrevus Zunovo (ocrelizumab and hyaluronidase-ocsq) 920 mg/23 mL", "ocrelizumab_sc 920"),
        ("Ocrevus 920 mg SC", "ocrelizumab_sc 920"),
        ("Ocrevus 920 mg", "ocrelizumab_sc 920"),
        ("Truxima (rituximab-abbs) 1 g", "rituximab 1000"),
        ("RUXIENCE 1,000 mg", "rituximab 1000"),
        ("Riabni 500mg", "rituximab 500"),
        ("rituximab-pvvr 10 mg/mL IV solution", "rituximab -"),
        ("BRIUMVI 450 mg", "ublituximab 450"),
        ("ublituximab-xiiy", "ublituximab -"),
        ("Kesimpta 20 mg/0.4 mL Sensoready pen", "ofatumumab 20"),
        ("Arzerra", "ofatumumab -"),
        ("Окрелизумаб 600 мг", "ocrelizumab 600"),
        ("okrelizumab 600 mg dożylnie", "ocrelizumab 600"),
    ],
)
def test_a_drug_with_dose_and_route_in_one_cell(cell, said):
    assert one(cell) == f"2025-01-15 {said}"


@pytest.mark.parametrize(
    "cell",
    ["OCREVUS 300 mg/10 mL", "OCREVUS 300 mg Konzentrat zur Herstellung einer Infusionslösung", "Ocrevus 300 mg vial"],
)
def test_the_strength_of_a_vial_is_not_the_dose(cell):
    """A full dose is two vials of 300 mg: the cell says which vial, not how many."""
    reading = read(("2025-01-15", cell, "", ""))
    assert told(reading) == ["2025-01-15 ocrelizumab -"]
    assert any("strength of a vial" in warning for warning in reading.warnings)
    assert one(cell, "600") == "2025-01-15 ocrelizumab 600"


@pytest.mark.parametrize(
    ("drug", "dose", "said"),
    [
        ("Ocrevus 600 mg", "600", "2025-01-15 ocrelizumab 600"),
        ("Ocrevus 600 mg", "300", "line 2 Dose: dose_unreadable"),
        ("Ocrevus", "6000", "line 2 Dose: dose_implausible"),
        ("Ocrevus", "0.6", "line 2 Dose: dose_implausible"),
        ("Ocrevus 6000 mg", "", "line 2 Dose: dose_implausible"),
        ("Ocrevus", "1200", "2025-01-15 ocrelizumab 1200"),
        ("Kesimpta", "200 mg", "2025-01-15 ofatumumab 200"),
        ("Briumvi", "4500", "line 2 Dose: dose_implausible"),
        ("rituximab", "375 mg/m2", "line 2 Dose: dose_unreadable"),
        ("Ocrevus 2x300 mg", "", "line 2 Dose: dose_unreadable"),
    ],
)
def test_a_dose_that_cannot_be(drug, dose, said):
    assert one(drug, dose) == said


@pytest.mark.parametrize(
    ("dose", "words"),
    [
        ("6000", "probably 600 mg with a zero too many"),
        ("0.6", "probably 600 mg written in grams"),
        ("60", "probably 600 mg with a zero too few"),
        ("300000", "probably 300 mg written in micrograms"),
        ("2500", "usual are 300 or 600 mg"),
    ],
)
def test_it_says_what_the_dose_probably_is(dose, words):
    assert words in read(("2025-01-15", "Ocrevus", dose, "")).rejects["message"].iloc[0]


@pytest.mark.parametrize(
    ("header", "dose", "said"),
    [
        (("Date", "Drug", "Dose (g)"), "0.6", "ocrelizumab 600"),
        (("Date", "Drug", "Dose (mg)"), "600", "ocrelizumab 600"),
        (("Date", "Drug", "Dose"), "600", "ocrelizumab 600"),
    ],
)
def test_the_unit_of_the_dose_in_the_header(header, dose, said):
    assert told(read(("2025-01-15", "Ocrevus", dose), header=header)) == [f"2025-01-15 {said}"]


def test_the_unit_of_the_dose_in_a_column():
    header = ("EXSTDTC", "EXTRT", "EXDOSE", "EXDOSU", "EXROUTE")
    rows = ("2025-01-15", "OCRELIZUMAB", "0.6", "g", "INTRAVENOUS"), ("2025-01-01", "RITUXIMAB", "1000", "mg", "")
    assert told(read(*rows, header=header)) == ["2025-01-15 ocrelizumab 600", "2025-01-01 rituximab 1000"]


@pytest.mark.parametrize(
    ("drug", "route", "said"),
    [
        ("ocrelizumab", "SC", "2025-01-15 ocrelizumab_sc -"),
        ("ocrelizumab", "subkutan", "2025-01-15 ocrelizumab_sc -"),
        ("ocrelizumab", "IV", "2025-01-15 ocrelizumab -"),
        ("ocrelizumab", "peripheral line", "2025-01-15 ocrelizumab -"),
        ("Ocrevus Zunovo", "IV", "line 2 Drug: route_conflict"),
        ("rituximab", "oral", "line 2 Drug: route_conflict"),
        ("Briumvi", "sub cut", "line 2 Drug: route_conflict"),
    ],
)
def test_the_route_tells_the_two_forms_apart(drug, route, said):
    assert one(drug, Route=route) == said


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("Tysabri 300 mg IV", "2025-01-15 other_drug: natalizumab"),
        ("NATALIZUMAB-SZTN", "2025-01-15 other_drug: natalizumab"),
        ("Gilenya 0.5 mg", "2025-01-15 other_drug: fingolimod"),
        ("Mavenclad", "2025-01-15 other_drug: cladribine"),
        ("Lemtrada 12 mg", "2025-01-15 other_drug: alemtuzumab"),
        ("Rebif 44 mcg", "2025-01-15 other_drug: interferon beta"),
        ("Copaxone", "2025-01-15 other_drug: glatiramer acetate"),
        ("Tecfidera 240 mg", "2025-01-15 other_drug: dimethyl fumarate"),
        ("Aubagio 14mg", "2025-01-15 other_drug: teriflunomide"),
        ("Gazyvaro", "2025-01-15 other_drug: obinutuzumab"),
        ("Privigen 30 g", "2025-01-15 other: immunoglobulins"),
        ("Solu-Medrol 1 g", "2025-01-15 steroid: methylprednisolone 1000 mg"),
        ("Methylprednisolon 100 mg i.v.", "premedication: methylprednisolone x1"),
        ("methylprednisolone", "premedication: methylprednisolone x1"),
        ("Paracetamol 1 g", "premedication: paracetamol x1"),
        ("Acetaminophen 650 mg PO", "premedication: paracetamol x1"),
        ("Diphenhydramine 25 mg IV", "premedication: antihistamine x1"),
        ("Cetirizin 10 mg", "premedication: antihistamine x1"),
        ("NaCl 0.9 % 500 ml", "premedication: saline x1"),
        ("Tysabri -> Ocrevus", "line 2 Drug: drug_unclear"),
        ("bloods before Ocrevus", "line 2 Drug: drug_unclear"),
        ("Ocrevus counselling", "line 2 Drug: drug_unclear"),
        ("ferric carboxymaltose", "line 2 Drug: drug_unknown"),
        ("Ocrevus - not given", "not given: not_given x1"),
    ],
)
def test_what_else_stands_in_the_list(cell, said):
    assert one(cell) == said


def test_a_dose_column_makes_a_steroid_course():
    assert one("methylprednisolone", "1000 mg") == "2025-01-15 steroid: methylprednisolone 1000 mg"
    assert one("methylprednisolone", "125 mg") == "premedication: methylprednisolone x1"


def test_unknown_names_are_listed_once_with_their_counts():
    reading = read(*[("2025-01-15", drug, "", "") for drug in ("iron", "iron", "aspirin", "Ocrevus")])
    assert "Drugs that are not known: 'iron' (2), 'aspirin' (1)." in reading.warnings
    assert len(reading.rejects) == 3


def test_the_same_dose_of_another_drug_twice_is_one_event():
    reading = read(*[("2025-01-15", "Tysabri", "300", "")] * 2, ("2025-02-12", "Tysabri", "300", ""))
    assert told(reading) == ["2025-01-15 other_drug: natalizumab", "2025-02-12 other_drug: natalizumab"]
    assert reading.duplicates == 1


GIVEN = """
given Administered COMPLETED done verabreicht erfolgt administré administrado somministrato gegeven givet gitt verildi
podano
"""
NOT_GIVEN = """
Cancelled|canceled|Not Given|not-done|Did not attend|DNA|No show|Refused|Declined|Held|On hold|
Withheld|Missed|Postponed|Entered in error|Cancelled - unwell|Held (neutrophils 0.9)|DNA: rebooked|
nicht gegeben|storniert|abgesagt|nicht erschienen|annulé|non administré|cancelado|no administrado|
annullato|non somministrato|geannuleerd|niet gegeven|avbokad|ej given|aflyst|ikke givet|avlyst|
ikke gitt|peruttu|iptal|verilmedi|odwołano|nie podano
"""
ORDERED = """
Ordered Active Dispensed Signed Verified pending angeordnet verordnet prescrit dispensado ordinato voorgeschreven
ordinerad ordineret zlecono
"""
BOOKED = "Booked Scheduled planned geplant prévu programado prenotato gepland bokad planlagt planlandı zaplanowano"


@pytest.mark.parametrize("status", GIVEN.split())
def test_given(status):
    assert one(status=status) == "2025-01-15 ocrelizumab -"


@pytest.mark.parametrize("status", NOT_GIVEN.replace("\n", "").split("|"))
def test_not_given(status):
    assert one(status=status) == f"not given: {status} x1"


@pytest.mark.parametrize("status", ORDERED.split())
def test_an_order_is_no_infusion(status):
    assert one(status=status) == f"no administration: {status} x1"


@pytest.mark.parametrize("status", BOOKED.split())
def test_booked(status):
    assert one(status=status) == "line 2 Status: booking_past"
    assert one(status=status, date="2025-07-15") == "2025-07-15 ocrelizumab -"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            (("2025-01-15", "given"), ("2024-07-15", "half a bag")),
            ["2025-01-15 ocrelizumab -", "line 3 Status: status_unknown"],
        ),
        (
            (("2025-01-15", "given"), ("2024-07-15", "stopped early")),
            ["2025-01-15 ocrelizumab -", "line 3 Status: status_partial"],
        ),
        ((("2025-01-15", "given"), ("2024-07-15", "")), ["2025-01-15 ocrelizumab -", "line 3 Status: status_missing"]),
        ((("2025-01-15", "cancelled"), ("2024-07-15", "")), ["2024-07-15 ocrelizumab -", "not given: cancelled x1"]),
        ((("2025-01-15", "given"), ("2025-07-15", "")), ["2025-01-15 ocrelizumab -", "2025-07-15 ocrelizumab -"]),
        ((("2025-07-15", "given"),), ["line 2 Date: infusion_ahead"]),
        ((("2028-01-15", "booked"),), ["line 2 Date: booking_far"]),
        ((("", "cancelled"),), ["not given: cancelled x1"]),
    ],
)
def test_rows_beside_one_another(rows, said):
    assert told(read(*rows, header=("Date", "Status"))) == said


@pytest.mark.parametrize(
    ("header", "cells", "said"),
    [
        ("Given", ("Yes", "No"), ["2025-01-15 ocrelizumab -", "not given: No x1"]),
        ("Administered (Y/N)", ("Y", "N"), ["2025-01-15 ocrelizumab -", "not given: N x1"]),
        ("Verabreicht", ("ja", "nein"), ["2025-01-15 ocrelizumab -", "not given: nein x1"]),
        ("Cancelled", ("no", "yes"), ["2025-01-15 ocrelizumab -", "not given: yes x1"]),
        ("DNA", ("", "x"), ["2025-01-15 ocrelizumab -", "not given: x x1"]),
        ("Outcome", ("Attended", "DNA"), ["2025-01-15 ocrelizumab -", "not given: DNA x1"]),
        ("Bem. 7", ("erfolgt", "abgesagt"), ["2025-01-15 ocrelizumab -", "not given: abgesagt x1"]),
        ("xq", ("Given", "Refused"), ["2025-01-15 ocrelizumab -", "not given: Refused x1"]),
        ("Comment", ("tolerated well", "Did not attend"), ["2025-01-15 ocrelizumab -", "not given: Did not attend x1"]),
        ("Comment", ("mild rash", "held last year"), ["2025-01-15 ocrelizumab -", "2024-07-15 ocrelizumab -"]),
        ("Type", ("active", "appointment"), ["2025-01-15 ocrelizumab -", "2024-07-15 ocrelizumab -"]),
    ],
)
def test_a_status_is_found_by_what_its_cells_say(header, cells, said):
    rows = list(zip(("2025-01-15", "2024-07-15"), cells, strict=True))
    assert told(read(*rows, header=("Date", header))) == said


@pytest.mark.parametrize(
    ("order", "action", "said"),
    [
        ("Dispensed", "Given", "2025-01-15 ocrelizumab -"),
        ("Completed", "Held", "not given: Held x1"),
        ("Active", "", "no administration: Active x1"),
        ("Cancelled", "Given", "not given: Cancelled x1"),
    ],
)
def test_two_columns_of_status(order, action, said):
    assert told(read(("2025-01-15", order, action), header=("Date", "Order Status", "MAR Action"))) == [said]


def test_a_status_column_without_a_known_word_is_told():
    reading = read(("2025-01-15", "blue"), ("2024-07-15", "green"), header=("Date", "Status"))
    assert len(reading.infusions) == 2
    assert any("'Status' says 'blue'" in warning for warning in reading.warnings)
    chosen = read(("2025-01-15", "blue"), header=("Date", "Colour"), columns={"status": "Colour"})
    assert told(chosen) == ["line 2 Colour: status_unknown"]


@pytest.mark.parametrize(
    ("header", "row", "day"),
    [
        (
            ("Order Date", "Administration Date", "Drug", "Status"),
            ("2025-01-02", "2025-01-15", "Ocrevus", "Given"),
            "2025-01-15",
        ),
        (("Date", "Infusion date", "Drug"), ("2025-02-02", "2025-01-15", "Ocrevus"), "2025-01-15"),
        (("Appointment Date", "Drug", "Status"), ("2025-01-15", "Ocrevus", "Attended"), "2025-01-15"),
        (
            ("Scheduled Time", "Taken Time", "Medication", "MAR Action"),
            ("2025-01-15 08:00", "2025-01-15 09:30", "Ocrevus", "Given"),
            "2025-01-15T09:30:00",
        ),
        (("Datum", "Gegeben", "Präparat"), ("15.01.2025", "ja", "Ocrevus"), "2025-01-15"),
        # The 1 of a date is no yes.
        (("Given", "Drug"), ("1/15/2025", "Ocrevus"), "2025-01-15"),
        (("Given", "Drug"), ("1/15/2025 9:30", "Ocrevus"), "2025-01-15T09:30:00"),
    ],
)
def test_which_date_is_the_infusions(header, row, day):
    assert read(row, header=header).infusions["infused_on"].tolist() == [day]


def test_a_list_of_appointments_without_a_status_is_refused():
    """Nobody knows which of them took place."""
    with pytest.raises(WbcTrackerError) as refusal:
        read(("2025-01-15", "Ocrevus"), header=("Appointment Date", "Drug"))
    assert refusal.value.code == "no_columns"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((("2025-01-15", "600"), ("2025-01-15", "")), ["2025-01-15 ocrelizumab 600"]),
        ((("2025-01-15", ""), ("2025-01-15", "600")), ["2025-01-15 ocrelizumab 600"]),
        ((("2025-01-15 09:30", ""), ("2025-01-15", "600")), ["2025-01-15T09:30:00 ocrelizumab 600"]),
        ((("2025-01-15", ""), ("2025-01-15", "600"), ("2025-01-15", "300")),
         ["2025-01-15 ocrelizumab 600", "line 4 Date: infusion_conflict"]),
        ((("2025-01-15 09:30", "300"), ("2025-01-15 14:30", "300")),
         ["2025-01-15T09:30:00 ocrelizumab 300", "line 3 Date: infusion_conflict"]),
    ],
)  # fmt: skip
def test_a_row_that_says_less_repeats_one_that_says_more(rows, said):
    assert told(read(*rows, header=("Date", "Dose"))) == said


@pytest.mark.parametrize("text", ["", "x" * 10**6, "600 mg " * 50_000, "(" * 1000, "Ocrevus " * 1000])
def test_a_strange_cell_takes_no_time(text):
    assert read_drug_cell(text, CATALOG).what in ("empty", "unknown")


@pytest.mark.parametrize(
    ("header", "yes", "no"),
    [
        ("Given (Y/N)", "Y", "N"),
        ("Gegeben (j/n)", "j", "n"),
        ("Infusion given? yes/no", "yes", "no"),
        ("Verabreicht ja/nein", "ja", "nein"),
        ("Done (1 = yes)", "1", "0"),
        ("Podano tak/nie", "tak", "nie"),
    ],
)
def test_a_header_that_names_its_answers(header, yes, no):
    rows = [("2025-01-15", "Ocrevus", yes), ("2025-01-29", "Ocrevus", no)]
    assert told(read(*rows, header=("Date", "Drug", header))) == ["2025-01-15 ocrelizumab -", f"not given: {no} x1"]


@pytest.mark.parametrize("header", ["Drug given", "Was Ocrevus given", "Dosis gegeben", "Infusion was cancelled"])
def test_an_answer_whose_question_is_not_known_is_refused(header):
    rows = [("2025-01-15", "Ocrevus", "y"), ("2025-01-29", "Ocrevus", "n")]
    with pytest.raises(WbcTrackerError, match="may tell which rows took place"):
        read(*rows, header=("Date", "Drug", header))
    given, other = ("01-29", "y") if "cancelled" in header else ("01-15", "n")
    settled = read(*rows, header=("Date", "Drug", header), columns={"status": header})
    assert told(settled) == [f"2025-{given} ocrelizumab -", f"not given: {other} x1"]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Premedication given", ("y", "n")),
        ("Paracetamol given", ("y", "n")),
        ("Given name", ("Ann", "Ann")),
        ("Drug given", ("y", "y")),
        ("First infusion", ("y", "n")),
        ("Reaction", ("y", "n")),
    ],
)
def test_an_answer_to_something_else_changes_nothing(header, cells):
    rows = [("2025-01-15", "Ocrevus", cells[0]), ("2025-01-29", "Ocrevus", cells[1])]
    assert told(read(*rows, header=("Date", "Drug", header))) == [
        "2025-01-15 ocrelizumab -", "2025-01-29 ocrelizumab -",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "filled"),
    [
        ("Reason not given", "Infection"),
        ("Cancellation reason", "emergency"),
        ("Cancelled on", "2025-01-28"),
        ("Stornierungsdatum", "28.01.2025"),
        ("Grund der Nichtgabe", "Infekt"),
        ("motivo de cancelación", "fiebre"),
    ],
)
@pytest.mark.parametrize("empty", ["", "n/a", "-", "no"])
def test_a_reason_against_it_or_the_day_it_was_called_off_says_that_nothing_was_given(header, filled, empty):
    rows = [("2025-01-15", "Ocrevus", empty), ("2025-01-29", "Ocrevus", filled)]
    assert told(read(*rows, header=("Date", "Drug", header))) == ["2025-01-15 ocrelizumab -", f"not given: {filled} x1"]


@pytest.mark.parametrize("header", [("Status", "Hold reason"), ("Hold reason", "Status")])
def test_a_reason_against_what_was_given_is_no_answer(header):
    said = {"Status": "Given", "Hold reason": "waiting for blood count"}
    reading = read(
        ("2025-01-15", "Ocrevus", *(said[name] for name in header)),
        ("2025-01-29", "Ocrevus", *({"Status": "Given"}.get(name, "") for name in header)),
        header=("Date", "Drug", *header),
    )
    assert told(reading)[0] == "2025-01-29 ocrelizumab -"
    assert reading.rejects["code"].tolist() == ["status_unknown"]


def test_a_share_that_was_given_is_refused():
    with pytest.raises(WbcTrackerError, match="'% given' may tell which rows took place"):
        read(("2025-01-15", "Ocrevus", "100"), ("2025-01-29", "Ocrevus", "0"), header=("Date", "Drug", "% given"))


def test_a_remark_in_a_comment_is_shown_and_not_judged():
    reading = read(
        ("2025-01-15", "Ocrevus", "Completed", "Pt unwell, infusion not given"),
        ("2025-01-29", "Ocrevus", "Completed", "no reaction, forgiven"),
        ("2025-01-30", "Ocrevus", "Completed", "Patientin NICHT  ERSCHIENEN!"),
        ("2025-02-12", "Ocrevus", "Cancelled", "patient cancelled by phone"),
        header=("Date", "Drug", "Appointment status", "Comment"),
    )
    days = ("2025-01-15", "2025-01-29", "2025-01-30")
    assert told(reading) == [*(f"{day} ocrelizumab -" for day in days), "not given: Cancelled x1"]
    remark = "A comment speaks of something that was not given, please look: line 2, 4."
    assert remark in reading.warnings


def test_ticks_are_answers_and_crosses_are_not():
    reading = read(
        ("2025-01-15", "Ocrevus", "✓"), ("2025-01-29", "Ocrevus", "✔"), ("2025-02-12", "Ocrevus", "✗"),
        header=("Date", "Drug", "Given"),
    )  # fmt: skip
    assert told(reading) == [
        "2025-01-15 ocrelizumab -", "2025-01-29 ocrelizumab -", "line 4 Given: status_unknown",
    ]  # fmt: skip
