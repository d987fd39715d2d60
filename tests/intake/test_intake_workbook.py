"""Files that are no workbook, or a damaged or malicious one: a sentence, never a traceback, in bounded memory."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.trials import examples
from tables.workbooks import DATE, PERCENT, number, parts, rows, table, typed, workbook, zipped

from wbc_tracker.errors import UnreadableFileError, WbcTrackerError
from wbc_tracker.intake.file import workbook as workbook_module
from wbc_tracker.intake.file.sheet import read_sheet

LABS = parts({"Labs": table("Date,WBC", "2025-03-01,5.7"), "Notes": ""})
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("raw", "message", "code"),
    [
        (zipped({"word/document.xml": "<a/>"}), "is a Word document, not an .xlsx workbook.", "file_not_text"),
        (zipped({"content.xml": "<a/>"}), "is an OpenDocument file, not an .xlsx workbook.", "file_not_text"),
        (zipped({"xl/workbook.bin": "a"}), "is a binary Excel workbook, not an .xlsx workbook.", "file_not_text"),
        (zipped({"labs.csv": "a,b"}), "is a zip archive, not an .xlsx workbook.", "file_not_text"),
        (OLD, "is an old Excel workbook (.xls).", "file_not_text"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "is protected by a password.", "file_protected"),
        (zipped(LABS)[:-400], "is a damaged Excel workbook.", "file_damaged"),
        (zipped(LABS)[400:], "is a damaged Excel workbook.", "file_damaged"),
        (b"PK\x03\x04", "is a damaged Excel workbook.", "file_damaged"),
        (b"", "is a damaged Excel workbook.", "file_damaged"),
        (zipped({**LABS, "xl/workbook.xml": "<workbook"}), "is a damaged Excel workbook.", "file_damaged"),
        (zipped({**LABS, "xl/worksheets/sheet1.xml": b"\0\1\2"}), "is a damaged Excel workbook.", "file_damaged"),
        (zipped({**LABS, "xl/_rels/workbook.xml.rels": "<a/>"}), "is a damaged Excel workbook.", "file_damaged"),
    ],
)  # fmt: skip
def test_what_is_no_whole_workbook_is_named(raw, message, code):
    with pytest.raises(UnreadableFileError) as refused:
        read_sheet(raw, "labs.xlsx", None)
    assert (refused.value.message, refused.value.code) == (f"labs.xlsx {message}", code)
    assert refused.value.hint


def test_a_missing_part_is_damage():
    left = {name: content for name, content in LABS.items() if not name.endswith("sheet1.xml")}
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_sheet(zipped(left), "labs.xlsx", "Labs")


def test_entities_are_not_unfolded():
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>' + LABS["xl/workbook.xml"]
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_sheet(zipped({**LABS, "xl/workbook.xml": bomb}), "labs.xlsx", None)


@pytest.mark.parametrize(("most", "fits"), [(0, True), (-1, False)])
def test_what_unpacks_to_too_much_is_refused(monkeypatch, most, fits):
    size = sum(len(content) for content in LABS.values())
    monkeypatch.setattr(workbook_module, "MOST_BYTES", size + most)
    if fits:
        assert len(read_sheet(zipped(LABS), "labs.xlsx", None).rows) == 2
    else:
        with pytest.raises(UnreadableFileError) as refused:
            read_sheet(zipped(LABS), "labs.xlsx", None)
        assert refused.value.code == "file_too_large"


def test_a_bomb_of_zeros_is_refused_by_what_it_says_of_itself():
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in LABS.items():
            archive.writestr(name, content)
        with archive.open("xl/media/picture.bin", "w", force_zip64=True) as stream:
            for _ in range(501):
                stream.write(bytes(1_000_000))
    assert len(raw.getvalue()) < 1_000_000
    with pytest.raises(UnreadableFileError, match="unpacks to more than 500 MB"):
        read_sheet(raw.getvalue(), "labs.xlsx", None)


def test_a_part_larger_than_it_says_is_damage():
    """The size in the archive's list is what the limit trusts: a part that unpacks to more must not pass."""
    raw = bytearray(zipped({**LABS, "xl/media/picture.bin": b"x" * 100_000}))
    entry = raw.rindex(b"xl/media/picture.bin") - 46  # the entry of the central directory
    assert raw[entry : entry + 4] == b"PK\x01\x02"
    raw[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_sheet(bytes(raw), "labs.xlsx", None)


@pytest.mark.parametrize("twin", ["xl/worksheets/SHEET1.xml", "xl\\worksheets\\sheet1.xml"])
def test_two_parts_of_one_name_are_refused(twin):
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_sheet(zipped({**LABS, twin: "<worksheet/>"}), "labs.xlsx", None)


@pytest.mark.parametrize("target", ["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", "worksheets/Sheet1.xml"])
def test_a_sheet_is_found_however_its_part_is_named(target):
    links = LABS["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1.xml", target)
    sheet = read_sheet(zipped({**LABS, "xl/_rels/workbook.xml.rels": links}), "labs.xlsx", None)
    assert sheet.rows == [["Date", "WBC"], ["2025-03-01", "5.7"]]


def test_two_sheets_of_one_name_are_refused():
    """The one that is measured might not be the one that is read."""
    book = LABS["xl/workbook.xml"].replace('"Notes"', '"Labs"')
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_sheet(zipped({**LABS, "xl/workbook.xml": book}), "labs.xlsx", "Labs")


_BODY = table("Date,WBC", "2025-03-01,5.7") + rows(
    number("A3", "45717", DATE) + number("B3", "0.4", PERCENT) + typed("C3", "e", "#N/A"), first=3
)
_WHOLE = parts({"Labs": _BODY})


@settings(max_examples=examples(150))
@given(st.sampled_from([name for name in _WHOLE if name.startswith("xl/")]), st.data())
def test_damage_inside_a_part_never_ends_in_a_traceback(part, draw):
    content = _WHOLE[part].encode()
    start = draw.draw(st.integers(0, len(content)))
    end = draw.draw(st.integers(start, min(len(content), start + 20)))
    new = draw.draw(st.text(alphabet="<>/=\"'0189Aert &;", max_size=10)).encode()
    raw = zipped({**_WHOLE, part: content[:start] + new + content[end:]})
    with suppress(WbcTrackerError):
        sheet = read_sheet(raw, "labs.xlsx", None)
        assert sheet.numeric.shape == (len(sheet.rows), len(sheet.rows[0]))


def test_a_workbook_read_twice_is_the_same():
    first, second = (read_sheet(workbook(_BODY), "labs.xlsx", None) for _ in range(2))
    assert (first.rows, first.first_row) == (second.rows, second.first_row)


@pytest.mark.parametrize(
    "place", ["A1048577", "XFE1", "ZZZ1", "A0", "AAAAAA1", "A99999999999999999999", "XFE4294967297"]
)
def test_a_cell_where_no_sheet_has_one_is_a_sentence(place):
    """Such a place aborts the reading library, or takes its memory."""
    raw = workbook(table("Date,WBC"), f'<row r="2">{number(place, "6.1")}</row>')
    with pytest.raises(UnreadableFileError) as refused:
        read_sheet(raw, "labs.xlsx", None)
    assert "has a cell where no sheet has one" in refused.value.message


def test_a_formula_without_a_saved_value_is_shown():
    cells = (
        '<c r="A2"><f>SUM(B2:B3)</f></c><c r="B2"><f>1&lt;2</f><v/></c><c r="C2" t="str"><f>A1</f><v></v></c>'
        '<c r="D2"><f t="shared" si="0"/></c><c r="E2"><f>A1</f><v>5.7</v></c>'
    )
    sheet = read_sheet(workbook(table("a,b,c,d,e"), f'<row r="2">{cells}</row>'), "labs.xlsx", None)
    assert sheet.rows[1] == ["=SUM(B2:B3)", "", "", "=", "5.7"]


def test_merged_cells_give_their_value_to_the_cells_below_them():
    merged = '</sheetData><mergeCells><mergeCell ref="A2:B4"/><mergeCell ref="C2:D2"/></mergeCells><sheetData>'
    lines = table("Date,Time,WBC,CD19", "2025-03-01,8:00,6.1,", ",,5.9,", ",,5.8,12", ",,5.7,")
    sheet = read_sheet(workbook(lines, merged), "labs.xlsx", None)
    assert [row[0] for row in sheet.rows] == ["Date", "2025-03-01", "2025-03-01", "2025-03-01", ""]
    assert [row[3] for row in sheet.rows] == ["CD19", "", "", "12", ""]


def test_merged_cells_that_overlap_end():
    merged = "".join('<mergeCell ref="A1:A1048576"/>' for _ in range(2000))
    lines = table("Date,WBC", "2025-03-01,6.1")
    raw = workbook(lines, f"</sheetData><mergeCells>{merged}</mergeCells><sheetData>")
    assert read_sheet(raw, "labs.xlsx", None).rows[1] == ["2025-03-01", "6.1"]
