"""One sheet of a workbook as text: what a person sees in the cell, at the row a person sees."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables.workbooks import (
    DATE,
    DATE_TIME,
    HOURS,
    PERCENT,
    PERCENT_CUSTOM,
    QUOTED_PERCENT,
    TIME,
    number,
    parts,
    rows,
    table,
    text,
    typed,
    workbook,
    zipped,
)

from wbc_tracker.errors import AmbiguousFileError, UnreadableFileError, UsageError
from wbc_tracker.intake.file import sheet as sheet_module
from wbc_tracker.intake.file.sheet import read_sheet


def cell(content: str) -> str:
    """Return the text of the only cell of a workbook."""
    ((only,),) = read_sheet(workbook(rows(content)), "labs.xlsx", None).rows
    return only


@pytest.mark.parametrize(
    ("digits", "shown"),
    [
        ("5", "5"),
        ("5.0", "5"),
        ("5.7", "5.7"),
        ("5.7000000000000002", "5.7"),  # what Excel writes for 5.7
        ("0.30000000000000004", "0.3"),  # what it keeps of 0.1 + 0.2, and shows as 0.3
        ("0.01", "0.01"),
        ("1E-3", "0.001"),
        ("0.0000001", "0.0000001"),
        ("123456789012", "123456789012"),
        ("1E22", "1e+22"),
        ("-2.5", "-2.5"),
        ("0", "0"),
        ("-0", "0"),
    ],
)
def test_numbers_stand_in_their_shortest_form(digits, shown):
    assert cell(number("A1", digits)) == shown


@given(st.floats(-1e12, 1e12, allow_nan=False).map(lambda value: float(f"{value:.12g}")))
def test_the_text_of_a_number_is_that_number(value):
    assert float(cell(number("A1", repr(value)))) == value


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (text("A1", "007"), "007"),
        (text("A1", "1,5"), "1,5"),
        (text("A1", "<1"), "<1"),
        (text("A1", "10⁹/L"), "10⁹/L"),
        (text("A1", "2025-03-01"), "2025-03-01"),
        (text("A1", "two\nlines"), "two\nlines"),
        (typed("A1", "b", "1"), "TRUE"),
        (typed("A1", "b", "0"), "FALSE"),
        (typed("A1", "str", "low"), "low"),
        (typed("A1", "e", "#DIV/0!"), "#DIV/0!"),
        (typed("A1", "e", "#N/A"), "#N/A"),
        (number("A1", "5.7", formula="B9*2"), "5.7"),
        # 1 March 2025 is day 45717 of the sheet's calendar; 0.34722... of a day is 08:20.
        (number("A1", "45717", DATE), "2025-03-01"),
        (number("A1", "45717.347222222219", DATE_TIME), "2025-03-01T08:20:00"),
        (number("A1", "45717.3472222", DATE_TIME), "2025-03-01T08:20:00"),  # 2 ms short of it
        (number("A1", "45717", DATE_TIME), "2025-03-01"),
        (number("A1", "0.34722222222222221", TIME), "08:20:00"),
        (number("A1", "1.25", HOURS), "30:00:00"),
        (typed("A1", "d", "2025-03-01"), "2025-03-01"),
    ],
)
def test_every_cell_reads_as_it_is_shown(content, shown):
    assert cell(content) == shown


@pytest.mark.parametrize(
    ("value", "style", "shown"),
    [
        ("0.45", PERCENT, "45%"),
        ("0.29", PERCENT, "29%"),  # 0.29 * 100 is 28.999999999999996 in binary
        ("0.453", PERCENT_CUSTOM, "45.3%"),
        ("45.3", QUOTED_PERCENT, "45.3"),  # a quoted sign is only decoration: the number is not a share
    ],
)
def test_a_percentage_is_not_read_as_a_hundredth_of_itself(value, style, shown):
    assert cell(number("A1", value, style)) == shown


def test_rows_keep_the_numbers_that_the_user_sees():
    raw = workbook(table("Date,WBC", "2025-03-01,5.7", first=4) + table("2025-04-01,6.1", first=8))
    sheet = read_sheet(raw, "labs.xlsx", None)
    assert sheet.first_row == 4
    assert sheet.rows == [["Date", "WBC"], ["2025-03-01", "5.7"], ["", ""], ["", ""], ["2025-04-01", "6.1"]]


def test_numbers_are_told_from_text_that_looks_like_one():
    content = text("B2", "5.7") + number("C2", "5.7") + number("D2", "45717", DATE) + number("E2", "0.4", PERCENT)
    sheet = read_sheet(workbook(rows("", content)), "labs.xlsx", None)
    assert sheet.rows == [["5.7", "5.7", "2025-03-01", "40%"]]
    assert sheet.numeric.tolist() == [[False, True, False, True]]


def test_an_error_outside_all_other_cells_is_not_lost():
    lines = rows(text("C3", "WBC"), typed("A4", "e", "#REF!") + typed("D4", "e", "#N/A"), first=3)
    sheet = read_sheet(workbook(typed("B1", "e", "#NAME?").join(['<row r="1">', "</row>"]) + lines), "labs.xlsx", None)
    assert sheet.first_row == 1
    assert sheet.rows == [
        ["", "#NAME?", "", ""],
        ["", "", "", ""],
        ["", "", "WBC", ""],
        ["#REF!", "", "", "#N/A"],
    ]
    assert not sheet.numeric.any()


def test_cells_may_leave_out_their_places():
    body = "<row><c><v>5</v></c><c t='e'><v>#N/A</v></c></row><row><c/><c s='5'><v>0.5</v></c></row>"
    assert read_sheet(workbook(body), "labs.xlsx", None).rows == [["5", "#N/A"], ["", "50%"]]


def test_formatted_but_empty_cells_count_for_nothing():
    far = '<row r="1048576"><c r="XFD1048576" s="1"/><c r="XFC1048576" s="1"></c></row>'
    sheet = read_sheet(workbook(table("Date,WBC", "2025-03-01,5.7") + far), "labs.xlsx", None)
    assert sheet.rows == [["Date", "WBC"], ["2025-03-01", "5.7"]]


def test_merged_cells_hold_their_text_once():
    contents = parts({"Labs": table("Blood count,", "WBC,CD19")})
    body = contents["xl/worksheets/sheet1.xml"]
    contents["xl/worksheets/sheet1.xml"] = body.replace(
        "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
    )
    assert read_sheet(zipped(contents), "labs.xlsx", None).rows == [["Blood count", ""], ["WBC", "CD19"]]


# Which sheet


def test_the_only_sheet_with_data_is_taken():
    sheet = read_sheet(workbook(Notes="", Labs=table("Date,WBC"), Chart=""), "labs.xlsx", None)
    assert (sheet.name, sheet.rows, sheet.hidden) == ("Labs", [["Date", "WBC"]], ())


def test_of_several_sheets_one_must_be_named():
    raw = workbook(**{"Labs 2024": table("a,b"), "Labs 2025": table("c,d"), "Empty": ""})
    with pytest.raises(AmbiguousFileError) as refused:
        read_sheet(raw, "labs.xlsx", None)
    assert refused.value.message == "labs.xlsx has 2 sheets: 'Labs 2024', 'Labs 2025'."
    assert refused.value.hint == "Say which with --sheet NAME, e.g. --sheet 'Labs 2024'."
    assert read_sheet(raw, "labs.xlsx", "Labs 2025").rows == [["c", "d"]]


def test_an_unknown_sheet_is_refused_naming_those_there_are():
    with pytest.raises(UsageError) as refused:
        read_sheet(workbook(Labs=table("a"), Other=""), "labs.xlsx", "labs")
    assert (refused.value.message, refused.value.hint) == (
        "--sheet: labs.xlsx has no sheet 'labs'. Did you mean 'Labs'?",
        "It has 'Labs', 'Other'.",
    )


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_read_only_when_named(state):
    raw = zipped(parts({"Labs": table("a"), "Old": table("b")}, {"Old": state}))
    seen = read_sheet(raw, "labs.xlsx", None)
    assert (seen.name, seen.hidden) == ("Labs", ("Old",))  # its name is told, so that nothing goes missing unnoticed
    assert read_sheet(raw, "labs.xlsx", "Old").rows == [["b"]]


def test_a_workbook_with_hidden_sheets_alone_names_them():
    raw = zipped(parts({"Labs": "", "Old": table("b")}, {"Old": "hidden"}))
    with pytest.raises(UnreadableFileError, match=r"^labs.xlsx is empty but for hidden sheets: 'Old'\. "):
        read_sheet(raw, "labs.xlsx", None)


@pytest.mark.parametrize(
    ("sheet", "told"), [(None, "labs.xlsx is empty."), ("Labs", "labs.xlsx, sheet 'Labs' is empty.")]
)
def test_an_empty_workbook_is_refused(sheet, told):
    with pytest.raises(UnreadableFileError) as refused:
        read_sheet(workbook(Labs=""), "labs.xlsx", sheet)
    assert (refused.value.message, refused.value.code) == (told, "file_empty")


# Size


def test_a_sheet_that_spans_too_many_cells_is_refused_before_it_is_laid_out():
    far = rows(number("A1", "1")) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(UnreadableFileError) as refused:
        read_sheet(workbook(far), "labs.xlsx", None)
    assert refused.value.message == "labs.xlsx, sheet 'Labs' spans 17179869184 cells; at most 5000000 are read."
    assert refused.value.code == "file_too_large"


@pytest.mark.parametrize(("most", "fits"), [(4, True), (3, False)])
def test_the_limit_counts_the_rectangle_around_the_cells(monkeypatch, most, fits):
    monkeypatch.setattr(sheet_module, "MOST_CELLS", most)
    raw = workbook(rows(number("B2", "1"), number("C3", "2"), first=2))
    if fits:
        assert read_sheet(raw, "labs.xlsx", None).rows == [["1", ""], ["", "2"]]
    else:
        with pytest.raises(UnreadableFileError, match="spans 4 cells; at most 3"):
            read_sheet(raw, "labs.xlsx", None)


def test_a_large_sheet_beside_the_one_named_does_not_matter():
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + rows(number("A1", "1"))
    assert read_sheet(workbook(Labs=table("a"), Big=far), "labs.xlsx", "Labs").rows == [["a"]]


# Without the library


def test_without_the_library_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    with pytest.raises(UnreadableFileError) as refused:
        read_sheet(workbook(Labs=table("a")), "labs.xlsx", None)
    assert refused.value.message == "labs.xlsx is an Excel workbook; reading those needs the package python-calamine."
    install = f"{sys.executable} -m pip install python-calamine"
    assert refused.value.hint == f"Save the sheet as CSV, or install it with: {install}"
    assert refused.value.code == "excel_missing"
