"""`result add | list | remove | restore`: results from paper, and mending a wrong one."""

from __future__ import annotations

import csv
import io
import re

import pytest

#: Whenever these tests run.
AHEAD = "2999-12-31"


def exported(wbc) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(wbc("export", "-").out)))


def listed(wbc, *options: str) -> list[str]:
    return [line.strip() for line in wbc("result", "list", *options).lines]


def untouched(wbc) -> bool:
    return wbc("imports", "list").out.startswith("Nothing has been imported.")


def test_a_paper_result_is_read_like_one_of_a_file(wbc, file):
    done = wbc("result", "add", "2025-03-01", "WBC=6100 cells/uL (4000-11000)", "CD19=<1 /uL", "Lymphocytes=31 %")
    assert done.code == 0
    assert done.lines[0].startswith("by hand (long): 3 read: 3 added, 0 already there")
    by_hand = exported(wbc)
    wbc("imports", "undo", "1")
    rows = ["2025-03-01,WBC,6100 cells/uL,4000-11000", "2025-03-01,CD19,<1 /uL,", "2025-03-01,Lymphocytes,31 %,"]
    wbc("import", file("by hand", *rows, header="collected_at,analyte,value,ref_range"))
    assert by_hand == exported(wbc)
    told = [(r["analyte"], r["comparator"], r["value"], r["unit"], r["reported_range"]) for r in by_hand]
    assert told[:3] == [
        ("wbc", "", "6.1", "10*9/L", "4000-11000"),
        ("cd19", "<", "1", "/uL", ""),
        ("lymphocytes_pct", "", "31", "%", ""),
    ]
    assert {r["source_file"] for r in by_hand} == {"by hand"}


@pytest.mark.parametrize(
    ("argument", "options", "value"),
    [
        ("IgG=9.8 g/L", [], "9.8"),
        ("IgG=980 mg/dL", [], "9.8"),
        ("IgG = 9,8 g/L", ["--decimal", ","], "9.8"),
        ("Platelets=1,250 K/uL", ["--decimal", "."], "1250"),
        ("CD4=500", ["--unit", "cd4=/uL"], "500"),
        ("White blood cells=6.1 x10^9/L", [], "6.1"),
        ("CD19=<=5 /uL", [], "5"),
        ("WBC=6.1 K/uL(4.0-11.0)", [], "6.1"),
    ],
)
def test_forms_of_a_value(wbc, argument, options, value):
    assert wbc("result", "add", "2025-03-01", argument, *options).code == 0
    assert [row["value"] for row in exported(wbc)] == [value]


def test_a_date_with_a_time_and_a_patient(wbc):
    wbc("result", "add", "2025-03-01T08:20", "WBC=6.1 K/uL", "--patient", "anna")
    assert [(r["patient_id"], r["collected_at"]) for r in exported(wbc)] == [("anna", "2025-03-01T08:20:00")]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["WBC=6.1 K/uL", "Foo=3"], 3, ["'Foo=3': the test 'Foo' is not known."]),
        (["Foo=3"], 3, ["'Foo=3'"]),
        (["WBC=pending"], 3, ["'WBC=pending': 'pending' is no result."]),
        (["WBC=6.1 K/uL", "CD19=5"], 3, ["'CD19=5': ", "--unit cd19="]),
        (["Lymphocytes=31"], 3, ["'Lymphocytes=31': 'Lymphocytes' may be a count or a percentage."]),
        (["WBC=6.1 furlong", "IgG=abc"], 3, ["'WBC=6.1 furlong': ", "'IgG=abc': 'abc' is not a number."]),
        (["WBC=6100 K/uL"], 3, ["'WBC=6100 K/uL': ", "cannot be right"]),
        (["WBC=-6.1 K/uL"], 3, ["is negative"]),
        (["WBC=6,1 K/uL"], 3, ["'WBC=6,1 K/uL': the comma may be", "--decimal"]),
        (["WBC=6.1 K/uL (4,0-11,0)"], 3, ["the comma may be"]),
        (["Platelets=250.000 /uL"], 3, ["'250.000' can be 250.000 or 250000", "--decimal"]),
        (["CD19<1 /uL"], 2, ["'CD19<1 /uL' is not of the form NAME=VALUE."]),
        (["CD19<=1 /uL"], 2, ["'CD19<=1 /uL': the '<' belongs behind the equals sign."]),
        (["WBC="], 2, ["is not of the form"]),
        (["=6.1"], 2, ["is not of the form"]),
        (["WBC=6.1\n2025-03-01,CD19,1 /uL"], 2, ["is not of the form"]),
    ],
)
def test_one_that_cannot_be_read_keeps_all_out_and_is_named(wbc, arguments, code, words):
    done = wbc("result", "add", "2025-03-01", *arguments)
    assert (done.code, done.out) == (code, "")
    assert [word for word in words if word not in done.err] == []
    assert "line 2" not in done.err
    assert untouched(wbc)


@pytest.mark.parametrize(("when", "code"), [("yesterday", 2), ("03/01/2025", 2), ("1850-01-01", 2), (AHEAD, 3)])
def test_a_date_that_cannot_be_is_refused(wbc, when, code):
    done = wbc("result", "add", when, "WBC=6.1 K/uL")
    assert done.code == code
    assert when in done.err
    assert untouched(wbc)


def test_a_unit_that_was_inferred_is_told(wbc):
    done = wbc("result", "add", "2025-03-01", "WBC=6.1")
    assert done.code == 0
    assert "inferred" in done.out


def test_the_same_again_adds_nothing(wbc):
    wbc("result", "add", "2025-03-01", "WBC=6.1 K/uL")
    assert "0 added, 1 already there" in wbc("result", "add", "2025-03-01", "WBC=6100 /uL", "--decimal", ".").out
    assert len(exported(wbc)) == 1


def test_it_stands_in_the_history_and_can_be_undone(wbc):
    done = wbc("result", "add", "2025-03-01", "WBC=6.1 K/uL", "CD19=<1 /uL")
    assert done.lines[-1].strip() == "To take this back: wbc-tracker imports undo 1"
    assert re.search(r"labs +by hand: 2 read, 2 added", wbc("imports", "list").out)
    assert wbc("imports", "undo", "1").out == "Import 1 (by hand) was taken back: 2 results and 0 infusions removed.\n"
    assert exported(wbc) == []


def test_the_list_tells_number_value_and_where_it_comes_from(wbc, file):
    wbc("import", file("labs.csv", "2024-02-02,CD19,<1,/uL", "2024-01-02,WBC,6100,/uL"))
    wbc("result", "add", "2025-03-01T08:20", "IgG=9.8 g/L")
    assert listed(wbc) == [
        "2  me  2024-01-02  wbc 6.10 x10⁹/L (printed 6100)  labs.csv, line 3",
        "1  me  2024-02-02  cd19 <1 /µL  labs.csv, line 2",
        "3  me  2025-03-01 08:20  igg 9.8 g/L  by hand",
    ]
    assert listed(wbc, "--analyte", "wbc", "--analyte", "igg") == [listed(wbc)[0], listed(wbc)[2]]
    assert listed(wbc, "--patient", "nobody") == ["No result is recorded. Start with: wbc-tracker import FILE"]
    assert listed(wbc, "--removed") == ["No result is removed."]
    assert wbc("result", "list", "--analyte", "ferritin").code == 2


def test_a_removed_result_is_nowhere_but_in_the_list_of_the_removed(wbc, file):
    path = file("labs.csv", "2024-01-02 WBC 61", "2024-02-02 WBC 6.1")
    wbc("import", path)
    done = wbc("result", "remove", "1")
    assert done.lines == ["Removed: me  2024-01-02  wbc 61 x10⁹/L  labs.csv, line 2."]
    assert done.err == "To take this back: wbc-tracker imports undo 2\n"
    assert [row["value"] for row in exported(wbc)] == ["6.1"]
    assert "61 " not in wbc("report", "--format", "json").out
    assert [line[:46] for line in listed(wbc, "--removed")] == ["1  me  2024-01-02  wbc 61 x10⁹/L  labs.csv, li"]
    assert wbc("patients", "list").out.endswith("1 removed result\n")
    again = wbc("import", path)
    assert "0 added, 2 already there" in again.out
    assert "1 result of it was removed by you and stays removed: see `wbc-tracker result list --removed`." in again.out
    assert [row["value"] for row in exported(wbc)] == ["6.1"]
    assert wbc("result", "restore", "1").out == "Restored: me  2024-01-02  wbc 61 x10⁹/L  labs.csv, line 2.\n"
    assert [row["value"] for row in exported(wbc)] == ["61", "6.1"]


@pytest.mark.parametrize("times", ["2024-01-02", "2024-01-02T08:00"])
def test_a_dry_run_tells_it_too(wbc, file, times):
    wbc("import", file("labs.csv", "2024-01-02 WBC 61", "2024-02-02 WBC 6.1"))
    wbc("result", "remove", "1")
    again = wbc("import", "--dry-run", file("b.csv", f"{times} WBC 61", "2024-03-02 WBC 6.2", "2024-02-02 WBC 6.1"))
    assert "3 read: 1 would be added, 2 already there" in again.out
    assert "1 result of it was removed by you" in again.out


def test_a_removed_result_typed_again_stays_removed_and_that_is_told(wbc):
    wbc("result", "add", "2025-03-01", "WBC=61 K/uL")
    wbc("result", "remove", "1")
    again = wbc("result", "add", "2025-03-01", "WBC=61 K/uL")
    assert "0 added, 1 already there" in again.out
    assert "removed by you and stays removed" in again.out
    assert exported(wbc) == []


def test_undo_of_its_import_forgets_the_removal(wbc, file):
    path = file("labs.csv", "2024-01-02 WBC 61")
    wbc("import", path)
    wbc("result", "remove", "1")
    wbc("imports", "undo", "1")
    assert listed(wbc, "--removed") == ["No result is removed."]
    wbc("import", path)
    assert [row["value"] for row in exported(wbc)] == ["61"]


@pytest.mark.parametrize("words", [["remove", "9"], ["restore", "1"]])
def test_an_unknown_number_is_named(wbc, words):
    wbc("result", "add", "2025-03-01", "WBC=6.1 K/uL")
    done = wbc("result", *words)
    assert done.code == 2
    assert "`wbc-tracker result list" in done.err
    assert len(exported(wbc)) == 1


def test_hostile_text_is_shown_escaped(wbc, file):
    wbc("import", file("la\x1b[31mbs.csv", "2024-01-02 WBC 61"), "--patient", "an\x1b[31mna")
    for words in (["list"], ["remove", "1"], ["list", "--removed"], ["restore", "1"], ["add", "2024-01-02", "X\x1b=1"]):
        done = wbc("result", *words)
        assert "\x1b" not in done.out + done.err
        assert done.code != 4
