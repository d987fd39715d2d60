"""`imports list | undo | rejects` and `patients list | remove`."""

from __future__ import annotations

import re

import pytest
from tables.runs import EXAMPLES, ON_THE_DAY
from tables.store import NO_REJECTS, import_info, lab_table

from wbc_tracker.store import Store


def export(wbc) -> bytes:
    return wbc("export", "-", *ON_THE_DAY).out_bytes


def test_an_empty_history(wbc):
    assert wbc("imports", "list").out == "Nothing has been imported. Start with: wbc-tracker import FILE\n"
    assert wbc("patients", "list").out == "The store is empty. Start with: wbc-tracker import FILE\n"


def test_the_list_tells_file_kind_time_and_counts(wbc, file):
    wbc("import", file("a.csv", "2024-01-02 WBC 6.5", "2024-01-02 neutrophils abc"))
    wbc("infusion", "import", file("i.csv", "2024-01-05", header="infused_on"))
    first, second = wbc("imports", "list").lines
    assert re.fullmatch(
        r" +1  \d{4}-\d\d-\d\d \d\d:\d\d  labs +a\.csv: 2 read, 1 added, 0 already there, 0 without a result, "
        r"0 ignored, 1 rejected",
        first,
    )
    assert re.match(r" +2  .*  infusions  i\.csv: 1 read, 1 added", second)


def test_undo_brings_the_export_back_to_the_byte(wbc, file):
    wbc("import", EXAMPLES / "labs.csv")
    wbc("infusion", "import", EXAMPLES / "infusions.csv")
    before = export(wbc)
    # The second file repeats one result in another unit and on the next day adds one and contradicts none.
    again = file(
        "again.csv",
        "example,2026-11-04,White blood cells,5200,cells/uL",
        "example,2026-11-05,WBC,5.4,10^9/L",
        header="patient_id,collected_at,analyte,value,unit",
    )
    assert "1 added, 1 already there" in wbc("import", again).out
    assert export(wbc) != before
    undone = wbc("imports", "undo", "3")
    assert undone.lines == [
        "Import 3 (again.csv) was taken back: 1 result and 0 infusions removed.",
        "  1 row of it stays, held by import 1 (labs.csv) too.",
    ]
    assert export(wbc) == before


def test_undo_keeps_what_another_import_holds_too(wbc, file):
    wbc("import", file("a.csv", "2024-01-02 WBC 6.5", "2024-02-02 WBC 6.1"))
    wbc("import", file("b.csv", "2024-02-02 WBC 6.1"))
    assert "1 result and 0 infusions removed" in wbc("imports", "undo", "1").out
    assert wbc("patients", "list").out == "me: 1 result, 2024-02-02 to 2024-02-02; 0 infusions\n"


def test_undo_of_infusions(wbc, file):
    wbc("infusion", "import", file("i.csv", "2024-01-05", "2024-01-19", header="infused_on"))
    assert wbc("imports", "undo", "1").out.endswith("0 results and 2 infusions removed.\n")
    assert wbc("infusion", "list").out.startswith("No infusion is recorded.")


def test_the_rejects_of_an_import(wbc, file):
    wbc("import", file("a.csv", "2024-01-02 WBC 6.5", *(f"2024-01-{day:02d} WBC abc" for day in range(3, 23))))
    done = wbc("imports", "rejects", "1")
    assert done.lines[0] == "a.csv: 20 cells could not be read and were left out:"
    assert sum("'abc' is not a number" in line for line in done.lines) == 20


def test_an_import_without_rejects(wbc, file):
    wbc("import", file("a.csv", "2024-01-02 WBC 6.5"))
    assert wbc("imports", "rejects", "1").out == "Every cell of this import was read.\n"


def test_removing_a_patient_leaves_the_others(wbc, file):
    wbc("import", file("a.csv", "2024-01-02 WBC 6.5"), "--patient", "anna")
    wbc("import", file("b.csv", "2024-01-02 WBC 5.5"), "--patient", "berta")
    wbc("infusion", "add", "2024-01-05", "--patient", "anna")
    assert wbc("patients", "remove", "anna", "--yes").out == "Erased anna: 1 result and 1 infusion.\n"
    assert wbc("patients", "list").out == "berta: 1 result, 2024-01-02 to 2024-01-02; 0 infusions\n"
    assert b"anna" not in export(wbc)


def test_without_a_terminal_nobody_is_erased_unasked(wbc, file):
    wbc("import", file("a.csv", "2024-01-02 WBC 6.5"), "--patient", "anna")
    done = wbc("patients", "remove", "anna")
    assert done.code == 2
    assert "--yes" in done.err
    assert wbc("patients", "list").out.startswith("anna: 1 result")


@pytest.mark.parametrize("command", [["imports", "list"], ["patients", "list"]])
def test_hostile_names_are_shown_escaped(wbc, file, command):
    path = file("a\x1b[31m.csv", "2024-01-02 WBC 6.5")
    wbc("import", path, "--patient", "an\x1b[2Jna\u202e")
    shown = wbc(*command)
    assert "\x1b" not in shown.out
    assert "\u202e" not in shown.out
    assert "\\x1b" in shown.out


def test_what_the_laboratory_has_replaced_is_told_listed_and_can_be_restored(wbc, db):
    wrong, right = "me wbc 2024-03-01T08:00:00 61", "me wbc 2024-03-01T08:00:00 6.1"
    with Store(db) as store:
        store.results.add(lab_table(wrong, "me igg 2024-03-01 9"), NO_REJECTS, import_info("march.csv"))
        store.results.add(lab_table(f"{right} corrected"), NO_REJECTS, import_info("april.csv"))
        store.results.add(lab_table("me wbc 2024-03-01T08:00:00 7"), NO_REJECTS, import_info("late.csv"))
    listed = wbc("result", "list", "--superseded").lines
    assert [line.split("  ")[-1] for line in listed] == ["march.csv, line 2", "late.csv, line 2"]
    assert "0 read, 1 added (1 superseded), 0 already there" in wbc("imports", "list").lines[2]
    assert wbc("patients", "list").out.endswith("; 0 infusions; 2 superseded results\n")
    assert wbc("result", "restore", "1").code == 0
    assert len(wbc("result", "list").lines) == 3
    undone = wbc("imports", "undo", "2").lines
    assert undone[1:] == ["  1 result that it had replaced or withdrawn is shown again."]
    assert wbc("result", "list", "--superseded").out == "No result is replaced or withdrawn by the laboratory.\n"
    assert wbc("result", "list", "--superseded", "--removed").code == 2
