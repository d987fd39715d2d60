"""`report --format markdown`: printed or written, for one patient, several, none, and for hostile names."""

from __future__ import annotations

import re

import pytest
from tables.runs import CLINIC, ON_THE_DAY, ONE

from wbc_tracker.wording import visible

_BAR = re.compile(r"(?<!\\)\|")
HOSTILE = ["a|b", "`x`", "<script>alert(1)</script>", "[x](javascript:y)", "# h", "1. a", "c1\x9b2J", "abc\u202edcba"]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in _BAR.split(line)[1:-1]]


def test_a_file_holds_what_is_printed(wbc, tmp_path):
    printed = wbc("report", *ONE, *ON_THE_DAY, "--format", "markdown")
    done = wbc("report", *ONE, *ON_THE_DAY, "--format", "markdown", "--output", "visit.md")
    assert (done.code, done.out) == (0, "")
    assert (tmp_path / "visit.md").read_bytes() == printed.out_bytes
    assert (tmp_path / "visit.md").stat().st_mode & 0o777 == 0o600


def test_what_was_left_out_is_told(wbc, file):
    labs = file("a.csv", "2024-01-02 WBC 6.5", "2024-01-09 WBC 1,2,3", "2024-06-01 WBC 6.1")
    done = wbc("report", "--labs", labs, "--as-of", "2024-02-01", "--format", "markdown")
    assert done.code == 1
    assert "- 1 result after 2024-02-01 was left out (see --as-of)." in done.lines
    assert "- Rows of the files that could not be read, and are not in this report: 1." in done.lines


def test_several_patients_are_a_table_worst_first(wbc):
    page = wbc("report", *CLINIC, *ON_THE_DAY, "--format", "markdown").lines
    rows = [cells(line) for line in page if line.startswith("|")]
    assert page[0] == "# Blood counts of 40 patients, as of 2026-11-23"
    assert rows[0][:5] == ["patient", "worst current flag", "day", "next", "last count"]
    assert rows[2][:5] == ["clinic-21", "urgent: `critical_value` +5", "119", "in 49 d", "2026-10-16"]
    assert len(rows) == 42
    assert {len(row) for row in rows} == {10}
    assert page[-1].startswith("Educational information, not medical advice.")


def test_the_filters_hold_for_the_markdown_panel_too(wbc):
    page = wbc("report", *CLINIC, *ON_THE_DAY, "--format", "markdown", "--labs-due").lines
    rows = [cells(line) for line in page if line.startswith("|")]
    assert page[0] == "# Blood counts of 2 of 40 patients, as of 2026-11-23"
    assert [row[0] for row in rows[2:]] == ["clinic-09", "clinic-20"]
    nobody = wbc("report", *CLINIC, *ON_THE_DAY, "--format", "markdown", "--flag", "early_broad_drop").lines
    assert "None of the 40 patients fits" in nobody[2]
    assert not any(line.startswith("|") for line in nobody)


def test_an_empty_store_says_what_to_do_first(wbc):
    done = wbc("report", "--format", "markdown")
    assert (done.code, done.lines[0][:27]) == (0, "There are no results yet. S")


@pytest.mark.parametrize("person", HOSTILE)
def test_hostile_names_keep_the_table_and_the_heading(wbc, file, person):
    quoted = '"' + person + '"'
    labs = file(
        "a.csv", f"{quoted},2024-01-02,WBC,6.5,K/uL", "plain,2024-01-02,WBC,6.5,K/uL",
        header="patient_id,collected_at,analyte,value,unit",
    )  # fmt: skip
    overview = wbc("report", "--labs", labs, "--as-of", "2024-02-01", "--format", "markdown")
    assert {len(cells(line)) for line in overview.lines if line.startswith("|")} == {10}
    one = wbc("report", "--labs", labs, "--as-of", "2024-02-01", "--format", "markdown", "--patient", person)
    assert one.lines[0].startswith("# Blood count report: ")
    for done in (overview, one):
        assert "<script" not in done.out
        assert "](javascript:" not in done.out
        assert not {"\x9b", "\u202e"} & set(done.out)
    unescaped = re.sub(r"\\(?=[^A-Za-z0-9])", "", one.lines[0]).replace("&lt;", "<")
    assert unescaped == f"# Blood count report: {visible(person)}, as of 2024-02-01"
