"""Columns that nothing was made of: what their cells speak of decides, whatever their header."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from tables.intake import CATALOG, delimited, read, rejected, told, values, values_of

from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake import ReadingOptions
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.guards import evidence
from wbc_tracker.intake.table.headers import lab_words

HEADER = ("Date", "Test", "Result", "Unit")
ROWS = (
    ("2024-03-01", "WBC", "6.1", "10^9/L"),
    ("2024-03-01", "CD19", "1", "/uL"),
    ("2024-09-01", "WBC", "2.9", "10^9/L"),
    ("2024-09-01", "CD19", "30", "/uL"),
)
PLAIN = ["wbc 6.1", "cd19 1", "wbc 2.9", "cd19 30"]


def long(header: str, *cells: str, rows=ROWS) -> str:
    """A long file with one more column; its cells are repeated as often as needed."""
    return delimited((*HEADER, header), *((*row, cells[at % len(cells)]) for at, row in enumerate(rows)))


def wide(header: str, *cells: str) -> str:
    """A wide file with one more column."""
    return delimited(
        ("Date", "WBC (10^9/L)", "CD19 (/uL)", header),
        ("2024-03-01", "6.1", "1", cells[0]),
        ("2024-09-01", "2.9", "30", cells[1 % len(cells)]),
    )


def flowsheet(header: str, *cells: str) -> str:
    """A file with a column a date and one more column."""
    return delimited(
        ("Test", "Unit", header, "2024-03-01", "2024-09-01"),
        ("WBC", "10^9/L", cells[0], "6.1", "2.9"),
        ("CD19", "/uL", cells[1 % len(cells)], "1", "30"),
    )


LAYOUTS = (long, wide, flowsheet)


class TestPerson:
    @pytest.mark.parametrize("write", LAYOUTS)
    @pytest.mark.parametrize(
        "cells",
        [
            ("1001", "1002"), ("P-17", "P-18"), ("Ada A", "Bo B"), ("Müller, Anna", "Øst, Bo"),
            ("1980-05-01", "1991-11-12"), ("F", "M"), ("female", "male"), ("7", "12"), ("Ada", "Grandma"),
        ],
    )  # fmt: skip
    def test_ids_names_births_and_sexes_of_two_people_are_refused(self, write, cells):
        with pytest.raises(AmbiguousFileError) as refusal:
            read(write("Zorb", *cells))
        assert refusal.value.code == "patient_unclear"
        assert "Zorb" in refusal.value.message
        assert "--map patient_id='Zorb'" in refusal.value.hint
        assert "--patient" in refusal.value.hint

    @pytest.mark.parametrize("write", LAYOUTS)
    def test_a_named_patient_settles_it_and_ignoring_does_not(self, write):
        table = write("Zorb", "1001", "1002")
        assert sorted(values(read(table, patient="ann", is_patient_named=True))) == sorted(PLAIN)
        assert values_of(table, set_aside=("Zorb",)) == "refused: patient_unclear"

    def test_naming_it_as_the_patient_settles_it(self):
        reading = read(long("Zorb", "1001", "1002"), columns={"patient_id": "Zorb"})
        assert set(reading.results["patient_id"]) == {"1001", "1002"}

    @pytest.mark.parametrize(
        "header",
        [
            "ptid",
            "patno",
            "PatientNumber",
            "patientFullName",
            "RID",
            "Pseudonym",
            "Kennung",
            "Expediente",
            "Owner",
            "Child",
            "Account",
        ],
    )
    def test_headers_of_public_exports(self, header):
        assert values_of(long(header, "1001", "1002")) == "refused: patient_unclear"

    @pytest.mark.parametrize("header", ["DOB", "Date of Birth", "Geburtsdatum", "Gender", "Sex", "Geschlecht"])
    def test_births_and_sexes_by_their_header(self, header):
        cells = ("F", "M") if header in ("Gender", "Sex", "Geschlecht") else ("2021-05-01", "2023-11-12")
        assert values_of(long(header, *cells)) == "refused: patient_unclear"

    @pytest.mark.parametrize(
        ("header", "cells"),
        [
            ("Zorb", ("1001",)), ("Zorb", ("Ada",)), ("Zorb", ("", "Ada")),
            ("Zorb", ("1", "2", "3", "4")), ("Zorb", ("6.25", "7.5")),
            ("Zorb", ("yes", "no")), ("Zorb", ("08:00", "09:30")), ("Zorb", ("4.0-11.0", "100-500")),
            ("Zorb", ("g/dL", "mg/dL")),
            ("Zorb", ("2024-03-02", "2024-09-03")), ("Doctor", ("Dr A", "Dr B")),
            ("Ordering Provider Name", ("Ada A", "Bo B")),
            ("Accession", ("A-1", "A-2")), ("Auftragsnummer", ("77", "78")), ("Numéro d'échantillon", ("E1", "E2")),
            ("Opmerking", ("nuchter", "na ontbijt")), ("Comment", ("fine", "haemolysed?")), ("Age", ("44", "45")),
            ("Ferritin", ("44", "145")), ("Vitamin X (ng/mL)", ("44", "145")),
            ("Reported", ("2024-03-02", "2024-09-02")),
            ("Panel", ("CBC", "Subsets")), ("Laboratory", ("North", "South")),
        ],
    )  # fmt: skip
    def test_what_names_nobody_is_no_person(self, header, cells):
        assert values_of(long(header, *cells)) == PLAIN

    def test_another_code_in_every_one_of_many_rows_counts_rows(self):
        rows = [(f"2024-03-{day:02}", "WBC", "6.1", "10^9/L") for day in range(1, 13)]
        codes = [f"K{number}" for number in (4, 9, 2, 7, 1, 3, 8, 5, 6, 0, 11, 10)]
        assert len(read(long("Zorb", *codes, rows=rows)).results) == 12
        assert values_of(long("Zorb", *codes[:9], rows=rows[:9])) == "refused: patient_unclear"
        names = [f"{letter}da" for letter in "ABCDEFGHIJKL"]
        assert values_of(long("Zorb", *names, rows=rows)) == "refused: patient_unclear"

    def test_two_births_of_one_id_reject_that_patient_alone(self):
        rows = [
            ("2024-03-01", "WBC", "6.1", "10^9/L", "P1", "1980-05-01", "F"),
            ("2024-03-01", "WBC", "6.2", "10^9/L", "P2", "1975-01-31", "M"),
            ("2024-09-01", "WBC", "6.3", "10^9/L", "P1", "1991-11-12", "F"),
            ("2024-09-01", "WBC", "6.4", "10^9/L", "P2", "1975-01-31", "male"),
        ]
        reading = read(delimited((*HEADER, "Patient", "DOB", "Gender"), *rows))
        assert told(reading) == ["3 P2 2024-03-01 wbc 6.2", "5 P2 2024-09-01 wbc 6.4"]
        assert rejected(reading) == ["2 patient_conflict", "4 patient_conflict"]


class TestFluid:
    @pytest.mark.parametrize("write", [long, wide])
    @pytest.mark.parametrize(
        "fluid",
        [
            "CSF",
            "Cell Count + Diff, CSF",
            "Liquor",
            "Urine",
            "Joint fluid",
            "BAL",
            "bone marrow",
            "Punktat",
            "LCR",
            "Urinalysis",
            "Body Fluid Cell Count",
        ],
    )
    def test_a_row_whose_label_names_another_fluid_is_another_test(self, write, fluid):
        reading = read(write("Source", fluid, "CBC"), is_patient_named=True, patient="ann")
        kept = {long: ["cd19 1", "cd19 30"], wide: ["wbc 2.9", "cd19 30"]}[write]
        assert values(reading) == kept
        assert reading.ignored_kinds == {"other_fluid": 2}
        assert all(fluid in name for name in reading.ignored)
        assert any("another fluid" in warning and "6.1" in warning for warning in reading.warnings)

    def test_a_row_of_a_flowsheet(self):
        assert values(read(flowsheet("Group", "CSF", "Blood"))) == ["cd19 1", "cd19 30"]

    @pytest.mark.parametrize(
        "header",
        ["Source", "System", "Body Site", "Type", "Sample Material", "Nature", "Tube", "Container",
         "specimen_type_description",
         "Panel", "Category",
         "Test Group", "Group", "Section", "Order", "Order Name", "Procedure", "Profile",
         "Test Type", "Bereich", "Gruppe", "Zorb"],
    )  # fmt: skip
    def test_whatever_its_header(self, header):
        assert values(read(long(header, "CSF", "Blood"))) == ["cd19 1", "cd19 30"]

    def test_blood_beside_another_fluid_cannot_be_decided(self):
        reading = read(long("Panel", "CSF and serum", "CBC"))
        assert values(reading) == ["cd19 1", "cd19 30"]
        assert rejected(reading) == ["2 specimen_unclear", "4 specimen_unclear"]
        both = delimited((*HEADER, "Specimen", "Panel"), (*ROWS[0], "Serum", "CSF index"), (*ROWS[1], "Blood", "CBC"))
        assert rejected(read(both)) == ["2 specimen_unclear"]

    @pytest.mark.parametrize("header", ["Comment", "Bemerkung", "Remark", "Ward", "Department"])
    def test_free_text_and_places_move_no_row_and_are_told(self, header):
        reading = read(long(header, "Bone Marrow Unit", "fine"))
        assert values(reading) == PLAIN
        assert any("line 2" in warning and "Bone Marrow" in warning for warning in reading.warnings)

    def test_long_texts_are_free_text(self):
        text = "A lumbar puncture was done on the same day; see the CSF report for its cell count."
        reading = read(long("Zorb", text, "see above, nothing else of note in this sample, thank you for referring!"))
        assert values(reading) == PLAIN
        assert any("line 2" in warning for warning in reading.warnings)

    def test_the_user_may_name_the_column(self):
        assert values(read(long("Zorb", "CSF", "Blood"), columns={"specimen": "Zorb"})) == ["cd19 1", "cd19 30"]
        assert values(read(long("Zorb", "CSF", "Blood"), columns={"panel": "Zorb"})) == ["cd19 1", "cd19 30"]


class TestStatus:
    @pytest.mark.parametrize("write", [long, wide])
    @pytest.mark.parametrize(
        "word",
        [
            "Entered in error",
            "entered-in-error",
            "CANCELLED",
            "canceled",
            "storniert",
            "Annulé",
            "anulado",
            "makulerad",
            "iptal edildi",
            "отменен",
        ],
    )
    def test_a_withdrawn_row_is_no_result(self, write, word):
        reading = read(write("Zorb", word, "Final"))
        kept = {long: ["cd19 1", "cd19 30"], wide: ["wbc 2.9", "cd19 30"]}[write]
        standing = reading.results[reading.results["status"] != "withdrawn"]
        assert [f"{r.analyte} {r.value:g}" for r in standing.itertuples()] == kept
        assert reading.ignored_kinds == {"withdrawn": 2}
        assert list(reading.results["status"]).count("withdrawn") == 2

    @pytest.mark.parametrize(
        ("word", "status"),
        [
            ("Final", "final"), ("F", "final"), ("Auth (Verified)", "final"), ("endgültig", "final"),
            ("définitif", "final"),
            ("Preliminary", "preliminary"), ("P", "preliminary"), ("vorläufig", "preliminary"),
            ("foreløpig", "preliminary"),
            ("Corrected", "corrected"), ("C", "corrected"), ("amended", "corrected"), ("korrigiert", "corrected"),
            ("X", "withdrawn"), ("D", "withdrawn"), ("W", "withdrawn"),
        ],
    )  # fmt: skip
    def test_words_and_codes_in_a_column_of_states(self, word, status):
        reading = read(long("Result Status", word, "F" if len(word) == 1 else "Final"))
        assert reading.results["status"].iloc[0] == status

    def test_an_unknown_word_rejects_its_row_alone(self):
        reading = read(long("Zorb", "Final", "Blorb"))
        assert values(reading) == ["wbc 6.1", "wbc 2.9"]
        assert rejected(reading) == ["3 result_status_unknown", "5 result_status_unknown"]
        assert "Blorb" in reading.rejects["message"].iloc[0]

    def test_codes_alone_that_would_withdraw_are_refused_unless_the_header_says_what_they_are(self):
        assert values_of(long("Zorb", "X", "")) == "refused: status_unclear"
        assert read(long("Status", "X", "")).ignored_kinds == {"withdrawn": 2}

    def test_verdicts_are_a_mark_of_the_laboratory(self):
        reading = read(long("Status", "Optimal", "Out of range"))
        assert values(reading) == PLAIN
        assert set(reading.results["reported_flag"]) == {"Optimal", "Out of range"}
        assert reading.results["status"].isna().all()

    def test_a_header_of_states_without_a_known_one_is_told(self):
        reading = read(long("Status", "blorb", "glorb"), patient="ann", is_patient_named=True)
        assert values(reading) == PLAIN
        assert any("Status" in warning and "blorb" in warning for warning in reading.warnings)

    def test_yes_under_a_header_that_is_a_state(self):
        reading = read(long("Cancelled", "yes", "no"))
        assert reading.ignored_kinds == {"withdrawn": 2}

    def test_a_remark_that_is_a_state_counts_and_other_remarks_do_not(self):
        reading = read(long("Comment", "Entered in error", "fasting"))
        assert reading.ignored_kinds == {"withdrawn": 2}
        assert len(reading.rejects) == 0

    def test_a_state_beside_one_test_is_its_own(self):
        header = ("Date", "WBC (10^9/L)", "WBC status", "CD19 (/uL)")
        reading = read(delimited(header, ("2024-03-01", "6.1", "Cancelled", "1"), ("2024-09-01", "2.9", "Final", "30")))
        assert list(reading.results["status"].astype("object").fillna("")) == ["withdrawn", "", "final", ""]

    def test_withdrawn_without_a_value_is_passed_on_without_one(self):
        rows = [("2024-03-01", "WBC", "", "10^9/L", "Cancelled"), ("2024-03-01", "WBC", "6.1", "10^9/L", "Final")]
        reading = read(delimited((*HEADER, "Status"), *rows))
        assert np.isnan(reading.results["value"].iloc[0])
        assert reading.ignored_kinds == {"withdrawn": 1}
        assert reading.no_result == 0


class TestComparator:
    @pytest.mark.parametrize(
        ("code", "sign"),
        [("LT", "<"), ("lt", "<"), ("LE", "<="), ("GT", ">"), ("GE", ">="), ("<", "<"), ("≤", "<="),
         ("less than", "<"), ("kleiner als", "<"),
         ("4171756", "<"), ("4171754", "<="), ("4172704", ">"), ("4171755", ">=")],
    )  # fmt: skip
    @pytest.mark.parametrize("header", ["Comparator", "Zorb"])
    def test_codes_in_a_column_of_their_own(self, header, code, sign):
        assert values_of(long(header, "EQ", code)) == ["wbc 6.1", f"cd19 {sign}1", "wbc 2.9", f"cd19 {sign}30"]

    def test_letters_beside_one_another(self):
        assert values_of(long("TVAL_CHAR", "E", "L"))[1] == "cd19 <1"
        assert values_of(long("Zorb", "L", "G"))[:2] == ["wbc <6.1", "cd19 >1"]

    def test_a_letter_that_may_be_a_mark_is_refused(self):
        assert values_of(long("Zorb", "", "L")) == "refused: comparator_unclear"
        assert values_of(long("Zorb", "H", "L")) == PLAIN
        assert values_of(long("Zorb", "", "L"), columns={"abnormal_flag": "Zorb"}) == PLAIN
        assert values_of(long("Zorb", "", "L"), columns={"comparator": "Zorb"})[1] == "cd19 <1"

    def test_an_unknown_code_is_named_as_what_it_is(self):
        reading = read(long("Zorb", "LT", "TX", "GT"))
        assert rejected(reading) == ["3 comparator_unknown"]
        assert "TX" in reading.rejects["message"].iloc[0]

    @pytest.mark.parametrize("write", [wide, flowsheet])
    def test_where_several_values_share_it_the_file_is_refused(self, write):
        with pytest.raises(AmbiguousFileError) as refusal:
            read(write("Zorb", "<", ">"))
        assert refusal.value.code == "comparator_unclear"


class TestOwnDate:
    @pytest.mark.parametrize(
        "header",
        [
            "CD19 date",
            "CD19_date",
            "CD19Date",
            "Date of CD19",
            "CD19 Datum",
            "CD19 (collected)",
            "CD19 collection date",
        ],
    )
    def test_the_date_of_one_test_is_its_own(self, header):
        table = delimited(
            ("Date", "WBC (10^9/L)", "CD19 (/uL)", header),
            ("2024-03-01", "6.1", "1", "2023-09-15"),
            ("2024-09-01", "5.8", "30", "2024-08-20"),
        )
        assert told(read(table)) == [
            "2 me 2024-03-01 wbc 6.1", "2 me 2023-09-15 cd19 1", "3 me 2024-09-01 wbc 5.8", "3 me 2024-08-20 cd19 30",
        ]  # fmt: skip

    def test_a_value_without_its_own_date_is_rejected(self):
        table = delimited(
            ("Date", "WBC (10^9/L)", "CD19 (/uL)", "CD19 date"),
            ("2024-03-01", "6.1", "1", ""),
            ("2024-09-01", "5.8", "", ""),
        )
        reading = read(table)
        assert rejected(reading) == ["2 date_missing"]
        assert reading.no_result == 1

    def test_every_test_may_have_its_own_date_and_none_a_common_one(self):
        table = delimited(
            ("WBC (10^9/L)", "WBC date", "CD19 (/uL)", "CD19 date"), ("6.1", "2024-03-01", "1", "2023-09-15")
        )
        assert told(read(table)) == ["2 me 2024-03-01 wbc 6.1", "2 me 2023-09-15 cd19 1"]

    def test_received_and_reported_are_no_date_of_the_draw(self):
        table = delimited(
            ("Received Date", "Collected", *HEADER[1:], "Reported"),
            ("2024-03-02", "2024-03-01", "WBC", "6.1", "10^9/L", "2024-03-05"),
        )
        assert told(read(table)) == ["2 me 2024-03-01 wbc 6.1"]


class TestInterval:
    @pytest.mark.parametrize(
        ("name", "value", "unit", "interval"),
        [
            ("Eosinophils", "0.2", "10^9/L", "15-500"), ("Absolute Basophils", "0.05", "10^9/L", "0-200"),
            ("Hemoglobin", "13.1", "g/dL", "120-160"),
            ("Hemoglobin", "131", "g/L", "12-16"), ("Platelets", "250", "10^9/L", ">150000"),
            ("IgG", "9.8", "g/L", "700-1600"),
            ("IgG", "980", "mg/dL", "7-16"), ("WBC", "6100", "/uL", "4-11"), ("CD19", "120", "/uL", "0.1-0.5"),
        ],
    )  # fmt: skip
    def test_an_interval_that_cannot_hold_in_the_unit_of_the_value_is_not_used_and_told(
        self, name, value, unit, interval
    ):
        reading = read(delimited((*HEADER, "Range"), ("2024-03-01", name, value, unit, interval)))
        result = reading.results.iloc[0]
        assert np.isnan(result["ref_low"])
        assert np.isnan(result["ref_high"])
        assert result["reported_range"] == interval
        assert any("another unit" in warning for warning in reading.warnings)

    @pytest.mark.parametrize(
        ("name", "unit", "interval"),
        [("Absolute Basophils", "10^9/L", "0-0.3"), ("Eosinophils", "10^9/L", "0-0.8"), ("WBC", "10^9/L", "3.0-15.0"),
         ("CD19", "/uL", "20-900"),
         ("IgM", "g/L", "0.2-3.5"), ("Hemoglobin", "g/dL", "10.5-18"), ("Neutrophils", "10^9/L", "1.0-10")],
    )  # fmt: skip
    def test_a_wide_or_narrow_interval_stays(self, name, unit, interval):
        reading = read(
            delimited((*HEADER, "Range"), ("2024-03-01", name, "0.5" if name != "Hemoglobin" else "13", unit, interval))
        )
        assert not np.isnan(reading.results["ref_high"].iloc[0])


class TestNothingUsable:
    def test_kinds_of_what_was_ignored(self):
        rows = [
            (*ROWS[0], "CSF", "Final"),
            (*ROWS[1], "", "Cancelled"),
            ("2024-03-01", "Ferritin", "50", "ng/mL", "", "Final"),
        ]
        reading = read(delimited((*HEADER, "Panel", "Status"), *rows))
        assert reading.ignored_kinds == {"unknown_test": 1, "other_fluid": 1, "withdrawn": 1}
        assert not reading.is_without_use
        assert read(delimited((*HEADER, "Panel"), (*ROWS[0], "CSF"))).is_without_use
        assert read(delimited(HEADER, ("2024-03-01", "WBC", "x", "10^9/L"))).is_without_use
        assert not read(delimited(HEADER, ("2024-03-01", "WBC", "pending", "10^9/L"))).is_without_use
        assert not read(delimited(HEADER)).is_without_use


def column_of(cells: list[str]) -> TextColumn:
    return TextColumn.of(pa.array(cells, pa.string()))


@pytest.mark.parametrize(
    "cells",
    [
        ["1", "2", "3", "4", "5", "6"], ["Ada", "Bo", "Ada", "", "Bo", "Cy"], ["CSF", "", "Blood", "CBC", "x", "y"],
        ["F", "P", "C", "X", "F", ""],
        ["LT", "<", "", "E", "L", "LT"], ["2024-01-01", "1980-05-01", "", "1991-01-01", "2024-01-01", "x"],
        ["", "", "", "", "", ""],
    ],
)  # fmt: skip
def test_evidence_of_blocks_adds_up_to_that_of_the_whole(cells):
    dates = lab_words(ReadingOptions(as_of="2025-06-30"), CATALOG).dates
    header = ["Zorb"]

    def gathered(some):
        return evidence.gather([column_of(some)], [0], dates, header, CATALOG)

    whole = gathered(cells)[0]
    for cut in range(1, len(cells)):
        joined = evidence.merge(gathered(cells[:cut]), gathered(cells[cut:]))[0]
        assert joined.status == whole.status
        assert joined.fluid == whole.fluid
        assert (joined.comparator.proofs, joined.comparator.weak) == (whole.comparator.proofs, whole.comparator.weak)
        assert (joined.person.rows, joined.person.filled, joined.person.years) == (
            whole.person.rows, whole.person.filled, whole.person.years,
        )  # fmt: skip
        assert set(joined.person.looks) == set(whole.person.looks)
        assert joined.person.is_counting == whole.person.is_counting
        assert (joined.person.codes is None) == (whole.person.codes is None)


class TestSignsAmongMarks:
    """HL7 writes `<` and `>` among the marks: beyond what the instrument can measure."""

    def test_beside_other_marks_a_sign_limits_its_value(self):
        reading = read(long("Flag", "", "<", "H", "N"))
        assert values(reading) == ["wbc 6.1", "cd19 <1", "wbc 2.9", "cd19 30"]

    def test_under_any_header_too(self):
        assert values(read(long("Zq", "N", "<", "HH", "L"))) == ["wbc 6.1", "cd19 <1", "wbc 2.9", "cd19 30"]

    def test_l_beside_h_is_low_and_no_comparator(self):
        assert values(read(long("Zq", "L", "<", "H", "L"))) == ["wbc 6.1", "cd19 <1", "wbc 2.9", "cd19 30"]

    def test_signs_alone_may_mean_low_and_high(self):
        with pytest.raises(AmbiguousFileError, match="may be comparators or mean low and high"):
            read(long("Flag", "", "<"))

    def test_the_user_says_which(self):
        marks = read(long("Flag", "", "<"), columns={"abnormal_flag": "Flag"})
        assert values(marks) == PLAIN
        limits = read(long("Flag", "", "<"), columns={"comparator": "Flag"})
        assert values(limits) == ["wbc 6.1", "cd19 <1", "wbc 2.9", "cd19 <30"]

    def test_beside_one_test_of_a_wide_file(self):
        text = delimited(("Date", "CD19 (/uL)", "flag", "WBC (10^9/L)", "flag"), ("2024-03-01", "1", "<", "16.1", "H"))
        assert values(read(text)) == ["cd19 <1", "wbc 16.1"]

    def test_among_other_texts_they_refuse_the_file(self):
        with pytest.raises(AmbiguousFileError, match="among other texts"):
            read(long("Zq", "<", "whatever it was", "a text of its own", "another text here"))

    def test_a_name_with_a_sign_is_rejected(self):
        text = delimited(HEADER, ("2024-03-01", "CD19 <", "1", "/uL"))
        assert rejected(read(text)) == ["2 comparator_unknown"]

    def test_answers_that_tell_limits_refuse_the_file(self):
        with pytest.raises(AmbiguousFileError, match="which values are limits"):
            read(long("Censored", "1", "0"))


class TestStanding:
    """Answers and dates under a header that takes results back."""

    @pytest.mark.parametrize(
        ("header", "cells"),
        [
            ("Valid", ("no", "yes")), ("is_deleted", ("1", "0")), ("Deleted at", ("2024-03-02", "")),
            ("Date cancelled", ("2024-03-02", "")), ("Flag", ("Entered in error", "H")), ("Zq", ("superseded", "")),
        ],
    )  # fmt: skip
    def test_what_it_takes_back_is_no_result(self, header, cells):
        reading = read(long(header, *cells))
        standing = reading.results[reading.results["status"] != "withdrawn"]
        assert list(standing["analyte"]) == ["cd19", "cd19"]
        assert reading.ignored_kinds == {"withdrawn": 2}

    def test_where_neither_answer_is_certain_the_file_is_refused(self):
        with pytest.raises(AmbiguousFileError, match="which results stand"):
            read(long("is_active", "1", "0"))


class TestSecondDates:
    @pytest.mark.parametrize("header", ["Date.1", "", "Flow cytometry date", "Datum Zytometrie"])
    def test_dates_of_their_own_refuse_a_wide_file(self, header):
        with pytest.raises(AmbiguousFileError, match="differ from the dates of the draws"):
            read(wide(header, "2023-09-15", "2024-08-20"))

    def test_the_date_numbered_by_pandas_does_in_every_file(self):
        with pytest.raises(AmbiguousFileError, match=r"Date\.1"):
            read(long("Date.1", "2023-09-15"))

    @pytest.mark.parametrize("header", ["Date.1", "Flow cytometry date"])
    def test_the_same_dates_again_change_nothing(self, header):
        assert values(read(wide(header, "2024-03-01", "2024-09-01"))) == PLAIN

    @pytest.mark.parametrize("header", ["Reported date", "Infusion date"])
    def test_known_dates_of_something_else_change_nothing(self, header):
        assert values(read(wide(header, "2024-03-05", "2024-09-05"))) == PLAIN

    def test_the_user_may_set_them_aside(self):
        assert values(read(wide("Date.1", "2023-09-15", "2024-08-20"), set_aside=("Date.1",))) == PLAIN


class TestMorePeople:
    @pytest.mark.parametrize(
        "cells",
        [("anna@example.org", "bo@example.org"), ("010203-1234", "020304-4321"), ("55-012345", "55-012346")],
    )
    def test_addresses_and_long_numbers_are_ids(self, cells):
        with pytest.raises(AmbiguousFileError, match="an id"):
            read(long("Zq", *cells))

    def test_an_interval_is_none(self):
        assert values(read(long("Zq", "4-11", "100-500"))) == PLAIN

    @pytest.mark.parametrize("header", ["Sample ID", "Order number", "Accession No"])
    def test_names_under_the_header_of_a_number(self, header):
        with pytest.raises(AmbiguousFileError, match="a name"):
            read(long(header, "Ada A", "Bo B"))

    def test_ages_too_far_apart(self):
        with pytest.raises(AmbiguousFileError, match="cannot all be those of one person"):
            read(long("Age", "41", "67"))

    def test_ages_that_grow_with_the_years(self):
        text = delimited((*HEADER, "Age"), ("2019-03-01", *ROWS[0][1:], "41"), ("2024-03-01", *ROWS[1][1:], "46"))
        assert values(read(text)) == ["wbc 6.1", "cd19 1"]


class TestVeryManyTexts:
    """A column of thousands of different texts is searched for telling ones; those far down count, too."""

    ROWS = tuple(
        (f"20{14 + at // 336:02}-{at // 28 % 12 + 1:02}-{at % 28 + 1:02}", "WBC", "6.1", "10^9/L") for at in range(2400)
    )

    def of_last_row(self, header: str, last: str, filler: str = "text {}") -> list[str]:
        cells = [*(filler.format(at) for at in range(len(self.ROWS) - 1)), last]
        reading = read(long(header, *cells, rows=self.ROWS))
        standing = reading.results[reading.results["status"] != "withdrawn"]
        return [str(line) for line in standing["source_row"] if line == len(self.ROWS) + 1]

    @pytest.mark.parametrize("last", ["CSF", "Liquorbefund", "Cell count (pleural fluid)", "Médula ósea", "LP"])
    def test_a_fluid(self, last):
        assert self.of_last_row("Zq", last) == []

    @pytest.mark.parametrize("last", ["Entered in error", "entered-in-error", "storniert", "Annulé"])
    def test_a_state(self, last):
        assert self.of_last_row("Comment", last) == []

    def test_nothing_telling(self):
        assert self.of_last_row("Zq", "text 5000") == ["2401"]

    def test_a_comparator(self):
        with pytest.raises(AmbiguousFileError, match="among other texts"):
            self.of_last_row("Zq", "<")


class TestLostLimits:
    """A second column of the values that keeps the comparator."""

    ROWS = (("2024-03-01", "CD19", "1", "/uL"), ("2024-03-02", "CD19", "12", "/uL"))

    @pytest.mark.parametrize("options", [{}, {"patient": "ann", "is_patient_named": True}])
    @pytest.mark.parametrize("cells", [("<1", "12"), ("< 1 /uL", "12 /uL"), ("≤1", "12")])
    def test_the_values_without_them_are_not_read(self, cells, options):
        with pytest.raises(AmbiguousFileError, match="comparator that the values lack: line 2") as refused:
            read(long("Original", *cells, rows=self.ROWS), **options)
        assert "--map value='Original'" in refused.value.hint

    def test_the_other_column_can_be_read_instead(self):
        text = long("Original", "<1", "12", rows=self.ROWS)
        assert values(read(text, columns={"value": "Original"}, patient="ann", is_patient_named=True)) == [
            "cd19 <1", "cd19 12",
        ]  # fmt: skip

    @pytest.mark.parametrize("cells", [("<5", "<100"), ("<1", ">40")])
    def test_limits_of_something_else_are_no_copy(self, cells):
        rows = (("2024-03-01", "CD19", "1", "/uL"), ("2024-03-02", "CD19", "12", "/uL"))
        assert values(read(long("Aim", *cells, rows=rows), patient="ann", is_patient_named=True)) == [
            "cd19 1", "cd19 12",
        ]  # fmt: skip


@pytest.mark.parametrize(("mark", "read_as"), [("L <", "cd19 <1"), ("<*", "cd19 <1"), ("L (<4.0)", "cd19 1")])
def test_a_sign_within_a_mark(mark, read_as):
    assert values(read(long("Flag", "N", mark, "H", "")))[1] == read_as


def test_words_of_a_limit_among_the_marks_are_a_comparator():
    assert values(read(long("Flag", "N", "Below detection limit")))[1] == "cd19 <1"


def test_a_mark_that_speaks_of_a_cancelled_result_is_rejected():
    assert rejected(read(long("Flag", "N", "Result cancelled by lab", "H", ""))) == ["3 result_status_unknown"]


def test_a_remark_that_does_is_told_by_line():
    reading = read(long("Comment", "", "Result cancelled - wrong patient", "all well", "no"))
    assert values(reading) == PLAIN
    assert any("taken back in line 3 (Result cancelled" in warning for warning in reading.warnings)
