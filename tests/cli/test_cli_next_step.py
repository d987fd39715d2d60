"""What is printed as the next step works when it is pasted: after an import, and after a refusal."""

from __future__ import annotations

import pytest
from tables.pasted import pasted
from tables.workbooks import table, workbook

CASES = {
    "portal.csv": (
        "Date,Test,Result,Units,Reference Range",
        "2024-01-02,WBC,6.5,K/uL,4.0-11.0",
        "2024-08-02,WBC,6.1,K/uL,4.0-11.0",
    )
}


@pytest.fixture
def sheet(tmp_path):
    """A sheet kept by hand: four columns of numbers, 42 of which lack their unit."""
    rows = [f"2024-{month:02}-10;6.{month};{211 if month == 1 else month % 3};10.{month};0.7{month % 10}"
            for month in (*range(1, 13),)]  # fmt: skip
    rows += [f"2025-{month:02}-10;6.{month};1;10.{month};0.7{month}" for month in (1, 2)]
    path = tmp_path / "my sheet.csv"
    path.write_text("\n".join(["Datum;WBC;CD19;IgG;CD4", *rows]) + "\n", encoding="utf-8")
    return path


def test_from_a_bare_store_every_step_leads_to_the_next(wbc, file):
    """import, the dates, the report: each line is the one that the step before it printed."""
    done = wbc("import", file("portal.csv", *CASES["portal.csv"][1:], header=CASES["portal.csv"][0]))
    undo, dates = pasted(done.err, DATE="2024-01-10")
    assert (undo, dates) == (["imports", "undo", "1"], ["infusion", "add", "2024-01-10"])
    done = wbc(*dates, "2024-07-10", "--dose", "600")
    undo, report = pasted(done.err)
    assert (undo, report) == (["imports", "undo", "2"], ["report"])
    assert wbc(*report).code == 0
    assert wbc(*undo).out == "Import 2 (by hand) was taken back: 0 results and 2 infusions removed.\n"
    assert wbc("infusion", "list").out.startswith("No infusion is recorded.")


def test_infusions_first_ask_for_the_results(wbc, file):
    done = wbc("infusion", "add", "2024-01-10", "--patient", "Anna K.")
    labs = str(file("a.csv", "2024-01-02 WBC 6.5"))
    *_, results = pasted(done.err, FILE=labs)
    assert results == ["import", labs, "--patient", "Anna K."]
    assert pasted(wbc(*results).err)[-1] == ["report", "--patient", "Anna K."]


def test_several_patients_are_counted_and_one_of_several_is_named(wbc, file):
    two = file("two.csv", "a,2024-01-02,WBC,6.5,10^9/L", "b,2024-01-02,WBC,6.5,10^9/L",
               header="patient_id,collected_at,analyte,value,unit")  # fmt: skip
    assert "Now the infusion dates of 2 patients: wbc-tracker infusion import FILE" in wbc("import", two).err
    given = file("i.csv", "a,2024-01-10", "b,2024-01-10", header="patient_id,infused_on")
    assert pasted(wbc("infusion", "import", given).err)[-1] == ["report"]
    done = wbc("import", file("one.csv", "2024-03-02 WBC 6.5"), "--patient", "a")
    assert pasted(done.err)[-1] == ["report", "--patient", "a"]


def test_the_store_that_was_named_is_named_again(wbc, file, tmp_path):
    store = str(tmp_path / "my store.db")
    done = wbc("--db", store, "import", file("a.csv", "2024-01-02 WBC 6.5"))
    assert all(words[:2] == ["--db", store] for words in pasted(done.err))
    assert wbc(*pasted(done.err)[0]).code == 0


def test_nothing_is_said_in_json_and_a_dry_run_says_how_to_take_it_in(wbc, file):
    path = file("a.csv", "2024-01-02 WBC 6.5")
    assert wbc("import", path, "--format", "json").err == ""
    done = wbc("import", path, "--dry-run", "--patient", "me")
    assert pasted(done.err) == [["import", str(path), "--patient", "me"]]


def test_files_of_one_import_are_each_taken_back_by_its_number(wbc, file):
    done = wbc("import", file("a.csv", "2024-01-02 WBC 6.5"), file("b.csv", "2024-02-02 WBC 6.5"))
    assert "To take one back: wbc-tracker imports undo ID (they are 1, 2)" in done.err


def test_rejects_of_one_kind_are_one_line_and_one_command_mends_all(wbc, sheet):
    done = wbc("import", sheet, "--patient", "Anna K.")
    assert done.code == 1
    assert "14 added, 0 already there, 0 without a result, 0 ignored, 42 rejected" in done.lines[0]
    told = [line for line in done.lines if " cells (lines" in line]
    assert len(told) == 2, "one line for what may be a percentage, one for what lacks its unit"
    assert "28 cells (lines 2, 3, 4 and 11 more; columns 'CD19', 'CD4')" in told[0]
    (mend,) = (words for words in pasted(done.out) if words[0] == "import")
    assert mend == [
        "import", str(sheet), "--patient", "Anna K.",
        "--unit", "cd19=/uL", "--unit", "igg=g/L", "--unit", "cd4=10*9/L",
    ]  # fmt: skip
    again = wbc(*mend)
    assert (again.code, "42 added, 14 already there" in again.lines[0]) == (0, True)


def test_a_report_on_files_tells_the_same_line(wbc, sheet):
    done = wbc("report", "--labs", sheet, "--as-of", "2025-06-01")
    (mend,) = pasted(done.err)
    assert mend[:3] == ["report", "--labs", str(sheet)]
    assert mend[-2:] == ["--unit", "cd4=10*9/L"]
    assert wbc(*mend).code == 0


def test_numbers_that_two_units_fit_are_left_to_the_user(wbc, file):
    """CD19 that was never more than 3 may be a count or a percentage: no line is offered for it."""
    done = wbc("import", file("a.csv", "2024-01-02,3", "2024-02-02,0.5", header="date,CD19"))
    assert (done.code, pasted(done.out)) == (3, [])
    assert "--unit cd19=/uL or cd19_pct=%" in done.out


@pytest.mark.parametrize("values", [("1050", "980"), ("10.5", "9.8")])
def test_the_unit_is_the_only_one_in_which_a_person_can_have_the_numbers(wbc, file, values):
    done = wbc("import", file("a.csv", *(f"2024-01-0{n},{v}" for n, v in enumerate(values, 1)), header="date,IgG"))
    (mend,) = pasted(done.out)
    assert mend[-1] == ("igg=mg/dL" if values[0] == "1050" else "igg=g/L")
    assert wbc(*mend).code == 0


def test_a_few_rejects_are_told_one_by_one(wbc, file):
    done = wbc("import", file("a.csv", "2024-01-02 WBC abc", "2024-01-03 WBC def", "2024-01-04 WBC 6.5"))
    assert [line.strip()[:29] for line in done.lines[2:4]] == [
        "line 2, column 'value': 'abc'",
        "line 3, column 'value': 'def'",
    ]


REFUSED = [
    ("dates.csv", "date,WBC (10^9/L)\n03/04/2024,6.5\n", ["--date-order dmy", "--date-order mdy"]),
    ("marks.csv", "date;WBC (/uL)\n2024-01-02;6,500\n", ["--decimal .", "--decimal ,"]),
    ("people.csv", "Member,date,WBC (10^9/L)\nAnna,2024-01-02,6.5\nBerta,2024-01-03,6\n", ["--map patient_id=Member"]),
    ("two days.csv", "Collected,Date drawn,WBC (10^9/L)\n2024-01-02,2024-01-05,6.5\n",
     ["--map collected_at=Collected", "--map 'collected_at=Date drawn'"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "ways"), REFUSED, ids=[name for name, _, _ in REFUSED])
@pytest.mark.parametrize("command", ["import", "report"])
def test_a_refused_file_comes_with_the_lines_that_settle_it(wbc, tmp_path, command, name, text, ways):
    (tmp_path / name).write_text(text)
    words = ["import", name] if command == "import" else ["report", "--labs", name, "--as-of", "2025-01-01"]
    done = wbc(*words)
    assert done.code == 3
    lines = pasted(done.err)
    assert [" ".join(line[-2:]) for line in lines] == [way.replace("'", "") for way in ways]
    for line in lines:
        assert wbc("--db", tmp_path / "other.db", *line).code == 0, line


def test_of_several_files_the_line_is_about_the_one_that_was_refused(wbc, tmp_path, file):
    file("good.csv", "2024-01-02 WBC 6.5")
    (tmp_path / "dates.csv").write_text(REFUSED[0][1])
    done = wbc("import", "good.csv", "dates.csv", "--strict")
    assert ["import", "dates.csv", "--date-order", "dmy", "--strict"] in pasted(done.err)


def test_a_wrong_option_is_replaced_and_not_repeated(wbc, tmp_path):
    (tmp_path / "visit.xlsx").write_bytes(workbook(Labs=table("Date,WBC (10^9/L)", "2025-03-01,6.1"), Old=""))
    done = wbc("import", "visit.xlsx", "--sheet", "labs")
    assert pasted(done.err) == [["import", "visit.xlsx", "--sheet", "Labs"]]
    (tmp_path / "a.csv").write_text("date,WBC (10^9/L),Result\n2024-01-02,6.5,7\n")
    done = wbc("import", "a.csv", "--map", "status=Resutl", "--map", "collected_at=date")
    assert pasted(done.err) == [["import", "a.csv", "--map", "collected_at=date", "--map", "status=Result"]]


def test_standard_input_is_gone_and_no_line_reads_it_again(wbc):
    done = wbc("import", "-", stdin=REFUSED[0][1].encode())
    assert (done.code, pasted(done.err)) == (3, [])


def test_a_file_of_infusions_that_is_refused(wbc, tmp_path):
    (tmp_path / "given.csv").write_text("infused_on,dose_mg\n03/04/2024,600\n")
    done = wbc("infusion", "import", "given.csv", "--patient", "Anna K.")
    assert pasted(done.err)[0] == ["infusion", "import", "given.csv", "--patient", "Anna K.", "--date-order", "dmy"]
    assert wbc(*pasted(done.err)[0]).code == 0
