"""Words over rows: lines above a table, titles inside it, names of sheets, rows that speak of columns."""

from __future__ import annotations

import pytest
from tables.intake import delimited, read, rejected, values
from tables.workbooks import table, workbook

from wbc_tracker.errors import AmbiguousFileError

HEADER = ("Date", "Test", "Result", "Unit")
WBC = ("2024-03-01", "WBC", "6.1", "10^9/L")
LATER = ("2024-03-02", "WBC", "5.8", "10^9/L")


def sections(*rows: str | tuple[str, ...]) -> str:
    """A long file; a text alone is a title in the column of the test."""
    return delimited(HEADER, *(("", row, "", "") if isinstance(row, str) else row for row in rows))


class TestFluid:
    @pytest.mark.parametrize("title", ["CSF", "Urine sediment", "Liquorbefund", "Punktat", "Cell count, pleural fluid"])
    def test_rows_below_its_title_are_another_test(self, title):
        reading = read(sections(WBC, title, LATER))
        assert values(reading) == ["wbc 6.1"]
        assert reading.ignored_kinds == {"other_fluid": 1, "unknown_test": 1}
        assert title in " ".join(reading.ignored)

    @pytest.mark.parametrize("title", ["Complete blood count", "Blood", "Kleines Blutbild", "Hématologie", "FBC"])
    def test_a_title_of_blood_ends_it(self, title):
        assert values(read(sections("CSF", WBC, title, LATER))) == ["wbc 5.8"]

    @pytest.mark.parametrize("title", ["Chemistry", "Page 2", "Blood culture"])
    def test_any_other_title_leaves_it_open(self, title):
        reading = read(sections("CSF", WBC, title, LATER))
        assert values(reading) == []
        assert rejected(reading) == ["5 specimen_unclear"]

    def test_a_fluid_among_other_words_leaves_it_open(self):
        assert rejected(read(sections("CSF protein and cells", WBC))) == ["3 specimen_unclear"]

    @pytest.mark.parametrize("name", ["Urine culture", "UA", "Stool test for blood"])
    def test_a_test_without_a_result_is_no_title(self, name):
        text = delimited(HEADER, ("2024-03-01", name, "", ""), WBC)
        assert values(read(text)) == ["wbc 6.1"]

    def test_a_decorated_row_with_a_date_is_one(self):
        text = delimited(HEADER, ("2024-03-01", "== LIQUOR ==", "", ""), WBC)
        assert values(read(text)) == []

    def test_a_known_test_without_a_result_ends_nothing(self):
        assert values(read(sections("CSF", "Lymphocytes", WBC))) == []

    def test_a_title_may_stand_alone_on_its_line(self):
        text = sections(WBC) + "Urine sediment\n" + ",".join(LATER) + "\n"
        assert values(read(text)) == ["wbc 6.1"]

    def test_a_row_of_blood_below_the_title_of_a_fluid_is_rejected(self):
        text = delimited((*HEADER, "Specimen"), ("", "CSF", "", "", ""), (*WBC, "Blood"), (*LATER, ""))
        assert rejected(read(text)) == ["3 specimen_unclear"]

    @pytest.mark.parametrize("line", ["CSF", "Specimen: urine", "Cell count of pleural fluid and blood"])
    def test_above_the_table_it_refuses_the_file(self, line):
        with pytest.raises(AmbiguousFileError, match="above the table") as refused:
            read(f"{line}\n{delimited(HEADER, WBC)}")
        assert "Specimen" in refused.value.hint

    @pytest.mark.parametrize("line", ["Note: lumbar puncture in May", "Ward: Bone Marrow Unit", "Material: EDTA blood"])
    def test_remarks_and_places_above_the_table_do_not(self, line):
        assert values(read(f"{line}\n{delimited(HEADER, WBC)}")) == ["wbc 6.1"]

    def test_rows_that_say_what_they_are_settle_it(self):
        text = delimited((*HEADER, "Specimen"), (*WBC, "Blood"), (*LATER, "CSF"))
        assert values(read(f"CSF and blood\n{text}")) == ["wbc 6.1"]

    def test_the_name_of_a_sheet_refuses_the_workbook(self):
        raw = workbook(**{"CSF 2024": table("Date,Test,Result,Unit", ",".join(WBC))})
        with pytest.raises(AmbiguousFileError, match="CSF 2024"):
            read(raw)


class TestPeople:
    @pytest.mark.parametrize("title", ["Patient: Ann", "MRN: 12", "Name: Bo B"])
    def test_a_title_that_names_a_patient_refuses_the_file(self, title):
        with pytest.raises(AmbiguousFileError, match="line 3"):
            read(sections(WBC, title, LATER))

    def test_names_alone_do_where_one_test_stands_below_two(self):
        with pytest.raises(AmbiguousFileError, match="Bo B"):
            read(sections("Ada A", WBC, "Bo B", LATER))

    @pytest.mark.parametrize("titles", [("Haematology", "Immunology panel"), ("Visit one", "Visit two")])
    def test_titles_of_panels_and_visits_do_not(self, titles):
        assert values(read(sections(titles[0], WBC, titles[1], LATER))) == ["wbc 6.1", "wbc 5.8"]

    def test_the_user_may_say_that_all_are_one_person(self):
        reading = read(sections("Patient: Ann", WBC), patient="ann", is_patient_named=True)
        assert values(reading) == ["wbc 6.1"]


@pytest.mark.parametrize(
    ("name", "cells"),
    [("Status", ("cancelled", "final")), ("Specimen", ("CSF", "Blood")), ("Patient", ("Ann", "Bo"))],
)
def test_a_row_of_a_flowsheet_that_speaks_of_its_columns_refuses_it(name, cells):
    text = delimited(("Test", "Unit", "2024-03-01", "2024-09-01"), (name, "", *cells), ("WBC", "10^9/L", "61", "6.1"))
    with pytest.raises(AmbiguousFileError, match=f"the row '{name}'"):
        read(text)
