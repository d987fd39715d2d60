"""From text to cells: two ways to read that agree, and the line of every row in the user's file."""

from __future__ import annotations

import pytest
from tables.intake import outcome, read, rejected, told, values

from wbc_tracker.errors import UnreadableFileError, WbcTrackerError

HEADER = "collected_at,analyte,value,unit\n"
GOOD = "2025-01-15,WBC,6.1,10^9/L\n"
BAD = "2025-01-15,WBC,many,10^9/L\n"


def both_ways(rows: str) -> tuple[list, list]:
    """Read rows once as a regular file and once with a blank line, which only the csv module reads."""
    ways = []
    for between, shift in (("", 0), ("\n", 1)):
        try:
            reading = read((HEADER + between + rows).encode())
        except WbcTrackerError as refusal:
            ways.append([refusal.code])
            continue
        results, rejects = reading.results, reading.rejects
        ways.append(
            [
                list(zip(results["source_row"] - shift, results["reported_analyte"], results["value"], strict=True)),
                list(zip(rejects["source_row"] - shift, rejects["raw"], rejects["code"], strict=True)),
                dict(reading.ignored),
                reading.no_result,
            ]
        )
    return ways[0], ways[1]


@pytest.mark.parametrize(
    "cell",
    [
        "6.1",
        " 6.1 ",
        '"6.1"',
        '" 6.1 "',
        '"6,1"',
        '""',
        '"6""1"',
        '"a ""b"" c"',
        '5" 6',
        '6"',
        "6'1",
        "NULL",
        "NA",
        "None",
        "#N/A",
        "nan",
        "true",
        "\\N",
        "6\\,1",
        "６．１",
        "\u00a06.1\u2003",
        "a\u2028b",
        "a\x0bb",
        "a\x85b",
        "\x1b[31m",
        "=1+1",
    ],
)
def test_the_two_ways_read_the_same_cells(cell):
    regular, irregular = both_ways(f"2025-01-15,WBC,{cell},10^9/L\n2025-01-15,WBC,many,10^9/L\n")
    assert regular == irregular


@pytest.mark.parametrize("cell", ['"5"6', '""6.1', '"6.1" ', '"6.1"0'])
def test_text_behind_a_closing_quotation_mark_means_the_same_both_ways(cell):
    regular, irregular = both_ways(f"2025-01-15,WBC,{cell},10^9/L\n")
    assert regular == irregular


def test_text_behind_a_closing_quotation_mark_makes_no_other_number():
    """`"5"6` is a damaged cell, not 56."""
    assert outcome(f'{HEADER}2025-01-15,WBC,"5"6,10^9/L\n'.encode()) != "wbc 56"


@pytest.mark.parametrize("name", ["O'Neil", 'the "big" one', "Smith, Ann", " x ", "Ünal", "007", "1e5", "1.0"])
def test_a_patient_is_read_as_text(name):
    quoted = '"' + name.replace('"', '""') + '"'
    table = f"patient,{HEADER}{quoted},{GOOD}"
    twin = f"patient,{HEADER}\n{quoted},{GOOD}"
    assert told(read(table.encode())) == [f"2 {name.strip()} 2025-01-15 wbc 6.1"]
    assert told(read(twin.encode())) == [f"3 {name.strip()} 2025-01-15 wbc 6.1"]


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        (HEADER + BAD + GOOD + BAD, [2, 4]),
        (HEADER + BAD + BAD.removesuffix("\n"), [2, 3]),
        ("\n\n" + HEADER + BAD, [4]),
        (HEADER + "\n" + BAD + "\n\n" + BAD, [3, 6]),
        (HEADER + "   \n" + BAD + "\t\n" + BAD, [3, 5]),
        ((HEADER + BAD + GOOD + BAD).replace("\n", "\r\n"), [2, 4]),
        ((HEADER + BAD + GOOD + BAD).replace("\n", "\r"), [2, 4]),
        ((HEADER + "\n" + BAD).replace("\n", "\r\n"), [3]),
        ('collected_at,analyte,value,unit,"note\nor two"\n2025-01-15,WBC,many,10^9/L,\n', [3]),
        (HEADER + '"2025-01-15",WBC,"ma\nny",10^9/L\n' + BAD, [2, 4]),
        (HEADER + '2025-01-15,"White\nblood\ncells",6.1,10^9/L\n' + BAD, [5]),
        ((HEADER + '2025-01-15,"White\nblood cells",6.1,10^9/L\n' + BAD).replace("\n", "\r\n"), [4]),
        (HEADER + "2025-01-15,WBC\n" + BAD, [2, 3]),
        (HEADER + GOOD + "2025-01-15,WBC,6.1,10^9/L,more\n" + BAD, [3, 4]),
    ],
)
def test_a_reject_names_the_line_in_the_users_file(table, lines):
    assert [int(text.split()[0]) for text in rejected(read(table.encode()))] == lines


def test_a_result_names_the_line_in_the_users_file():
    table = (
        f'\n{HEADER}\n{GOOD}2025-01-16,"White\nblood cells",6.2,10^9/L\n2025-01-17,WBC\n\n2025-01-18,WBC,6.4,10^9/L\n'
    )
    assert told(read(table.encode())) == [
        "4 me 2025-01-15 wbc 6.1",
        "5 me 2025-01-16 wbc 6.2",
        "9 me 2025-01-18 wbc 6.4",
    ]


def test_the_lines_of_a_long_irregular_file():
    """More rows than the csv way takes at once."""
    table = HEADER + "\n" + GOOD * 50_002 + BAD
    reading = read(table.encode())
    assert reading.results["source_row"].tolist() == list(range(3, 50_005))
    assert rejected(reading) == ["50005 value_not_a_number"]


def test_a_wide_reject_names_line_and_column():
    rejects = read("""
        date,WBC (10^9/L),CD19 (/uL)
        2025-01-15,6.1,many
        2025-02-15,few,12
        """).rejects
    assert list(zip(rejects["source_row"], rejects["column"], rejects["raw"], strict=True)) == [
        (2, "CD19 (/uL)", "many"),
        (3, "WBC (10^9/L)", "few"),
    ]


def test_a_row_of_another_length_is_rejected_with_its_lengths():
    reading = read(HEADER + GOOD + "2025-01-16,WBC,6,1,10^9/L\n")
    reject = reading.rejects.iloc[0]
    assert values(reading) == ["wbc 6.1"]
    assert (reject["source_row"], reject["code"]) == (3, "row_shape")
    assert "5 cells" in reject["message"]
    assert "4" in reject["message"]
    assert "decimal comma" in reject["hint"]
    assert reject["raw"] == "2025-01-16,WBC,6,1,10^9/L"


def test_a_wide_row_of_another_length_loses_no_cell_silently():
    reading = read("date,WBC (10^9/L),CD19 (/uL)\n2025-01-15,6.1\n2025-02-15,6,2,12\n2025-03-15,6.3,14\n")
    assert values(reading) == ["wbc 6.3", "cd19 14"]
    assert rejected(reading) == ["2 row_shape", "2 row_shape", "3 row_shape", "3 row_shape"]
    assert reading.read == 6


def test_empty_cells_behind_every_row_do_no_harm():
    assert values(read("date,WBC (10^9/L),\n2025-01-15,6.1,\n2025-02-15,6.2,\n")) == ["wbc 6.1", "wbc 6.2"]


def test_an_unquoted_decimal_comma_is_not_hidden_by_an_empty_last_cell():
    """`6,1` of 2025-01-15 moves every cell by one; the empty IgG then stands behind the header's last column."""
    reading = read("""
        date,WBC (10^9/L),CD19 (/uL),IgG (g/L)
        2025-01-15,6,1,12,
        2025-02-15,6.2,13,9.8
        """)
    assert values(reading) == ["wbc 6.2", "cd19 13", "igg 9.8"]
    assert rejected(reading) == ["2 row_shape"] * 3


def test_an_unquoted_decimal_comma_in_every_row_is_not_hidden_by_empty_last_cells():
    """Every row is one cell longer than the header and ends empty: that proves nothing."""
    reading = read("""
        date,WBC (10^9/L),CD19 (/uL),Comment
        2025-01-15,6,1,12,
        2025-02-15,5,9,13,
        """)
    assert values(reading) == []
    assert set(reading.rejects["code"]) == {"row_shape"}


@pytest.mark.parametrize("blank", [",,,", " , , , ", '"","","",""'])
def test_a_row_of_empty_cells_holds_no_result(blank):
    reading = read(f"{HEADER}{blank}\n{GOOD}".encode())
    assert (values(reading), rejected(reading), reading.no_result) == (["wbc 6.1"], [], 1)


@pytest.mark.parametrize(
    ("table", "line"),
    [
        (HEADER + GOOD + '2025-01-16,"WBC,6.2,10^9/L\n' + GOOD, 3),
        (HEADER + "\n" + GOOD + '"\n' + GOOD, 4),
        (HEADER + GOOD + GOOD + '2025-01-16,WBC,6.2,"10^9/L', 4),
    ],
)
def test_a_quotation_mark_that_never_closes_is_refused_with_its_line(table, line):
    with pytest.raises(UnreadableFileError, match=f"from line {line}: a quotation mark does not close") as refusal:
        read(table.encode())
    assert refusal.value.code == "file_cut"


def test_a_stray_quotation_mark_does_not_swallow_a_result():
    """Two stray marks make one cell of lines 2 and 3; the result of line 2 must not vanish without a word."""
    table = (
        f'patient,{HEADER}"me,2025-01-15,WBC,6.1,10^9/L\nme",2025-02-15,WBC,6.2,10^9/L\nme,2025-03-15,WBC,6.3,10^9/L\n'
    )
    try:
        reading = read(table)
    except UnreadableFileError:
        return
    assert set(reading.results["patient_id"]) == {"me"}
    assert "2" in [text.split()[0] for text in rejected(reading)]


def test_a_cell_of_a_million_characters_is_refused():
    said = outcome((HEADER + "\n" + f"2025-01-15,{'W' * 1_000_001},6.1,10^9/L\n").encode())
    assert said == "refused: file_cut"


@pytest.mark.parametrize("table", [HEADER, HEADER.strip(), HEADER + "\n\n", "date,WBC (10^9/L),CD19 (/uL)\n"])
def test_a_header_alone_holds_nothing(table):
    reading = read(table.encode())
    assert (reading.read, len(reading.results), len(reading.rejects)) == (0, 0, 0)


def test_only_ragged_rows():
    reading = read(HEADER + "2025-01-15,WBC\n2025-01-16\n")
    assert rejected(reading) == ["2 row_shape", "3 row_shape"]


def test_a_header_that_is_repeated_further_down_is_skipped_and_told():
    reading = read(HEADER + GOOD + HEADER + GOOD)
    assert values(reading) == ["wbc 6.1", "wbc 6.1"]
    assert reading.read == 2
    assert "The header stands again in line 3; it was skipped." in reading.warnings


def test_what_may_tell_two_people_apart_stays_in_an_id():
    """A formula of text is taken off an id; markup and signs without width are part of what was printed."""
    raw = (
        "patient_id,collected_at,analyte,value,unit\n"
        '"=""0042""",2024-03-01,WBC,6.1,10^9/L\n'
        "<b>42</b>,2024-03-01,WBC,6.2,10^9/L\n"
        "4\u202e2,2024-03-01,W\u200bBC,6.3,10^9/L\n"
        "42,2024-03-01,WBC,<b>6.4</b>,10^9/L\n"
    ).encode()
    reading = read(raw)
    found = dict(zip(reading.results["patient_id"].astype("str"), reading.results["value"], strict=True))
    assert found == {"0042": 6.1, "<b>42</b>": 6.2, "4\u202e2": 6.3, "42": 6.4}


@pytest.mark.parametrize(
    ("interval", "is_read"),
    [("600-1640", True), ("999-1640", True), ("600-999", True), ("1000-1640", False), ("600-998", False), ("", False)],
)
def test_999_is_a_result_only_inside_the_interval_printed_beside_it(interval, is_read):
    """Elsewhere it is what programs write for a missing number, and is named."""
    raw = f"collected_at,analyte,value,unit,range\n2024-03-01,IgG,999,mg/dL,{interval}\n"
    reading = read(raw.encode())
    assert [round(value, 6) for value in reading.results["value"]] == ([9.99] if is_read else [])
    assert reading.rejects["code"].tolist() == ([] if is_read else ["value_missing_code"])
