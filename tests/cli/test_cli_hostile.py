"""Cells, file names and ids that want to be formulas, markup or escape codes are shown as the text they are."""

from __future__ import annotations

import csv
import io

import pytest
from tables.runs import run_alone
from tables.terminals import with_terminal

HEADER = "patient_id,collected_at,analyte,value,unit,abnormal_flag"
#: Patient id as it stands in the file -> as the terminal shows it.
PEOPLE = {
    "=cmd|' /C calc'!A0": "=cmd|' /C calc'!A0",
    "+1": "+1",
    "@x": "@x",
    "[red]x[/red]": "[red]x[/red]",
    "[link=http://x]y": "[link=http://x]y",
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "../x": "../x",
    "\x1b[31mred\x1b[0m": "\\x1b[31mred\\x1b[0m",
    "abc\u202edcba": "abc\\u202edcba",
    "bell\x07": "bell\\x07",
    "c1\x9b2J": "c1\\x9b2J",
}


def cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@pytest.fixture
def labs(file):
    rows = [f"{cell(person)},2024-01-02,WBC,6.5,K/uL,=2+3" for person in PEOPLE]
    return file("a.csv", *rows, "plain,2024-01-02,WBC,-1.5,K/uL,", "plain,2024-01-03,WBC,6.5,K/uL,", header=HEADER)


def test_the_overview_shows_them_as_text(wbc, labs):
    out = wbc("report", "--labs", labs, "--as-of", "2024-02-01").out
    assert [shown for shown in PEOPLE.values() if f"{shown} " not in out] == []
    assert not {"\x1b", "\u202e", "\x07", "\x9b"} & set(out)


@pytest.mark.parametrize("person", PEOPLE)
def test_the_report_of_one_shows_it_as_text(wbc, labs, person):
    done = wbc("report", "--labs", labs, "--as-of", "2024-02-01", "--patient", person)
    assert done.code in (0, 1)
    assert done.lines[0].startswith(f"wbc-tracker   {PEOPLE[person]}   ")


def test_json_keeps_them(wbc, labs):
    patients = wbc("report", "--labs", labs, "--as-of", "2024-02-01", "--format", "json").json["patients"]
    assert [patient["patient_id"] for patient in patients] == [*PEOPLE, "plain"]


def test_csv_defuses_text_that_a_spreadsheet_would_run(wbc, labs):
    rows = list(csv.DictReader(io.StringIO(wbc("export", "-", "--labs", labs, "--as-of", "2024-02-01").out)))
    formulas = {person for person in PEOPLE if person[0] in "=+@-\t\r"}
    assert formulas == {"=cmd|' /C calc'!A0", "+1", "@x"}
    expected = [f"'{person}" if person in formulas else person for person in PEOPLE]
    assert [row["patient_id"] for row in rows][: len(PEOPLE)] == expected
    assert rows[0]["reported_flag"] == "'=2+3"
    assert rows[0]["value"] == "6.5"


def test_numbers_are_never_defused(wbc, file):
    labs = file("a.csv", "2024-01-02 WBC 6.5", "2024-03-02 WBC 6.1")
    infusions = file("i.csv", "2024-02-01", header="infused_on")
    done = wbc("export", "-", "--labs", labs, "--infusions", infusions, "--as-of", "2024-04-01")
    first, second = csv.DictReader(io.StringIO(done.out))
    assert (first["study_day"], second["change"]) == ("-30", "-0.4")
    assert second["percent_change"].startswith("-6.15")


def test_parquet_keeps_text_as_it_is(wbc, labs, tmp_path):
    import pyarrow.parquet as pq

    wbc("export", "out.parquet", "--labs", labs, "--as-of", "2024-02-01")
    people = pq.read_table(tmp_path / "out.parquet").column("patient_id").to_pylist()
    assert people[: len(PEOPLE)] == list(PEOPLE)


def test_the_store_keeps_them_and_gives_the_same_export(wbc, labs):
    wbc("import", labs)
    listed = wbc("patients", "list").out
    assert [shown for shown in PEOPLE.values() if f"{shown}: 1 result" not in listed] == []
    from_store = wbc("export", "-", "--as-of", "2024-02-01").out_bytes
    assert from_store == wbc("export", "-", "--labs", labs, "--as-of", "2024-02-01").out_bytes


def test_an_id_is_no_path(wbc, labs, tmp_path):
    wbc("import", labs)
    wbc("export", "out.csv", "--patient", "../x")
    assert not (tmp_path.parent / "x").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["import", "{labs}"],
        ["report", "--labs", "{labs}", "--as-of", "2024-02-01"],
        ["export", "out\x1b[31m.csv", "--labs", "{labs}"],
        ["export", "no\x1b[31m/out.csv", "--labs", "{labs}"],
        ["import", "{labs}", "--rejects", "r\x1b[31m.csv"],
        ["report", "--labs", "{labs}", "--patient", "nobody\x1b[31m"],
        ["report", "--labs", "no\x1b[31m.csv"],
        ["report", "--analyte", "wbc\x1b[31m"],
        ["infusion", "add", "2024\x1b[31m"],
        ["infusion", "add", "2024-01-02", "--drug", "x\x1b[31m"],
        ["explain", "x\x1b[31m"],
        ["--db", "fol\x1b[31mder", "infusion", "list"],
    ],
    ids=lambda words: " ".join(words).replace("\x1b", "ESC"),
)
def test_messages_hold_no_escape_codes(wbc, file, tmp_path, words):
    (tmp_path / "fol\x1b[31mder").mkdir()
    rows = ["a,2024-01-02,WBC,6.5,K/uL,x", "a,2024-01-02,WBC,\x1b[31m,K/uL,x", "a,2024-01-02,\x1b[31mIron,1,K/uL,x"]
    labs = file("la\x1b[31mbs.csv", *rows, header="patient_id,collected_at,analyte,value,unit,\x1b[31mnote")
    done = wbc(*(word.format(labs=labs) for word in words))
    assert "\x1b" not in done.out + done.err
    assert done.code != 4


def test_a_file_name_that_is_no_text_is_read_all_the_same(wbc, tmp_path):
    path = tmp_path / "l\udcffabs.csv"  # a Latin-1 name on a UTF-8 system
    try:
        path.write_text("collected_at,analyte,value,unit\n2024-01-02,WBC,6.5,K/uL\n")
    except (OSError, UnicodeEncodeError):
        pytest.skip("this file system takes no such name")
    for words in (["import", path], ["report", "--labs", path], ["export", "-", "--labs", path]):
        assert wbc(*words).code == 0


def test_an_export_to_a_terminal_shows_what_it_would_obey_or_hide(file):
    """On a pipe or in a file the texts stay as they were."""
    person = "a\x9b31m\u202eb\u200bc\u2066d\x1b[2J"
    labs = file("a.csv", f"{person},2024-01-02,WBC,6.5,K/uL", header="patient_id,date,test,value,unit")
    line = ("export", "-", "--labs", labs, "--as-of", "2024-02-01")
    shown = with_terminal(*line, stdout=True, stderr=False).raw
    assert "a\\x9b31m\\u202eb\\u200bc\\u2066d\\x1b[2J" in shown
    assert not {"\x1b", "\x9b", "\u202e", "\u200b", "\u2066"} & set(shown)
    assert person in run_alone(*line).out
