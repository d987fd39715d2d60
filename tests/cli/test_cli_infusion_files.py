"""Options of `infusion import` and `event import`, and of such files beside `--labs`."""

from __future__ import annotations

import csv
import json

from wbc_tracker.cli.line.places import profiles_folder

LISTED = ("2023-01-10,Ocrevus 300 mg,Given", "2023-07-11,Ocrevus 600 mg,Not Given", "2023-07-12,aspirin,Given")
HEADER = "Date,Drug,Status"


def test_a_dry_run_tells_the_columns_and_writes_nothing(wbc, file):
    done = wbc("infusion", "import", "--dry-run", file("i.csv", *LISTED, header=HEADER))
    assert done.code == 1
    assert done.lines[0].endswith(
        "3 read: 1 would be added, 0 already there, 0 without a result, 1 ignored, 1 rejected"
    )
    assert [line.split()[:2] for line in done.lines[3:6]] == [
        ["Date", "infused_on"], ["Drug", "drug"], ["Status", "status"],
    ]  # fmt: skip
    assert "Ignored rows: not given: Not Given (1)." in done.out
    assert "Drugs that are not known: 'aspirin' (1)." in done.out
    assert wbc("infusion", "list").out.startswith("No infusion is recorded.")


def test_a_dry_run_looks_into_the_store(wbc, file):
    wbc("infusion", "add", "2023-01-10", "--dose", "300")
    wbc("infusion", "add", "2023-07-12", "--dose", "300")
    path = file("i.csv", "2023-01-10,300", "2023-07-12,600", "2024-01-12,600", header="Date,Dose")
    done = wbc("infusion", "import", "--dry-run", path)
    assert "3 read: 1 would be added, 1 already there, 0 without a result, 0 ignored, 1 rejected" in done.out
    assert "contradicts ocrelizumab 300 mg on 2023-07-12" in done.out
    assert len(wbc("infusion", "list").lines) == 2


def test_the_outcome_as_json_names_what_was_ignored(wbc, file):
    done = wbc("infusion", "import", "--format", "json", file("i.csv", *LISTED, header=HEADER))
    (told,) = json.loads(done.out)["files"]
    assert [told[name] for name in ("read", "added", "ignored", "rejected")] == [3, 1, 1, 1]
    assert told["ignored_kinds"] == {"not given: Not Given": 1}
    assert [(c["header"], c["role"], c["state"]) for c in told["columns"]] == [
        ("Date", "infused_on", "read"), ("Drug", "drug", "read"), ("Status", "status", "read"),
    ]  # fmt: skip


def test_rejects_go_to_a_file(wbc, file, tmp_path):
    left = tmp_path / "left.csv"
    done = wbc("infusion", "import", file("i.csv", *LISTED, header=HEADER), "--rejects", left)
    assert "1 row left out" in done.err
    assert left.read_text(encoding="utf-8").splitlines()[1].startswith("i.csv,4,Drug,drug_unknown,")


def test_strict_keeps_everything_out(wbc, file):
    done = wbc("infusion", "import", "--strict", file("i.csv", *LISTED, header=HEADER))
    assert done.code == 3
    assert wbc("infusion", "list").out.startswith("No infusion is recorded.")


def test_an_own_profile_names_the_columns(wbc, file):
    profiles_folder().mkdir(parents=True, exist_ok=True)
    (profiles_folder() / "unit.toml").write_text('[columns]\ninfused_on = "Tag"\ndrug = "Was"\n', encoding="utf-8")
    path = file("i.csv", "2023-01-10,Ocrevus 300 mg", header="Tag,Was")
    assert wbc("infusion", "import", path).code == 3
    assert wbc("infusion", "import", path, "--profile", "unit").code == 0
    assert wbc("infusion", "list").lines == ["me  2023-01-10  ocrelizumab 300 mg"]


def test_events_have_the_same_options(wbc, file):
    path = file("e.csv", "2023-01-10,flu shot,", "2023-01-11,relapse,cancelled", header="Date,Event,State")
    done = wbc("event", "import", "--dry-run", path)
    assert "2 read: 1 would be added, 0 already there, 0 without a result, 1 ignored, 0 rejected" in done.out
    assert "Ignored rows: not given: cancelled (1)." in done.out
    assert wbc("event", "import", path).code == 0
    assert "0 would be added, 1 already there" in wbc("event", "import", "--dry-run", path).out


def test_a_map_beside_several_files_counts_where_the_header_is(wbc, file):
    labs = file("l.csv", "2023-01-05,WBC,6.5,10^9/L", header="Date,Test,Zahl,Unit")
    given = file("i.csv", "2023-01-10,Ocrevus 300 mg", header="Tag,Was")
    maps = ("--map", "value=Zahl", "--map", "infused_on=Tag", "--map", "drug=Was")
    done = wbc("export", "-", "--labs", labs, "--infusions", given, "--as-of", "2024-04-01", *maps)
    assert done.code == 0
    assert next(csv.DictReader(done.lines))["next_infusion_on"] == "2023-01-10"
    for wrong, said in (("drug=Wass", "None of the files has a column 'Wass'"), ("drag=Was", "no role 'drag'")):
        refused = wbc("export", "-", "--labs", labs, "--infusions", given, *maps[:4], "--map", wrong)
        assert refused.code == 2
        assert said in refused.err


def test_a_map_for_several_lab_files(wbc, file):
    one = file("a.csv", "2023-01-05,WBC,6.5,10^9/L", header="Date,Test,Zahl,Unit")
    two = file("b.csv", "2023-02-05,WBC,6.4,10^9/L", header="Date,Test,Value,Unit")
    assert wbc("import", one, two, "--map", "value=Zahl").code == 0
    assert wbc("import", one, two, "--map", "value=Zahlen").code == 2
    assert wbc("import", two, "--map", "value=Zahl").code == 2


def test_another_drug_of_a_list_is_told_in_the_report_and_taken_back_with_its_file(wbc, file):
    path = file("i.csv", "2022-05-10,Tysabri 300 mg", "2023-01-10,Ocrevus 300 mg", header="Date,Drug")
    assert "2 read: 2 added" in wbc("infusion", "import", path).out
    assert "0 added, 2 already there" in wbc("infusion", "import", path).out
    assert wbc("event", "list").lines == ["   1  me  2022-05-10  other_drug: natalizumab"]
    wbc("imports", "undo", "2")
    assert len(wbc("event", "list").lines) == 1
    wbc("imports", "undo", "1")
    assert wbc("event", "list").out.startswith("No event is recorded.")
