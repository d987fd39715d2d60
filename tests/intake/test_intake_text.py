"""From bytes to text: encodings, delimiters, line ends, and files that are no text table."""

from __future__ import annotations

import gzip

import pytest
from tables.intake import AS_OF, outcome, read, told, values, values_of

from wbc_tracker.errors import UnreadableFileError, UsageError, WbcTrackerError
from wbc_tracker.intake import ReadingOptions, read_labs
from wbc_tracker.intake.file.encoding import decode

TABLE = """\
patient_id,collected_at,analyte,value,unit
Müller,2025-01-15,WBC,6.1,10^3/µL
Müller,2025-01-15,CD19,<5,cells/µL
"""
READ = ["2 Müller 2025-01-15 wbc 6.1", "3 Müller 2025-01-15 cd19 <5"]
WBC_6_1 = "date,WBC (10^9/L)\n2025-01-15,6.1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252", "latin-1"])
def test_an_encoding_is_found(encoding):
    assert told(read(TABLE.encode(encoding))) == READ


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_utf_16_is_found_by_its_byte_order_mark(mark, encoding):
    assert told(read(mark + TABLE.encode(encoding))) == READ


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "mac-roman", "cp850"])
def test_an_encoding_without_a_mark_can_be_named(encoding):
    assert told(read(TABLE.encode(encoding), encoding=encoding)) == READ


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_found_by_its_zero_bytes(encoding):
    assert told(read(TABLE.encode(encoding))) == READ


def test_a_legacy_encoding_is_told():
    assert any("windows-1252" in warning for warning in read(TABLE.encode("windows-1252")).warnings)
    assert read(TABLE.encode("utf-8")).warnings == read(TABLE.encode("utf-16")).warnings == []


def test_the_wrong_encoding_is_refused():
    with pytest.raises(UnreadableFileError, match="not valid utf-8 text") as refusal:
        read(TABLE.encode("windows-1252"), encoding="utf-8")
    assert "--encoding" in refusal.value.hint


def test_an_encoding_that_does_not_exist_is_a_mistake_of_usage():
    with pytest.raises(UsageError, match="klingon"):
        read(TABLE, encoding="klingon")


def test_one_damaged_byte_does_not_turn_a_patient_into_another():
    """A file of valid UTF-8 but for one byte is no Windows-1252 file: `Müller` must not become `MÃ¼ller`."""
    damaged = TABLE.replace("µ", "u").encode() + b"Meyer,2025-02-15,WBC,6.2\xff,10^9/L\n"
    try:
        patients = set(read(damaged).results["patient_id"])
    except WbcTrackerError:
        return
    assert "MÃ¼ller" not in patients


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "end"])
def test_a_line_end_is_found(line_end, last):
    text = TABLE if last else TABLE.removesuffix("\n")
    assert told(read(text.replace("\n", line_end).encode())) == READ


def test_line_ends_may_be_mixed():
    header, first, second, _ = TABLE.split("\n")
    assert told(read(f"{header}\r\n{first}\n{second}\r".encode())) == READ


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_delimiter_is_found(delimiter):
    assert told(read(TABLE.replace(",", delimiter).encode())) == READ


def test_a_decimal_comma_does_not_make_the_comma_the_delimiter():
    assert values(read("date;WBC (10^9/L);IgG (g/L)\n2025-01-15;6,1;9,8\n")) == ["wbc 6.1", "igg 9.8"]


def test_commas_in_the_headers_of_a_semicolon_file():
    table = "date;WBC count;Immunoglobulin G, Qn, Serum (g/L)\n2025-01-15;6,1;9,8\n2025-02-15;6,2;10,1\n"
    readings = ["wbc 6.1", "igg 9.8", "wbc 6.2", "igg 10.1"]
    assert values_of(table) in (readings, "refused: file_unreadable")
    assert values_of(table, delimiter=";") == readings


def test_two_delimiters_that_fit_alike_are_refused_naming_both():
    with pytest.raises(UnreadableFileError, match="comma and semicolon") as refusal:
        read("when;how much, exactly;in what, please\n2025-01-15;6,1;9,8\n")
    assert "--delimiter" in refusal.value.hint


def test_a_row_with_another_delimiter_is_rejected():
    table = "collected_at,analyte,value,unit\n2025-01-15,WBC,6.1,10^9/L\n2025-01-16;WBC;6.2;10^9/L\n"
    reading = read(table)
    assert values(reading) == ["wbc 6.1"]
    assert list(reading.rejects["code"]) == ["row_shape"]


@pytest.mark.parametrize("delimiter", ["^", "~", " ", "µ", '"', "\\"])
def test_a_named_delimiter_is_used_or_refused(delimiter):
    said = outcome(WBC_6_1.replace(" (10^9/L)", "").replace(",", delimiter), delimiter=delimiter)
    assert said == "wbc 6.1" or said.startswith("refused: ")


@pytest.mark.parametrize("raw", [b"", b"\n", b"\n\n\r\n\r", b" \t \n", b"\xef\xbb\xbf", b"\xff\xfe\n\x00"])
def test_a_file_without_a_word_is_refused(raw):
    assert outcome(raw).startswith("refused: ")


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (gzip.compress(gzip.compress(TABLE.encode(), mtime=0), mtime=0), "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "Excel"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        (b"SQLite format 3\x00\x10\x00", "database"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        (b"<!DOCTYPE html>\n<html><body><table><tr><td>WBC</td></tr>", "web page"),
        (b"<table>\n<tr><td>collected_at,analyte,value,unit</td></tr>", "web page"),
        (b"<?xml version='1.0'?>\n<date>2025-01-15</date>", "XML"),
        (b'{"resourceType": "Bundle", "entry": []}', "JSON"),
    ],
)
def test_another_kind_of_file_is_refused_by_its_name(raw, word):
    with pytest.raises(UnreadableFileError, match=word) as refusal:
        read(raw)
    assert refusal.value.code == "file_not_text"
    assert refusal.value.message.startswith("labs.csv is ")
    assert refusal.value.hint


@pytest.mark.parametrize(
    "raw",
    [
        b'[\n  {"date": "2025-01-15", "counts": {"WBC": 6.1}}\n]',
        b"<table><tr><td>date</td><td>WBC</td></tr></table>",
        b"{\\rtf1\\ansi date,WBC\n2025-01-15,6.1}",
        bytes(range(256)) * 4,
        WBC_6_1.encode() + b"\0",
        WBC_6_1.replace("6.1", "6\0.1").encode(),
        b"\x00\x01\x02\x03",
    ],
)
def test_what_is_no_table_is_refused(raw):
    assert outcome(raw).startswith("refused: ")


def test_a_table_without_known_columns_says_what_was_looked_for_and_what_stands_there():
    with pytest.raises(UnreadableFileError, match="date of collection") as refusal:
        read("when;what;how much\n2025-01-15;WBC;6,1\n")
    assert refusal.value.code == "no_columns"
    assert "when | what | how much" in refusal.value.hint
    assert "--map" in refusal.value.hint


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UnreadableFileError, match=r"There is no file .*none\.csv") as refusal:
        read_labs(tmp_path / "none.csv", ReadingOptions(as_of=AS_OF))
    assert refusal.value.code == "file_missing"


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(UnreadableFileError, match="is a folder"):
        read_labs(tmp_path, ReadingOptions(as_of=AS_OF))


def test_a_file_is_known_by_its_name_alone(tmp_path):
    path = tmp_path / "März.csv"
    path.write_bytes(WBC_6_1.encode())
    reading = read_labs(path, ReadingOptions(as_of=AS_OF))
    assert reading.file == "März.csv"
    assert list(reading.results["source_file"]) == ["März.csv"]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_a_million_empty_lines_are_no_table(end):
    raw = b"collected_at,analyte,value,unit" + end + b"2026-01-10,WBC,6.1,10^9/L"
    assert decode(raw + end * 999_999, "labs.csv")[1] == "utf-8"
    with pytest.raises(UnreadableFileError, match="more than 1000000 empty lines in a row"):
        decode(raw + end * 1_000_000, "labs.csv")
