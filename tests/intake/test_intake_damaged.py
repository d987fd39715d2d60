"""Some hundred damaged files: never an unexpected error, nothing lost, and no value that the good file does not have.

What no reader can see is left out of the sweep: a digit that became another digit, and a number cut in the last
cell of the last line (`test_a_number_cut_at_the_very_end`).
"""

from __future__ import annotations

import gzip
import random
import zipfile
from io import BytesIO

import pytest
from tables.intake import read, rejected, shown, told, values, values_of

from wbc_tracker.errors import WbcTrackerError

LONG = """\
patient_id,collected_at,analyte,value,unit,ref_low,ref_high,note
p1,2024-01-15,WBC,6.1,10^9/L,4.0,11.0,
p1,2024-01-15,Lymphocytes,32,%,20,40,"well, rested"
p1,2024-01-15T08:30,CD19,<5,cells/µL,100,500,ok
p1,2024-02-16,WBC,6100,/uL,4000,11000,
p1,2024-02-16,IgG,981,mg/dL,565,1600,"two
lines"
p1,2024-03-17,Hemoglobin,13.61,g/dL,11.5,16.5,ok
p1,2024-03-17,CD4,1251,/uL,300,1400,
p1,2024-03-17,Lymphocytes,1.81,10^9/L,1.0,4.0,ok
"""
WIDE = """\
patient_id,date,WBC (10^9/L),CD19 (cells/µL),Lymphocytes (%),IgG (g/L),note
p1,2024-01-15,6.1,<5,32,9.81,
p1,2024-02-16,5.9,12,31,,ok
p1,2024-03-17,4.1,,29,9.71,"well, rested"
p1,2024-04-18,6.3,211,,9.61,
"""
GOOD = {"long": LONG.encode(), "wide": WIDE.encode()}

#: Put in or in place of a byte. No digit, no decimal mark, no sign and no comparator: they make another number.
INSERTED = [
    b'"',
    b";",
    b"\t",
    b"|",
    b"\0",
    b"\xff",
    b"\xc3",
    b" ",
    b"x",
    b"\n",
    b"\r",
    b"'",
    b"%",
    b"\x1b",
    b",",
    b"\xe2\x80\xa8",
]
#: A digit that becomes a blank leaves a shorter number, one that becomes `%` a percentage, a letter another letter;
#: an apostrophe in front of a number is how a spreadsheet keeps a text, and is read through.
REPLACED = [b'"', b";", b"|", b"\0", b"\xff", b"x", b"\n", b"\r", b"\x1b", b"("]


def by_day_and_test(reading) -> list[tuple[str, str, str]]:
    return [(r["collected_at"], r["analyte"], shown(r)) for r in reading.results.to_dict("records")]


TRUTH = {name: set(by_day_and_test(read(raw))) for name, raw in GOOD.items()}
SIZES = {"long": 8, "wide": 13}


def check(raw: bytes, name: str) -> None:
    """Read a damaged file: refused, or read without a value, day or test that the good file does not have."""
    try:
        reading = read(raw)
    except WbcTrackerError as refusal:
        assert refusal.message  # noqa: PT017  # only some damage is refused
        return
    assert set(by_day_and_test(reading)) <= TRUTH[name]


@pytest.mark.parametrize("name", GOOD)
def test_the_good_file(name):
    reading = read(GOOD[name])
    assert len(reading.results) == len(TRUTH[name]) == SIZES[name]
    assert (rejected(reading), reading.ignored) == ([], {})


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("start", [0, 5])
def test_a_file_cut_anywhere(name, start):
    raw = GOOD[name]
    for end in range(start, len(raw), 11):
        check(raw[:end], name)


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("seed", range(3))
def test_a_byte_put_in(name, seed):
    chance, raw = random.Random(seed), GOOD[name]
    for _ in range(16):
        at = chance.randrange(len(raw) + 1)
        check(raw[:at] + chance.choice(INSERTED) + raw[at:], name)


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("seed", range(3))
def test_a_byte_replaced(name, seed):
    chance, raw = random.Random(seed), GOOD[name]
    places = [at for at in range(len(raw)) if raw[at : at + 1] not in (b"<", b".")]
    for _ in range(16):
        at = chance.choice(places)
        check(raw[:at] + chance.choice(REPLACED) + raw[at + 1 :], name)


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("mark", [" ", ",", "'", ";", "x", "..", " ,", "/"])
def test_a_decimal_mark_that_became_something_else(name, mark):
    check(GOOD[name].decode().replace("6.1,", f"6{mark}1,").encode(), name)
    check(GOOD[name].decode().replace(",9.71,", f",9{mark}71,").replace("13.61", f"13{mark}61").encode(), name)


def lines(name: str) -> list[str]:
    return GOOD[name].decode().splitlines(keepends=True)


DAMAGES = {
    "a row in semicolons": lambda rows: [*rows[:2], rows[2].replace(",", ";"), *rows[3:]],
    "all but the header in semicolons": lambda rows: [rows[0], *(row.replace(",", ";") for row in rows[1:])],
    "a row in tabs": lambda rows: [*rows[:2], rows[2].replace(",", "\t"), *rows[3:]],
    "the header again": lambda rows: [*rows[:2], rows[0], *rows[2:]],
    "the whole file again": lambda rows: rows + rows,
    "no header": lambda rows: rows[1:],
    "a row again": lambda rows: [*rows[:2], rows[1], *rows[2:]],
    "rows turned round": lambda rows: [rows[0], *rows[:0:-1]] if '"two\n' not in rows else rows,
    "a blank line after each": lambda rows: [row + "\n" for row in rows],
    "a carriage return too many": lambda rows: [row.replace("\n", "\r\r\n") for row in rows],
    "a row moved left": lambda rows: [rows[0], rows[1].split(",", 1)[1], *rows[2:]],
    "a row moved left and filled up": lambda rows: [rows[0], rows[1].split(",", 1)[1].strip() + ",\n", *rows[2:]],
    "a row moved right": lambda rows: [rows[0], "," + rows[1], *rows[2:]],
    "a row moved right and cut": lambda rows: [rows[0], "," + rows[1].rstrip(",\n") + "\n", *rows[2:]],
    "a row in quotation marks": lambda rows: [rows[0], f'"{rows[1].strip()}"\n', *rows[2:]],
    "every row in quotation marks": lambda rows: [f'"{row.strip()}"\n' for row in rows],
    "a title above": lambda rows: ["Results of Ann\n", "\n", *rows],
    "a note below": lambda rows: [*rows, "*** end of report ***\n", "1 page\n"],
    "a line of delimiters": lambda rows: [*rows[:2], ",,,,,,,\n", *rows[2:]],
    "trailing delimiters": lambda rows: [row.strip() + ",,,\n" for row in rows],
    "a very long line": lambda rows: [*rows, "x" * 1_500_000 + "\n"],
    "a very long cell": lambda rows: [*rows, "p1," + "9" * 200_000 + ",WBC,6.1,,,,\n"],
    "spaces between": lambda rows: [row.replace(",", " , ") for row in rows],
    "dates of another order": lambda rows: [row.replace("2024-01-15", "15/01/2024") for row in rows],
    "dates as numbers": lambda rows: [row.replace("2024-01-15", "45306") for row in rows],
    "dates of months": lambda rows: [row.replace("2024-01-15", "Jan-24") for row in rows],
    "values as dates": lambda rows: [row.replace("6.1,", "06.Jan,") for row in rows],
    "lost superscripts": lambda rows: [row.replace("10^9", "109") for row in rows],
    "another encoding in between": lambda rows: [row.replace("µ", "Âµ") for row in rows],
    "columns of other names": lambda rows: [rows[0].upper().replace("NOTE", "WBC"), *rows[1:]],
    "only the header": lambda rows: rows[:1],
    "only line ends": lambda rows: ["\n"] * len(rows),
}


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_table(name, damage):
    check("".join(DAMAGES[damage](lines(name))).encode(), name)


@pytest.mark.parametrize("order", [[2, 0, 1, 3, 5, 4, 6], [6, 5, 4, 3, 2, 1, 0]])
def test_columns_in_another_order_read_the_same(order):
    rows = [line.replace('"well, rested"', "").strip("\n").split(",") for line in lines("wide")]
    table = "\n".join(",".join(row[at] for at in order) for row in rows)
    assert set(by_day_and_test(read(table.encode()))) == TRUTH["wide"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("collected_at", "analyte"), ("analyte", "value"), ("value", "unit"), ("collected_at", "value")],
)
def test_headers_on_the_wrong_columns_read_no_value(first, second):
    swapped = LONG.replace(first, "?").replace(second, first).replace("?", second)
    said = values_of(swapped.encode())
    assert isinstance(said, str) or said == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp037", "utf-7"])
@pytest.mark.parametrize("tail", [b"", b"\n", b"x"])
def test_another_encoding_and_a_byte_too_many(encoding, tail):
    check(WIDE.encode(encoding) + tail, "wide")


def zipped(raw: bytes) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("labs.csv", raw)
    return target.getvalue()


@pytest.mark.parametrize(
    "wrap",
    [
        gzip.compress, zipped, lambda raw: b"%PDF-1.7\n" + raw, lambda raw: b"<html><pre>\n" + raw,
        lambda raw: b'{"csv": "' + raw + b'"}', lambda raw: raw[::-1], lambda raw: bytes(255 - byte for byte in raw),
        lambda raw: raw.replace(b",", b"\0"), lambda raw: b"\0" * len(raw),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", GOOD)
def test_what_is_no_table_is_refused(wrap, name):
    with pytest.raises(WbcTrackerError):
        read(wrap(GOOD[name]))


def test_an_unquoted_decimal_comma_before_an_empty_note():
    """The row is one cell longer than the header; the last one is empty. It must not be read moved by one."""
    reading = read(WIDE.replace("2024-01-15,6.1,", "2024-01-15,6,1,").encode())
    assert set(by_day_and_test(reading)) <= TRUTH["wide"]
    assert "2 row_shape" in rejected(reading)


def test_a_number_cut_at_the_very_end():
    """A number in the last cell of a cut file may be shorter than it was. Only that one; it cannot be seen."""
    table = "date,CD19 (/uL),WBC (10^9/L)\n2025-01-15,12,6.1\n2025-02-15,13,5.9\n2025-03-15,14,16.25"
    whole = values(read(table.encode()))
    for cut in range(1, 6):
        found = values_of(table[:-cut].encode())
        assert isinstance(found, str) or found[:5] == whole[:5]


def test_a_patient_is_not_invented_by_a_blank_line_or_a_footer():
    damaged = LONG + "\n\nEnd of report\nPrinted 2024-06-01\n"
    assert {text.split()[1] for text in told(read(damaged.encode()))} == {"p1"}
