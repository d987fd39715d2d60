"""A workbook as a spreadsheet opens it: texts stay texts, dates are dates, a limit is a number shown with its sign."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime

import pytest
from python_calamine import load_workbook

from wbc_tracker.errors import UsageError
from wbc_tracker.render.xlsx.book import MOST_LETTERS, Marked, SheetColumn, new_book, refuse_too_many


def written(kind: str, *cells: object) -> io.BytesIO:
    stream = io.BytesIO()
    with new_book(stream) as book:
        book.add_table("s", [SheetColumn("head", kind, 8)], ([cell] for cell in cells))
    stream.seek(0)
    return stream


def opened(stream: io.BytesIO) -> list[object]:
    stream.seek(0)
    header, *rows = load_workbook(stream).get_sheet_by_index(0).to_python()
    assert header == ["head"]
    return [row[0] for row in rows]


def xml(stream: io.BytesIO, part: str) -> str:
    return zipfile.ZipFile(stream).read(part).decode()


@pytest.mark.parametrize(
    "text",
    ["0081635", "1e5", "=1+1", "@x", "[red]", "<script>&amp;", "http://a.b/c", "12:30", "TRUE", " blank ", "\x1b[31m"],
)
def test_a_text_is_that_text_and_nothing_else(text):
    stream = written("text", text)
    sheet = xml(stream, "xl/worksheets/sheet1.xml")
    assert 't="inlineStr"' in sheet
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    if text.isprintable():
        assert opened(stream) == [text]


def test_a_text_that_no_cell_can_hold_is_cut_and_says_so():
    (cell,) = opened(written("text", "x" * 40_000))
    assert (len(cell), cell[-8:]) == (MOST_LETTERS, "xx [cut]")


def test_dates_and_times_are_such_and_those_that_spreadsheets_count_wrongly_are_texts():
    cells = ["2024-02-29", "2024-02-29T08:20:00", "2024-02-29T08:20:30", "1900-02-28", "9999-12-31"]
    assert opened(written("date", *cells)) == [
        date(2024, 2, 29), datetime.fromisoformat(cells[1]), datetime.fromisoformat(cells[2]), "1900-02-28",
        date(9999, 12, 31),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (Marked(1, "<", "L", 0), '"<"0" L"'),
        (Marked(2.5, "", "L", 1), '0.0" L"'),
        (Marked(33, "", "H", 2), '0.00" H"'),
        (Marked(500, ">="), '">="General'),
        (Marked(6.1, decimals=2), "0.00"),
    ],
)
def test_a_marked_value_is_a_number_with_its_signs_around_it(cell, shown):
    stream = written("number", cell)
    assert opened(stream) == [cell.value]
    code = shown.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    assert f'formatCode="{code}"' in xml(stream, "xl/styles.xml")


def test_the_header_is_frozen_filters_and_comes_again_on_paper():
    stream = written("text", "a", "b")
    sheet = xml(stream, "xl/worksheets/sheet1.xml")
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:A3"/>' in sheet
    assert "Print_Titles" in xml(stream, "xl/workbook.xml")


def test_the_same_call_gives_the_same_file_and_names_nobody():
    one, other = written("text", "a"), written("text", "a")
    assert one.getvalue() == other.getvalue()
    assert re.findall("<dc:creator>(.*?)</dc:creator>", xml(one, "docProps/core.xml")) == [""]


def test_nothing_is_left_of_one_that_is_not_finished(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen = []

    def rows():
        yield ["a"]
        seen.extend(each.name[:12] for each in tmp_path.iterdir())
        raise RuntimeError

    with pytest.raises(RuntimeError), new_book(io.BytesIO()) as book:
        book.add_table("s", [SheetColumn("a", "text", 8)], rows())
    assert (seen, list(tmp_path.iterdir())) == (["wbc-tracker-"], [])


def test_more_rows_than_a_sheet_holds_are_refused_with_the_way_out():
    refuse_too_many(1_048_575)
    with pytest.raises(UsageError) as refused:
        refuse_too_many(1_048_576)
    assert refused.value.message == "A sheet of a workbook holds 1 048 575 rows, and these are 1 048 576."
    assert "CSV or Parquet" in refused.value.hint
