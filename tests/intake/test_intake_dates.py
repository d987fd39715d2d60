"""When the blood was drawn: explicit forms, and the order of day and month by proof only."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tables.intake import dates, delimited, each_date, one_row, outcome, read, rejected, words

from wbc_tracker.errors import AmbiguousFileError

DAY = "2025-06-05"


def test_a_date_is_read():
    cells = words(
        "2025-06-05|2025/06/05|2025.06.05|2025-6-5|20250605|05-Jun-2025|5 Jun 2025|5-Jun-25|05 June 2025|"
        "5/Jun/2025|5.Jun.2025|05-JUN-2025|5th June 2025|June 5, 2025|Jun 5 2025|JUNE 5th, 2025| 2025-06-05 "
    )
    assert each_date(*cells) == dict.fromkeys(cells, DAY)


def test_an_english_month():
    months = ["Jan", "February", "Mar", "April", "May", "Jun", "July", "Aug", "Sept", "October", "Nov", "dec"]
    cells = {f"7 {month} 2024": f"2024-{number:02}-07" for number, month in enumerate(months, start=1)}
    assert each_date(*cells) == cells


def test_a_time_is_kept():
    times = {
        "2025-06-05T08:30": "08:30:00", "2025-06-05 08:30": "08:30:00", "2025-06-05 8:30": "08:30:00",
        "2025-06-05T08:30:15": "08:30:15", "2025-06-05T08:30:15.250": "08:30:15", "2025-06-05 00:00": "00:00:00",
        "2025-06-05 23:59:59": "23:59:59", "2025-06-05 8:30 PM": "20:30:00", "2025-06-05 08:30am": "08:30:00",
        "2025-06-05 12:05 AM": "00:05:00", "2025-06-05 12:05 PM": "12:05:00", "5 Jun 2025 08:30": "08:30:00",
        "June 5, 2025, 8:30 p.m.": "20:30:00",
    }  # fmt: skip
    assert each_date(*times) == {cell: f"{DAY}T{time}" for cell, time in times.items()}


def test_a_time_of_four_digits_behind_a_date_with_slashes_as_hospital_systems_print_it():
    times = {"06/05/2025 0830": "08:30:00", "6/5/2025 2359": "23:59:00", "06/05/2025, 0000": "00:00:00"}
    assert each_date("12/31/2024", *times) == {"12/31/2024": "2024-12-31"} | {
        cell: f"{DAY}T{time}" for cell, time in times.items()
    }
    never = ["06/05/2025 2400", "06/05/2025 0860", "06/05/2025 830", "06/05/25 0830", "2025-06-05 0830"]
    assert each_date("12/31/2024", *never) == {"12/31/2024": "2024-12-31"} | dict.fromkeys(never, "date_unreadable")


def test_the_printed_wall_clock_time_is_kept_whatever_the_zone():
    cells = [f"2025-06-05T23:30:00{zone}" for zone in ("", "Z", "+00:00", "+02:00", "-0800", " UTC")]
    assert each_date(*cells) == dict.fromkeys(cells, "2025-06-05T23:30:00")


def test_a_cell_that_is_no_date_is_rejected():
    cells = words(
        "June 2025|2025-06|2025|05.06|Unknown date|--|n/a|0|yesterday|2025-13-01|2025-02-29|2025-06-31|2025-00-05|"
        "2025-06-00|0000-00-00|00/00/0000|31/04/2025|2025-06-05 24:00|2025-06-05 08:60|2025-06-05 13:00 PM|"
        "2025-06-05 0:30 AM|2025-06-05 08|2025-06-05 08:30 CET|05-Foo-2025|5 Ju 2025|2025-W23-4|2025-156|"
        "1749081600|2025-06-05 / 2025-06-06|2025-06-05x|x2025-06-05|2025--06-05|250605|6/5|=TODAY()|2025-06-05\n2"
    )
    assert each_date(*cells) == dict.fromkeys(cells, "date_unreadable")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "date_missing"),
        ("45813", "date_serial"),
        ("45813.354", "date_serial"),
        ("1899-12-31", "date_before_1900"),
        ("0025-06-05", "date_before_1900"),
        ("2025-07-01", "date_future"),
        ("2025-07-01T00:00", "date_future"),
        ("5 Jun 2052", "date_future"),
        ("31/12/2025", "date_future"),
    ],
)
def test_a_date_that_cannot_be_right_is_rejected(cell, code):
    assert dates(cell) == [code]


@pytest.mark.parametrize("cell", ["1900-01-01", "2025-06-30", "2025-06-30T23:59:59"])
def test_the_limits_themselves_are_read(cell):
    assert dates(cell) == [cell]


def test_a_later_date_is_kept_when_the_caller_leaves_it_out_himself():
    assert dates("2025-07-01", reject_future=False) == ["2025-07-01"]


@pytest.mark.parametrize(
    ("code", "cell", "hint"),
    [
        ("date_unreadable", "June 2025", "2025-03-01"),
        ("date_serial", "45813", "Format the column as a date"),
        ("date_before_1900", "1025-06-05", "Correct the date"),
        ("date_future", "2052-06-05", "--as-of"),
    ],
)
def test_a_rejected_date_is_named_with_what_to_do(code, cell, hint):
    reject = read(one_row(date=cell)).rejects.iloc[0]
    assert reject["code"] == code
    assert repr(cell) in reject["message"]
    assert hint in reject["hint"]


@pytest.mark.parametrize(
    ("cells", "iso"),
    [
        (["13/04/2025", "03/04/2025"], ["2025-04-13", "2025-04-03"]),
        (["03/04/2025", "13/04/2025"], ["2025-04-03", "2025-04-13"]),
        (["04/13/2025", "04/03/2025"], ["2025-04-13", "2025-04-03"]),
        (["13.4.2025", "3.4.2025"], ["2025-04-13", "2025-04-03"]),
        (["4-13-2025", "04-03-2025"], ["2025-04-13", "2025-04-03"]),
        (["4/13/25", "7/2/24"], ["2025-04-13", "2024-07-02"]),
        (["13/04/2025 08:30", "03/04/2025"], ["2025-04-13T08:30:00", "2025-04-03"]),
        (["04/04/2025", "05/05/2025"], ["2025-04-04", "2025-05-05"]),
        (["13/04/2025", "2025-04-03", "3 Apr 2024"], ["2025-04-13", "2025-04-03", "2024-04-03"]),
    ],
)
def test_a_number_above_12_proves_the_order_of_its_column(cells, iso):
    assert dates(*cells) == iso


@pytest.mark.parametrize(
    "cells",
    [["03/04/2025"], ["03.04.2025"], ["3-4-2025"], ["7/2/24"], ["03/04/2025 13:45"], ["04/04/2025", "03/04/2025"],
     ["2025-04-13", "03/04/2025"], ["13 Apr 2025", "03/04/2025"]],
)  # fmt: skip
def test_an_unproved_order_refuses_the_file(cells):
    assert dates(*cells) == "refused: date_order_ambiguous"


def test_two_orders_in_one_column_refuse_the_file():
    assert dates("13/04/2025", "04/13/2025") == "refused: date_order_mixed"


def test_the_refusal_names_both_readings_and_the_option():
    with pytest.raises(AmbiguousFileError, match="column 'collected_at': '03/04/2025' can be ") as refusal:
        read(one_row(date="03/04/2025"))
    assert "2025-04-03 (day first)" in refusal.value.message
    assert "2025-03-04 (month first)" in refusal.value.message
    assert "--date-order dmy" in refusal.value.hint
    assert "--date-order mdy" in refusal.value.hint


def test_the_refusal_of_a_two_digit_year_names_the_year_first_too():
    with pytest.raises(AmbiguousFileError, match="'16/04/24' can be ") as refusal:
        read(one_row(date="16/04/24"))
    assert "2024-04-16 (day first)" in refusal.value.message
    assert "2016-04-24 (year first)" in refusal.value.message
    assert "--date-order ymd" in refusal.value.hint


def test_the_refusal_of_two_orders_names_a_cell_of_each():
    with pytest.raises(AmbiguousFileError, match="'13/04/2025'") as refusal:
        read(delimited(("date", "WBC (10^9/L)"), ("13/04/2025", "6.1"), ("04/14/2025", "6.2")))
    assert "'04/14/2025'" in refusal.value.message
    assert "--date-order" in refusal.value.hint


@pytest.mark.parametrize(
    ("order", "cells", "iso"),
    [
        ("dmy", ["03/04/2025"], ["2025-04-03"]),
        ("mdy", ["03/04/2025"], ["2025-03-04"]),
        ("ymd", ["25/04/03"], ["2025-04-03"]),
        ("mdy", ["13/04/2025", "04/03/2025"], ["date_unreadable", "2025-04-03"]),
        ("dmy", ["04/13/2025", "04/03/2025"], ["date_unreadable", "2025-03-04"]),
        ("ymd", ["03/04/2025"], ["date_unreadable"]),
        ("dmy", ["2025-04-03", "3 Apr 2025"], ["2025-04-03", "2025-04-03"]),
    ],
)
def test_the_order_can_be_given(order, cells, iso):
    assert dates(*cells, date_order=order) == iso


@pytest.mark.parametrize(
    ("typo", "other"), [("99/04/2025", "03/05/2025"), ("32/01/2025", "03/05/2025"), ("0/13/2025", "3/5/2025")]
)
def test_a_cell_that_is_no_date_in_any_order_proves_none(typo, other):
    assert dates(typo, other) == "refused: date_order_ambiguous"


def test_a_cell_that_is_no_date_in_any_order_does_not_refuse_the_others():
    assert dates("31/31/2025", "04/13/2025", "04/03/2025") == ["date_unreadable", "2025-04-13", "2025-04-03"]


@pytest.mark.parametrize(
    ("cell", "iso"),
    [("5 Jun 25", "2025-06-05"), ("5 Jun 24", "2024-06-05"), ("31 Dec 99", "1999-12-31"), ("5 Jun 00", "2000-06-05"),
     ("31 Dec 25", "date_future")],
)  # fmt: skip
def test_a_two_digit_year_is_the_latest_that_is_not_in_the_future(cell, iso):
    assert dates(cell) == [iso]


@pytest.mark.parametrize("cells", [["16/04/24", "17/05/24"], ["25-03-13", "25-03-01"], ["16/04/24"]])
def test_two_digit_dates_that_may_begin_with_the_year_are_not_guessed(cells):
    """`16/04/24` is 16 April 2024 or, the year first, 24 April 2016."""
    assert dates(*cells) == "refused: date_order_ambiguous"


def test_two_digit_dates_that_begin_with_the_year_are_no_days_of_1930():
    assert dates("24/12/30", "25/03/28") in ("refused: date_order_ambiguous", ["2024-12-30", "2025-03-28"])


def test_a_typo_proves_no_year_first():
    """Day 32 is no day. That does not make 32/04/25 the 25 April 1932, and all other cells dates of its kind."""
    said = dates("32/04/25", "03/05/25")
    assert said == "refused: date_order_ambiguous" or said[0] == "date_unreadable"


def test_a_date_of_1928_is_no_second_reading():
    assert dates("28/04/25", "03/05/25") in ("refused: date_order_ambiguous", ["2025-04-28", "2025-05-03"])


def test_looking_back_moves_no_two_digit_year_by_a_century(tmp_path):
    """With --as-of 2020, a count of 2023 is left out; it must not become a baseline of 1923."""
    labs = tmp_path / "labs.csv"
    labs.write_text(delimited(("date", "WBC (10^9/L)"), ("01/15/19", "6.4"), ("02/20/23", "3.1")))
    command = [sys.executable, "-c", "from wbc_tracker.cli import main; main()", "export", "-", "--labs", str(labs)]
    done = subprocess.run([*command, "--as-of", "2020-06-01"], capture_output=True, text=True, check=False)
    assert "2019-01-15" in done.stdout
    assert "1923" not in done.stdout


@pytest.mark.parametrize(
    ("date", "time", "said"),
    [
        (DAY, "08:30", f"{DAY}T08:30:00"),
        (DAY, "8:30 PM", f"{DAY}T20:30:00"),
        (DAY, "", DAY),
        ("13/05/2025", "08:30", "2025-05-13T08:30:00"),
        (DAY, "later", "date_unreadable"),
        ("", "08:30", "date_missing"),
        (f"{DAY} 09:00", "08:30", "date_unreadable"),
    ],
)
def test_the_time_may_have_its_own_column(date, time, said):
    reading = read(delimited(("date", "time", "WBC (10^9/L)"), (date, time, "6.1")))
    assert [*reading.results["collected_at"], *reading.rejects["code"]] == [said]


def test_a_cell_without_a_result_needs_no_date():
    assert outcome(one_row(value="pending", date="")) == "no result"


def test_one_bad_date_does_not_touch_its_neighbours():
    table = delimited(("date", "WBC (10^9/L)"), ("2025-01-15", "6.1"), ("soon", "6.2"), ("2025-03-15", "6.3"))
    reading = read(table)
    assert list(reading.results["collected_at"]) == ["2025-01-15", "2025-03-15"]
    assert rejected(reading) == ["3 date_unreadable"]
