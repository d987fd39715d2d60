"""`import`: what is told, what is added, what is written; nothing twice, nothing lost."""

from __future__ import annotations

import csv
import io

import pytest
from tables.runs import EXAMPLES, ON_THE_DAY, ONE, keys_and_kinds

COUNTS = ("read", "added", "duplicates", "no_result", "ignored", "rejected")
MIXED = (
    "2024-01-02 WBC 6.5",
    "2024-01-02 WBC 6.5",
    "2024-01-02 neutrophils pending",
    "2024-01-02,Vitamin D,30,nmol/L",
    "2024-01-02 lymphocytes @cmd|x",
)
#: Design section 4, word for word; `ignored_tests` is added because "ignored" is "named with their counts".
FILE_KEYS = {
    "file": "text",
    "layout": "text",
    "read": "whole",
    "added": "whole",
    "duplicates": "whole",
    "no_result": "whole",
    "ignored": "whole",
    "rejected": "whole",
    "superseded": "whole",
    "columns": "list",
    "ignored_tests": "object",
    "ignored_kinds": "object",
    "warnings": "list",
    "error": "null",
}


def counts(entry) -> list[int]:
    return [entry[name] for name in COUNTS]


def test_the_json_has_the_keys_of_the_design(wbc, file):
    told = wbc("import", file("a.csv", *MIXED), "--format", "json").json
    assert list(told) == ["files"]
    assert keys_and_kinds(told["files"][0]) == FILE_KEYS
    assert counts(told["files"][0]) == [5, 1, 1, 1, 1, 1]
    assert told["files"][0]["ignored_tests"] == {"Vitamin D": 1}
    column = {"header": "analyte", "role": "analyte", "state": "read", "reason": "profile generic"}
    assert column in told["files"][0]["columns"]


def test_a_refused_file_has_zeros_and_an_error_with_code_message_and_hint(wbc, file):
    done = wbc("import", file("good.csv", "2024-01-02 WBC 6.5"), "missing.csv", "--format", "json")
    good, refused = done.json["files"]
    assert (good["error"], counts(refused)) == (None, [0, 0, 0, 0, 0, 0])
    assert keys_and_kinds(refused["error"]) == {"code": "text", "message": "text", "hint": "text"}
    assert refused["error"]["message"] == "There is no file missing.csv."
    assert (refused["layout"], refused["columns"], refused["warnings"]) == (None, [], [])


@pytest.mark.parametrize("options", [[], ["--strict"], ["--dry-run"], ["--as-of", "2023-01-01"]])
def test_every_cell_is_accounted_for(wbc, file, options):
    entry = wbc("import", file("a.csv", *MIXED), "--format", "json", *options).json["files"][0]
    assert entry["read"] == 5 == sum(counts(entry)[1:])


def test_strict_withholds_the_rows_as_ignored(wbc, file):
    done = wbc("import", file("a.csv", *MIXED), "--strict", "--format", "json")
    assert (done.code, counts(done.json["files"][0])) == (3, [5, 0, 0, 1, 3, 1])


def test_strict_takes_the_good_files_and_leaves_the_others(wbc, file):
    done = wbc("import", "--strict", file("good.csv", "2024-02-02 WBC 6.1"), file("a.csv", *MIXED))
    assert done.code == 1
    assert wbc("patients", "list").out.startswith("me: 1 result,")


def test_the_example_goes_in_whole_and_again_adds_nothing(wbc):
    first = wbc("import", EXAMPLES / "labs.csv", "--format", "json").json["files"][0]
    again = wbc("import", EXAMPLES / "labs.csv", "--format", "json").json["files"][0]
    assert counts(first) == [230, 230, 0, 0, 0, 0]
    assert counts(again) == [230, 0, 230, 0, 0, 0]
    assert wbc("patients", "list").out == "example: 230 results, 2022-06-13 to 2026-11-04; 0 infusions\n"


def test_one_line_tells_the_counts(wbc, file):
    assert wbc("import", file("a.csv", *MIXED)).lines[0] == (
        "a.csv (long): 5 read: 1 added, 1 already there, 1 without a result, 1 ignored, 1 rejected"
    )


def test_a_rejected_cell_is_named_with_its_line_and_what_to_do(wbc, file):
    done = wbc("import", file("a.csv", *MIXED))
    line = next(line for line in done.lines if "line 6" in line)
    assert "column 'value': '@cmd|x' is not a number." in line
    assert "Write a plain number" in line


def test_results_go_to_standard_output_and_messages_to_standard_error(wbc, file):
    done = wbc("import", file("good.csv", "2024-01-02 WBC 6.5"), "missing.csv")
    assert done.lines[-1] == "missing.csv: refused"
    assert done.err.splitlines() == [
        "There is no file missing.csv.",
        "Check the name.",
        "To take this back: wbc-tracker imports undo 1",
        "Now the infusion dates, one or more: wbc-tracker infusion add DATE",
    ]


def test_dry_run_shows_the_mapping_and_every_problem_and_makes_no_store(wbc, db, file):
    bad = [f"2024-01-{day:02d} WBC abc" for day in range(1, 21)]
    done = wbc("import", file("a.csv", *MIXED, *bad), "--dry-run")
    assert done.code == 1
    assert "1 would be added" in done.lines[0]
    assert "  Text: utf-8, comma, header in line 1, profile generic." in done.lines
    assert any(line.split()[:3] == ["analyte", "analyte", "profile"] for line in done.lines)
    assert any(line.split()[:3] == ["WBC", "wbc", "[10*9/L]"] for line in done.lines)
    assert sum("is not a number" in line for line in done.lines) == 21
    assert not db.parent.exists()


def test_a_dry_run_of_a_file_that_is_in_the_store_says_that_nothing_would_be_added(wbc, file):
    path = file("a.csv", "2024-01-02 WBC 6.5")
    wbc("import", path)
    assert wbc("import", path, "--dry-run").lines[0] == (
        "a.csv (long): 1 read: 0 would be added, 1 already there, 0 without a result, 0 ignored, 0 rejected"
    )


def test_standard_input(wbc):
    done = wbc("import", "-", stdin=b"collected_at,analyte,value,unit\n2024-01-02,WBC,6.5,K/uL\n")
    assert done.out.startswith("standard input (long): 1 read: 1 added")


def test_the_rejects_file(wbc, file, tmp_path):
    done = wbc("import", file("a.csv", *MIXED), file("b.csv", "2024-01-02 WBC x,y"), "--rejects", "r.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "r.csv").read_text(encoding="utf-8"))))
    assert rows[0][:7] == ["source_file", "source_row", "column", "code", "message", "hint", "raw"]
    assert rows[1][:4] == ["a.csv", "6", "value", "value_not_a_number"]
    assert rows[1][6] == "'@cmd|x"  # a spreadsheet would run it
    assert "r.csv" in done.err


def test_a_rejects_file_without_rejects_has_the_header_alone(wbc, file, tmp_path):
    assert wbc("import", file("a.csv", "2024-01-02 WBC 6.5"), "--rejects", "r.csv").code == 0
    assert (tmp_path / "r.csv").read_bytes() == (
        b"source_file,source_row,column,code,message,hint,raw,"
        b"patient_id,collected_at,analyte,loinc,value,unit,ref_range,abnormal_flag\n"
    )


def test_a_mended_rejects_file_is_imported_as_it_is(wbc, file, tmp_path):
    lab = file("a.csv", "2024-01-02 WBC 6.5", "2024-01-03 WBC many", "2024-01-04 CD19 several")
    wbc("import", lab, "--rejects", "r.csv")
    rejects = (tmp_path / "r.csv").read_text(encoding="utf-8")
    (tmp_path / "r.csv").write_text(rejects.replace("WBC,,many,", "WBC,,6.4,"), encoding="utf-8")
    assert "2 read: 1 added, 0 already there, 0 without a result, 0 ignored, 1 rejected" in wbc("import", "r.csv").out


def test_where_the_rejects_cannot_be_written_nothing_is_imported(wbc, file):
    done = wbc("import", file("a.csv", *MIXED), "--rejects", "nowhere/r.csv")
    assert done.code == 2
    assert wbc("patients", "list").out.startswith("The store is empty.")


def test_the_patient_names_a_file_without_patients_and_refuses_a_file_of_others(wbc, file):
    two = file("two.csv", "a,2024-01-02,WBC,6.5,K/uL", header="patient_id,collected_at,analyte,value,unit")
    assert wbc("import", file("one.csv", "2024-01-02 WBC 6.5"), "--patient", "anna").code == 0
    assert wbc("import", two, "--patient", "anna").code == 3
    assert wbc("import", two, "--patient", "a").code == 0
    assert [line.split(":")[0] for line in wbc("patients", "list").lines] == ["a", "anna"]


def test_a_result_after_as_of_lies_in_the_future_and_is_rejected(wbc, file):
    path = file("a.csv", "2024-01-02 WBC 6.5", "2024-03-02 WBC 6.1")
    entry = wbc("import", path, "--as-of", "2024-02-01", "--rejects", "r.csv", "--format", "json").json["files"][0]
    assert counts(entry) == [2, 1, 0, 0, 0, 1]
    assert "date_future" in path.with_name("r.csv").read_text()


@pytest.mark.parametrize(("name", "sheet"), [("own.csv", ()), ("own.xlsx", ("--sheet", "results"))])
def test_an_export_of_our_own_is_no_lab_file(name, sheet, wbc):
    assert wbc("export", name, *ONE, *ON_THE_DAY).code == 0
    done = wbc("import", name, *sheet, *ON_THE_DAY)
    assert done.code == 3
    assert f"{name} is an export of this program" in done.err
    assert "wbc-tracker result list --format csv" in done.err
    assert wbc("result", "list", "--format", "json").json == {"results": []}
